/**
 * An endless `FrameSource` over connections that come and go: reconnects with back-off, says once a second that
 * there is nothing while there is nothing, and ends only when aborted.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { GapReason } from '../../domain/types.ts';
import { AnalysisError } from '../../errors.ts';
import type { FrameRequest, FrameSource, SourceEnd, SourceEvent, SourceInfo } from '../../ports.ts';
import { linkAbort } from '../linked-abort.ts';
import { createFrozenWatch, type FrozenWatch } from './frozen-watch.ts';
import {
  type ConnectionEnd,
  type ConnectionEvent,
  intervalUsOf,
  type LiveClock,
  type LiveConnector,
  SYSTEM_CLOCK,
} from './live-connection.ts';
import {
  judgeFailure,
  type LiveState,
  RECONNECT_POLICY,
  type ReconnectPolicy,
  reconnectDelayMs,
} from './live-reconnect.ts';
import { createLiveTimeline, type LiveTimeline } from './live-timeline.ts';
import { isOfShape } from './picture-shape.ts';
import { redact } from './redact.ts';

/** Sent at every change of a camera's state. */
export interface LiveStatus {
  readonly state: LiveState;
  /** Without credentials; absent when all is well. */
  readonly reason?: string;
  readonly atUs: number;
}

/** Settings of one live camera. */
export interface LiveSourceOptions {
  readonly connector: LiveConnector;
  readonly clock?: LiveClock;
  readonly reconnect?: Partial<ReconnectPolicy>;
  /** 0..1, for the jitter. */
  readonly random?: () => number;
  readonly onStatus?: (status: LiveStatus) => void;
  /** Distance of the gap events while the camera is down; default 1 s. */
  readonly gapIntervalMs?: number;
  /** No new picture for so long, although pictures come, is a frozen one; default see `frozen-watch.ts`. */
  readonly frozenAfterMs?: number;
  /** Literal credentials, taken out of every reason. */
  readonly secrets?: readonly string[];
}

/**
 * A look at the shape is good until a picture came after it, but no longer than this: the retries of a camera that allows one
 * session and frees it some time after the look. An RTSP camera set anew between look and picture is noticed only when it
 * changes or goes again.
 */
const LOOK_HOLDS_US = 120_000_000;

/**
 * Frames and gaps of a camera until `signal` is aborted, or until it comes back with a picture of another shape than
 * `probe` told (`reshaped`; padded formats only, a stretched frame holds every shape alike). Throws only what
 * reconnecting can't mend (`ffmpeg-missing`, a fault of our own). `probe` asks once and throws what it meets.
 */
export function createLiveSource(options: LiveSourceOptions): FrameSource {
  let info: SourceInfo | undefined;
  const probe = async (signal: AbortSignal): Promise<SourceInfo> => {
    info = await options.connector.probe(signal);
    return info;
  };
  const look = async (signal: AbortSignal): Promise<SourceInfo> => {
    info = { ...info, ...(await options.connector.probe(signal, 'size')) };
    return info;
  };
  return { probe, frames: (request, signal) => runLive({ options, request, look, info }, signal) };
}

/** What `frames` was asked, and of which picture. */
interface Asked {
  readonly options: LiveSourceOptions;
  readonly request: FrameRequest;
  /** Asks for the size; the rate stays what `probe` told. */
  readonly look: (signal: AbortSignal) => Promise<SourceInfo>;
  /** What `probe` told; undefined where nobody asked, and then no shape is held to. */
  readonly info: SourceInfo | undefined;
}

/** What the parts of one run share. */
interface Run extends Asked {
  readonly signal: AbortSignal;
  readonly clock: LiveClock;
  readonly policy: ReconnectPolicy;
  readonly gapIntervalMs: number;
  readonly timeline: LiveTimeline;
  /** Outlives connections: a camera that hangs may well answer a new one. */
  readonly frozen: FrozenWatch;
  /** When the camera's shape was last asked for; undefined once a picture came after it. */
  readonly looked: { atUs: number | undefined };
  tell(state: LiveState, reason?: string): void;
}

