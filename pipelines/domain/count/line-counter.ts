import { crossesSegment, extentAcross, groundPoint, signedSide } from '../geometry.ts';
import type { CountingLine } from '../site.ts';
import type { Box, Crossing, Point, Track } from '../types.ts';
import {
  acceptChange,
  JITTER_MARGIN,
  type JitterMargin,
  marginOf,
  observeSide,
  SIDE_RULE,
  type SideRule,
} from './side-memory.ts';
import { GONE_SECONDS, noteReport, openVisit, takeSideChanges, type Visit } from './visit.ts';

/** Settings of a line counter. */
export interface LineCounterOptions {
  /** Half the width of the band around the line in which a road user is on neither side. */
  readonly margin?: JitterMargin;
  /** Media seconds after which a road user who is no longer seen will not come back to the line. */
  readonly goneSeconds?: number;
  readonly sideRule?: SideRule;
  /** Ground speed of a track in km/h, asked when it crosses; undefined where it isn't measured. */
  readonly speedOf?: (trackId: number) => number | undefined;
}

/** Counts the passages over one directed line. */
export interface LineCounter {
  /** Takes every live track of one frame, in growing time; returns the crossings that became certain with it. */
  update(tracks: readonly Track[], capturedAtUs: number): readonly Crossing[];
  /**
   * Ends the counting: no further frame will come. Returns the crossings that are likelier than not now, at the
   * instant of the last frame; see `createLineCounter`.
   */
  finish(): readonly Crossing[];
  /** Tracks remembered; falls back when tracks end. */
  openTracks(): number;
}

interface Passage extends Visit {
  readonly trackId: number;
  place: Point;
  /** Observations in a row on the side of `place`, however near to the line. */
  sightsOnSide: number;
  /** Whether the path since `sides.side` was last clear went through the segment, net of going back. */
  isThrough: boolean;
}

/**
 * Counts a crossing when a confirmed track was clearly on one side, then clearly on the other (`side-memory.ts`), and
 * its ground point's path between went through the segment. So:
 * - jitter and a stop on the line count once or not at all; across and clearly back is one `in` and one `out`;
 * - passing beyond an end of the segment counts nothing, however often the infinite line is crossed;
 * - a road user who first appears **on** the line and leaves to one side counts nothing: where it came from is unknown;
 * - only observed boxes count as evidence. One who is hidden while crossing counts when seen again on the other side,
 *   the path being the straight piece between; the sights of a tentative track count once it is confirmed;
 * - one who is seen only once on the other side and then no more (the picture's edge) counts after `goneSeconds`, if
 *   that sight was deep enough;
 * - one who is between the sides when the recording ends counts if its path went through the segment and its last two
 *   sights lie beyond it: waiting for a clear sight is worth it only while one can come, and where someone was seen
 *   last is then the likelier side. One wild box is still not enough.
 *
 * `capturedAtUs` of a crossing is the frame that made it certain: the second clear sight of the other side.
 */
export function createLineCounter(line: CountingLine, options: LineCounterOptions = {}): LineCounter {
  const { margin = JITTER_MARGIN, goneSeconds = GONE_SECONDS, sideRule = SIDE_RULE } = options;
  const passages = new Map<number, Passage>();
  let lastUs = 0;

  function tell(passage: Passage): Crossing[] {
    return settle(passage, line, lastUs).map((crossing) => {
      const speedKmPerHour = options.speedOf?.(passage.trackId);
      return speedKmPerHour === undefined ? crossing : { ...crossing, speedKmPerHour };
    });
  }

  return {
    update(tracks, capturedAtUs) {
      lastUs = capturedAtUs;
      for (const track of tracks) {
        const passage = passages.get(track.id) ?? openPassage(track, capturedAtUs);
        passages.set(track.id, passage);
        noteReport(passage, track, capturedAtUs);
        if (track.isObserved) follow(passage, { line, margin, box: track.box });
      }
      return takeSideChanges(passages, { capturedAtUs, goneSeconds, sideRule }).flatMap(tell);
    },
    finish: () =>
      [...passages.values()]
        .filter((passage) => isProbablyAcross(passage, { lastUs, sideRule }))
        .flatMap(tell),
    openTracks: () => passages.size,
  };
}

function openPassage(track: Track, capturedAtUs: number): Passage {
  return {
    ...openVisit(track, capturedAtUs),
    trackId: track.id,
    place: groundPoint(track.box),
    sightsOnSide: 0,
    isThrough: false,
  };
}

/** Adds one observed step to a path. */
function follow(
  passage: Passage,
  step: {
    readonly line: CountingLine;
    readonly margin: JitterMargin;
    readonly box: Box;
  },
): void {
  const { line, box } = step;
  const place = groundPoint(box);
  const isSameSide = signedSide(line, passage.place) > 0 === signedSide(line, place) > 0;
  passage.sightsOnSide = isSameSide ? passage.sightsOnSide + 1 : 1;
  if (crossesSegment(line, passage.place, place)) passage.isThrough = !passage.isThrough;
  passage.place = place;
  const side = observeSide(
    passage.sides,
    signedSide(line, place) / extentAcross(line, marginOf(box, step.margin)),
  );
  if (side !== 0 && side === passage.sides.side) passage.isThrough = false;
}

/** Whether one whose side is open when all is over was seen last, and not only once, beyond the segment. */
function isProbablyAcross(
  passage: Passage,
  end: { readonly lastUs: number; readonly sideRule: SideRule },
): boolean {
  const { sides, isThrough, isConfirmed, sightsOnSide, updatedUs } = passage;
  const isOpen = isConfirmed && updatedUs === end.lastUs && sides.side !== 0;
  return isOpen && isThrough && sightsOnSide >= end.sideRule.observations;
}

/** Takes the new side as settled; one crossing if the way there led through the segment. */
function settle(passage: Passage, line: CountingLine, capturedAtUs: number): Crossing[] {
  const side = acceptChange(passage.sides);
  const { isThrough, roadUserClass } = passage;
  passage.isThrough = false;
  if (!isThrough) return [];
  return [{ lineId: line.id, direction: side === 1 ? 'in' : 'out', roadUserClass, capturedAtUs }];
}
