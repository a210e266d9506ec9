import fc from 'fast-check';
import { munkres } from 'munkres';
import { describe, expect, it } from 'vitest';
import {
  type AssignmentProblem,
  createAssignmentSolver,
} from '../../../pipelines/domain/track/assignment.ts';

type Costs = readonly (readonly number[])[];

function problem(costs: Costs, costLimit: number): AssignmentProblem {
  const columnCount = costs[0]?.length ?? 0;
  return { costs: Float64Array.from(costs.flat()), rowCount: costs.length, columnCount, costLimit };
}

function solve(costs: Costs, costLimit: number): number[] {
  return [...createAssignmentSolver().solve(problem(costs, costLimit))];
}

/** What the solver promises to make smallest. */
function excess(costs: Costs, columnOfRow: readonly number[], costLimit: number): number {
  return columnOfRow.reduce(
    (sum, column, row) => sum + (column < 0 ? 0 : costs[row]![column]! - costLimit),
    0,
  );
}

/** Tries every way to pair rows with columns. */
function bestExcess(costs: Costs, costLimit: number, row = 0, taken: readonly number[] = []): number {
  if (row === costs.length) return 0;
  let best = bestExcess(costs, costLimit, row + 1, taken);
  for (const [column, cost] of costs[row]!.entries()) {
    if (taken.includes(column) || cost >= costLimit) continue;
    best = Math.min(best, cost - costLimit + bestExcess(costs, costLimit, row + 1, [...taken, column]));
  }
  return best;
}

const matrixOf = (rows: number, columns: number, cost: fc.Arbitrary<number>) =>
  fc.array(fc.array(cost, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows });
const anyMatrix = (maxSize: number, cost: fc.Arbitrary<number>) =>
  fc
    .tuple(fc.integer({ min: 1, max: maxSize }), fc.integer({ min: 1, max: maxSize }))
    .chain(([r, c]) => matrixOf(r, c, cost));

describe('assignment', () => {
  it.each([
    ['no rows', [], 1, []],
    ['no columns', [[], []], 1, [-1, -1]],
    ['one pair', [[0.2]], 1, [0]],
    ['a pair at the limit stays apart', [[1]], 1, [-1]],
    [
      'the greedy choice would cost more in all',
      [
        [0.1, 0.2],
        [0.2, 0.9],
      ],
      1,
      [1, 0],
    ],
    [
      'two pairs beat one better pair',
      [
        [0.1, 0.8],
        [0.3, Number.POSITIVE_INFINITY],
      ],
      1,
      [1, 0],
    ],
    [
      'one good pair beats two at the gate',
      [
        [0.1, 0.95],
        [0.99, Number.POSITIVE_INFINITY],
      ],
      1,
      [0, -1],
    ],
    ['all forbidden', [[Number.POSITIVE_INFINITY, 5]], 1, [-1]],
    ['more rows than columns', [[0.5], [0.1], [0.7]], 1, [-1, 0, -1]],
  ])('%s', (_, costs, costLimit, expected) => {
    expect(solve(costs, costLimit)).toEqual(expected);
  });

  it('is as good as trying everything, with gates', () => {
    const cost = fc.oneof(
      fc.integer({ min: 0, max: 20 }).map((value) => value / 16),
      fc.constant(Number.POSITIVE_INFINITY),
    );
    fc.assert(
      fc.property(anyMatrix(5, cost), (costs) => {
        const columnOfRow = solve(costs, 1);
        const used = columnOfRow.filter((column) => column >= 0);
        expect(new Set(used).size).toBe(used.length);
        for (const [row, column] of columnOfRow.entries())
          if (column >= 0) expect(costs[row]![column]).toBeLessThan(1);
        expect(excess(costs, columnOfRow, 1)).toBeCloseTo(bestExcess(costs, 1), 9);
      }),
      { numRuns: 300 },
    );
  });

  it('costs what munkres 2.0.4 finds when nothing is gated', () => {
    fc.assert(
      fc.property(anyMatrix(12, fc.double({ min: 0, max: 1, noNaN: true })), (costs) => {
        const reference = munkres(costs.map((row) => [...row])).reduce(
          (sum, [row, column]) => sum + costs[row]![column]!,
          0,
        );
        const columnOfRow = solve(costs, 1000);
        const total = columnOfRow.reduce(
          (sum, column, row) => sum + (column < 0 ? 0 : costs[row]![column]!),
          0,
        );
        expect(columnOfRow.filter((column) => column >= 0)).toHaveLength(
          Math.min(costs.length, costs[0]!.length),
        );
        expect(total).toBeCloseTo(reference, 9);
      }),
      { numRuns: 200 },
    );
  });

  it('gives one solver’s answers independent of what it solved before', () => {
    const solver = createAssignmentSolver();
    fc.assert(
      fc.property(anyMatrix(8, fc.double({ min: 0, max: 1.2, noNaN: true })), (costs) => {
        expect([...solver.solve(problem(costs, 1))]).toEqual(solve(costs, 1));
      }),
    );
  });
});