async function* runLive(asked: Asked, signal: AbortSignal): AsyncGenerator<SourceEvent, SourceEnd, void> {
  const { options, request } = asked;
  const clock = options.clock ?? SYSTEM_CLOCK;
  const run: Run = {
    ...asked,
    signal,
    clock,
    policy: { ...RECONNECT_POLICY, ...options.reconnect },
    gapIntervalMs: options.gapIntervalMs ?? 1_000,
    timeline: createLiveTimeline({
      startUs: clock.nowUs(),
      intervalUs: intervalUsOf(request),
      lagUs: options.connector.lagUs,
    }),
    frozen: createFrozenWatch(
      options.frozenAfterMs === undefined ? undefined : options.frozenAfterMs * 1_000,
    ),
    // `probe` was just asked.
    looked: { atUs: clock.nowUs() },
    tell: createTeller(options, clock),
  };
  const random = options.random ?? Math.random;
  let failures = 0;
  while (!signal.aborted) {
    run.tell('connecting');
    const lost = yield* connectOnce(run);
    if (signal.aborted) break;
    if ('reshaped' in lost) {
      yield* gapsUntilNow(run, 'source-down');
      return { outcome: 'reshaped', info: lost.reshaped };
    }
    failures = lost.healthyMs >= run.policy.healthyMs ? 1 : failures + 1;
    run.tell(lost.state, lost.reason);
    yield* gapsUntilNow(run, lost.gapReason);
    const isHopeless = lost.state === 'auth-failed' || lost.state === 'refused';
    yield* waitDown(
      run,
      isHopeless ? run.policy.authFailedMs : reconnectDelayMs(run.policy, failures, random()),
    );
  }
  return { outcome: 'abort' };
}

/** How one connection was lost. */
interface Lost {
  readonly state: LiveState;
  readonly reason: string;
  /** Reason of the time since the last picture. */
  readonly gapReason: GapReason;
  /** How long it gave pictures. */
  readonly healthyMs: number;
}

async function* connectOnce(
  run: Run,
): AsyncGenerator<SourceEvent, Lost | { readonly reshaped: SourceInfo }, void> {
  const health = { firstUs: undefined as number | undefined };
  const healthyMs = (): number => {
    return health.firstUs === undefined ? 0 : (run.clock.nowUs() - health.firstUs) / 1000;
  };
  try {
    const now = yield* lookAgain(run);
    if (now !== undefined) return { reshaped: now };
    const end = yield* passEvents(run, health);
    if (end.outcome === 'reshaped') run.looked.atUs = undefined;
    const isStall = end.outcome === 'stall';
    const gapReason = isStall ? 'decode-stall' : 'source-down';
    return {
      state: isStall ? 'stalled' : 'unreachable',
      reason: end.detail,
      gapReason,
      healthyMs: healthyMs(),
    };
  } catch (cause) {
    if (run.signal.aborted) {
      return { state: 'unreachable', reason: 'aborted', gapReason: 'source-down', healthyMs: healthyMs() };
    }
    const judged = judgeFailure(cause);
    if (judged === undefined) throw cause;
    return { ...judged, gapReason: 'source-down', healthyMs: healthyMs() };
  }
}

/** The picture of a camera that was away, when it has another shape now. */
async function* lookAgain(run: Run): AsyncGenerator<SourceEvent, SourceInfo | undefined, void> {
  const { info, look, looked, clock, gapIntervalMs } = run;
  if (info === undefined || run.request.format.fit !== 'letterbox') return undefined;
  if (looked.atUs !== undefined && clock.nowUs() - looked.atUs < LOOK_HOLDS_US) return undefined;
  const stopper = linkAbort(run.signal);
  const looking = look(stopper.signal).catch(rethrowLook);
  try {
    while (!(await settlesWithin(looking, gapIntervalMs))) yield* gapsUntilNow(run, 'source-down');
    const now = await looking;
    if (!isOfShape(now, info)) return now;
    looked.atUs = clock.nowUs();
    return undefined;
  } finally {
    stopper.unlink();
    stopper.abort();
    await looking.catch(() => undefined);
  }
}

