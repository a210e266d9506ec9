/** Reads YOLOX's raw grid (Megvii's export with `decode_in_inference=False`). */
import type { Detection } from '../types.ts';
import type { DecodeOptions } from './decode-centernet.ts';
import { type SizePx, toPictureBox } from './letterbox.ts';

/** Strides of YOLOX's three heads in input pixels, in the order of the rows. */
const STRIDES_PX = [8, 16, 32] as const;

/** Both sides of an input must be multiples of it: on any other size the network's grids are not `yoloxRowCount`'s. */
export const YOLOX_MULTIPLE_PX = Math.max(...STRIDES_PX);

/** Columns before the class scores: centre x and y, log width and height, objectness. */
const LEADING_COLUMNS = 5;

/** Rows of the grid for an input size: one per cell of each stride. */
export function yoloxRowCount(input: SizePx): number {
  return STRIDES_PX.reduce(
    (rows, stride) => rows + cells(input.widthPx, stride) * cells(input.heightPx, stride),
    0,
  );
}

function cells(lengthPx: number, stride: number): number {
  return Math.floor(lengthPx / stride);
}

/**
 * Detections of counted classes at or above `minScore`, in row order, before suppression.
 *
 * `rows` is [cells, 5 + classes], row after row: x and y of the centre as offset from the cell in strides, width and
 * height as logarithm in strides, objectness and class scores already 0..1. A row's score is objectness × its best
 * class, as in YOLOX's own `postprocess`.
 */
export function decodeYolox(rows: ArrayLike<number>, input: SizePx, options: DecodeOptions): Detection[] {
  const detections: Detection[] = [];
  const columns = LEADING_COLUMNS + options.labels.length;
  let at = 0;
  for (const stride of STRIDES_PX) {
    const across = cells(input.widthPx, stride);
    const count = across * cells(input.heightPx, stride);
    for (let cell = 0; cell < count; cell += 1, at += columns) {
      // A class score is at most 1, so objectness alone rules most rows out.
      if (!(rows[at + 4]! >= options.minScore)) continue;
      const detection = decodeRow(
        rows,
        { at, stride, column: cell % across, row: Math.floor(cell / across) },
        options,
      );
      if (detection !== undefined) detections.push(detection);
    }
  }
  return detections;
}

interface Cell {
  readonly at: number;
  readonly stride: number;
  readonly column: number;
  readonly row: number;
}

function decodeRow(rows: ArrayLike<number>, cell: Cell, options: DecodeOptions): Detection | undefined {
  const { at, stride } = cell;
  const best = bestClass(rows, at + LEADING_COLUMNS, options.labels.length);
  const score = rows[at + 4]! * rows[at + LEADING_COLUMNS + best]!;
  const roadUserClass = options.labels[best];
  if (!(score >= options.minScore) || roadUserClass === undefined) return undefined;
  const centreXPx = (rows[at]! + cell.column) * stride;
  const centreYPx = (rows[at + 1]! + cell.row) * stride;
  const halfWidthPx = (Math.exp(rows[at + 2]!) * stride) / 2;
  const halfHeightPx = (Math.exp(rows[at + 3]!) * stride) / 2;
  const box = toPictureBox(
    {
      leftPx: centreXPx - halfWidthPx,
      topPx: centreYPx - halfHeightPx,
      rightPx: centreXPx + halfWidthPx,
      bottomPx: centreYPx + halfHeightPx,
    },
    options.area,
  );
  return box && { roadUserClass, score: Math.min(1, score), box };
}

function bestClass(rows: ArrayLike<number>, from: number, count: number): number {
  let best = 0;
  for (let index = 1; index < count; index += 1) {
    if (rows[from + index]! > rows[from + best]!) best = index;
  }
  return best;
}
