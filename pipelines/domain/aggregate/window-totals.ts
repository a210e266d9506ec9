/** The integer sums of one window. Adding is exact, so neither order nor cutting can change a byte. */
import {
  addMotion,
  type CrossingSpeedSums,
  measuresSpeed,
  type ZoneMotion,
  type ZoneMotionSums,
  zeroCrossingSpeeds,
  zeroMotionSums,
} from '../calibration/speed-sums.ts';
import { ROAD_USER_CLASSES, type RoadUserClass } from '../classes.ts';
import type { CountingSite } from '../site.ts';
import type { Direction, GapReason } from '../types.ts';

/** One number per class in the order of `ROAD_USER_CLASSES`. */
export type ClassVector = number[];

/** Sums of one zone. */
export interface ZoneTotals {
  /** Σ count × held µs. */
  countUs: ClassVector;
  max: ClassVector;
  /** Greatest number of vehicles of all classes at one time; not the sum of `max`. */
  vehiclesMax: number;
  /** µs in which at least one vehicle was in the zone. */
  occupiedUs: number;
  entered: ClassVector;
  left: ClassVector;
  /** Only on cameras that measure speeds. */
  motion?: ZoneMotionSums;
}

/** Crossings of one line. */
export interface LineTotals extends Record<Direction, ClassVector> {
  /** Only on cameras that measure speeds. */
  speeds?: Record<Direction, CrossingSpeedSums>;
}

/** Everything known of one window. JSON-safe; holds no box and no track id. */
export interface WindowTotals {
  startUs: number;
  coveredUs: number;
  uncoveredUs: number;
  framesAnalysed: number;
  reasons: GapReason[];
  /** In the site's order. */
  zones: ZoneTotals[];
  lines: LineTotals[];
}

/** Who is in each zone, in the site's order, as of the last frame. */
export type HeldPresence = ClassVector[];

/** How those in each zone move, in the site's order, as of the last frame; empty where no speeds are measured. */
export type HeldMotion = ZoneMotion[];

const PERSON_INDEX = ROAD_USER_CLASSES.indexOf('person');

/** A vector of zeros. */
export function zeroVector(): ClassVector {
  return ROAD_USER_CLASSES.map(() => 0);
}

/** The vector of a record per class. */
export function toVector(counts: Readonly<Record<RoadUserClass, number>>): ClassVector {
  return ROAD_USER_CLASSES.map((name) => counts[name]);
}

/** Adds `vector × factor` in place. */
export function addVector(target: ClassVector, vector: readonly number[], factor = 1): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) + (vector[i] ?? 0) * factor;
}

/** All classes but person. */
export function vehiclesOf(vector: readonly number[]): number {
  return vector.reduce((sum, value, i) => (i === PERSON_INDEX ? sum : sum + value), 0);
}

/** A window of which nothing is known yet. */
export function emptyTotals(site: CountingSite, startUs: number): WindowTotals {
  const hasSpeeds = measuresSpeed(site);
  return {
    startUs,
    coveredUs: 0,
    uncoveredUs: 0,
    framesAnalysed: 0,
    reasons: [],
    zones: site.zones.map(() => ({
      countUs: zeroVector(),
      max: zeroVector(),
      vehiclesMax: 0,
      occupiedUs: 0,
      entered: zeroVector(),
      left: zeroVector(),
      ...(hasSpeeds ? { motion: zeroMotionSums() } : {}),
    })),
    lines: site.lines.map(() => ({
      in: zeroVector(),
      out: zeroVector(),
      ...(hasSpeeds ? { speeds: { in: zeroCrossingSpeeds(), out: zeroCrossingSpeeds() } } : {}),
    })),
  };
}

/** Adds time during which `held` was present. Means and maxima see exactly the frames that vouch for a part. */
export function addHeld(totals: WindowTotals, held: HeldPresence, durationUs: number): void {
  totals.coveredUs += durationUs;
  for (const [i, zone] of totals.zones.entries()) {
    const present = held[i] ?? zeroVector();
    const vehicles = vehiclesOf(present);
    addVector(zone.countUs, present, durationUs);
    zone.max = zone.max.map((value, j) => Math.max(value, present[j] ?? 0));
    zone.vehiclesMax = Math.max(zone.vehiclesMax, vehicles);
    if (vehicles > 0) zone.occupiedUs += durationUs;
  }
}

/** Adds the way that those in the zones went in a time that `addHeld` adds. */
export function addHeldMotion(totals: WindowTotals, held: HeldMotion, durationUs: number): void {
  for (const [i, zone] of totals.zones.entries()) {
    const motion = held[i];
    if (zone.motion !== undefined && motion !== undefined) addMotion(zone.motion, motion, durationUs);
  }
}

/** Adds time of which nothing is known. */
export function addGap(totals: WindowTotals, durationUs: number, reason: GapReason): void {
  totals.uncoveredUs += durationUs;
  addReason(totals, reason);
}

/** Names one more reason. */
export function addReason(totals: WindowTotals, reason: GapReason): void {
  if (!totals.reasons.includes(reason)) totals.reasons.push(reason);
}
