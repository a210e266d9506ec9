/** Sums → the published row. Every rounding of the levels happens here, by the domain's own functions. Pure. */
import { coverageRatio, windowStatus } from '../../pipelines/domain/aggregate/coverage.ts';
import { flowRatePerHour, levelOf, roundedRatio } from '../../pipelines/domain/aggregate/indicators.ts';
import { ROAD_USER_CLASSES, type RoadUserClass } from '../../pipelines/domain/classes.ts';
import type { Direction, Observation, PerCountedClass, PresentCount } from '../../pipelines/domain/types.ts';
import type { CountedBy } from './counted-by.ts';
import { windowTexts } from './instant-text.ts';
import type { Level } from './level.ts';
import { peopleAnalysedUs } from './people-parts.ts';
import type { FlowSeriesRow, PresenceSeriesRow, SeriesRow } from './series-row.ts';
import { FLOW_PLACES, type LevelSums, type PeopleParts, PRESENCE_PLACES, reasonsOf } from './sums.ts';

const US_PER_HOUR = 3_600_000_000;

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

/** The numbers of a row as they are read: those of `LevelSums`, which may lie in an array that is used again. */
export interface SumsView extends Pick<LevelSums, 'reasons'> {
  readonly values: ArrayLike<number>;
  readonly people?: PeopleParts | undefined;
}

