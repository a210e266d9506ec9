/** Whether a camera's picture still has the shape for which its frames were asked. */
import type { SourceInfo } from '../../ports.ts';

type Size = Pick<SourceInfo, 'widthPx' | 'heightPx'>;

/** Encoders round to whole blocks (1088 rows for 1080), which misplaces nothing by more than this share of the picture. */
const MOST_BENT = 0.01;

/** True when both have the same aspect: a frame then holds both alike, whatever their number of pixels. */
export function isOfShape(now: Size, before: Size): boolean {
  const ratio = (now.widthPx * before.heightPx) / (now.heightPx * before.widthPx);
  return Math.abs(ratio - 1) <= MOST_BENT;
}