/** A camera that gave pictures before has video: it is still starting, or its next keyframe is far. */
function rethrowLook(cause: unknown): never {
  if (!(cause instanceof AnalysisError) || cause.code !== 'source-no-video-stream') throw cause;
  throw new AnalysisError('source-unreachable', 'probe', 'the camera sends no picture yet', { cause });
}

/** Hands on what one connection gives; before its first picture, gaps keep the time moving. */
async function* passEvents(
  run: Run,
  health: { firstUs: number | undefined },
): AsyncGenerator<SourceEvent, ConnectionEnd, void> {
  const { timeline, clock, request } = run;
  const stopper = linkAbort(run.signal);
  const { signal } = stopper;
  const connection = run.options.connector.connect({
    frames: request,
    signal,
    afterUs: timeline.latestUs(),
    clock,
    expected: run.info,
  });
  try {
    while (!signal.aborted) {
      const next = connection.next();
      while (health.firstUs === undefined && !(await settlesWithin(next, run.gapIntervalMs))) {
        yield* gapsUntilNow(run, 'source-down');
      }
      const result = await next;
      if (result.done === true) return result.value;
      if (health.firstUs === undefined && result.value.kind === 'frame') {
        health.firstUs = clock.nowUs();
        run.looked.atUs = undefined;
        run.tell('live');
      }
      yield* passOne(run, result.value);
    }
    return { outcome: 'abort', detail: 'aborted' };
  } finally {
    stopper.unlink();
    stopper.abort();
    await connection.return(undefined as never);
  }
}

function* passOne(run: Run, event: ConnectionEvent): Generator<SourceEvent, void, void> {
  if (event.kind === 'frozen') {
    run.tell(event.isFrozen ? 'stalled' : 'live', event.isFrozen ? event.detail : undefined);
    return;
  }
  if (event.kind === 'gap') {
    yield* run.timeline.gap(event.toUs, event.reason, event.fromUs);
    return;
  }
  const { frame } = event;
  if (!run.timeline.accepts(frame.capturedAtUs)) {
    frame.release();
    return;
  }
  if (run.frozen.isFrozen(frame)) {
    frame.release();
    run.tell('stalled', 'the camera sends the same picture again and again');
    // Up to now only: the next picture may be a new one.
    yield* run.timeline.gap(frame.capturedAtUs, 'decode-stall');
    return;
  }
  run.tell('live');
  yield* run.timeline.frame(frame.capturedAtUs, run.clock.nowUs());
  yield { kind: 'frame', frame };
}

function* gapsUntilNow(run: Run, reason: GapReason): Generator<SourceEvent, void, void> {
  yield* run.timeline.gap(run.clock.nowUs() - run.timeline.lagUs(), reason);
}

async function* waitDown(run: Run, delayMs: number): AsyncGenerator<SourceEvent, void, void> {
  let restMs = delayMs;
  while (restMs > 0 && !run.signal.aborted) {
    const stepMs = Math.min(restMs, run.gapIntervalMs);
    await sleep(stepMs, undefined, { signal: run.signal }).catch(() => undefined);
    restMs -= stepMs;
    if (!run.signal.aborted) yield* gapsUntilNow(run, 'source-down');
  }
}

async function settlesWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const settled = promise.then(
    () => true,
    () => true,
  );
  const timeout = sleep(ms, false, { signal: timer.signal }).catch(() => false);
  const result = await Promise.race([settled, timeout]);
  timer.abort();
  return result;
}

/** Tells only changes, and nothing that holds a credential. */
function createTeller(options: LiveSourceOptions, clock: LiveClock): Run['tell'] {
  let last = '';
  return (state, reason) => {
    const text = reason === undefined ? undefined : redact(reason, options.secrets);
    const key = `${state} ${text ?? ''}`;
    if (key === last) return;
    last = key;
    options.onStatus?.({ state, ...(text === undefined ? {} : { reason: text }), atUs: clock.nowUs() });
  };
}
