import { withVehicle, type ZoneMotion, zeroMotion } from '../calibration/speed-sums.ts';
import { perClass, type RoadUserClass } from '../classes.ts';
import { clampToPicture, groundPoint, isInsidePolygon, scaledDistanceToOutline } from '../geometry.ts';
import type { Zone } from '../site.ts';
import type { Track } from '../types.ts';
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

/** Settings of a zone counter. */
export interface ZoneCounterOptions {
  /** Half the width of the band along the outline in which a road user neither enters nor leaves. */
  readonly margin?: JitterMargin;
  /** Media seconds for which a road user who isn't seen still counts as present. */
  readonly coastSeconds?: number;
  /** Media seconds after which a road user who is no longer seen will not come back to the outline. */
  readonly goneSeconds?: number;
  readonly sideRule?: SideRule;
  /** Ground speed of a track in km/h; undefined where it isn't measured. Without it no motion is told. */
  readonly speedOf?: (trackId: number) => number | undefined;
}

/** One zone at one frame. */
export interface ZoneState {
  readonly zoneId: string;
  /** Confirmed tracks whose ground point is inside now, seen or unseen for at most `coastSeconds`. */
  readonly present: Readonly<Record<RoadUserClass, number>>;
  /** Tracks of which it became certain with this frame that they came in from outside. */
  readonly entered: Readonly<Record<RoadUserClass, number>>;
  /** Tracks of which it became certain with this frame that they went out. */
  readonly left: Readonly<Record<RoadUserClass, number>>;
  /** Of those present, the ones whose speed is measured; absent on a camera that measures none. */
  readonly motion?: ZoneMotion;
}

/** Watches one zone. */
export interface ZoneCounter {
  /** Takes every live track of one frame, in growing time. */
  update(tracks: readonly Track[], capturedAtUs: number): ZoneState;
  /** Tracks remembered; falls back when tracks end. */
  openTracks(): number;
}

/**
 * A detector misses a fully visible person in about one frame of eight, seldom for more than half a second; who is
 * hidden for longer may have left, and keeping more ghosts than that makes the count too high (PETS09-S2L1).
 */
export const DEFAULT_COAST_SECONDS = 0.5;
const INSIDE = 1;

/**
 * Who is in a zone, and who enters and leaves it.
 *
 * Presence takes the ground point as it is: being on the outline is inside, and an observed box that reaches beyond
 * the picture stands at the picture's edge. Enter and leave have the hysteresis of `side-memory.ts`, so someone who
 * stands on the outline does neither, though present may flicker. A track that **begins inside** has not entered and
 * one that **ends inside** has not left: a door, a parked car, the picture's edge and a lost track all look the same.
 * Hence `entered - left` is not the change of `present`. Zones may overlap; each counts for itself.
 */
export function createZoneCounter(zone: Zone, options: ZoneCounterOptions = {}): ZoneCounter {
  const { margin = JITTER_MARGIN, goneSeconds = GONE_SECONDS, sideRule = SIDE_RULE, speedOf } = options;
  const coastUs = (options.coastSeconds ?? DEFAULT_COAST_SECONDS) * 1e6;
  const visits = new Map<number, Visit>();

  return {
    update(tracks, capturedAtUs) {
      const state = {
        zoneId: zone.id,
        present: perClass(() => 0),
        entered: perClass(() => 0),
        left: perClass(() => 0),
      };
      let motion = zeroMotion();
      for (const track of tracks) {
        const visit = visits.get(track.id) ?? openVisit(track, capturedAtUs);
        visits.set(track.id, visit);
        noteReport(visit, track, capturedAtUs);
        if (track.isObserved) observeSide(visit.sides, placeInMargins(zone, track, margin));
        const isRecent = capturedAtUs - visit.lastSeenUs <= coastUs;
        if (!visit.isConfirmed || !isRecent || !standsIn(zone, track)) continue;
        state.present[track.roadUserClass] += 1;
        const speed = speedOf?.(track.id);
        if (speed !== undefined) motion = withVehicle(motion, speed);
      }
      for (const visit of takeSideChanges(visits, { capturedAtUs, goneSeconds, sideRule })) {
        const moves = acceptChange(visit.sides) === INSIDE ? state.entered : state.left;
        moves[visit.roadUserClass] += 1;
      }
      return speedOf === undefined ? state : { ...state, motion };
    },
    openTracks: () => visits.size,
  };
}

/** A predicted ground point beyond the picture has left it; an observed one is only drawn too large. */
function standsIn(zone: Zone, track: Track): boolean {
  const place = groundPoint(track.box);
  return isInsidePolygon(zone.polygon, track.isObserved ? clampToPicture(place) : place);
}

/** Signed distance to the outline in margins, positive inside. */
function placeInMargins(zone: Zone, track: Track, margin: JitterMargin): number {
  const place = clampToPicture(groundPoint(track.box));
  const distance = scaledDistanceToOutline(zone.polygon, place, marginOf(track.box, margin));
  return isInsidePolygon(zone.polygon, place) ? distance : -distance;
}
