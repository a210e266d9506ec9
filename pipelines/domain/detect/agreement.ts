/** Whether two looks at a picture that has not changed found the same. */
import { intersectionOverUnion } from '../geometry.ts';
import type { Detection } from '../types.ts';

/** Two boxes of a thing that stands still: noise moves their edges by a pixel or two, which costs a small box most. */
const SAME_OVERLAP = 0.7;

/**
 * Scores this near to the threshold fall on either side of it by noise alone. Over still H.264 pictures with sensor noise
 * the score of one box has a standard deviation of 0.006 to 0.02.
 */
const UNCLEAR_MARGIN = 0.03;

/**
 * - `same`: the detections from the threshold on pair one to one, each with one of its own class in its own place
 * - `unclear`: so they do, but some score is so near to the threshold that the next look may well differ
 * - `different`: something came, went, moved, or changed its class
 */
export type Agreement = 'same' | 'unclear' | 'different';

/** Compares two looks; what is weaker than `minScore` only bridges moments and is left out. */
export function agreementOf(
  one: readonly Detection[],
  other: readonly Detection[],
  minScore: number,
): Agreement {
  if (!arePaired(one, other, minScore)) return 'different';
  return isUnclear(one, minScore) || isUnclear(other, minScore) ? 'unclear' : 'same';
}

function arePaired(one: readonly Detection[], other: readonly Detection[], minScore: number): boolean {
  const sure = one.filter(({ score }) => score >= minScore);
  const unpaired = other.filter(({ score }) => score >= minScore);
  if (sure.length !== unpaired.length) return false;
  return sure.every((detection) => {
    const index = unpaired.findIndex(
      ({ roadUserClass, box }) =>
        roadUserClass === detection.roadUserClass &&
        intersectionOverUnion(box, detection.box) >= SAME_OVERLAP,
    );
    if (index >= 0) unpaired.splice(index, 1);
    return index >= 0;
  });
}

function isUnclear(detections: readonly Detection[], minScore: number): boolean {
  return detections.some(({ score }) => Math.abs(score - minScore) < UNCLEAR_MARGIN);
}
