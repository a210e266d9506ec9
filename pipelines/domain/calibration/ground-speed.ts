/** How fast vehicles move on the ground, from where their ground points were during the last second. */
import { classGroup } from '../classes.ts';
import { groundPoint } from '../geometry.ts';
import type { Box, Point, Track } from '../types.ts';
import type { GroundMap } from './ground-map.ts';

/**
 * The range in which a speed is told, km/h. Slower than a stroll can't be told from standing with a jittering box, so
 * it counts as standing (in zones) or as this speed (over lines); faster than any city road is a mistaken identity and
 * counts as not measured.
 */
export const SPEED_RANGE_KM_PER_HOUR = { min: 3, max: 150 } as const;

/**
 * Below this real frame rate no speeds are told: the fastest vehicles are gone before they are seen three times, and
 * the mean of the rest is too low (by 18 % at 1 frame/s on `fixtures/scenes/calibrated-road.ts`, by 2 % at 2).
 */
export const MIN_SPEED_FRAMES_PER_SECOND = 2;

/**
 * One second of sights: jitter of a tenth of a car's length then makes about 1 km/h, and a car that brakes with 3 m/s²
 * is told 5 km/h too fast at most. Where frames are missing the last three sights are taken, none older than 3 s.
 */
const SPAN_US = 1_000_000;
const LONGEST_SPAN_US = 3_000_000;
const MIN_POINTS = 3;
/** Two neighbouring sights say more of jitter than of motion. */
const SHORTEST_SPAN_US = 400_000;
/** More sights than one in 80 ms add cost and nothing else. */
const SPACING_US = 80_000;
/** Who was not seen inside the valid area for this long has no speed any more. */
const STALE_US = 1_500_000;

/** A box this near to the picture's edge (normalised) is cut by it, and its bottom centre is not where it stands. */
const EDGE = 0.005;

/** With a known length only motion along it is measured: at most this much across for one along. */
const MAX_ACROSS = 0.5;

interface Trail {
  readonly atUs: number[];
  readonly places: Point[];
  updatedUs: number;
  /** Undefined while it has to be computed, `null` where there is none. */
  speedKmPerHour: number | null | undefined;
}

/** Follows the vehicles among the tracks of one camera. */
export interface Speedometer {
  /** Takes every live track of one frame, in growing time. A track that ended is forgotten one frame later. */
  update(tracks: readonly Track[], capturedAtUs: number): void;
  /** km/h as of the last frame, from 0 to the top of the range; undefined where it is not measured. */
  speedOf(trackId: number): number | undefined;
  /** Forgets every track, as the tracker does when the camera was moved. */
  reset(): void;
  /** Tracks remembered; falls back when tracks end. */
  openTracks(): number;
}

/**
 * Speeds by the median of all slopes between two sights, per ground axis (Theil 1950, Sen 1968): up to 29 % wild boxes
 * don't move it. Only observed boxes inside the valid area count, and none that is cut by the picture's edge.
 */
export function createSpeedometer(map: GroundMap): Speedometer {
  const trails = new Map<number, Trail>();
  let nowUs = Number.NEGATIVE_INFINITY;

  return {
    update(tracks, capturedAtUs) {
      for (const [id, trail] of trails) if (trail.updatedUs !== nowUs) trails.delete(id);
      nowUs = capturedAtUs;
      for (const track of tracks) {
        if (classGroup(track.roadUserClass) !== 'vehicles') continue;
        const trail = trails.get(track.id) ?? {
          atUs: [],
          places: [],
          updatedUs: nowUs,
          speedKmPerHour: null,
        };
        trails.set(track.id, trail);
        trail.updatedUs = nowUs;
        const place =
          track.isObserved && isWhole(track.box) ? map.toGroundM(groundPoint(track.box)) : undefined;
        if (place !== undefined) append(trail, place, nowUs);
      }
    },
    speedOf(trackId) {
      const trail = trails.get(trackId);
      if (trail === undefined || nowUs - (trail.atUs.at(-1) ?? nowUs) > STALE_US) return undefined;
      if (trail.speedKmPerHour === undefined) trail.speedKmPerHour = speedAlong(trail, map.kind);
      return trail.speedKmPerHour ?? undefined;
    },
    reset: () => trails.clear(),
    openTracks: () => trails.size,
  };
}

function isWhole(box: Box): boolean {
  return box.left > EDGE && box.right < 1 - EDGE && box.bottom < 1 - EDGE;
}

function append(trail: Trail, place: Point, capturedAtUs: number): void {
  const { atUs, places } = trail;
  const lastUs = atUs.at(-1);
  if (lastUs !== undefined && capturedAtUs - lastUs < SPACING_US) return;
  atUs.push(capturedAtUs);
  places.push(place);
  while (isTooOld(atUs, capturedAtUs)) {
    atUs.shift();
    places.shift();
  }
  trail.speedKmPerHour = undefined;
}

function isTooOld(atUs: readonly number[], nowUs: number): boolean {
  const ageUs = nowUs - atUs[0]!;
  return ageUs > LONGEST_SPAN_US || (ageUs > SPAN_US && atUs.length > MIN_POINTS);
}

/** km/h, or null where there are too few sights, or the motion is none that can be measured. */
function speedAlong({ atUs, places }: Trail, kind: GroundMap['kind']): number | null {
  if (atUs.length < MIN_POINTS || atUs.at(-1)! - atUs[0]! < SHORTEST_SPAN_US) return null;
  const x = medianSlope(
    atUs,
    places.map((place) => place.x),
  );
  const y = medianSlope(
    atUs,
    places.map((place) => place.y),
  );
  const speed = kind === 'length' ? Math.abs(x) : Math.sqrt(x * x + y * y);
  const { min, max } = SPEED_RANGE_KM_PER_HOUR;
  if (speed > max) return null;
  const isAcross = kind === 'length' && Math.abs(y) > min && Math.abs(y) > MAX_ACROSS * Math.abs(x);
  return isAcross ? null : speed;
}

/** Median over all pairs, in km/h where the values are metres. */
function medianSlope(atUs: readonly number[], values: readonly number[]): number {
  const slopes: number[] = [];
  for (let i = 0; i < values.length; i++) {
    for (let j = i + 1; j < values.length; j++) {
      slopes.push(((values[j]! - values[i]!) * 3.6e6) / (atUs[j]! - atUs[i]!));
    }
  }
  slopes.sort((a, b) => a - b);
  const middle = slopes.length >> 1;
  return slopes.length % 2 === 1 ? slopes[middle]! : (slopes[middle - 1]! + slopes[middle]!) / 2;
}
