/** When to try a lost camera again. Pure; chance is injected. */
import { AnalysisError, type ErrorCode } from '../../errors.ts';

/** Waiting times in milliseconds. */
export interface ReconnectPolicy {
  /** Longest wait before the first retry; doubles from retry to retry. */
  readonly firstMs: number;
  readonly maxMs: number;
  /** After a refused password: cameras lock the account on more. */
  readonly authFailedMs: number;
  /** A connection that gave pictures for this long starts the doubling anew. */
  readonly healthyMs: number;
}

/** RELIABILITY §6. */
export const RECONNECT_POLICY: ReconnectPolicy = {
  firstMs: 1_000,
  maxMs: 60_000,
  authFailedMs: 300_000,
  healthyMs: 60_000,
};

/**
 * Exponential back-off with full jitter (M. Brooker, "Exponential Backoff And Jitter", AWS 2015): anywhere below the
 * doubled limit, so that the cameras of a dead switch don't come back in step. A tenth of `firstMs` is the floor.
 *
 * @param failures consecutive failures, from 1
 * @param random 0..1
 */
export function reconnectDelayMs(policy: ReconnectPolicy, failures: number, random: number): number {
  const limitMs = Math.min(policy.maxMs, policy.firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.max(policy.firstMs / 10, random * limitMs);
}

/** How the operator sees a camera. */
export type LiveState =
  | 'connecting'
  | 'live'
  /** Connected, but no picture comes or the picture is frozen. */
  | 'stalled'
  | 'auth-failed'
  | 'unreachable'
  /** Its address or what it sends is not allowed. */
  | 'refused';

/** These can't be mended by waiting a second or a minute; they wait like a refused password. */
const REFUSED: readonly ErrorCode[] = [
  'source-refused',
  'source-too-large',
  'source-too-small',
  'source-not-video',
  'source-no-video-stream',
];
/** The worker's own fault, the same for every camera: it must be seen, not retried. */
const FATAL: readonly ErrorCode[] = ['ffmpeg-missing', 'config-invalid'];

/** What a failed connection means; undefined for a fault that no reconnect can mend and that must be thrown on. */
export function judgeFailure(cause: unknown): { state: LiveState; reason: string } | undefined {
  if (!(cause instanceof AnalysisError)) return undefined;
  if (FATAL.includes(cause.code)) return undefined;
  if (cause.code === 'source-auth-failed') return { state: 'auth-failed', reason: cause.message };
  if (REFUSED.includes(cause.code)) return { state: 'refused', reason: cause.message };
  return { state: 'unreachable', reason: cause.message };
}
