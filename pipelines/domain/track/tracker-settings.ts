/** What a tracker can be told, and why the defaults are what they are. */
import type { AssociationGate } from './association.ts';
import type { FaintRule } from './faint-rule.ts';
import { type BoxFilterNoise, DEFAULT_BOX_FILTER_NOISE } from './kalman.ts';

/** Settings of a tracker; scores 0..1, times in seconds of media time. */
export interface ByteTrackerSettings {
  /** Detections from here on may be matched first and keep a track alive. The model card's threshold. */
  readonly highScore: number;
  /** Detections from here to `highScore` only bridge the moments in which a known road user is half hidden. */
  readonly lowScore: number;
  /** An unmatched detection from here on begins a track. */
  readonly newTrackScore: number;
  /** Age at which a track that is seen again is confirmed; the second sight at the earliest. */
  readonly confirmSeconds: number;
  /** How long a tentative track may be unseen. */
  readonly tentativeSeconds: number;
  /** How long a track lives on low scores alone. */
  readonly lowScoreSeconds: number;
  /** How long a confirmed track may be unseen before it ends. */
  readonly forgetSeconds: number;
  /** From this interval between frames on, a second sight comes too late to wait for: tracks begin confirmed. */
  readonly sparseSeconds: number;
  /** Bound of the live tracks, lost ones included. */
  readonly maxTracks: number;
  /** Two detections of one frame that overlap this much (IoU) are one road user, whatever their classes. */
  readonly duplicateOverlap: number;
  /** When weak detections may begin a track too; null: never. */
  readonly faint: FaintRule | null;
  readonly highGate: AssociationGate;
  readonly lowGate: AssociationGate;
  readonly noise: BoxFilterNoise;
  /** Ids are `firstId`, `firstId + idStep`, …; other than 1 and 1 where several trackers share one id space. */
  readonly firstId: number;
  readonly idStep: number;
}

/** What a caller may set; the rest is `DEFAULT_TRACKER_SETTINGS`. */
export type ByteTrackerOptions = Partial<ByteTrackerSettings>;

/**
 * One set for every scene. Times follow from how road users move and how detectors fail, not from a frame rate:
 * - `highScore` 0.4: best count error of the default model (DESIGN §6). `lowScore` 0.15: below, boxes are mostly
 *   scenery. `newTrackScore` 0.45: beginning a track needs a little more than going on with one (ByteTrack: +0.1).
 * - `confirmSeconds` 0.4: false boxes flicker for one to three frames at 10 frames/s; a road user who is in the
 *   picture for less passes no line that anybody would draw. `tentativeSeconds` 0.15: one miss at 10 frames/s.
 *   Tracks of the first frame of a start, a reset or after a gap longer than the memory begin confirmed, as in
 *   ByteTrack: who is there when watching begins is present, and waiting would report an empty place after every gap.
 *   Until `confirmSeconds` they are on trial, and end as early as tentative ones: a false box of that very frame,
 *   kept as lost for seconds, would be joined to the next false box across a counting line.
 * - `lowScoreSeconds` 1: a walker needs about a second to come out from behind another; a pole that looks a little
 *   like a person stays for ever, and without this bound it keeps the track of whoever walked past it.
 * - `forgetSeconds` 4: a road user hidden by a bus or a tree for 3 s is still the same one.
 * - `sparseSeconds` 0.75: at 1 frame/s and below, who is seen once may have gone before the second picture.
 * - `maxTracks` 256: the default detector gives at most 100 boxes a frame.
 * - `duplicateOverlap` 0.7: an angkot seen both as car and as truck has nearly one box; two people side by side,
 *   or a rider and the motorcycle, overlap less.
 * - `faint` null: for which road users a weak box may begin a track, `createTrackers` decides.
 * - `highGate`: 0.2 is ByteTrack's overlap; 3 standard deviations hold 99 % of honest predictions in the plane; the
 *   spread is capped at one box size, for after a few unseen seconds free motion could be anywhere; boxes of one
 *   road user seldom change by more than 2.5 from one sight to the next even when half hidden.
 * - `lowGate`: weak boxes must sit where the track is expected, within half of the overlap.
 */
export const DEFAULT_TRACKER_SETTINGS: ByteTrackerSettings = {
  highScore: 0.4,
  lowScore: 0.15,
  newTrackScore: 0.45,
  confirmSeconds: 0.4,
  tentativeSeconds: 0.15,
  lowScoreSeconds: 1,
  forgetSeconds: 4,
  sparseSeconds: 0.75,
  maxTracks: 256,
  duplicateOverlap: 0.7,
  faint: null,
  highGate: { minOverlap: 0.2, maxSpreads: 3, maxSpread: 1, maxSizeRatio: 2.5 },
  lowGate: { minOverlap: 0.5, maxSpreads: 2, maxSpread: 0.25, maxSizeRatio: 2 },
  noise: DEFAULT_BOX_FILTER_NOISE,
  firstId: 1,
  idStep: 1,
};
