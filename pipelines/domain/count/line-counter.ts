import type { RoadUserClass } from '../classes.ts';
import { crossesSegment, extentAcross, groundPoint, signedSide } from '../geometry.ts';
import type { CountingLine } from '../site.ts';
import type { Box, Crossing, Point, Track } from '../types.ts';
import {
  acceptChange,
  createSideMemory,
  hadChangedSides,
  hasChangedSides,
  JITTER_MARGIN,
  type JitterMargin,
  marginOf,
  observeSide,
  type SideMemory,
} from './side-memory.ts';

/** Settings of a line counter. */
export interface LineCounterOptions {
  /** Half the width of the band around the line in which a road user is on neither side. */
  readonly margin?: JitterMargin;
  /** Media seconds after which a road user who is no longer seen will not come back to the line. */
  readonly goneSeconds?: number;
}

/** Counts the passages over one directed line. */
export interface LineCounter {
  /** Takes every live track of one frame, in growing time; returns the crossings that became certain with it. */
  update(tracks: readonly Track[], capturedAtUs: number): readonly Crossing[];
  /** Tracks remembered; falls back when tracks end. */
  openTracks(): number;
}

interface Passage {
  readonly sides: SideMemory;
  place: Point;
  /** Whether the path since `sides.side` was last clear went through the segment, net of going back. */
  isThrough: boolean;
  isConfirmed: boolean;
  roadUserClass: RoadUserClass;
  lastSeenUs: number;
  /** The frame in which the track was last reported; older ones have ended. */
  updatedUs: number;
}

/** Long enough for the blink behind a pole, short enough that a crossing is told in the window it belongs to. */
const DEFAULT_GONE_SECONDS = 1;

/**
 * Counts a crossing when a confirmed track was clearly on one side, then clearly on the other (`side-memory.ts`), and
 * its ground point's path between went through the segment. So:
 * - jitter and a stop on the line count once or not at all; across and clearly back is one `in` and one `out`;
 * - passing beyond an end of the segment counts nothing, however often the infinite line is crossed;
 * - a road user who first appears **on** the line and leaves to one side counts nothing: where it came from is unknown;
 * - only observed boxes count as evidence. One who is hidden while crossing counts when seen again on the other side,
 *   the path being the straight piece between; the sights of a tentative track count once it is confirmed;
 * - one who is seen only once on the other side and then no more (the picture's edge) counts after `goneSeconds`, if
 *   that sight was deep enough.
 *
 * `capturedAtUs` of a crossing is the frame that made it certain: the second clear sight of the other side.
 */
export function createLineCounter(line: CountingLine, options: LineCounterOptions = {}): LineCounter {
  const margin = options.margin ?? JITTER_MARGIN;
  const goneUs = (options.goneSeconds ?? DEFAULT_GONE_SECONDS) * 1e6;
  const passages = new Map<number, Passage>();

  return {
    update(tracks, capturedAtUs) {
      for (const track of tracks) {
        const passage = passages.get(track.id) ?? openPassage(track, capturedAtUs);
        passages.set(track.id, passage);
        passage.updatedUs = capturedAtUs;
        passage.isConfirmed ||= track.state !== 'tentative';
        passage.roadUserClass = track.roadUserClass;
        if (track.isObserved) follow(passage, { line, margin, box: track.box, capturedAtUs });
      }
      const crossings: Crossing[] = [];
      for (const [id, passage] of passages) {
        const hasEnded = passage.updatedUs !== capturedAtUs;
        const isGone = hasEnded || capturedAtUs - passage.lastSeenUs >= goneUs;
        if (isDue(passage, isGone)) crossings.push(...settle(passage, line, capturedAtUs));
        if (hasEnded) passages.delete(id);
      }
      return crossings;
    },
    openTracks: () => passages.size,
  };
}

function openPassage(track: Track, capturedAtUs: number): Passage {
  return {
    sides: createSideMemory(),
    place: groundPoint(track.box),
    isThrough: false,
    isConfirmed: false,
    roadUserClass: track.roadUserClass,
    lastSeenUs: capturedAtUs,
    updatedUs: capturedAtUs,
  };
}

/** Adds one observed step to a path. */
function follow(
  passage: Passage,
  step: {
    readonly line: CountingLine;
    readonly margin: JitterMargin;
    readonly box: Box;
    readonly capturedAtUs: number;
  },
): void {
  const { line, box } = step;
  const place = groundPoint(box);
  if (crossesSegment(line, passage.place, place)) passage.isThrough = !passage.isThrough;
  passage.place = place;
  passage.lastSeenUs = step.capturedAtUs;
  const side = observeSide(
    passage.sides,
    signedSide(line, place) / extentAcross(line, marginOf(box, step.margin)),
  );
  if (side !== 0 && side === passage.sides.side) passage.isThrough = false;
}

function isDue(passage: Passage, isGone: boolean): boolean {
  if (!passage.isConfirmed) return false;
  return hasChangedSides(passage.sides) || (isGone && hadChangedSides(passage.sides));
}

/** Takes the new side as settled; one crossing if the way there led through the segment. */
function settle(passage: Passage, line: CountingLine, capturedAtUs: number): Crossing[] {
  const side = acceptChange(passage.sides);
  const { isThrough, roadUserClass } = passage;
  passage.isThrough = false;
  if (!isThrough) return [];
  return [{ lineId: line.id, direction: side === 1 ? 'in' : 'out', roadUserClass, capturedAtUs }];
}
