/** One pass of the roll-up over everything that waits. */
import type { StoreUpkeep } from './store.ts';

/** Camera hours of one transaction: a few ten milliseconds, in which nobody else writes these hours. */
const HOURS_AT_ONCE = 50;

/**
 * Brings the levels up to date with what is stored when it begins. Hours that get new records meanwhile wait for the next
 * pass: while a backlog comes in they would be computed over and over, and the slower the writers got by that, the more
 * often. `signal` ends it between two transactions.
 */
export async function rollUpPass(
  store: Pick<StoreUpkeep, 'rollUp'>,
  { nowUs, signal }: { readonly nowUs: number; readonly signal: AbortSignal },
): Promise<void> {
  let left = await store.rollUp({ nowUs, limit: HOURS_AT_ONCE });
  for (let due = left; due > 0 && left > 0 && !signal.aborted; due -= HOURS_AT_ONCE) {
    left = await store.rollUp({ nowUs, limit: HOURS_AT_ONCE });
  }
}
