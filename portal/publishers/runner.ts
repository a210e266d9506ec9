/** Drives one publisher for ever: reads what changed, sends it, moves the cursor; pauses and tries again on failure. */
import { setTimeout as sleepFor } from 'node:timers/promises';
import { type Backoff, pauseMs } from './backoff.ts';
import { createIdleWork, type IdlePace } from './idle-work.ts';
import { type Journal, MOST_REFUSED, type QuarantinedRow } from './journal.ts';
import {
  type FailureKind,
  type Problem,
  type PublicSource,
  type Publisher,
  problem,
  type Refusal,
} from './publisher.ts';

/** What operators see of a publisher. */
export interface PublisherStatus {
  readonly id: string;
  readonly kind: Publisher['kind'];
  readonly target: string;
  /** `waiting` is between a failure and the next attempt. */
  readonly state: 'idle' | 'sending' | 'waiting' | 'paused' | 'stopped';
  readonly lastFailure?: { readonly kind: FailureKind; readonly reason: string; readonly atMs: number };
  /** In a row, 0 after a success. */
  readonly failures: number;
  readonly nextAttemptAtMs?: number;
  /** Everything up to this sequence is on the far side or refused. */
  readonly cursor: number;
  /** Rows that are known to wait; more may wait behind them while it catches up. */
  readonly lagRows: number;
  /** Since when it is behind, in seconds; 0 when everything was sent. */
  readonly lagSeconds: number;
  readonly lastSuccessAtMs?: number;
  /** When the tables that are no series were last found or made equal; absent for who has none. */
  readonly listsKeptAtMs?: number;
  /** Since the process started. */
  readonly takenRows: number;
  readonly failuresByKind: Readonly<Partial<Record<FailureKind, number>>>;
  readonly quarantined: {
    readonly rows: number;
    readonly newest: readonly QuarantinedRow[];
    /** When the first of them are tried again, at the earliest; absent where there is none. */
    readonly nextTryAtMs?: number;
  };
}

/** Told as things happen; must not throw. */
export interface RunnerHooks {
  readonly onDelivered?: (told: { id: string; taken: number; refused: number; elapsedMs: number }) => void;
  readonly onFailure?: (told: { id: string; waitMs: number; failures: number } & Problem) => void;
}

/** How a publisher is driven. */
export interface RunnerOptions extends IdlePace {
  readonly publisher: Publisher;
  readonly source: PublicSource;
  readonly journal: Journal;
  readonly backoff: Backoff;
  /** Pause after everything was sent, ms. */
  readonly everyMs: number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  readonly hooks?: RunnerHooks;
}

/** A publisher at work. */
export interface Runner {
  readonly id: string;
  /** Looks for changes now. Does not shorten the pause after a failure. */
  wake(): void;
  /** An operator's wish: also ends the pause after a failure, whatever the far side asked for. */
  tryNow(): void;
  status(): Promise<PublisherStatus>;
  /** Sends again everything after `sequence`; a batch under way is finished first. */
  resend(sequence: number): Promise<void>;
  /** Ends; a batch under way is given up and sent again at the next start. */
  close(): Promise<void>;
}

const NEWEST_QUARANTINED = 20;

