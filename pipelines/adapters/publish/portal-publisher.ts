/** Drains the outbox into the portal for ever: batches that fit the portal's pace, retries, a pause when it is down. */
import { setTimeout as sleepFor } from 'node:timers/promises';
import { createBatchSize, FIRST_BATCH_ROWS } from './batch-size.ts';
import type { Outbox, OutboxRow } from './outbox.ts';
import {
  createPortalClient,
  DEFAULT_TIMEOUT_MS,
  type Delivery,
  type PortalClientOptions,
} from './portal-client.ts';

/** How the far side does, as seen last. */
export type PublisherState =
  | { readonly status: 'idle' | 'sending' }
  /** Rows are kept; `reason` is for the operator. */
  | { readonly status: 'unavailable' | 'unauthorised'; readonly reason: string; readonly failures: number };

/** Told as things happen, for metrics and logs; must not throw. */
export interface PublisherHooks {
  readonly onDelivered?: (counts: {
    rows: number;
    unchanged: number;
    fenced: number;
    elapsedMs: number;
  }) => void;
  readonly onRefused?: (row: OutboxRow, reason: string) => void;
  readonly onPause?: (pause: {
    reason: string;
    waitMs: number;
    failures: number;
    isUnauthorised: boolean;
  }) => void;
  /** The outbox itself failed (its disk is full, say); the loop goes on after `waitMs`, which doubles from fault to fault. */
  readonly onFault?: (error: unknown, waitMs: number) => void;
}

/** Settings of `createPortalPublisher`. */
export interface PublisherOptions extends PortalClientOptions {
  readonly outbox: Outbox;
  /** Unique among the publishers of the outbox file. */
  readonly publisherId: string;
  /** 0 ≤ x < 1, for the jitter of pauses. */
  readonly random: () => number;
  /** Longest time a row waits for company, default 2 s. */
  readonly batchWaitMs?: number;
  readonly backoff?: Backoff;
  readonly hooks?: PublisherHooks;
}

/** Exponential with full jitter: a pause is random between 0 and `initialMs * 2^(failures-1)`, at most `maxMs`. */
export interface Backoff {
  readonly initialMs: number;
  readonly maxMs: number;
  /** From this many failures in a row on, never less than `breakerPauseMs`. */
  readonly breakerFailures: number;
  readonly breakerPauseMs: number;
}

/** A running publisher. */
export interface PortalPublisher {
  /** Sends what waits without waiting for company. Does not shorten a pause. */
  hurry(): void;
  /** To be called after rows were added: a full batch does not wait for company. */
  added(): void;
  state(): PublisherState;
  /** Stops; a batch under way is given back unsent. Rows stay in the outbox. */
  close(): Promise<void>;
}

const DEFAULT_BACKOFF: Backoff = {
  initialMs: 500,
  maxMs: 60_000,
  breakerFailures: 5,
  breakerPauseMs: 30_000,
};
/** A Retry-After beyond this is taken for a mistake. */
const MAX_RETRY_AFTER_MS = 600_000;

/** The pause after `failures` failures in a row; never shorter than the portal asked for. */
export function pauseMs(
  backoff: Backoff,
  failures: number,
  random: () => number,
  retryAfterMs: number | undefined,
): number {
  const ceiling = Math.min(backoff.maxMs, backoff.initialMs * 2 ** Math.min(failures - 1, 30));
  const floor = failures >= backoff.breakerFailures ? backoff.breakerPauseMs : 0;
  const asked = Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS);
  return Math.round(Math.max(random() * ceiling, floor, asked));
}