/** The row of these sums. */
export function rowOf(key: RowKey, sums: SumsView, by: CountedBy): SeriesRow {
  return key.kind === 'flow' ? flowRow(key, sums, by) : presenceRow(key, sums, by);
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

// Fields are put in one by one, here and below: a month of a camera is six thousand rows, and copying objects together
// was most of their cost. Both kinds name their shared fields themselves for the same reason.
function flowRow(key: RowKey, sums: SumsView, by: CountedBy): FlowSeriesRow {
  const { values } = sums;
  const analysedUs = values[FLOW_PLACES.analysedUs] ?? 0;
  const reasons = reasonsOf(sums.reasons);
  const window = windowTexts(key.windowStartUs, key.lengthUs);
  const row: Mutable<FlowSeriesRow> = {
    kind: 'flow',
    lineId: key.placeId,
    direction: key.direction === 'out' ? 'out' : 'in',
    level: key.level,
    cameraId: key.cameraId,
    windowStart: window.start,
    windowEnd: window.end,
    coverage: coverageRatio(analysedUs, key.lengthUs),
    status: windowStatus(analysedUs, key.lengthUs, reasons),
    reasons,
    framesExpected: values[FLOW_PLACES.framesExpected] ?? 0,
    framesAnalysed: values[FLOW_PLACES.framesAnalysed] ?? 0,
    revision: key.revision,
    analysedUs,
    recordedUs: values[FLOW_PLACES.recordedUs] ?? 0,
    methods: by.methods,
  };
  if (sums.people !== undefined) row.people = rowPeople(key.kind, sums, sums.people);
  putFlow(row, values, by);
  return row;
}

function presenceRow(key: RowKey, sums: SumsView, by: CountedBy): PresenceSeriesRow {
  const { values } = sums;
  const analysedUs = values[PRESENCE_PLACES.analysedUs] ?? 0;
  const reasons = reasonsOf(sums.reasons);
  const window = windowTexts(key.windowStartUs, key.lengthUs);
  const row: Mutable<PresenceSeriesRow> = {
    kind: 'presence',
    zoneId: key.placeId,
    level: key.level,
    cameraId: key.cameraId,
    windowStart: window.start,
    windowEnd: window.end,
    coverage: coverageRatio(analysedUs, key.lengthUs),
    status: windowStatus(analysedUs, key.lengthUs, reasons),
    reasons,
    framesExpected: values[PRESENCE_PLACES.framesExpected] ?? 0,
    framesAnalysed: values[PRESENCE_PLACES.framesAnalysed] ?? 0,
    revision: key.revision,
    analysedUs,
    recordedUs: values[PRESENCE_PLACES.recordedUs] ?? 0,
    methods: by.methods,
  };
  if (sums.people !== undefined) row.people = rowPeople(key.kind, sums, sums.people);
  putPresence(row, values, by);
  return row;
}

function rowPeople(kind: Observation['kind'], sums: SumsView, { counts, leastPresent }: PeopleParts) {
  return { counts, leastPresent, analysedUs: peopleAnalysedUs(kind, sums) };
}

function putFlow(row: Mutable<FlowSeriesRow>, values: ArrayLike<number>, by: CountedBy): void {
  const peopleUs = values[FLOW_PLACES.peopleUs] ?? 0;
  const vehicleUs = values[FLOW_PLACES.vehicleUs] ?? 0;
  if (peopleUs === 0 && vehicleUs === 0) return;
  row.count = perClass(values, FLOW_COUNTS, { people: peopleUs > 0, vehicles: vehicleUs > 0 });
  if (vehicleUs > 0) {
    const { bicycle = 0, motorcycle = 0, car = 0, bus = 0, truck = 0 } = row.count;
    row.volume = bicycle + motorcycle + car + bus + truck;
    row.flowRatePerHour = flowRatePerHour(row.volume, vehicleUs);
  }
  if (peopleUs > 0) {
    row.peopleVolume = values[FLOW_PLACES.count_person] ?? 0;
    row.peopleFlowRatePerHour = flowRatePerHour(row.peopleVolume, peopleUs);
  }
  const pcuUs = values[FLOW_PLACES.pcuUs] ?? 0;
  if (pcuUs > 0) {
    const pcu = (values[FLOW_PLACES.pcuHundredths] ?? 0) / 100;
    row.pcuPerHour = roundedRatio(pcu * US_PER_HOUR, pcuUs, 3);
    if (by.empTable !== '') row.empTable = by.empTable;
  }
  if ((values[FLOW_PLACES.saturationUs] ?? 0) > 0) putSaturation(row, values, by);
  if ((values[FLOW_PLACES.speedUs] ?? 0) === 0) return;
  const samples = values[FLOW_PLACES.speedSamples] ?? 0;
  putSpeed(row, samples, (samples * US_PER_HOUR) / (values[FLOW_PLACES.paceUs] ?? 0));
}

function putSaturation(row: Mutable<FlowSeriesRow>, values: ArrayLike<number>, by: CountedBy): void {
  const integral = values[FLOW_PLACES.saturationIntegral] ?? 0;
  row.degreeOfSaturation = roundedRatio(integral, values[FLOW_PLACES.saturationUs] ?? 0, 3);
  if (by.levelTable !== undefined) row.levelOfService = levelOf(row.degreeOfSaturation, by.levelTable);
  if (by.levelTableName !== '') row.levelOfServiceTable = by.levelTableName;
}

function putPresence(row: Mutable<PresenceSeriesRow>, values: ArrayLike<number>, by: CountedBy): void {
  const peopleUs = values[PRESENCE_PLACES.peopleUs] ?? 0;
  const vehicleUs = values[PRESENCE_PLACES.vehicleUs] ?? 0;
  if (peopleUs === 0 && vehicleUs === 0) return;
  const groups = { people: peopleUs > 0, vehicles: vehicleUs > 0 };
  row.present = presentOf(values, { peopleUs, vehicleUs });
  if (row.present.person !== undefined) row.peoplePresent = row.present.person;
  if (groups.vehicles) {
    row.vehiclesPresent = {
      mean: roundedRatio(values[PRESENCE_PLACES.vehiclesUs] ?? 0, vehicleUs, 6),
      max: values[PRESENCE_PLACES.max_vehicles] ?? 0,
    };
  }
  row.entered = perClass(values, ENTERED, groups);
  row.left = perClass(values, LEFT, groups);
  if (groups.vehicles) {
    row.timeOccupancy = roundedRatio(values[PRESENCE_PLACES.occupiedUs] ?? 0, vehicleUs, 6);
  }
  putDensities(row, values, by);
  if ((values[PRESENCE_PLACES.speedUs] ?? 0) === 0) return;
  const samples = values[PRESENCE_PLACES.speedSamples] ?? 0;
  putSpeed(row, samples, (values[PRESENCE_PLACES.speedSum] ?? 0) / samples / 1000);
}

function putDensities(row: Mutable<PresenceSeriesRow>, values: ArrayLike<number>, by: CountedBy): void {
  const areaUs = values[PRESENCE_PLACES.areaUs] ?? 0;
  if (areaUs > 0) {
    row.peoplePerM2 = roundedRatio(values[PRESENCE_PLACES.areaIntegral] ?? 0, areaUs, 6);
    if (by.levelTable !== undefined) row.fruinLevel = levelOf(row.peoplePerM2, by.levelTable);
    if (by.levelTableName !== '') row.fruinTable = by.levelTableName;
  }
  const lengthUs = values[PRESENCE_PLACES.lengthUs] ?? 0;
  if (lengthUs > 0) {
    row.vehiclesPerKm = roundedRatio(values[PRESENCE_PLACES.lengthIntegral] ?? 0, lengthUs, 3);
  }
  const pcuUs = values[PRESENCE_PLACES.pcuUs] ?? 0;
  if (pcuUs === 0) return;
  row.pcuPerKm = roundedRatio(values[PRESENCE_PLACES.pcuIntegral] ?? 0, pcuUs, 3);
  if (by.empTable !== '') row.empTable = by.empTable;
}

/** Where a number of each class stands. */
type ClassPlaces = Readonly<Record<RoadUserClass, number>>;

function classPlaces(placeOf: (name: RoadUserClass) => number): ClassPlaces {
  return Object.fromEntries(ROAD_USER_CLASSES.map((name) => [name, placeOf(name)])) as ClassPlaces;
}

const FLOW_COUNTS = classPlaces((name) => FLOW_PLACES[`count_${name}`]);
const ENTERED = classPlaces((name) => PRESENCE_PLACES[`entered_${name}`]);
const LEFT = classPlaces((name) => PRESENCE_PLACES[`left_${name}`]);
const PRESENT = classPlaces((name) => PRESENCE_PLACES[`presentUs_${name}`]);
const MOST = classPlaces((name) => PRESENCE_PLACES[`max_${name}`]);

function perClass(
  values: ArrayLike<number>,
  places: ClassPlaces,
  { people, vehicles }: { readonly people: boolean; readonly vehicles: boolean },
): PerCountedClass<number> {
  if (!vehicles) return { person: values[places.person] ?? 0 };
  const bicycle = values[places.bicycle] ?? 0;
  const motorcycle = values[places.motorcycle] ?? 0;
  const car = values[places.car] ?? 0;
  const bus = values[places.bus] ?? 0;
  const truck = values[places.truck] ?? 0;
  return people
    ? { person: values[places.person] ?? 0, bicycle, motorcycle, car, bus, truck }
    : { bicycle, motorcycle, car, bus, truck };
}

function presentOf(
  values: ArrayLike<number>,
  { peopleUs, vehicleUs }: { readonly peopleUs: number; readonly vehicleUs: number },
): PerCountedClass<PresentCount> {
  const present: Partial<Record<RoadUserClass, PresentCount>> = {};
  for (const name of ROAD_USER_CLASSES) {
    const countedUs = name === 'person' ? peopleUs : vehicleUs;
    if (countedUs === 0) continue;
    const mean = roundedRatio(values[PRESENT[name]] ?? 0, countedUs, 6);
    present[name] = { mean, max: values[MOST[name]] ?? 0 };
  }
  return present;
}

function putSpeed(
  row: Mutable<Pick<SeriesRow, 'spaceMeanSpeedKmPerHour' | 'speedSamples'>>,
  samples: number,
  kmPerHour: number,
): void {
  if (samples > 0) row.spaceMeanSpeedKmPerHour = Math.round(kmPerHour * 1000) / 1000;
  row.speedSamples = samples;
}
