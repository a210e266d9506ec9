/** Where a hand that is nearly right is put, and which way a line counts. Pure, in normalised coordinates. */
import type { Segment } from '../../../../../pipelines/domain/geometry.ts';
import type { Point } from '../../../../../pipelines/domain/types.ts';
import { type Drawing, isSameShape, pointsOf, type ShapeKey, shapeKeys } from './drawing.ts';

/** Width and height of the picture in any one unit. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/**
 * The nearest of `targets` within reach, else the point with each axis put on a near edge of the picture. `reach` is
 * how far that may be on each axis, so that it is the same number of pixels on both.
 */
export function snapped(point: Point, targets: readonly Point[], reach: Point): Point {
  let best: Point | undefined;
  let bestDistance = 1;
  for (const target of targets) {
    const distance = Math.hypot((target.x - point.x) / reach.x, (target.y - point.y) / reach.y);
    if (distance > bestDistance) continue;
    best = target;
    bestDistance = distance;
  }
  return best ?? { x: onEdge(point.x, reach.x), y: onEdge(point.y, reach.y) };
}

function onEdge(value: number, reach: number): number {
  if (value <= reach) return 0;
  return value >= 1 - reach ? 1 : value;
}

/** Corners a moved corner may be put on: all but its own. */
export function snapTargets(drawing: Drawing, moved?: { key: ShapeKey; vertex: number }): readonly Point[] {
  return shapeKeys(drawing).flatMap((key) =>
    pointsOf(drawing, key).filter((_, vertex) => !(isSameShape(key, moved?.key) && vertex === moved?.vertex)),
  );
}

/**
 * The arrow of `in`: starts on the middle of the line, at right angles to it in the picture as it is seen, towards the
 * right hand of who walks from `from` to `to` (y down).
 * @param length of the arrow, in the unit of `size`
 */
export function inArrow({ from, to }: Segment, size: PictureSize, length: number): Segment {
  const along = { x: (to.x - from.x) * size.width, y: (to.y - from.y) * size.height };
  const norm = Math.hypot(along.x, along.y) || 1;
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const tip = {
    x: middle.x - ((along.y / norm) * length) / size.width,
    y: middle.y + ((along.x / norm) * length) / size.height,
  };
  return { from: middle, to: tip };
}

/** Middle of every edge of a closed outline, in the order of its corners. */
export function edgeMiddles(points: readonly Point[]): readonly Point[] {
  return points.map((point, index) => {
    const next = points[(index + 1) % points.length]!;
    return { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
  });
}