/** Starts to publish at once. */
export function createPortalPublisher(options: PublisherOptions): PortalPublisher {
  const { outbox, hooks = {}, batchWaitMs = 2000, requestTimeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const backoff = options.backoff ?? DEFAULT_BACKOFF;
  const client = createPortalClient(options);
  const stop = new AbortController();
  const claimMs = 3 * requestTimeoutMs;
  const batchSize = createBatchSize(requestTimeoutMs);
  let state: PublisherState = { status: 'idle' };
  let failures = 0;
  let wake = new AbortController();

  /** Sends rows, halving a refused batch until the bad row stands alone. True when none has to be sent again. */
  const deliver = async (rows: readonly OutboxRow[]): Promise<Delivered> => {
    const startMs = options.clock();
    const result = await client.send(
      rows.map(({ fence, observation }) => ({ fence, observation })),
      stop.signal,
    );
    if (result.outcome === 'accepted') {
      const elapsedMs = options.clock() - startMs;
      batchSize.took({ rows: rows.length, elapsedMs });
      outbox.confirm(rows);
      hooks.onDelivered?.({
        rows: rows.length,
        elapsedMs,
        unchanged: result.unchanged,
        fenced: result.fenced,
      });
      return { isDone: true };
    }
    if (isOfSize(result)) batchSize.failed(rows.length);
    if (result.outcome !== 'refused') return { isDone: false, problem: result };
    if (rows.length === 1) {
      outbox.refuse(rows[0]!, result.reason);
      hooks.onRefused?.(rows[0]!, result.reason);
      return { isDone: true };
    }
    const middle = Math.ceil(rows.length / 2);
    const first = await deliver(rows.slice(0, middle));
    return first.isDone ? deliver(rows.slice(middle)) : first;
  };

  /** Everything that waits, until the outbox is empty or the far side fails. */
  const drain = async (): Promise<Delivered> => {
    for (;;) {
      const rows = outbox.claim(options.publisherId, batchSize.rows(), claimMs);
      if (rows.length === 0) return { isDone: true };
      // Trouble stays visible until a batch gets through.
      if (state.status === 'idle') state = { status: 'sending' };
      try {
        const delivered = await deliver(rows);
        if (!delivered.isDone) return delivered;
        failures = 0;
        state = { status: 'sending' };
      } finally {
        // Delivered rows are gone by now, so this gives back only what is left.
        outbox.release(rows);
      }
    }
  };

  const pause = async (problem: Problem) => {
    failures += 1;
    const isUnauthorised = problem.outcome === 'unauthorised';
    const retryAfterMs = 'retryAfterMs' in problem ? problem.retryAfterMs : undefined;
    const waitMs = pauseMs(backoff, failures, options.random, retryAfterMs);
    state = { status: problem.outcome, reason: problem.reason, failures };
    hooks.onPause?.({ reason: problem.reason, waitMs, failures, isUnauthorised });
    await sleepFor(waitMs, undefined, { signal: stop.signal });
  };

  const turn = async () => {
    await nap(batchWaitMs, wake.signal);
    stop.signal.throwIfAborted();
    wake = new AbortController();
    const drained = await drain();
    if (drained.isDone) state = { status: 'idle' };
    else await pause(drained.problem);
  };

  const loop = async () => {
    let faults = 0;
    while (!stop.signal.aborted) {
      try {
        await turn();
        faults = 0;
      } catch (error) {
        if (stop.signal.aborted) return;
        faults += 1;
        const waitMs = pauseMs(backoff, faults, () => 1, undefined);
        hooks.onFault?.(error, waitMs);
        await nap(waitMs, stop.signal);
      }
    }
  };

  const running = loop();
  return {
    hurry: () => wake.abort(),
    state: () => state,
    added() {
      if (outbox.level().rows >= FIRST_BATCH_ROWS) wake.abort();
    },
    async close() {
      stop.abort();
      wake.abort();
      await running;
      await client.close();
    },
  };
}

/** True for what a smaller batch may get round. */
function isOfSize(result: Delivery): boolean {
  if (result.outcome === 'refused') return result.isTooLarge;
  return result.outcome === 'unavailable' && result.isTimeout;
}

interface Problem {
  readonly outcome: 'unavailable' | 'unauthorised';
  readonly reason: string;
  readonly retryAfterMs?: number;
}

type Delivered = { readonly isDone: true } | { readonly isDone: false; readonly problem: Problem };

/** Waits, or is woken; either is fine. */
async function nap(ms: number, signal: AbortSignal): Promise<void> {
  await sleepFor(ms, undefined, { signal }).catch(() => undefined);
}
