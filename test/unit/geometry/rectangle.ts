import type { Point } from '../../../pipelines/domain/types.ts';

/** The corners of an upright rectangle, as a zone's polygon. */
export function rectangle(left: number, top: number, right: number, bottom: number): readonly Point[] {
  return [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ];
}
