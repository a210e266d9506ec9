/** How long to leave a far side alone after failures. */
import type { FailureKind } from './publisher.ts';

/** Exponential with full jitter, so that many publishers do not come back at once. */
export interface Backoff {
  readonly initialMs: number;
  readonly maxMs: number;
  /**
   * Least pause after a request that got no answer in time: it may still be running over there, and must not overtake
   * the one sent after it. CKAN's own limit for a statement is 60 s.
   */
  readonly afterTimeoutMs: number;
}

/** RELIABILITY.md §1.4. */
export const DEFAULT_BACKOFF: Backoff = { initialMs: 1000, maxMs: 300_000, afterTimeoutMs: 60_000 };

/** A Retry-After beyond this is taken for a mistake. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/** The failure that a pause follows. */
export interface LastFailure {
  readonly kind: FailureKind;
  /** In a row, at least 1. */
  readonly failures: number;
  readonly retryAfterMs?: number | undefined;
}

/** The pause, ms: random between half of and the whole ceiling, and never shorter than asked for. */
export function pauseMs(backoff: Backoff, failure: LastFailure, random: () => number): number {
  const ceiling = Math.min(backoff.maxMs, backoff.initialMs * 2 ** Math.min(failure.failures - 1, 30));
  const asked = Math.min(failure.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS);
  const floor = failure.kind === 'timeout' ? backoff.afterTimeoutMs : 0;
  return Math.round(Math.max(ceiling * (0.5 + random() / 2), asked, floor));
}
