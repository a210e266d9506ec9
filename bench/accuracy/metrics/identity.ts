import { bestPairs } from './best-pairs.ts';
import { MATCH_IOU, type TrackingCase } from './tracking-case.ts';

/** Identity measures over one sequence, all 0..1. */
export interface IdentityScores {
  readonly idf1: number;
  readonly idPrecision: number;
  readonly idRecall: number;
}

/**
 * Ristani et al. 2016, "Performance Measures and a Data Set for Multi-Target, Multi-Camera Tracking": true identities and
 * tracks are paired one to one over the **whole** sequence so that the boxes they share (IoU ≥ 0.5) are most; IDF1 =
 * 2·IDTP / (true boxes + tracked boxes). 0 where there is nothing to share.
 */
export function identityScores(sequence: TrackingCase): IdentityScores {
  const { frames, truthIds, trackedIds } = sequence;
  const shared = new Float64Array(truthIds * trackedIds);
  for (const { truth, tracked, similarity } of frames) {
    for (const [at, overlap] of similarity.entries()) {
      if (overlap < MATCH_IOU) continue;
      shared[truth[Math.floor(at / tracked.length)]! * trackedIds + tracked[at % tracked.length]!]! += 1;
    }
  }
  const pairs = bestPairs({ scores: shared, rowCount: truthIds, columnCount: trackedIds });
  const truePositives = pairs.reduce((sum, { row, column }) => sum + shared[row * trackedIds + column]!, 0);
  const truthBoxes = sequence.truthCounts.reduce((sum, count) => sum + count, 0);
  const trackedBoxes = sequence.trackedCounts.reduce((sum, count) => sum + count, 0);
  return {
    idf1: (2 * truePositives) / Math.max(1, truthBoxes + trackedBoxes),
    idPrecision: truePositives / Math.max(1, trackedBoxes),
    idRecall: truePositives / Math.max(1, truthBoxes),
  };
}
