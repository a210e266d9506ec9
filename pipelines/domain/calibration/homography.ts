/**
 * Plane projective maps (Hartley & Zisserman, *Multiple View Geometry*, 2nd ed., ch. 2 and 4): what a pinhole camera
 * does to flat ground. Lens distortion is not part of it.
 */
import type { Point } from '../types.ts';

/** Row-major 3×3, scaled so that the projective weight is positive on the side of the points it was fitted to. */
export type Homography = readonly number[];

/** A place in the one plane and in the other. */
export interface PointPair {
  readonly from: Point;
  readonly to: Point;
}

/** Weights change by less than rounding after four rounds for any layout a camera can see. */
const REWEIGHTING_ROUNDS = 6;

/** Where a point goes; undefined at and beyond the horizon. */
export function project(map: Homography, { x, y }: Point): Point | undefined {
  const weight = map[6]! * x + map[7]! * y + map[8]!;
  if (!(weight > 0)) return undefined;
  return {
    x: (map[0]! * x + map[1]! * y + map[2]!) / weight,
    y: (map[3]! * x + map[4]! * y + map[5]!) / weight,
  };
}

/** The map back, by the adjugate; undefined for a map that squeezes the plane into a line. */
export function inverse(map: Homography): Homography | undefined {
  const [a, b, c, d, e, f, g, h, i] = map as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const adjugate = [
    ...[e * i - f * h, c * h - b * i, b * f - c * e],
    ...[f * g - d * i, a * i - c * g, c * d - a * f],
    ...[d * h - e * g, b * g - a * h, a * e - b * d],
  ];
  const determinant = a * adjugate[0]! + b * adjugate[3]! + c * adjugate[6]!;
  if (determinant === 0 || !Number.isFinite(determinant)) return undefined;
  return adjugate.map((value) => value / determinant);
}

/**
 * The map that takes every `from` as near as it can to its `to`: exact for four pairs in general position, least
 * squares of the distances in the plane of `to` for more (linear fit in coordinates about the centroids, reweighted by
 * the projective weights). Undefined when the pairs fix no map, or when some lie beyond the horizon of others.
 */
export function fitHomography(pairs: readonly PointPair[]): Homography | undefined {
  const from = normalisation(pairs.map((pair) => pair.from));
  const to = normalisation(pairs.map((pair) => pair.to));
  if (from === undefined || to === undefined) return undefined;
  const centred = pairs.map((pair) => ({ from: from.apply(pair.from), to: to.apply(pair.to) }));
  const unit = fitCentred(centred);
  if (unit === undefined) return undefined;
  const map = multiply(to.inverse, multiply(unit, from.matrix));
  return pairs.every((pair) => project(map, pair.from) !== undefined) ? map : undefined;
}

/**
 * The ninth entry may be 1, because the centroid lies among the points and so on their side of the horizon.
 */
function fitCentred(pairs: readonly PointPair[]): Homography | undefined {
  let solution: readonly number[] | undefined;
  for (let round = 0; round < REWEIGHTING_ROUNDS; round++) {
    const rows = pairs.flatMap(({ from: { x, y }, to }) => {
      const weight = solution === undefined ? 1 : solution[6]! * x + solution[7]! * y + 1;
      const scaled = (row: number[]) => row.map((value) => value / weight);
      return [
        scaled([x, y, 1, 0, 0, 0, -to.x * x, -to.x * y, to.x]),
        scaled([0, 0, 0, x, y, 1, -to.y * x, -to.y * y, to.y]),
      ];
    });
    solution = leastSquares(rows);
    if (solution === undefined) return undefined;
  }
  return solution === undefined ? undefined : [...solution, 1];
}

/** Moves the centroid to the origin and makes the mean square of a coordinate 1, for well-conditioned equations. */
function normalisation(points: readonly Point[]) {
  const x = points.reduce((sum, point) => sum + point.x, 0) / points.length;
  const y = points.reduce((sum, point) => sum + point.y, 0) / points.length;
  const squares = points.reduce((sum, point) => sum + (point.x - x) ** 2 + (point.y - y) ** 2, 0);
  const size = Math.sqrt(squares / points.length / 2);
  if (!(size > 0 && Number.isFinite(size))) return undefined;
  return {
    apply: (point: Point): Point => ({ x: (point.x - x) / size, y: (point.y - y) / size }),
    matrix: [1 / size, 0, -x / size, 0, 1 / size, -y / size, 0, 0, 1],
    inverse: [size, 0, x, 0, size, y, 0, 0, 1],
  };
}

function multiply(a: Homography, b: Homography): Homography {
  return Array.from({ length: 9 }, (_, i) => {
    const row = i - (i % 3);
    const column = i % 3;
    return a[row]! * b[column]! + a[row + 1]! * b[column + 3]! + a[row + 2]! * b[column + 6]!;
  });
}

/** Rows are coefficients and right-hand side; solved by the normal equations. */
function leastSquares(rows: readonly (readonly number[])[]): number[] | undefined {
  const unknowns = (rows[0]?.length ?? 1) - 1;
  const normal = Array.from({ length: unknowns }, (_, i) =>
    Array.from({ length: unknowns + 1 }, (__, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
  );
  return solve(normal);
}

/** Below this share of the largest pivot an equation says nothing of its own. */
const SMALLEST_PIVOT = 1e-12;

/** Gauss-Jordan elimination with partial pivoting, in place. */
function solve(matrix: number[][]): number[] | undefined {
  const size = matrix.length;
  let largest = 0;
  for (let column = 0; column < size; column++) {
    let best = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(matrix[row]![column]!) > Math.abs(matrix[best]![column]!)) best = row;
    }
    const pivotRow = matrix[best]!;
    const pivot = pivotRow[column]!;
    largest = Math.max(largest, Math.abs(pivot));
    if (!(Math.abs(pivot) > SMALLEST_PIVOT * largest)) return undefined;
    matrix[best] = matrix[column]!;
    matrix[column] = pivotRow;
    for (const [row, values] of matrix.entries()) {
      if (row !== column) subtractScaled(values, pivotRow, values[column]! / pivot);
    }
  }
  return matrix.map((row, i) => row[size]! / row[i]!);
}

function subtractScaled(target: number[], row: readonly number[], factor: number): void {
  for (let j = 0; j < target.length; j++) target[j] = target[j]! - factor * row[j]!;
}
