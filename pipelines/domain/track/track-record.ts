import { ROAD_USER_CLASSES, type RoadUserClass } from '../classes.ts';
import type { Box, Detection, Track, TrackState } from '../types.ts';
import {
  BOX_FILTER_LENGTH,
  type BoxFilterNoise,
  filteredBox,
  freezeBoxSize,
  initiateBoxFilter,
  predictBoxFilter,
  updateBoxFilter,
} from './kalman.ts';

/** What the tracker remembers of one identity; reused for another once it has ended. */
export interface TrackRecord {
  id: number;
  state: TrackState;
  score: number;
  /** Begun by a weak detection, and no sure one since; see `FaintRule`. */
  isFaint: boolean;
  firstSeenUs: number;
  /** Where it was seen first, then where a faint track had last moved on by its own size; and when. */
  movedBox: Box;
  movedUs: number;
  lastSeenUs: number;
  /** When a high-score detection was last seen; low scores alone can't keep a track for long. */
  lastHighUs: number;
  /** The instant the filter stands at. */
  filterUs: number;
  /** Predicted or corrected box at `filterUs`. */
  box: Box;
  readonly filter: Float64Array;
  /** Sum of scores per class, in the canonical order. */
  readonly classVotes: Float64Array;
}

/** A detection that belongs to a track. */
export interface Sighting {
  readonly detection: Detection;
  readonly capturedAtUs: number;
  readonly settings: { readonly noise: BoxFilterNoise; readonly highScore: number };
}

/** A record without an identity, to be filled by `beginTrack`. */
export function createTrackRecord(): TrackRecord {
  return {
    id: 0,
    state: 'tentative',
    score: 0,
    isFaint: false,
    firstSeenUs: 0,
    movedBox: { left: 0, top: 0, right: 0, bottom: 0 },
    movedUs: 0,
    lastSeenUs: 0,
    lastHighUs: 0,
    filterUs: 0,
    box: { left: 0, top: 0, right: 0, bottom: 0 },
    filter: new Float64Array(BOX_FILTER_LENGTH),
    classVotes: new Float64Array(ROAD_USER_CLASSES.length),
  };
}

/** Gives a record a new identity, seen for the first time. */
export function beginTrack(record: TrackRecord, id: number, seen: Sighting): void {
  record.id = id;
  record.state = 'tentative';
  record.firstSeenUs = seen.capturedAtUs;
  record.isFaint = false;
  record.movedBox = seen.detection.box;
  record.movedUs = seen.capturedAtUs;
  record.lastHighUs = Number.NEGATIVE_INFINITY;
  record.classVotes.fill(0);
  initiateBoxFilter(record.filter, seen.detection.box, seen.settings.noise);
  record.filterUs = seen.capturedAtUs;
  noteDetection(record, seen);
}

/** Moves a track's expectation on to a new frame. */
export function predictTrack(record: TrackRecord, capturedAtUs: number, noise: BoxFilterNoise): void {
  if (record.lastSeenUs < record.filterUs) freezeBoxSize(record.filter);
  predictBoxFilter(record.filter, (capturedAtUs - record.filterUs) / 1e6, noise);
  record.filterUs = capturedAtUs;
  record.box = filteredBox(record.filter);
}

/** Lets a detection of this frame correct a track that was predicted to this frame. */
export function observeTrack(record: TrackRecord, seen: Sighting): void {
  updateBoxFilter(record.filter, seen.detection.box, seen.settings.noise);
  noteDetection(record, seen);
}

function noteDetection(record: TrackRecord, { detection, capturedAtUs, settings }: Sighting): void {
  record.lastSeenUs = capturedAtUs;
  if (detection.score >= settings.highScore) record.lastHighUs = capturedAtUs;
  record.score = detection.score;
  record.box = filteredBox(record.filter);
  record.classVotes[ROAD_USER_CLASSES.indexOf(detection.roadUserClass)]! += detection.score;
}

/** The class with the largest sum of scores over the track's life; of equals, the first in the canonical order. */
function votedClass(record: TrackRecord): RoadUserClass {
  let winner = 0;
  for (let index = 1; index < record.classVotes.length; index++) {
    if (record.classVotes[index]! > record.classVotes[winner]!) winner = index;
  }
  return ROAD_USER_CLASSES[winner]!;
}

/** What the counters see. */
export function trackView(record: TrackRecord, capturedAtUs: number): Track {
  return {
    id: record.id,
    roadUserClass: votedClass(record),
    state: record.state,
    box: record.box,
    score: record.score,
    isObserved: record.lastSeenUs === capturedAtUs,
  };
}
