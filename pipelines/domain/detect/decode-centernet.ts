/** Reads the rows that a CenterNet graph with peaks and top-K inside gives. */
import type { Detection } from '../types.ts';
import type { LabelClasses } from './label-classes.ts';
import { type SizePx, toPictureBox } from './letterbox.ts';

/** The `centernet-topk` layout: K rows over three tensors. */
export interface CenternetOutput {
  /** [K], 0..1, falling. */
  readonly scores: ArrayLike<number>;
  /** [K], class index. */
  readonly classes: ArrayLike<number | bigint>;
  /** [K, 4]: left, top, right, bottom in input pixels. */
  readonly boxes: ArrayLike<number>;
}

/** What every output reader needs besides the tensors. */
export interface DecodeOptions {
  readonly labels: LabelClasses;
  /** Least score worth handing on: the card's `lowScore`. */
  readonly minScore: number;
  /** The part of the input that is picture: `pictureArea`. */
  readonly area: SizePx;
}

/** Detections of counted classes at or above `minScore`, in row order, before suppression. */
export function decodeCenternet(output: CenternetOutput, options: DecodeOptions): Detection[] {
  const detections: Detection[] = [];
  for (let row = 0; row < output.scores.length; row += 1) {
    const score = output.scores[row]!;
    if (!(score >= options.minScore)) continue;
    const roadUserClass = options.labels[Number(output.classes[row])];
    if (roadUserClass === undefined) continue;
    const box = toPictureBox(rowBox(output.boxes, row * 4), options.area);
    if (box !== undefined) detections.push({ roadUserClass, score: Math.min(1, score), box });
  }
  return detections;
}

function rowBox(boxes: ArrayLike<number>, at: number) {
  return { leftPx: boxes[at]!, topPx: boxes[at + 1]!, rightPx: boxes[at + 2]!, bottomPx: boxes[at + 3]! };
}
