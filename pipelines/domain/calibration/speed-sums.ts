/**
 * Space-mean speed as integer sums, so that neither order nor cutting can change a byte.
 *
 * Over a line it is the harmonic mean of the spot speeds (Wardrop 1952): samples / Σ pace. In a zone it is Edie's
 * (1963) total distance / total time of the vehicles inside, which is the harmonic mean of their speeds weighted by the
 * way each went. With `vehiclesPerKm` k and the flow q of those vehicles both satisfy q = k·v.
 */
import type { CountingSite } from '../site.ts';
import { SPEED_RANGE_KM_PER_HOUR } from './ground-speed.ts';

/**
 * Fewer samples give no speed: the harmonic mean of one or two follows whoever is slowest. A sample is a crossing
 * (line), or a second that one vehicle spent in the zone with its speed measured (zone).
 */
export const MIN_SPEED_SAMPLES = 3;

const US_PER_HOUR = 3_600_000_000;
const US_PER_SECOND = 1_000_000;
/** 1 km/h in cm/s. */
const CM_PER_S_PER_KM_PER_HOUR = 100 / 3.6;

/** Measured crossings of one line in one direction. */
export interface CrossingSpeedSums {
  samples: number;
  /** Σ whole microseconds per kilometre. 10^7 crossings at the lowest speed of the range still are exact. */
  paceUsPerKm: number;
}

/** The speeds of those in a zone at one time. */
export interface ZoneMotion {
  /** Vehicles inside whose speed is measured. */
  readonly vehicles: number;
  /** Σ of their speeds, whole cm/s; who stands adds 0. */
  readonly speedCmPerS: number;
}

/** Their integrals over time. */
export interface ZoneMotionSums {
  /** Σ vehicles × µs. */
  vehicleUs: number;
  /** Σ cm/s × µs: the way they went, in units of 10^-8 m. A hundred vehicles at 90 km/h for an hour still are exact. */
  distance: number;
}

/** What a record says of speeds. Absent fields are missing, not undefined. */
export interface SpeedMeasures {
  readonly spaceMeanSpeedKmPerHour?: number;
  readonly speedSamples?: number;
}

/** Whether a site's records tell speeds: only of vehicles, only with a calibration. */
export function measuresSpeed(site: CountingSite): boolean {
  return site.calibration !== undefined && site.groups.includes('vehicles');
}

/** No crossing yet. */
export function zeroCrossingSpeeds(): CrossingSpeedSums {
  return { samples: 0, paceUsPerKm: 0 };
}

/** Adds one measured crossing in place; a speed below the range counts as its lower end. */
export function addCrossingSpeed(sums: CrossingSpeedSums, speedKmPerHour: number): void {
  sums.samples += 1;
  sums.paceUsPerKm += Math.round(US_PER_HOUR / Math.max(SPEED_RANGE_KM_PER_HOUR.min, speedKmPerHour));
}

/** Nobody there, or nobody measured. */
export function zeroMotion(): ZoneMotion {
  return { vehicles: 0, speedCmPerS: 0 };
}

/** One vehicle more; a speed below the range is standing. */
export function withVehicle(motion: ZoneMotion, speedKmPerHour: number): ZoneMotion {
  const isStanding = speedKmPerHour < SPEED_RANGE_KM_PER_HOUR.min;
  const speedCmPerS = isStanding ? 0 : Math.round(speedKmPerHour * CM_PER_S_PER_KM_PER_HOUR);
  return { vehicles: motion.vehicles + 1, speedCmPerS: motion.speedCmPerS + speedCmPerS };
}

/** No time yet. */
export function zeroMotionSums(): ZoneMotionSums {
  return { vehicleUs: 0, distance: 0 };
}

/** Adds time during which the motion was `motion`, in place. */
export function addMotion(sums: ZoneMotionSums, motion: ZoneMotion, durationUs: number): void {
  sums.vehicleUs += motion.vehicles * durationUs;
  sums.distance += motion.speedCmPerS * durationUs;
}

/** Harmonic mean of the spot speeds; `undefined` sums are those of a site without speeds. */
export function crossingSpeed(sums: CrossingSpeedSums | undefined): SpeedMeasures {
  if (sums === undefined) return {};
  const { samples, paceUsPerKm } = sums;
  return measures(samples, (samples * US_PER_HOUR) / paceUsPerKm);
}

/** Distance / time of those in the zone; samples are whole vehicle-seconds. */
export function zoneSpeed(sums: ZoneMotionSums | undefined): SpeedMeasures {
  if (sums === undefined) return {};
  const { vehicleUs, distance } = sums;
  return measures(Math.floor(vehicleUs / US_PER_SECOND), distance / vehicleUs / CM_PER_S_PER_KM_PER_HOUR);
}

function measures(speedSamples: number, kmPerHour: number): SpeedMeasures {
  if (speedSamples < MIN_SPEED_SAMPLES) return { speedSamples };
  return { spaceMeanSpeedKmPerHour: Math.round(kmPerHour * 1000) / 1000, speedSamples };
}
