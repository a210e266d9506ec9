/** Sums → the published row. Every rounding of the levels happens here, by the domain's own functions. Pure. */
import { coverageRatio, windowStatus } from '../../pipelines/domain/aggregate/coverage.ts';
import { flowRatePerHour, levelOf, roundedRatio } from '../../pipelines/domain/aggregate/indicators.ts';
import { ROAD_USER_CLASSES, type RoadUserClass, VEHICLE_CLASSES } from '../../pipelines/domain/classes.ts';
import {
  FRUIN_QUEUE,
  FRUIN_WALKWAY,
  KM_14_2006,
  type LevelTable,
  VC_INDONESIA,
} from '../../pipelines/domain/tables/level-of-service.ts';
import { formatIsoUs } from '../../pipelines/domain/time.ts';
import type { Direction, Observation, PerCountedClass } from '../../pipelines/domain/types.ts';
import type { Level } from './level.ts';
import { peopleAnalysedUs } from './people-parts.ts';
import type { FlowSeriesRow, Method, PresenceSeriesRow, SeriesRow } from './series-row.ts';
import {
  FLOW_PLACES,
  type FlowSum,
  type LevelSums,
  PRESENCE_PLACES,
  type PresenceSum,
  reasonsOf,
} from './sums.ts';

const US_PER_HOUR = 3_600_000_000;
const LEVEL_TABLES: readonly LevelTable[] = [VC_INDONESIA, KM_14_2006, FRUIN_WALKWAY, FRUIN_QUEUE];

/** Which window of which line or zone the sums are of. */
export interface RowKey {
  readonly level: Level;
  readonly kind: Observation['kind'];
  readonly cameraId: string;
  readonly placeId: string;
  /** Empty for presence. */
  readonly direction: Direction | '';
  readonly windowStartUs: number;
  readonly lengthUs: number;
  readonly revision: number;
}

/** The row of these sums. `methodOf` reads a method's canonical JSON; the caller may keep the results. */
export function rowOf(key: RowKey, sums: LevelSums, methodOf: (text: string) => Method): SeriesRow {
  if (key.kind === 'flow') {
    const value = reader(FLOW_PLACES, sums.values);
    const row: Mutable<FlowSeriesRow> = {
      kind: 'flow',
      lineId: key.placeId,
      direction: key.direction === 'out' ? 'out' : 'in',
      ...baseFields(key, sums, methodOf),
    };
    putFlow(row, value, sums);
    return row;
  }
  const value = reader(PRESENCE_PLACES, sums.values);
  return {
    kind: 'presence',
    zoneId: key.placeId,
    ...baseFields(key, sums, methodOf),
    ...presenceMeasures(value, sums),
  } satisfies PresenceSeriesRow;
}

function reader<Name extends string>(index: Readonly<Record<Name, number>>, values: readonly number[]) {
  return (name: Name): number => values[index[name]] ?? 0;
}

let lastWindow = { startUs: -1, lengthUs: -1, texts: { windowStart: '', windowEnd: '' } };

/** Rows come window by window: the texts of the last one are kept. */
function windowTexts({ windowStartUs: startUs, lengthUs }: RowKey) {
  if (lastWindow.startUs !== startUs || lastWindow.lengthUs !== lengthUs) {
    const texts = { windowStart: formatIsoUs(startUs), windowEnd: formatIsoUs(startUs + lengthUs) };
    lastWindow = { startUs, lengthUs, texts };
  }
  return lastWindow.texts;
}

