/** Before the first picture: the camera's size must be known, and until it answers, the time is told as a gap. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  judgeFailure,
  type LiveState,
  RECONNECT_POLICY,
  reconnectDelayMs,
} from '../../pipelines/adapters/decode/live-reconnect.ts';
import type { TimelineEvent } from '../../pipelines/domain/types.ts';
import type { FrameSource, SourceInfo } from '../../pipelines/ports.ts';

/** Windows close at most this late while a camera is down. */
const GAP_EVERY_MS = 1_000;

export interface AwaitCamera {
  readonly source: FrameSource;
  readonly signal: AbortSignal;
  /** Where counting stands; gaps are told from here on. */
  readonly fromUs: number;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly onDown: (state: LiveState, reason: string) => void;
}

/**
 * Asks until the camera answers; meanwhile the time is told as `source-down` about once a second, up to the answer.
 * Undefined when `signal` was aborted. Throws only what reconnecting can't mend.
 */
export async function* awaitCamera(
  wait: AwaitCamera,
): AsyncGenerator<TimelineEvent, SourceInfo | undefined, void> {
  const { source, signal } = wait;
  const tell = createTeller(wait);
  for (let failures = 1; !signal.aborted; failures++) {
    const asked = yield* whileWaiting(ask(source, signal), tell);
    if ('info' in asked) return asked.info;
    if (signal.aborted) return undefined;
    const judged = judgeFailure(asked.error);
    if (judged === undefined) throw asked.error;
    wait.onDown(judged.state, judged.reason);
    const isPatient = judged.state === 'auth-failed' || judged.state === 'refused';
    const delayMs = isPatient
      ? RECONNECT_POLICY.authFailedMs
      : reconnectDelayMs(RECONNECT_POLICY, failures, wait.random());
    yield* whileWaiting(
      sleep(delayMs, undefined, { signal }).catch(() => undefined),
      tell,
    );
  }
  return undefined;
}

/** Yields the time that has passed since the last call as a gap. */
function createTeller({ fromUs, nowMs }: AwaitCamera): () => Generator<TimelineEvent, void, void> {
  let toldUs = fromUs;
  return function* tell() {
    const nowUs = nowMs() * 1_000;
    if (nowUs <= toldUs) return;
    yield { kind: 'gap', fromUs: toldUs, toUs: nowUs, reason: 'source-down' };
    toldUs = nowUs;
  };
}

async function* whileWaiting<T>(
  work: Promise<T>,
  tell: () => Generator<TimelineEvent, void, void>,
): AsyncGenerator<TimelineEvent, T, void> {
  const done = work.then((value) => ({ value }));
  for (;;) {
    const tick = new AbortController();
    const answer = await Promise.race([
      done,
      sleep(GAP_EVERY_MS, undefined, { signal: tick.signal }).catch(() => undefined),
    ]);
    tick.abort();
    yield* tell();
    if (answer !== undefined) return answer.value;
  }
}

async function ask(
  source: FrameSource,
  signal: AbortSignal,
): Promise<{ info: SourceInfo } | { error: unknown }> {
  try {
    return { info: await source.probe(signal) };
  } catch (error) {
    return { error };
  }
}
