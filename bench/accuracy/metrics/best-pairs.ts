import { createAssignmentSolver } from '../../../pipelines/domain/track/assignment.ts';

/** A row and a column that belong together. */
export interface Pair {
  readonly row: number;
  readonly column: number;
}

/** Scores of every row with every column, row-major; 0 or less forbids a pair. */
export interface ScoreTable {
  readonly scores: Float64Array;
  readonly rowCount: number;
  readonly columnCount: number;
}

/**
 * The one-to-one pairing with the largest sum of scores, as `linear_sum_assignment` of the reference implementation
 * gives it; solved by the tracker's own optimal assignment, costs being what is missing to the best score.
 */
export function bestPairs({ scores, rowCount, columnCount }: ScoreTable): Pair[] {
  if (rowCount === 0 || columnCount === 0) return [];
  const best = scores.reduce((most, score) => Math.max(most, score), 0);
  if (best <= 0) return [];
  const columnOfRow = createAssignmentSolver().solve({
    costs: scores.map((score) => (score > 0 ? best - score : Number.POSITIVE_INFINITY)),
    rowCount,
    columnCount,
    costLimit: best,
  });
  return [...columnOfRow].flatMap((column, row) => (column < 0 ? [] : [{ row, column }]));
}
