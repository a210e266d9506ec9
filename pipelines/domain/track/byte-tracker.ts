/**
 * Multi-object tracking by association of boxes: ByteTrack (Zhang et al. 2022, "ByteTrack: Multi-Object Tracking by
 * Associating Every Detection Box") with three changes that fixed cameras at 1–10 frames per second need: every age is
 * in seconds of media time instead of frames, distance counts beside overlap (`associationCost`), and low scores
 * alone can't keep a track for ever.
 */
import { intersectionOverUnion } from '../geometry.ts';
import type { Box, Detection, Track } from '../types.ts';
import { type AssociationGate, createMatcher } from './association.ts';
import { type BoxFilterNoise, DEFAULT_BOX_FILTER_NOISE } from './kalman.ts';
import {
  beginTrack,
  createTrackRecord,
  observeTrack,
  predictTrack,
  type TrackRecord,
  trackView,
} from './track-record.ts';

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
  highGate: { minOverlap: 0.2, maxSpreads: 3, maxSpread: 1, maxSizeRatio: 2.5 },
  lowGate: { minOverlap: 0.5, maxSpreads: 2, maxSpread: 0.25, maxSizeRatio: 2 },
  noise: DEFAULT_BOX_FILTER_NOISE,
  firstId: 1,
  idStep: 1,
};

/** Identities through time for the detections of one class group of one camera. */
export interface ByteTracker {
  /**
   * Takes the detections of one frame, any order, down to `lowScore`. Frames come in strictly growing time.
   * @returns every live track in order of birth: `confirmed` ones were seen in this frame; `lost` ones were not and
   * stand where they are expected (`isObserved` false); `tentative` ones may be noise and must not be counted.
   * @throws RangeError when time doesn't grow.
   */
  update(detections: readonly Detection[], capturedAtUs: number): readonly Track[];
  /** Forgets every track, for a jump in time or another view; ids are not used again. */
  reset(): void;
}

interface Memory {
  readonly settings: ByteTrackerSettings;
  readonly matcher: ReturnType<typeof createMatcher>;
  /** In order of birth. */
  live: TrackRecord[];
  /** Ended records, to be used again. */
  readonly spare: TrackRecord[];
  nextId: number;
  lastUs: number;
  /** The first frame since nobody was known: of the start, of a reset, after a gap longer than the memory. */
  startUs: number;
  /** The last two intervals between frames since then, newest first. */
  intervalsUs: readonly [number, number];
}

/** A tracker in memory of its own; deterministic in its inputs. */
export function createByteTracker(options: ByteTrackerOptions = {}): ByteTracker {
  const settings = { ...DEFAULT_TRACKER_SETTINGS, ...options };
  const memory: Memory = {
    settings,
    matcher: createMatcher(),
    live: [],
    spare: [],
    nextId: settings.firstId,
    lastUs: Number.NEGATIVE_INFINITY,
    startUs: Number.NEGATIVE_INFINITY,
    intervalsUs: [0, 0],
  };
  return {
    update(detections, capturedAtUs) {
      moveOn(memory, capturedAtUs);
      const usable = suppressDuplicates(detections, settings);
      associate(memory, usable, capturedAtUs);
      endTracks(memory, (track) => hasEnded(track, memory));
      return memory.live.map((track) => trackView(track, capturedAtUs));
    },
    reset() {
      endTracks(memory, () => true);
      memory.lastUs = Number.NEGATIVE_INFINITY;
    },
  };
}

/** Predicts every track that isn't too old to this frame. */
function moveOn(memory: Memory, capturedAtUs: number): void {
  if (!(capturedAtUs > memory.lastUs)) {
    throw new RangeError(
      `tracker: frame at ${capturedAtUs} µs does not follow the one at ${memory.lastUs} µs`,
    );
  }
  const intervalUs = capturedAtUs - memory.lastUs;
  const forgetUs = memory.settings.forgetSeconds * 1e6;
  memory.lastUs = capturedAtUs;
  // Who comes back after that long is somebody else: two pictures must not be joined across a gap.
  if (intervalUs > forgetUs) memory.startUs = capturedAtUs;
  memory.intervalsUs = intervalUs > forgetUs ? [0, 0] : [intervalUs, memory.intervalsUs[0]];
  endTracks(memory, (track) => capturedAtUs - track.lastSeenUs > forgetUs);
  for (const track of memory.live) predictTrack(track, capturedAtUs, memory.settings.noise);
}

