/** Non-maximum suppression: one object, one box. */

import { intersectionOverUnion } from '../geometry.ts';
import type { Detection } from '../types.ts';

/**
 * Greedy suppression within each class: the best score keeps its box, and every later box of the same class whose
 * IoU with a kept one is above `iouLimit` (0..1) goes. Classes never suppress each other, so a rider stays beside
 * the motorcycle for the rider rule to judge.
 *
 * The answer is sorted by falling score; equal scores keep their order in the input, so that one picture always
 * gives one answer.
 */
export function suppressOverlaps(detections: readonly Detection[], iouLimit: number): Detection[] {
  const ranked = [...detections].sort((a, b) => b.score - a.score);
  const kept: Detection[] = [];
  for (const candidate of ranked) {
    if (!overlapsKept(candidate, kept, iouLimit)) kept.push(candidate);
  }
  return kept;
}

function overlapsKept(candidate: Detection, kept: readonly Detection[], iouLimit: number): boolean {
  for (const better of kept) {
    if (better.roadUserClass !== candidate.roadUserClass) continue;
    if (intersectionOverUnion(better.box, candidate.box) > iouLimit) return true;
  }
  return false;
}
