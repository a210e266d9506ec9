/** Rows to be paired with columns. */
export interface AssignmentProblem {
  /** Row-major, at least `rowCount * columnCount` entries; `Infinity` forbids a pair. */
  readonly costs: Float64Array;
  readonly rowCount: number;
  readonly columnCount: number;
  /** Pairs that cost this much or more are no pairs. */
  readonly costLimit: number;
}

/** Solves one assignment after another in buffers it keeps. */
export interface AssignmentSolver {
  /**
   * Pairs rows with columns so that Σ (cost − `costLimit`) over the pairs is smallest: every pair costs less than
   * the limit, and a row stays alone when pairing it would make the whole worse.
   * @returns for each row its column or -1; a view that the next call overwrites.
   */
  solve(problem: AssignmentProblem): Int32Array;
}

/** Stands for "no column" inside the solver. */
const NONE = -1;

/**
 * Shortest augmenting paths (Jonker and Volgenant 1987, "A shortest augmenting path algorithm for dense and sparse
 * linear assignment problems"), O(rows² · (rows + columns)). Each row also owns a way out at the cost limit, as
 * `lapjv(extend_cost, cost_limit)` of the ByteTrack reference does, so gating is part of the optimum and not a
 * filter after it.
 */
export function createAssignmentSolver(): AssignmentSolver {
  let capacity = 0;
  let buffers = allocate(0);

  return {
    solve(problem) {
      const { rowCount, columnCount } = problem;
      const width = columnCount + rowCount;
      if (width + 1 > capacity) {
        capacity = 2 * (width + 1);
        buffers = allocate(capacity);
      }
      buffers.rowOfColumn.fill(NONE, 0, width);
      buffers.rowPotential.fill(0, 0, rowCount);
      buffers.columnPotential.fill(0, 0, width);
      for (let row = 0; row < rowCount; row++) augment(buffers, problem, row);
      return readColumns(buffers, problem);
    },
  };
}

interface Buffers {
  readonly rowPotential: Float64Array;
  readonly columnPotential: Float64Array;
  /** Length of the shortest known path from the row being placed to each column. */
  readonly distance: Float64Array;
  /** The column before each column on that path. */
  readonly previous: Int32Array;
  readonly rowOfColumn: Int32Array;
  readonly isDone: Uint8Array;
  readonly columnOfRow: Int32Array;
}

function allocate(size: number): Buffers {
  return {
    rowPotential: new Float64Array(size),
    columnPotential: new Float64Array(size),
    distance: new Float64Array(size),
    previous: new Int32Array(size),
    rowOfColumn: new Int32Array(size),
    isDone: new Uint8Array(size),
    columnOfRow: new Int32Array(size),
  };
}

/** Column `columnCount + r` is the way out of row r alone. */
function costOf(problem: AssignmentProblem, row: number, column: number): number {
  if (column >= problem.columnCount) {
    return column - problem.columnCount === row ? problem.costLimit : Number.POSITIVE_INFINITY;
  }
  const cost = problem.costs[row * problem.columnCount + column]!;
  return cost < problem.costLimit ? cost : Number.POSITIVE_INFINITY;
}

/** Places one more row by the cheapest chain of moves; its own way out guarantees that there is one. */
function augment(buffers: Buffers, problem: AssignmentProblem, newRow: number): void {
  const { rowPotential, columnPotential, distance, previous, rowOfColumn, isDone } = buffers;
  const width = problem.columnCount + problem.rowCount;
  distance.fill(Number.POSITIVE_INFINITY, 0, width);
  isDone.fill(0, 0, width);
  let row = newRow;
  let column = NONE;
  let reached = 0;
  while (row !== NONE) {
    let nearest = NONE;
    for (let next = 0; next < width; next++) {
      if (isDone[next]) continue;
      const length = reached + costOf(problem, row, next) - rowPotential[row]! - columnPotential[next]!;
      if (length < distance[next]!) {
        distance[next] = length;
        previous[next] = column;
      }
      if (nearest === NONE || distance[next]! < distance[nearest]!) nearest = next;
    }
    column = nearest;
    reached = distance[column]!;
    isDone[column] = 1;
    row = rowOfColumn[column]!;
  }
  rowPotential[newRow]! += reached;
  for (let done = 0; done < width; done++) {
    if (!isDone[done] || rowOfColumn[done] === NONE) continue;
    const slack = reached - distance[done]!;
    rowPotential[rowOfColumn[done]!]! += slack;
    columnPotential[done]! -= slack;
  }
  while (column !== NONE) {
    const before = previous[column]!;
    rowOfColumn[column] = before === NONE ? newRow : rowOfColumn[before]!;
    column = before;
  }
}

function readColumns(buffers: Buffers, { rowCount, columnCount }: AssignmentProblem): Int32Array {
  const columnOfRow = buffers.columnOfRow.fill(NONE, 0, rowCount);
  for (let column = 0; column < columnCount; column++) {
    const row = buffers.rowOfColumn[column]!;
    if (row !== NONE) columnOfRow[row] = column;
  }
  return columnOfRow.subarray(0, rowCount);
}
