/** How many records one request to the portal carries: more while a backlog waits and the portal keeps up. Pure. */

/** The size of the next batch, and what is learnt of the last one. */
export interface BatchSize {
  /** Records of the next request. */
  rows(): number;
  /** A request got through, `elapsedMs` after it was begun. */
  took(request: { readonly rows: number; readonly elapsedMs: number }): void;
  /** A request of so many records was too large, or had no answer in time. */
  failed(rows: number): void;
}

/** Records of a batch at first: a live worker hardly has more at once. */
export const FIRST_BATCH_ROWS = 200;
/** The portal's API takes no more at once (`MAX_BATCH_RECORDS` there). */
export const MOST_BATCH_ROWS = 1000;
/** Halving ends here: so few records are no size that fails, the portal is away. */
const LEAST_BATCH_ROWS = 25;
/** Of the time limit: then even a batch twice as large takes a fifth of it. */
const QUICK_SHARE = 0.1;
/** So many quick full batches in a row come before a size that has failed is tried again. */
const QUICK_AFTER_FAILURE = 10;

/** Starts at 200, doubles up to 1000 while full batches are answered within a tenth of `timeoutMs`, halves on failure, down to 25. */
export function createBatchSize(timeoutMs: number): BatchSize {
  let rows = FIRST_BATCH_ROWS;
  let failedRows = Number.POSITIVE_INFINITY;
  let quickInARow = 0;
  return {
    rows: () => rows,
    took(request) {
      // One that was not full says that no backlog waits, not how a larger one would fare.
      if (request.rows < rows) return;
      if (rows >= failedRows) failedRows = Number.POSITIVE_INFINITY;
      quickInARow = request.elapsedMs <= timeoutMs * QUICK_SHARE ? quickInARow + 1 : 0;
      const larger = Math.min(MOST_BATCH_ROWS, rows * 2);
      if (quickInARow < (larger >= failedRows ? QUICK_AFTER_FAILURE : 1)) return;
      rows = larger;
      quickInARow = 0;
    },
    failed(sent) {
      if (sent <= LEAST_BATCH_ROWS) return;
      failedRows = sent;
      rows = Math.max(LEAST_BATCH_ROWS, Math.ceil(Math.min(sent, rows) / 2));
      quickInARow = 0;
    },
  };
}
