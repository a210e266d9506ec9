/** What line and zone counters both remember of a road user at a border, and when a change of side is told. */
import type { RoadUserClass } from '../classes.ts';
import type { Track } from '../types.ts';
import {
  createSideMemory,
  hadChangedSides,
  hasChangedSides,
  type SideMemory,
  type SideRule,
} from './side-memory.ts';

/** One road user at one border. */
export interface Visit {
  readonly sides: SideMemory;
  /** Whether the track was ever more than tentative. */
  isConfirmed: boolean;
  /** As of the last frame: a track's class is a vote. */
  roadUserClass: RoadUserClass;
  /** The last frame in which a detection was seen. */
  lastSeenUs: number;
  /** The last frame in which the track was reported; when it is older than the present one, the track has ended. */
  updatedUs: number;
}

/**
 * Media seconds after which a road user who is no longer seen will not come back to a border: long enough for the
 * blink behind a pole, short enough that a crossing is told in the window it belongs to.
 */
export const GONE_SECONDS = 1;

/** A road user who is reported for the first time. */
export function openVisit(track: Track, capturedAtUs: number): Visit {
  return {
    sides: createSideMemory(),
    isConfirmed: false,
    roadUserClass: track.roadUserClass,
    lastSeenUs: capturedAtUs,
    updatedUs: capturedAtUs,
  };
}

/** Takes the track's report of this frame. */
export function noteReport(visit: Visit, track: Track, capturedAtUs: number): void {
  visit.updatedUs = capturedAtUs;
  visit.isConfirmed ||= track.state !== 'tentative';
  visit.roadUserClass = track.roadUserClass;
  if (track.isObserved) visit.lastSeenUs = capturedAtUs;
}

/**
 * Visits whose change of side became certain with this frame, in order of birth; forgets those whose track has ended.
 * A tentative track's is kept back until the track is confirmed, so that noise is never counted.
 */
export function takeSideChanges<V extends Visit>(
  visits: Map<number, V>,
  now: { readonly capturedAtUs: number; readonly goneSeconds: number; readonly sideRule: SideRule },
): V[] {
  const { capturedAtUs, goneSeconds, sideRule } = now;
  const changed: V[] = [];
  for (const [id, visit] of visits) {
    const hasEnded = visit.updatedUs !== capturedAtUs;
    const isGone = hasEnded || capturedAtUs - visit.lastSeenUs >= goneSeconds * 1e6;
    const isCertain =
      hasChangedSides(visit.sides, sideRule) || (isGone && hadChangedSides(visit.sides, sideRule));
    if (visit.isConfirmed && isCertain) changed.push(visit);
    if (hasEnded) visits.delete(id);
  }
  return changed;
}