/** Starts to publish at once. */
export function startRunner(options: RunnerOptions): Runner {
  const { publisher, source, journal, clock } = options;
  const { id, level } = publisher;
  const wanted = { limit: publisher.batchChanges, ...(level === undefined ? {} : { level }) };
  const stop = new AbortController();
  const failuresByKind: Partial<Record<FailureKind, number>> = {};
  let wake = new AbortController();
  let hurry = new AbortController();
  const idleWork = createIdleWork(options);
  let state: PublisherStatus['state'] = 'idle';
  let lastFailure: PublisherStatus['lastFailure'];
  let failures = 0;
  let nextAttemptAtMs: number | undefined;
  let behindSinceMs: number | undefined;
  let lagRows = 0;
  let takenRows = 0;
  /** Counts requests to send again, so that a batch under way does not move the cursor over one. */
  let resends = 0;

  const fail = async (failed: Problem) => {
    failures += 1;
    failuresByKind[failed.kind] = (failuresByKind[failed.kind] ?? 0) + 1;
    const { kind, reason, retryAfterMs } = failed;
    const waitMs = pauseMs(options.backoff, { kind, failures, retryAfterMs }, options.random);
    lastFailure = { kind, reason, atMs: clock() };
    nextAttemptAtMs = clock() + waitMs;
    state = 'waiting';
    options.hooks?.onFailure?.({ id, waitMs, failures, ...failed });
    hurry = new AbortController();
    if (!stop.signal.aborted) await nap(waitMs, hurry.signal);
    nextAttemptAtMs = undefined;
  };

  /** One batch. True when more may wait. */
  const turn = async (): Promise<boolean> => {
    const from = await source.cursor(id);
    const seenResends = resends;
    const changes = await source.changesSince(from, wanted);
    lagRows = changes.reduce((sum, { rows }) => sum + rows.length, 0);
    const last = changes.at(-1);
    if (last === undefined) {
      behindSinceMs = undefined;
      return false;
    }
    behindSinceMs ??= clock();
    state = 'sending';
    const startMs = clock();
    const isLast = changes.length < publisher.batchChanges;
    const outcome = await publisher.publish({ changes, isLast }, stop.signal);
    if (outcome.outcome === 'failed') {
      await fail(outcome);
      return true;
    }
    const { taken, refused } = outcome;
    if (!journal.settle({ publisherId: id, changes, refused, atMs: clock() })) {
      // What is set aside has its turn nevertheless, or nothing would ever go on.
      await idleTurn();
      await fail(problem('misconfigured', fullText(refused)));
      return true;
    }
    if (refused.length > 0) idleWork.setAside();
    // An operator of this or another process may have moved it back meanwhile: then it stays there.
    if (seenResends === resends && (await source.cursor(id)) === from)
      await source.setCursor(id, last.sequence);
    failures = 0;
    takenRows += taken;
    options.hooks?.onDelivered?.({ id, taken, refused: refused.length, elapsedMs: clock() - startMs });
    return true;
  };

  /** True when something was done that new changes may have waited for. */
  const idleTurn = async (): Promise<boolean> => {
    if (!idleWork.isDue()) return false;
    state = 'sending';
    const startMs = clock();
    const outcome = await idleWork.run(stop.signal);
    if (outcome.outcome === 'failed') {
      await fail(outcome);
      return true;
    }
    failures = 0;
    takenRows += outcome.taken;
    options.hooks?.onDelivered?.({ ...outcome, id, elapsedMs: clock() - startMs });
    return true;
  };

  const rest = async () => {
    if (state !== 'paused') state = 'idle';
    await nap(options.everyMs, wake.signal);
    wake = new AbortController();
  };

  const loop = async () => {
    while (!stop.signal.aborted) {
      try {
        if (journal.isPaused(id)) {
          state = 'paused';
          await rest();
          continue;
        }
        state = state === 'paused' ? 'idle' : state;
        if (!(await turn()) && !(await idleTurn())) await rest();
      } catch (error) {
        if (stop.signal.aborted) break;
        const reason = error instanceof Error ? error.message : String(error);
        await fail(problem('store', reason));
      }
    }
    state = 'stopped';
  };

  const quarantined = (): PublisherStatus['quarantined'] => {
    const rows = journal.quarantineSize(id);
    const newest = journal.quarantined(id, NEWEST_QUARANTINED);
    return { rows, newest, ...(rows === 0 ? {} : { nextTryAtMs: idleWork.refusedDueAtMs() }) };
  };

  const running = loop();
  return {
    id,
    wake: () => wake.abort(),
    tryNow() {
      idleWork.hurry();
      hurry.abort();
      wake.abort();
    },
    async status() {
      const lastSuccessAtMs = journal.lastSuccessMs(id);
      const listsKeptAtMs = idleWork.listsKeptAtMs();
      const isPaused = state !== 'stopped' && journal.isPaused(id);
      return {
        id,
        kind: publisher.kind,
        target: publisher.target,
        state: isPaused ? 'paused' : state,
        ...(lastFailure === undefined ? {} : { lastFailure }),
        failures,
        ...(nextAttemptAtMs === undefined ? {} : { nextAttemptAtMs }),
        cursor: await source.cursor(id),
        lagRows,
        lagSeconds: behindSinceMs === undefined ? 0 : Math.max(0, (clock() - behindSinceMs) / 1000),
        ...(lastSuccessAtMs === undefined ? {} : { lastSuccessAtMs }),
        ...(listsKeptAtMs === undefined ? {} : { listsKeptAtMs }),
        takenRows,
        failuresByKind: { ...failuresByKind },
        quarantined: quarantined(),
      };
    },
    async resend(sequence) {
      resends += 1;
      journal.resendLists(id);
      idleWork.hurry();
      await source.setCursor(id, sequence);
      wake.abort();
    },
    async close() {
      stop.abort();
      hurry.abort();
      wake.abort();
      await running;
      await publisher.close();
    },
  };
}

function fullText(refused: readonly Refusal[]): string {
  return (
    `${MOST_REFUSED} rows are set aside, no more are: this is no matter of single rows. The rest waits until the far ` +
    `side takes them. Last reason: ${refused.at(-1)?.reason ?? ''}`
  );
}

/** Waits, or is woken; either is fine. */
async function nap(ms: number, signal: AbortSignal): Promise<void> {
  await sleepFor(ms, undefined, { signal }).catch(() => undefined);
}
