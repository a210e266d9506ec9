/** How much two boxes share. */
import type { Box } from '../types.ts';

/** Area of a box in units of the picture's area. */
export function boxArea(box: Box): number {
  return (box.right - box.left) * (box.bottom - box.top);
}

/** Area that two boxes share, 0 when they do not touch. */
export function intersectionArea(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Intersection over union, 0..1 (Jaccard index). Two boxes without area give 0. */
export function intersectionOverUnion(a: Box, b: Box): number {
  const shared = intersectionArea(a, b);
  return shared === 0 ? 0 : shared / (boxArea(a) + boxArea(b) - shared);
}
