/**
 * Multi-object tracking by association of boxes: ByteTrack (Zhang et al. 2022, "ByteTrack: Multi-Object Tracking by
 * Associating Every Detection Box") with four changes that fixed cameras at 1–10 frames per second need: every age is
 * in seconds of media time instead of frames, distance counts beside overlap (`associationCost`), low scores alone
 * can't keep a track for ever, and what is only ever seen weakly but moves steadily is a track too (`FaintRule`).
 */
import { intersectionOverUnion } from '../geometry.ts';
import type { Box, Detection, Track } from '../types.ts';
import { type AssociationGate, createMatcher } from './association.ts';
import { noteFaintSight, wholeOnes } from './faint-rule.ts';
import {
  beginTrack,
  createTrackRecord,
  observeTrack,
  predictTrack,
  type TrackRecord,
  trackView,
} from './track-record.ts';
import {
  type ByteTrackerOptions,
  type ByteTrackerSettings,
  DEFAULT_TRACKER_SETTINGS,
} from './tracker-settings.ts';

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
  const { highScore, highGate, lowGate } = memory.settings;
  const high = detections.filter((detection) => detection.score >= highScore);
  const low = detections.filter((detection) => detection.score < highScore);
  const known = memory.live.filter((track) => track.state !== 'tentative');
  const tentative = memory.live.filter((track) => track.state === 'tentative' && !track.isFaint);
  const faint = memory.live.filter((track) => track.state === 'tentative' && track.isFaint);

  const unmatchedHigh = matchStage(memory, known, { detections: high, gate: highGate });
  const missed = known.filter((track) => track.lastSeenUs !== capturedAtUs);
  const bridgeable = missed.filter((track) => isBridgeable(track, memory));
  const unmatchedLow = matchStage(memory, bridgeable, { detections: low, gate: lowGate });
  for (const track of missed) if (track.lastSeenUs !== capturedAtUs) track.state = 'lost';

  const unexplained = matchStage(memory, tentative, { detections: unmatchedHigh, gate: highGate });
  const rule = memory.settings.faint;
  const faintest = rule === null ? [] : wholeOnes(unmatchedLow, detections, rule);
  const unknown = matchStage(memory, faint, { detections: [...unexplained, ...faintest], gate: highGate });
  for (const detection of unknown) begin(memory, detection, capturedAtUs);
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
    const isSure = noteSight(track, memory);
    if (track.state !== 'tentative' || isSure) track.state = 'confirmed';
  }
  return stage.detections.filter((_, index) => !taken.has(index));
}

/** Whether a track that was just seen is sure by this sight. */
function noteSight(track: TrackRecord, { settings, lastUs }: Memory): boolean {
  if (track.score >= settings.newTrackScore) track.isFaint = false;
  if (track.isFaint && settings.faint !== null) return noteFaintSight(track, lastUs, settings.faint);
  return lastUs - track.firstSeenUs >= settings.confirmSeconds * 1e6;
}

/** Whether a weak detection may keep a track that no sure one matched. */
function isBridgeable(track: TrackRecord, { settings, lastUs }: Memory): boolean {
  if (track.state !== 'confirmed') return false;
  if (track.isFaint) return lastUs - track.movedUs <= settings.forgetSeconds * 1e6;
  return lastUs - track.lastHighUs <= settings.lowScoreSeconds * 1e6;
}

/** Begins a track unless the detection is too weak or there are too many; a lost track makes room for a seen one. */
function begin(memory: Memory, detection: Detection, capturedAtUs: number): void {
  const { settings } = memory;
  const isFaint = detection.score < settings.newTrackScore;
  const isSparse = Math.min(...memory.intervalsUs) >= settings.sparseSeconds * 1e6;
  if (isFaint && (settings.faint === null || isSparse)) return;
  if (memory.live.length >= settings.maxTracks) {
    if (isFaint) return;
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
  track.isFaint = isFaint;
  if (!isFaint && (isFirstFrame || isSparse || settings.confirmSeconds <= 0)) track.state = 'confirmed';
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
