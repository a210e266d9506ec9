import { intersectionOverUnion } from '../../../pipelines/domain/geometry.ts';
import type { Box } from '../../../pipelines/domain/types.ts';
import { bestPairs } from './best-pairs.ts';
import { COMPARISON_SLACK, MATCH_IOU } from './tracking-case.ts';

/** True and detected boxes of one frame and one class. */
export interface DetectionFrame {
  readonly truth: readonly Box[];
  readonly detected: readonly Box[];
}

/** A detector's figures at one score threshold and IoU 0.5. */
export interface DetectionScores {
  /** Share 0..1 of the detected boxes that are true; 1 when nothing was detected. */
  readonly precision: number;
  /** Share 0..1 of the true boxes that were detected; 1 when nothing was there. */
  readonly recall: number;
  readonly matched: number;
  readonly missed: number;
  readonly falseBoxes: number;
}

/** Counts matches, one to one, so that their number is largest and, among those, their overlap. */
export function detectionScores(frames: readonly DetectionFrame[]): DetectionScores {
  let [matched, missed, falseBoxes] = [0, 0, 0];
  for (const frame of frames) {
    const pairs = countMatches(frame);
    matched += pairs;
    missed += frame.truth.length - pairs;
    falseBoxes += frame.detected.length - pairs;
  }
  const share = (part: number, whole: number) => (whole === 0 ? 1 : part / whole);
  return {
    precision: share(matched, matched + falseBoxes),
    recall: share(matched, matched + missed),
    matched,
    missed,
    falseBoxes,
  };
}

function countMatches({ truth, detected }: DetectionFrame): number {
  const scores = Float64Array.from(
    truth.flatMap((one) =>
      detected.map((other) => {
        const overlap = intersectionOverUnion(one, other);
        // More than any sum of overlaps in a frame, so that one more match always wins.
        return overlap < MATCH_IOU - COMPARISON_SLACK ? 0 : truth.length + overlap;
      }),
    ),
  );
  return bestPairs({ scores, rowCount: truth.length, columnCount: detected.length }).length;
}
