/** What the tracking measures compare: true and tracked boxes with identities, frame by frame. */
import { intersectionOverUnion } from '../../../pipelines/domain/geometry.ts';
import type { Box } from '../../../pipelines/domain/types.ts';

/** A box of one identity; ids are unique within a frame. */
export interface IdentifiedBox {
  readonly id: number;
  readonly box: Box;
}

/** One frame's boxes; both lists may be empty. */
export interface TrackingFrame {
  readonly truth: readonly IdentifiedBox[];
  readonly tracked: readonly IdentifiedBox[];
}

/** One frame with identities as dense indices 0, 1, … */
export interface IndexedFrame {
  readonly truth: readonly number[];
  readonly tracked: readonly number[];
  /** IoU, row-major: true boxes by tracked boxes. */
  readonly similarity: Float64Array;
}

/** A whole sequence, ready to be measured. */
export interface TrackingCase {
  readonly frames: readonly IndexedFrame[];
  /** Distinct true identities. */
  readonly truthIds: number;
  /** Distinct tracked identities. */
  readonly trackedIds: number;
  /** Boxes of each true identity over all frames. */
  readonly truthCounts: Float64Array;
  /** Boxes of each tracked identity over all frames. */
  readonly trackedCounts: Float64Array;
}

/** Indexes identities and compares every pair of boxes once. */
export function createTrackingCase(frames: readonly TrackingFrame[]): TrackingCase {
  const truthIndex = indexIds(frames.flatMap((frame) => frame.truth));
  const trackedIndex = indexIds(frames.flatMap((frame) => frame.tracked));
  const truthCounts = new Float64Array(truthIndex.size);
  const trackedCounts = new Float64Array(trackedIndex.size);
  const indexed = frames.map(({ truth, tracked }) => ({
    truth: truth.map(({ id }) => truthIndex.get(id)!),
    tracked: tracked.map(({ id }) => trackedIndex.get(id)!),
    similarity: Float64Array.from(
      truth.flatMap((one) => tracked.map((other) => intersectionOverUnion(one.box, other.box))),
    ),
  }));
  for (const frame of indexed) {
    for (const index of frame.truth) truthCounts[index]! += 1;
    for (const index of frame.tracked) trackedCounts[index]! += 1;
  }
  return {
    frames: indexed,
    truthIds: truthIndex.size,
    trackedIds: trackedIndex.size,
    truthCounts,
    trackedCounts,
  };
}

function indexIds(boxes: readonly IdentifiedBox[]): Map<number, number> {
  const index = new Map<number, number>();
  for (const { id } of boxes) if (!index.has(id)) index.set(id, index.size);
  return index;
}

/** The least IoU at which boxes may be the same road user in CLEAR-MOT, IDF1 and detection figures. */
export const MATCH_IOU = 0.5;

/** Double precision's step at 1: the reference compares with this slack so that an IoU of exactly 0.5 matches. */
export const COMPARISON_SLACK = Number.EPSILON;
