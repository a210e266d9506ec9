/** What people or datasets say really happened in a recording. */
import { type ClassGroup, ROAD_USER_CLASSES, type RoadUserClass } from '../../../pipelines/domain/classes.ts';
import {
  clampToPicture,
  crossesSegment,
  groundPoint,
  isInsidePolygon,
  signedSide,
} from '../../../pipelines/domain/geometry.ts';
import type { CountingLine, Zone } from '../../../pipelines/domain/site.ts';
import type { CrossingEvent } from '../metrics/crossings.ts';
import type { IdentifiedBox } from '../metrics/tracking-case.ts';

/** Road users of each class in one zone at one frame. */
export interface TruePresence {
  /** Number of the source's frame, from 1. */
  readonly frame: number;
  readonly zoneId: string;
  readonly counts: Readonly<Record<RoadUserClass, number>>;
}

/** The truth of one recording; only what was really labelled is there. */
export interface RecordedTruth {
  /** Of the source, as its container says. */
  readonly framesPerSecond: number;
  readonly frameCount: number;
  /** Groups that were labelled; nothing is known of the others. */
  readonly groups: readonly ClassGroup[];
  readonly crossings: readonly CrossingEvent[];
  /** Neither missed nor over-counted, whatever is counted. */
  readonly doubtfulCrossings?: readonly CrossingEvent[];
  readonly presence: readonly TruePresence[];
  /** Boxes of people per frame number, where the truth has boxes. */
  readonly boxes?: ReadonlyMap<number, readonly IdentifiedBox[]>;
}

/** Presence of every frame by the boxes' ground points, with the zone counter's rule for the picture's edge. */
export function presenceOfBoxes(
  boxes: ReadonlyMap<number, readonly IdentifiedBox[]>,
  zones: readonly Zone[],
): TruePresence[] {
  const empty = Object.fromEntries(ROAD_USER_CLASSES.map((name) => [name, 0])) as Record<
    RoadUserClass,
    number
  >;
  return [...boxes].flatMap(([frame, list]) =>
    zones.map(({ id, polygon }) => {
      const inside = list.filter(({ box }) => isInsidePolygon(polygon, clampToPicture(groundPoint(box))));
      return { frame, zoneId: id, counts: { ...empty, person: inside.length } };
    }),
  );
}

/**
 * Crossings of people by the ground points of true boxes: each step of an identity from one frame to the next in which
 * it is labelled that goes through the segment is one crossing. No hysteresis: true boxes hardly jitter, and the truth
 * must not share a rule with the instrument.
 */
export function crossingsOfBoxes(
  boxes: ReadonlyMap<number, readonly IdentifiedBox[]>,
  lines: readonly CountingLine[],
  framesPerSecond: number,
): CrossingEvent[] {
  const last = new Map<number, ReturnType<typeof groundPoint>>();
  const crossings: CrossingEvent[] = [];
  for (const [frame, list] of [...boxes].sort(([a], [b]) => a - b)) {
    for (const { id, box } of list) {
      const place = groundPoint(box);
      const before = last.get(id);
      last.set(id, place);
      if (before === undefined) continue;
      for (const line of lines) {
        if (!crossesSegment(line, before, place)) continue;
        const direction = signedSide(line, place) >= 0 ? 'in' : 'out';
        const atSeconds = (frame - 1) / framesPerSecond;
        crossings.push({ lineId: line.id, direction, roadUserClass: 'person', atSeconds });
      }
    }
  }
  return crossings;
}
