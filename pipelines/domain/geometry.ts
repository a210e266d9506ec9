/**
 * Plane geometry of the normalised picture: x to the right, y **down**, 0..1 on both axes.
 *
 * The two axes have different lengths on the ground and in pixels, so nothing here measures an angle or compares
 * an x distance with a y distance; sides, crossings, ratios of areas and extents of boxes along a direction are the
 * same whatever the picture's aspect.
 */
import type { Box, Point } from './types.ts';

/** A directed straight piece from `from` to `to`. */
export interface Segment {
  readonly from: Point;
  readonly to: Point;
}

/** Where a road user stands: the middle of the box's bottom edge, which is nearest to the ground for any camera. */
export function groundPoint(box: Box): Point {
  return { x: (box.left + box.right) / 2, y: box.bottom };
}

/** The nearest point of the picture, for boxes that a detector let reach beyond its edge. */
export function clampToPicture(point: Point): Point {
  return { x: Math.min(1, Math.max(0, point.x)), y: Math.min(1, Math.max(0, point.y)) };
}

/** Width times height in squared picture units; 0 for a box without extent. */
export function boxArea(box: Box): number {
  return Math.max(0, box.right - box.left) * Math.max(0, box.bottom - box.top);
}

/** Area common to both boxes in squared picture units. */
export function intersectionArea(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Intersection over union, 0..1; boxes that only touch and boxes without area give 0. */
export function intersectionOverUnion(a: Box, b: Box): number {
  const common = intersectionArea(a, b);
  return common > 0 ? common / (boxArea(a) + boxArea(b) - common) : 0;
}

/**
 * Twice the signed area of the triangle `from`, `to`, `point`: **negative on the left hand** of someone who walks
 * from `from` to `to` in the picture (y down), positive on the right hand, 0 on the infinite line.
 */
export function signedSide(line: Segment, point: Point): number {
  const { from, to } = line;
  return (to.x - from.x) * (point.y - from.y) - (to.y - from.y) * (point.x - from.x);
}

/**
 * How far something `x` wide and `y` high reaches across a line, in the units of `signedSide`: `signedSide` divided
 * by it is a distance in its sizes, and does not depend on the picture's aspect or on the line's length.
 */
export function extentAcross({ from, to }: Segment, size: Point): number {
  return Math.abs(to.y - from.y) * size.x + Math.abs(to.x - from.x) * size.y;
}

/**
 * Whether a step from `start` to `end` changes sides of `line` **within the segment**. A point on the line belongs to
 * the right-hand side, so of two steps that meet on the line exactly one crosses, or both do and undo each other;
 * the segment includes both its ends. A step along the line does not cross it.
 */
export function crossesSegment(line: Segment, start: Point, end: Point): boolean {
  const before = signedSide(line, start);
  const after = signedSide(line, end);
  if (before < 0 === after < 0) return false;
  const step = { from: start, to: end };
  const fromSide = signedSide(step, line.from);
  const toSide = signedSide(step, line.to);
  return (fromSide <= 0 && toSide >= 0) || (fromSide >= 0 && toSide <= 0);
}

/** Whether two closed segments have a point in common: crossing, touching, or overlapping on one line. */
export function segmentsTouch(a: Segment, b: Segment): boolean {
  return (
    segmentsCross(a, b) ||
    isOnSegment(a, b.from) ||
    isOnSegment(a, b.to) ||
    isOnSegment(b, a.from) ||
    isOnSegment(b, a.to)
  );
}

/** Whether two segments pass through each other: no end of either is on the other's infinite line. */
function segmentsCross(a: Segment, b: Segment): boolean {
  return signedSide(a, b.from) * signedSide(a, b.to) < 0 && signedSide(b, a.from) * signedSide(b, a.to) < 0;
}

function isOnSegment(segment: Segment, point: Point): boolean {
  return signedSide(segment, point) === 0 && liesWithin(segment, point);
}

/** For a point known to be on the segment's infinite line: whether it is on the segment, ends included. */
function liesWithin(segment: Segment, point: Point): boolean {
  const { from, to } = segment;
  return (
    point.x >= Math.min(from.x, to.x) &&
    point.x <= Math.max(from.x, to.x) &&
    point.y >= Math.min(from.y, to.y) &&
    point.y <= Math.max(from.y, to.y)
  );
}

/**
 * Even-odd test. **A point on an edge or a corner is inside**, so that a zone drawn along the picture's border holds
 * a road user whose feet are cut by the border. Two zones that share an edge therefore both hold a point on it.
 */
export function isInsidePolygon(polygon: readonly Point[], point: Point): boolean {
  let isInside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const a = polygon[i]!;
    const b = polygon[j]!;
    const edge = { from: a, to: b };
    if (isOnSegment(edge, point)) return true;
    const side = signedSide(edge, point);
    if (a.y > point.y !== b.y > point.y && side > 0 === b.y > a.y) isInside = !isInside;
  }
  return isInside;
}

