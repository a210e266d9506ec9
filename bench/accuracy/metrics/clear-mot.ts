import { bestPairs, type Pair } from './best-pairs.ts';
import { COMPARISON_SLACK, type IndexedFrame, MATCH_IOU, type TrackingCase } from './tracking-case.ts';

/** CLEAR-MOT over one sequence. */
export interface ClearMot {
  /** 1 − (misses + false boxes + identity switches) / true boxes; 0 without true boxes, below 0 when very wrong. */
  readonly mota: number;
  /** Mean IoU of the matched boxes, 0..1, 0 without a match. */
  readonly motp: number;
  /** Matched boxes. */
  readonly matched: number;
  /** True boxes without a tracked one. */
  readonly missed: number;
  /** Tracked boxes without a true one. */
  readonly falseBoxes: number;
  /** Times a true identity was matched by another track than the last time it was matched. */
  readonly idSwitches: number;
}

/** Makes going on with a pair worth more than any overlap: matches stay before overlap is maximised. */
const CONTINUITY_BONUS = 1000;

const NEVER = -1;

/**
 * Bernardin & Stiefelhagen 2008, "Evaluating Multiple Object Tracking Performance: The CLEAR MOT Metrics", with box
 * overlap as Milan et al. 2016 (MOT16) use it and with the conventions of TrackEval, the reference implementation of the
 * MOTChallenge: pairs need an IoU of 0.5, a pair of the frame before stays if it still overlaps, the rest maximises the
 * sum of overlaps; a switch is told against the last match however long ago; a frame in which one side is empty
 * neither breaks nor renews the pairs of the frame before.
 */
export function clearMot(sequence: TrackingCase): ClearMot {
  const lastMatch = new Int32Array(sequence.truthIds).fill(NEVER);
  const previousMatch = new Int32Array(sequence.truthIds).fill(NEVER);
  let [matched, missed, falseBoxes, idSwitches, overlap] = [0, 0, 0, 0, 0];
  for (const frame of sequence.frames) {
    const pairs = matchFrame(frame, previousMatch);
    matched += pairs.length;
    missed += frame.truth.length - pairs.length;
    falseBoxes += frame.tracked.length - pairs.length;
    if (frame.truth.length === 0 || frame.tracked.length === 0) continue;
    previousMatch.fill(NEVER);
    for (const { row, column } of pairs) {
      const truth = frame.truth[row]!;
      const tracked = frame.tracked[column]!;
      if (lastMatch[truth] !== NEVER && lastMatch[truth] !== tracked) idSwitches += 1;
      lastMatch[truth] = tracked;
      previousMatch[truth] = tracked;
      overlap += frame.similarity[row * frame.tracked.length + column]!;
    }
  }
  const mota = (matched - falseBoxes - idSwitches) / Math.max(1, matched + missed);
  return { mota, motp: overlap / Math.max(1, matched), matched, missed, falseBoxes, idSwitches };
}

function matchFrame({ truth, tracked, similarity }: IndexedFrame, previousMatch: Int32Array): Pair[] {
  const scores = similarity.map((overlap, at) => {
    if (overlap < MATCH_IOU - COMPARISON_SLACK) return 0;
    const row = Math.floor(at / tracked.length);
    const isSame = previousMatch[truth[row]!] === tracked[at % tracked.length];
    return overlap + (isSame ? CONTINUITY_BONUS : 0);
  });
  return bestPairs({ scores, rowCount: truth.length, columnCount: tracked.length });
}