/** Best score first; of boxes that are nearly the same, only the best. */
function suppressDuplicates(detections: readonly Detection[], settings: ByteTrackerSettings): Detection[] {
  const kept: Detection[] = [];
  for (const detection of [...detections].sort((a, b) => b.score - a.score)) {
    if (detection.score < settings.lowScore) break;
    const isDuplicate = kept.some(
      (better) => intersectionOverUnion(better.box, detection.box) >= settings.duplicateOverlap,
    );
    if (!isDuplicate) kept.push(detection);
  }
  return kept;
}

/** ByteTrack's cascade: sure boxes to known tracks, weak boxes to those just unmatched, the rest to tentative ones. */
function associate(memory: Memory, detections: readonly Detection[], capturedAtUs: number): void {
  const { highScore, lowScoreSeconds, highGate, lowGate } = memory.settings;
  const high = detections.filter((detection) => detection.score >= highScore);
  const low = detections.filter((detection) => detection.score < highScore);
  const known = memory.live.filter((track) => track.state !== 'tentative');
  const tentative = memory.live.filter((track) => track.state === 'tentative');

  const unmatchedHigh = matchStage(memory, known, { detections: high, gate: highGate });
  const missed = known.filter((track) => track.lastSeenUs !== capturedAtUs);
  const bridgeable = missed.filter(
    (track) => track.state === 'confirmed' && capturedAtUs - track.lastHighUs <= lowScoreSeconds * 1e6,
  );
  matchStage(memory, bridgeable, { detections: low, gate: lowGate });
  for (const track of missed) if (track.lastSeenUs !== capturedAtUs) track.state = 'lost';

  const unexplained = matchStage(memory, tentative, { detections: unmatchedHigh, gate: highGate });
  for (const detection of unexplained) begin(memory, detection, capturedAtUs);
}

/** Matches and updates; returns the detections nobody took. */
function matchStage(
  memory: Memory,
  tracks: readonly TrackRecord[],
  stage: { readonly detections: readonly Detection[]; readonly gate: AssociationGate },
): readonly Detection[] {
  const { settings, lastUs } = memory;
  const detectionOfTrack = memory.matcher.match(tracks, stage.detections, {
    gate: stage.gate,
    noise: settings.noise,
  });
  const taken = new Set<number>();
  for (const [index, track] of tracks.entries()) {
    const chosen = detectionOfTrack[index]!;
    if (chosen < 0) continue;
    taken.add(chosen);
    observeTrack(track, { detection: stage.detections[chosen]!, capturedAtUs: lastUs, settings });
    const isOldEnough = lastUs - track.firstSeenUs >= settings.confirmSeconds * 1e6;
    if (track.state !== 'tentative' || isOldEnough) track.state = 'confirmed';
  }
  return stage.detections.filter((_, index) => !taken.has(index));
}

/** Begins a track unless the detection is too weak or there are too many; a lost track makes room for a seen one. */
function begin(memory: Memory, detection: Detection, capturedAtUs: number): void {
  const { settings } = memory;
  if (detection.score < settings.newTrackScore) return;
  if (memory.live.length >= settings.maxTracks) {
    const longestLost = memory.live.reduce((oldest, track) =>
      track.lastSeenUs < oldest.lastSeenUs ? track : oldest,
    );
    if (longestLost.lastSeenUs === capturedAtUs) return;
    endTracks(memory, (track) => track === longestLost);
  }
  const track = memory.spare.pop() ?? createTrackRecord();
  beginTrack(track, memory.nextId, { detection, capturedAtUs, settings });
  memory.nextId += settings.idStep;
  const isFirstFrame = capturedAtUs === memory.startUs;
  const isSparse = Math.min(...memory.intervalsUs) >= settings.sparseSeconds * 1e6;
  if (isFirstFrame || isSparse || settings.confirmSeconds <= 0) track.state = 'confirmed';
  memory.live.push(track);
}

function hasEnded(track: TrackRecord, { settings, startUs, lastUs }: Memory): boolean {
  if (track.lastSeenUs === lastUs) return false;
  const isOnTrial =
    track.firstSeenUs === startUs && track.lastSeenUs - startUs < settings.confirmSeconds * 1e6;
  if (track.state === 'tentative' || isOnTrial) {
    return lastUs - track.lastSeenUs > settings.tentativeSeconds * 1e6;
  }
  return isOutOfPicture(track.box);
}

/** Nobody out there can be seen again in time; a track that waits there would only take somebody else's box. */
function isOutOfPicture(box: Box): boolean {
  return box.right <= 0 || box.left >= 1 || box.bottom <= 0 || box.top >= 1;
}

function endTracks(memory: Memory, isEnded: (track: TrackRecord) => boolean): void {
  memory.live = memory.live.filter((track) => {
    if (isEnded(track)) memory.spare.push(track);
    else return true;
    return false;
  });
}
