/** Undo and redo of any value. Pure. */

/** What was, what is, and what was taken back. */
export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
}

/** Steps kept; more than anybody takes back by hand. */
const MOST_STEPS = 200;

/** A history that begins now. */
export function beginHistory<T>(present: T): History<T> {
  return { past: [], present, future: [] };
}

/** One step more; what was taken back is gone. The same value again is no step. */
export function recordStep<T>(history: History<T>, next: T): History<T> {
  if (JSON.stringify(next) === JSON.stringify(history.present)) return history;
  return { past: [...history.past, history.present].slice(-MOST_STEPS), present: next, future: [] };
}

/** One step back; unchanged at the beginning. */
export function undoStep<T>(history: History<T>): History<T> {
  const last = history.past.at(-1);
  if (last === undefined) return history;
  return { past: history.past.slice(0, -1), present: last, future: [history.present, ...history.future] };
}

/** One step forth; unchanged at the end. */
export function redoStep<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.present], present: next, future };
}
