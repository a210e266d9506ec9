/** Upkeep in small transactions: one pass over what waits. */
import { setImmediate } from 'node:timers/promises';
import type { StoreUpkeep } from './store.ts';

/** Camera hours of one transaction: a few ten milliseconds, in which nobody else writes these hours. */
const HOURS_AT_ONCE = 50;

/** Of each pass the instant that is taken for now, and what ends it between two transactions. */
export interface Pass {
  readonly nowUs: number;
  readonly signal: AbortSignal;
}

/**
 * Brings the levels up to date with what is stored when it begins. Hours that get new records meanwhile wait for the next
 * pass: while a backlog comes in they would be computed over and over, and the slower the writers got by that, the more
 * often.
 */
export async function rollUpPass(store: Pick<StoreUpkeep, 'rollUp'>, { nowUs, signal }: Pass): Promise<void> {
  let left = await store.rollUp({ nowUs, limit: HOURS_AT_ONCE });
  for (let due = left; due > 0 && left > 0 && !signal.aborted; due -= HOURS_AT_ONCE) {
    left = await store.rollUp({ nowUs, limit: HOURS_AT_ONCE });
  }
}

/** Spans of one transaction: some ten milliseconds of SQLite, which runs in this thread and has one writer. */
const SPANS_AT_ONCE = 20;
/** Transactions of one pass: the day of a hundred cameras is four passes, and nothing else waits long. */
const GATHERINGS = 5;

/** Gathers a little of what is over; the rest waits for the next pass. */
export async function gatherPass(store: Pick<StoreUpkeep, 'gather'>, { nowUs, signal }: Pass): Promise<void> {
  for (let i = 0; i < GATHERINGS && !signal.aborted; i += 1) {
    if ((await store.gather({ nowUs, limit: SPANS_AT_ONCE })) < SPANS_AT_ONCE) return;
    // Statements of SQLite run in this thread: readers have their turn after each transaction.
    await setImmediate();
  }
}