/**
 * Whether a polygon holds a whole path of straight pieces, its outline included. Repeat the first point to ask for a ring;
 * of a ring only the outline is asked for, which for a simple polygon says the same of what it encloses. An empty path is
 * not held.
 */
export function holdsPath(polygon: readonly Point[], path: readonly Point[]): boolean {
  const edges = polygon.map((from, index) => ({ from, to: polygon[(index + 1) % polygon.length]! }));
  const pieces = path.slice(1).map((to, index) => ({ from: path[index]!, to }));
  return (
    path.length > 0 &&
    path.every((point) => isInsidePolygon(polygon, point)) &&
    pieces.every((piece) => {
      const middle = { x: (piece.from.x + piece.to.x) / 2, y: (piece.from.y + piece.to.y) / 2 };
      return isInsidePolygon(polygon, middle) && !edges.some((edge) => segmentsCross(edge, piece));
    })
  );
}

/** Enclosed area in squared picture units by the shoelace formula; meaningful without self-intersection. */
export function polygonArea(polygon: readonly Point[]): number {
  let doubled = 0;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const a = polygon[i]!;
    const b = polygon[j]!;
    doubled += b.x * a.y - a.x * b.y;
  }
  return Math.abs(doubled) / 2;
}

/** Why a ring of points is no zone. */
export type PolygonFault = 'too-few-points' | 'not-finite' | 'self-intersection' | 'no-area';

/**
 * The first fault of a polygon, or undefined for a usable one: at least 3 finite points, no two edges that touch
 * other than neighbours at their common corner, some area. The first point is not repeated at the end.
 */
export function polygonFault(polygon: readonly Point[]): PolygonFault | undefined {
  if (polygon.length < 3) return 'too-few-points';
  if (!polygon.every((point) => Number.isFinite(point.x) && Number.isFinite(point.y))) return 'not-finite';
  if (polygonArea(polygon) <= 1e-9) return polygonCrossesItself(polygon) ? 'self-intersection' : 'no-area';
  return polygonCrossesItself(polygon) ? 'self-intersection' : undefined;
}

function polygonCrossesItself(polygon: readonly Point[]): boolean {
  const edges = polygon.map((from, index) => ({ from, to: polygon[(index + 1) % polygon.length]! }));
  return edges.some((edge, index) =>
    edges.slice(index + 1).some((other, offset) => {
      const isNext = offset === 0;
      const isLastToFirst = index === 0 && offset === edges.length - 2;
      if (isNext) return doublesBack(edge, other);
      return isLastToFirst ? doublesBack(other, edge) : segmentsTouch(edge, other);
    }),
  );
}

/** Whether the edge after a corner runs back over the edge before it, or has no length. */
function doublesBack(before: Segment, after: Segment): boolean {
  if (before.from.x === before.to.x && before.from.y === before.to.y) return true;
  if (signedSide(before, after.to) !== 0) return false;
  return liesWithin(before, after.to) || liesWithin(after, before.from);
}

/**
 * Distance from a point to the polygon's outline after stretching x by `1 / scaleX` and y by `1 / scaleY`; with a
 * box's width and height as scales it is a distance in box sizes, whatever the picture's aspect.
 */
export function scaledDistanceToOutline(
  polygon: readonly Point[],
  point: Point,
  scale: { readonly x: number; readonly y: number },
): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const ax = (polygon[i]!.x - point.x) / scale.x;
    const ay = (polygon[i]!.y - point.y) / scale.y;
    const dx = (polygon[j]!.x - point.x) / scale.x - ax;
    const dy = (polygon[j]!.y - point.y) / scale.y - ay;
    const squared = dx * dx + dy * dy;
    const along = squared > 0 ? Math.min(1, Math.max(0, -(ax * dx + ay * dy) / squared)) : 0;
    nearest = Math.min(nearest, Math.hypot(ax + along * dx, ay + along * dy));
  }
  return nearest;
}
