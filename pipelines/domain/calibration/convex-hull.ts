/** Convex hulls in any plane: picture units or metres. */
import { signedSide } from '../geometry.ts';
import type { Point } from '../types.ts';

/** Corners of the smallest convex polygon around the points, points on its edges left out (Andrew 1979). */
export function convexHull(points: readonly Point[]): readonly Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  return [...halfHull(sorted), ...halfHull([...sorted].reverse())];
}

/** One side of the hull without its last corner, which the other side begins with. */
function halfHull(sorted: readonly Point[]): Point[] {
  const hull: Point[] = [];
  for (const point of sorted) {
    while (hull.length >= 2 && signedSide({ from: hull.at(-2)!, to: hull.at(-1)! }, point) <= 0) hull.pop();
    hull.push(point);
  }
  hull.pop();
  return hull;
}

/** The polygon stretched by `1 + margin` from the middle of its corners. */
export function stretched(polygon: readonly Point[], margin: number): readonly Point[] {
  const x = polygon.reduce((sum, point) => sum + point.x, 0) / polygon.length;
  const y = polygon.reduce((sum, point) => sum + point.y, 0) / polygon.length;
  const factor = 1 + margin;
  return polygon.map((point) => ({ x: x + (point.x - x) * factor, y: y + (point.y - y) * factor }));
}

/** How far a polygon reaches across a direction, in the units of its plane; `direction` has any length but 0. */
export function extentAcrossDirection(polygon: readonly Point[], direction: Point): number {
  const length = Math.sqrt(direction.x ** 2 + direction.y ** 2);
  const places = polygon.map((point) => (direction.x * point.y - direction.y * point.x) / length);
  return Math.max(...places) - Math.min(...places);
}
