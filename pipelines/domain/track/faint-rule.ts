/** How a road user whom the detector never sees well may still become a track. */
import { boxArea, intersectionArea } from '../geometry.ts';
import type { Detection } from '../types.ts';
import type { TrackRecord } from './track-record.ts';

/**
 * A track that a weak detection (`lowScore` to `newTrackScore`) begins is **faint**. Nothing but time and motion makes
 * it sure: scenery that looks a little like a road user never moves, and what moves steadily for long is one, however
 * weak its score.
 */
export interface FaintRule {
  /** Age in seconds of media time at which a faint track may be confirmed. */
  readonly confirmSeconds: number;
  /** How far it must have moved since its birth, in its own box sizes. */
  readonly travel: number;
  /** Share of a weak box that may lie inside one better box of its frame; above it, it is a part of that one. */
  readonly cover: number;
}

/**
 * - `confirmSeconds` 0.8: twice the time of a sure track, as a weak score is about half of a sure one.
 * - `travel` 1: jitter moves a box by at most 0.3 of its size (2.5 standard deviations), a walker or car covers its
 *   own length within a second.
 * - `cover` 0.5: the halves of a long vehicle lie wholly inside it; a car half hidden by another shows the better half.
 *
 * None of the three is delicate: with either model the counts of the junction clip at 15 frames/s are the same from
 * 0.4 to 1.2 s, from 0.5 to 2 sizes, and from 0.4 to 0.8 (one miss more at 0.3). It is the only clip with vehicles, so
 * leaving it out leaves the synthetic scenes to choose on.
 */
export const DEFAULT_FAINT_RULE: FaintRule = { confirmSeconds: 0.8, travel: 1, cover: 0.5 };

/**
 * Takes a sight of a faint track at `nowUs`; whether it is sure now. Once sure it may go on being weak as long as it
 * moves on by its own size from time to time (`movedUs`), so that no scenery it passes can take it over for good.
 */
export function noteFaintSight(track: TrackRecord, nowUs: number, rule: FaintRule): boolean {
  const hasMoved = travelOf(track) >= rule.travel;
  const isOldEnough = nowUs - track.firstSeenUs >= rule.confirmSeconds * 1e6;
  if (!hasMoved || !isOldEnough) return false;
  track.movedBox = track.box;
  track.movedUs = nowUs;
  return true;
}

/** Weak detections that are no part of a better one of the same frame: limbs and halves move with their owner. */
export function wholeOnes(
  weak: readonly Detection[],
  all: readonly Detection[],
  { cover }: FaintRule,
): Detection[] {
  return weak.filter((one) => {
    const limit = cover * boxArea(one.box);
    return !all.some((other) => other.score > one.score && intersectionArea(other.box, one.box) > limit);
  });
}

/** Distance of the centre from where it last moved on, in box sizes: the larger of the one then and the one now. */
function travelOf({ movedBox, box }: TrackRecord): number {
  const width = Math.max(movedBox.right - movedBox.left, box.right - box.left);
  const height = Math.max(movedBox.bottom - movedBox.top, box.bottom - box.top);
  return Math.hypot(
    (box.left + box.right - movedBox.left - movedBox.right) / 2 / width,
    (box.top + box.bottom - movedBox.top - movedBox.bottom) / 2 / height,
  );
}