function baseFields(key: RowKey, sums: LevelSums, methodOf: (text: string) => Method) {
  const { values, reasons, methods, people } = sums;
  const [recordedUs = 0, analysedUs = 0, framesExpected = 0, framesAnalysed = 0] = values;
  const known = reasonsOf(reasons);
  return {
    level: key.level,
    cameraId: key.cameraId,
    ...windowTexts(key),
    coverage: coverageRatio(analysedUs, key.lengthUs),
    status: windowStatus(analysedUs, key.lengthUs, known),
    reasons: known,
    framesExpected,
    framesAnalysed,
    revision: key.revision,
    analysedUs,
    recordedUs,
    methods: methods.map(methodOf),
    ...(people === undefined ? {} : { people: { ...people, analysedUs: peopleAnalysedUs(key.kind, sums) } }),
  };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Put in one by one: a month of a camera is six thousand rows, and copying objects together was most of their cost. */
function putFlow(row: Mutable<FlowSeriesRow>, value: (name: FlowSum) => number, sums: LevelSums): void {
  const people = value('peopleUs') > 0;
  const vehicles = value('vehicleUs') > 0;
  if (!people && !vehicles) return;
  row.count = counted(people, vehicles, (name) => value(`count_${name}`));
  if (vehicles) {
    let volume = 0;
    for (const name of VEHICLE_CLASSES) volume += row.count[name] ?? 0;
    row.volume = volume;
    row.flowRatePerHour = flowRatePerHour(volume, value('vehicleUs'));
  }
  if (people) {
    row.peopleVolume = value('count_person');
    row.peopleFlowRatePerHour = flowRatePerHour(row.peopleVolume, value('peopleUs'));
  }
  if (value('pcuUs') > 0) {
    row.pcuPerHour = roundedRatio((value('pcuHundredths') / 100) * US_PER_HOUR, value('pcuUs'), 3);
    if (sums.empTables.length > 0) row.empTable = joinedNames(sums.empTables);
  }
  if (value('saturationUs') > 0) putSaturation(row, value, sums.levelTables);
  Object.assign(row, speed(value, (value('speedSamples') * US_PER_HOUR) / value('paceUs')));
}

function putSaturation(
  row: Mutable<FlowSeriesRow>,
  value: (name: FlowSum) => number,
  levelTables: readonly string[],
): void {
  row.degreeOfSaturation = roundedRatio(value('saturationIntegral'), value('saturationUs'), 3);
  const table = knownTable(levelTables);
  if (table !== undefined) row.levelOfService = levelOf(row.degreeOfSaturation, table);
  if (levelTables.length > 0) row.levelOfServiceTable = joinedNames(levelTables);
}

function presenceMeasures(value: (name: PresenceSum) => number, sums: LevelSums) {
  const people = value('peopleUs') > 0;
  const vehicles = value('vehicleUs') > 0;
  if (!people && !vehicles) return {};
  const mean = (name: RoadUserClass) =>
    roundedRatio(value(`presentUs_${name}`), value(name === 'person' ? 'peopleUs' : 'vehicleUs'), 6);
  const present = counted(people, vehicles, (name) => ({ mean: mean(name), max: value(`max_${name}`) }));
  return {
    present,
    ...(present.person === undefined ? {} : { peoplePresent: present.person }),
    ...(vehicles
      ? {
          vehiclesPresent: {
            mean: roundedRatio(value('vehiclesUs'), value('vehicleUs'), 6),
            max: value('max_vehicles'),
          },
        }
      : {}),
    entered: counted(people, vehicles, (name) => value(`entered_${name}`)),
    left: counted(people, vehicles, (name) => value(`left_${name}`)),
    ...(vehicles ? { timeOccupancy: roundedRatio(value('occupiedUs'), value('vehicleUs'), 6) } : {}),
    ...densities(value, sums),
    ...speed(value, value('speedSum') / value('speedSamples') / 1000),
  };
}

function densities(value: (name: PresenceSum) => number, { empTables, levelTables }: LevelSums) {
  const hasArea = value('areaUs') > 0;
  const peoplePerM2 = hasArea ? roundedRatio(value('areaIntegral'), value('areaUs'), 6) : 0;
  return {
    ...(hasArea
      ? {
          peoplePerM2,
          ...letter('fruinLevel', peoplePerM2, levelTables),
          ...named('fruinTable', levelTables),
        }
      : {}),
    ...(value('lengthUs') > 0
      ? { vehiclesPerKm: roundedRatio(value('lengthIntegral'), value('lengthUs'), 3) }
      : {}),
    ...(value('pcuUs') > 0
      ? { pcuPerKm: roundedRatio(value('pcuIntegral'), value('pcuUs'), 3), ...named('empTable', empTables) }
      : {}),
  };
}

function counted<T>(people: boolean, vehicles: boolean, of: (name: RoadUserClass) => T): PerCountedClass<T> {
  const row: Partial<Record<RoadUserClass, T>> = {};
  for (const name of ROAD_USER_CLASSES) {
    if (name === 'person' ? people : vehicles) row[name] = of(name);
  }
  return row;
}

function speed(value: (name: 'speedUs' | 'speedSamples') => number, kmPerHour: number) {
  if (value('speedUs') === 0) return {};
  const speedSamples = value('speedSamples');
  if (speedSamples === 0) return { speedSamples };
  return { spaceMeanSpeedKmPerHour: Math.round(kmPerHour * 1000) / 1000, speedSamples };
}

/** Every name that took part: a reader sees that tables changed within the window. */
function joinedNames(names: readonly string[]): string {
  return names.length === 1 ? (names[0] ?? '') : names.join(' + ');
}

function named<Name extends string>(field: Name, names: readonly string[]) {
  return names.length === 0 ? {} : ({ [field]: joinedNames(names) } as Record<Name, string>);
}

/** A letter is told only where one known table says it. */
function knownTable(names: readonly string[]): LevelTable | undefined {
  return names.length === 1 ? LEVEL_TABLES.find(({ name }) => name === names[0]) : undefined;
}

function letter<Name extends string>(field: Name, measure: number, names: readonly string[]) {
  const table = knownTable(names);
  return table === undefined ? {} : ({ [field]: levelOf(measure, table) } as Record<Name, string>);
}
