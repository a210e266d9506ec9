/** Finds a wall clock that was set back under a running camera. */

/** Less than this is smoothed by the camera's own time stamps (`JUMP_US` of the anchor). */
const MOST_BACK_MS = 2_000;

/** Two clocks, ms. */
export interface Clocks {
  /** Wall clock. */
  readonly nowMs: () => number;
  /** A clock that nobody sets. */
  readonly steadyMs: () => number;
}

/** Each call answers whether the wall clock was set back by more than 2 s since the call before. */
export function createClockWatch({ nowMs, steadyMs }: Clocks): () => boolean {
  let before = { wallMs: nowMs(), steadyMs: steadyMs() };
  return () => {
    const now = { wallMs: nowMs(), steadyMs: steadyMs() };
    const lostMs = now.steadyMs - before.steadyMs - (now.wallMs - before.wallMs);
    before = now;
    return lostMs > MOST_BACK_MS;
  };
}
