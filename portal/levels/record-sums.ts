/**
 * The sums of one record. Numbers are put in their places one by one: a city makes a thousand of these a minute, and a
 * backlog of a day more than a million. Pure.
 */
import { MIN_SPEED_SAMPLES } from '../../pipelines/domain/calibration/speed-sums.ts';
import { VEHICLE_CLASSES } from '../../pipelines/domain/classes.ts';
import { US_PER_SECOND } from '../../pipelines/domain/time.ts';
import type { FlowObservation, Observation, PresenceObservation } from '../../pipelines/domain/types.ts';
import {
  FLOW_PLACES,
  FLOW_SUMS,
  type LevelSums,
  PRESENCE_PLACES,
  PRESENCE_SUMS,
  reasonBits,
} from './sums.ts';

const NONE: readonly string[] = [];

/** What is kept is digits alone: a measure beyond all sense, and one without end (a speed of 0), count as the most there is. */
function whole(value: number): number {
  return Math.min(Math.round(value), Number.MAX_SAFE_INTEGER);
}

/**
 * `method` is the record's `Method` as one text. The analysed time is coverage × length, rounded to the µs, since a
 * record tells its coverage with 6 decimals.
 */
export function sumsOf(record: Observation, window: { lengthUs: number; method: string }): LevelSums {
  const analysedUs = whole(record.coverage * window.lengthUs);
  const values = record.kind === 'flow' ? flowSums(record, analysedUs) : presenceSums(record, analysedUs);
  // The first four are the same of both kinds.
  values[FLOW_PLACES.recordedUs] = window.lengthUs;
  values[FLOW_PLACES.analysedUs] = analysedUs;
  values[FLOW_PLACES.framesExpected] = record.framesExpected;
  values[FLOW_PLACES.framesAnalysed] = record.framesAnalysed;
  const levelTable = record.kind === 'flow' ? record.levelOfServiceTable : record.fruinTable;
  return {
    values,
    reasons: record.reasons.length === 0 ? 0 : reasonBits(record.reasons),
    methods: [window.method],
    empTables: record.empTable === undefined ? NONE : [record.empTable],
    levelTables: levelTable === undefined ? NONE : [levelTable],
  };
}

function flowSums(record: FlowObservation, analysedUs: number): number[] {
  const values = new Array<number>(FLOW_SUMS.length).fill(0);
  const { count, pcuPerHour, degreeOfSaturation } = record;
  if (count?.person !== undefined) {
    values[FLOW_PLACES.peopleUs] = analysedUs;
    values[FLOW_PLACES.count_person] = count.person;
  }
  if (count?.car !== undefined) {
    values[FLOW_PLACES.vehicleUs] = analysedUs;
    for (const name of VEHICLE_CLASSES) values[FLOW_PLACES[`count_${name}`]] = count[name] ?? 0;
  }
  if (pcuPerHour !== undefined) {
    values[FLOW_PLACES.pcuUs] = analysedUs;
    // Whole hundredths went in; the 3 decimals of the rate give them back.
    values[FLOW_PLACES.pcuHundredths] = whole((pcuPerHour * analysedUs) / (36 * US_PER_SECOND));
  }
  if (degreeOfSaturation !== undefined) {
    values[FLOW_PLACES.saturationUs] = analysedUs;
    values[FLOW_PLACES.saturationIntegral] = whole(degreeOfSaturation * analysedUs);
  }
  const { spaceMeanSpeedKmPerHour: speed, speedSamples } = record;
  if (speedSamples === undefined) return values;
  values[FLOW_PLACES.speedUs] = analysedUs;
  if (speed === undefined || speedSamples < MIN_SPEED_SAMPLES) return values;
  values[FLOW_PLACES.speedSamples] = speedSamples;
  values[FLOW_PLACES.paceUs] = whole((speedSamples * 3600 * US_PER_SECOND) / speed);
  return values;
}

function presenceSums(record: PresenceObservation, analysedUs: number): number[] {
  const values = new Array<number>(PRESENCE_SUMS.length).fill(0);
  putPeople(values, record, analysedUs);
  putVehicles(values, record, analysedUs);
  const { peoplePerM2, vehiclesPerKm, pcuPerKm } = record;
  if (peoplePerM2 !== undefined) {
    values[PRESENCE_PLACES.areaUs] = analysedUs;
    values[PRESENCE_PLACES.areaIntegral] = whole(peoplePerM2 * analysedUs);
  }
  if (vehiclesPerKm !== undefined) {
    values[PRESENCE_PLACES.lengthUs] = analysedUs;
    values[PRESENCE_PLACES.lengthIntegral] = whole(vehiclesPerKm * analysedUs);
  }
  if (pcuPerKm !== undefined) {
    values[PRESENCE_PLACES.pcuUs] = analysedUs;
    values[PRESENCE_PLACES.pcuIntegral] = whole(pcuPerKm * analysedUs);
  }
  const { spaceMeanSpeedKmPerHour: speed, speedSamples } = record;
  if (speedSamples === undefined) return values;
  values[PRESENCE_PLACES.speedUs] = analysedUs;
  if (speed === undefined || speedSamples < MIN_SPEED_SAMPLES) return values;
  values[PRESENCE_PLACES.speedSamples] = speedSamples;
  values[PRESENCE_PLACES.speedSum] = whole(speedSamples * speed * 1000);
  return values;
}

function putPeople(values: number[], record: PresenceObservation, analysedUs: number): void {
  const { peoplePresent, entered, left } = record;
  if (peoplePresent === undefined) return;
  values[PRESENCE_PLACES.peopleUs] = analysedUs;
  values[PRESENCE_PLACES.presentUs_person] = whole(peoplePresent.mean * analysedUs);
  values[PRESENCE_PLACES.max_person] = peoplePresent.max;
  values[PRESENCE_PLACES.entered_person] = entered?.person ?? 0;
  values[PRESENCE_PLACES.left_person] = left?.person ?? 0;
}

function putVehicles(values: number[], record: PresenceObservation, analysedUs: number): void {
  const { present, vehiclesPresent, entered, left, timeOccupancy = 0 } = record;
  if (vehiclesPresent === undefined) return;
  values[PRESENCE_PLACES.vehicleUs] = analysedUs;
  for (const name of VEHICLE_CLASSES) {
    const count = present?.[name];
    values[PRESENCE_PLACES[`presentUs_${name}`]] = whole((count?.mean ?? 0) * analysedUs);
    values[PRESENCE_PLACES[`max_${name}`]] = count?.max ?? 0;
    values[PRESENCE_PLACES[`entered_${name}`]] = entered?.[name] ?? 0;
    values[PRESENCE_PLACES[`left_${name}`]] = left?.[name] ?? 0;
  }
  values[PRESENCE_PLACES.vehiclesUs] = whole(vehiclesPresent.mean * analysedUs);
  values[PRESENCE_PLACES.max_vehicles] = vehiclesPresent.max;
  values[PRESENCE_PLACES.occupiedUs] = whole(timeOccupancy * analysedUs);
}
