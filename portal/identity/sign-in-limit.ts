/** Slows down who guesses passwords: by name and by address, without locking a name's owner out for long. */

/** Wrong passwords that are free. */
const FREE_FAILURES = 5;
const FIRST_WAIT_MS = 2_000;
/** Long enough to make guessing hopeless (96 a day), short enough to wait for. */
const LONGEST_WAIT_MS = 15 * 60_000;
/** A key without failures for so long starts anew. */
const FORGET_MS = 24 * 3_600_000;
/** Bounds the memory an attacker with many addresses can take. */
const MAX_KEYS = 10_000;

interface Failures {
  count: number;
  lastAtMs: number;
}

/** How long a sign-in must wait, and what became of it. Keys are names and addresses; nothing of them is kept on disk. */
export interface SignInLimit {
  /** Milliseconds until the next try is allowed, 0 for now; the longest of the keys. */
  waitMs(keys: readonly string[], nowMs: number): number;
  failed(keys: readonly string[], nowMs: number): void;
  /** Takes back this try's failure of every key, and all failures of `owned`: an address is shared, a name is not. */
  succeeded(keys: readonly string[], owned: string): void;
}

export function createSignInLimit(): SignInLimit {
  const failures = new Map<string, Failures>();
  const waitOf = (key: string, nowMs: number): number => {
    const known = failures.get(key);
    if (known === undefined || known.count < FREE_FAILURES || nowMs - known.lastAtMs > FORGET_MS) return 0;
    const wait = Math.min(FIRST_WAIT_MS * 2 ** (known.count - FREE_FAILURES), LONGEST_WAIT_MS);
    return Math.max(0, known.lastAtMs + wait - nowMs);
  };
  return {
    waitMs: (keys, nowMs) => Math.max(0, ...keys.map((key) => waitOf(key, nowMs))),
    failed(keys, nowMs) {
      for (const key of keys) {
        const known = failures.get(key);
        const count = known === undefined || nowMs - known.lastAtMs > FORGET_MS ? 1 : known.count + 1;
        failures.delete(key);
        failures.set(key, { count, lastAtMs: nowMs });
      }
      // A Map remembers its order: the first are those that failed longest ago.
      for (const key of failures.keys()) {
        if (failures.size <= MAX_KEYS) break;
        failures.delete(key);
      }
    },
    succeeded(keys, owned) {
      for (const key of keys) {
        const known = failures.get(key);
        if (known !== undefined) known.count -= 1;
      }
      failures.delete(owned);
    },
  };
}
