/**
 * Records as they are kept: all records of one camera, kind and window are one row whose payload is a JSON array of
 * items. An item is an array of bare values; names and units are those of the data contract, in the order below. A
 * record with 6 classes takes about 110 bytes instead of 1.3 kB, and a row of ten records is one write.
 */
import { ROAD_USER_CLASSES } from '../../pipelines/domain/classes.ts';
import { formatIsoUs, US_PER_SECOND } from '../../pipelines/domain/time.ts';
import type {
  FlowObservation,
  Lineage,
  Observation,
  PresenceObservation,
  PresentCount,
  Uncertainty,
  WindowStatus,
} from '../../pipelines/domain/types.ts';
import { reasonBits, reasonsOf } from '../levels/sums.ts';
import { canonicalJson } from './canonical-json.ts';
import { lineageText } from './lineage-text.ts';
import type { Terms } from './terms.ts';

type Value = string | number | null | readonly (number | null)[] | Readonly<Record<string, unknown>>;

/** `[place, direction, fence, revision, …content]`. */
export type RecordItem = readonly [
  placeId: string,
  direction: string,
  fence: number,
  revision: number,
  ...content: Value[],
];

/** Where an item's content begins: what makes two items the same content. */
export const CONTENT = 4;

const STATUSES: readonly WindowStatus[] = ['complete', 'partial', 'empty', 'disrupted'];

type Scalar<Kind> = Extract<keyof Kind, string>;

const FLOW_SCALARS: readonly Scalar<FlowObservation>[] = [
  'volume',
  'flowRatePerHour',
  'peopleVolume',
  'peopleFlowRatePerHour',
  'pcuPerHour',
  'empTable',
  'degreeOfSaturation',
  'levelOfService',
  'levelOfServiceTable',
  'spaceMeanSpeedKmPerHour',
  'speedSamples',
];

const PRESENCE_SCALARS: readonly Scalar<PresenceObservation>[] = [
  'timeOccupancy',
  'peoplePerM2',
  'fruinLevel',
  'fruinTable',
  'vehiclesPerKm',
  'pcuPerKm',
  'empTable',
  'spaceMeanSpeedKmPerHour',
  'speedSamples',
];

/** Scalars that are texts: they become terms. */
const TEXTS = new Set<string>([
  'empTable',
  'levelOfService',
  'levelOfServiceTable',
  'fruinLevel',
  'fruinTable',
]);

const BASE_KEYS = ['kind', 'cameraId', 'windowStart', 'windowEnd', 'coverage', 'status', 'reasons'] as const;
const QUALITY_KEYS = ['framesExpected', 'framesAnalysed', 'revision', 'uncertainty', 'lineage'] as const;
const FLOW_KEYS = new Set<string>([
  ...BASE_KEYS,
  ...QUALITY_KEYS,
  ...['lineId', 'direction', 'count'],
  ...FLOW_SCALARS,
]);
const PRESENCE_KEYS = new Set<string>([
  ...BASE_KEYS,
  ...QUALITY_KEYS,
  ...['zoneId', 'present', 'peoplePresent', 'vehiclesPresent', 'entered', 'left'],
  ...PRESENCE_SCALARS,
]);

/** Which window a row is of. */
export interface RecordWindowKey {
  readonly cameraId: string;
  readonly kind: Observation['kind'];
  readonly windowStartUs: number;
  readonly lengthUs: number;
}

/** Every text of a record that has to be a term before `encodeRecord`. */
export function termsOf(record: Observation): readonly string[] {
  const texts = [lineageText(record.lineage)];
  if (record.uncertainty !== undefined) texts.push(record.uncertainty.basis);
  const scalars = record as unknown as Readonly<Record<string, unknown>>;
  for (const name of TEXTS) {
    const text = scalars[name];
    if (typeof text === 'string') texts.push(text);
  }
  return texts;
}

/** The record as an item. Whatever the contract does not name goes along as it is, at the end. */
export function encodeRecord(
  record: Observation,
  fence: number,
  key: RecordWindowKey,
  terms: Terms,
): RecordItem {
  const isFlow = record.kind === 'flow';
  const measures = isFlow ? flowValues(record) : presenceValues(record);
  const scalars = record as unknown as Readonly<Record<string, number | string | undefined>>;
  const tail = (isFlow ? FLOW_SCALARS : PRESENCE_SCALARS).map((name) => {
    const value = scalars[name];
    return typeof value === 'string' ? terms.numberOf(value) : (value ?? null);
  });
  const content: Value[] = [
    record.coverage,
    STATUSES.indexOf(record.status),
    reasonBits(record.reasons),
    record.framesExpected,
    record.framesAnalysed,
    terms.numberOf(lineageText(record.lineage)),
    ...measures,
    ...tail,
    uncertaintyValues(record, terms),
    restOf(record, key),
  ];
  while (content.at(-1) === null) content.pop();
  return isFlow
    ? [record.lineId, record.direction, fence, record.revision, ...content]
    : [record.zoneId, '', fence, record.revision, ...content];
}

/** What the item's own values would not give back: fields of later versions, unusual spellings of instants. */
function restOf(record: Observation, key: RecordWindowKey): Value {
  const known = record.kind === 'flow' ? FLOW_KEYS : PRESENCE_KEYS;
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record)) {
    if (!known.has(name) && value !== undefined) rest[name] = value;
  }
  if (record.windowStart !== formatIsoUs(key.windowStartUs)) rest.windowStart = record.windowStart;
  if (record.windowEnd !== formatIsoUs(key.windowStartUs + key.lengthUs)) rest.windowEnd = record.windowEnd;
  const reasons = reasonsOf(reasonBits(record.reasons));
  if (reasons.some((reason, i) => record.reasons[i] !== reason)) rest.reasons = record.reasons;
  if (Object.keys(rest).length === 0) return null;
  return JSON.parse(canonicalJson(rest)) as Record<string, unknown>;
}

function flowValues({ count }: FlowObservation): Value[] {
  return ROAD_USER_CLASSES.map((name) => count?.[name] ?? null);
}

function presenceValues(record: PresenceObservation): Value[] {
  const { present, entered, left } = record;
  const pair = (count: PresentCount | undefined) => [count?.mean ?? null, count?.max ?? null];
  return [
    ...ROAD_USER_CLASSES.flatMap((name) => pair(present?.[name])),
    ...pair(record.peoplePresent),
    ...pair(record.vehiclesPresent),
    ...ROAD_USER_CLASSES.map((name) => entered?.[name] ?? null),
    ...ROAD_USER_CLASSES.map((name) => left?.[name] ?? null),
  ];
}

/** The record of an item, its keys in the order in which the pipeline writes them. Throws `UnknownTermError`. */
export function decodeRecord(item: RecordItem, key: RecordWindowKey, terms: Terms): Observation {
  const { kind } = key;
  const content = item.slice(CONTENT) as Value[];
  const [coverage = 0, status = 0, reasons = 0, framesExpected = 0, framesAnalysed = 0, lineage = 0] =
    content as number[];
  const measureCount = kind === 'flow' ? FLOW_MEASURES : PRESENCE_MEASURES;
  const measures = content.slice(6, 6 + measureCount) as (number | null)[];
  const record: Record<string, unknown> = {
    kind,
    ...(kind === 'flow' ? { lineId: item[0], direction: item[1] } : { zoneId: item[0] }),
    cameraId: key.cameraId,
    windowStart: formatIsoUs(key.windowStartUs),
    windowEnd: formatIsoUs(key.windowStartUs + key.lengthUs),
    coverage,
    status: STATUSES[status],
    reasons: reasonsOf(reasons),
    framesExpected,
    framesAnalysed,
    revision: item[3],
    ...(kind === 'flow' ? flowMeasures(measures) : presenceMeasures(measures)),
  };
  const scalars = kind === 'flow' ? FLOW_SCALARS : PRESENCE_SCALARS;
  for (const [i, name] of scalars.entries()) {
    const value = content[6 + measureCount + i] as number | null | undefined;
    if (value === null || value === undefined) continue;
    record[name] = TEXTS.has(name) ? terms.textOf(value) : value;
  }
  record.lineage = terms.jsonOf(lineage) as Lineage;
  const [uncertainty, rest] = content.slice(6 + measureCount + scalars.length);
  if (Array.isArray(uncertainty)) record.uncertainty = uncertaintyOf(kind, uncertainty, terms);
  if (rest !== null && typeof rest === 'object') Object.assign(record, rest);
  return record as unknown as Observation;
}

const FLOW_MEASURES = ROAD_USER_CLASSES.length;
const PRESENCE_MEASURES = 4 * ROAD_USER_CLASSES.length + 4;

function flowMeasures(measures: readonly (number | null)[]): Record<string, unknown> {
  const count = perCounted((i) => measures[i]);
  return count === undefined ? {} : { count };
}

function presenceMeasures(measures: readonly (number | null)[]): Record<string, unknown> {
  const classes = ROAD_USER_CLASSES.length;
  const pair = (i: number): PresentCount | undefined => {
    const mean = measures[i] ?? null;
    return mean === null ? undefined : { mean, max: measures[i + 1] ?? 0 };
  };
  const after = 2 * classes + 4;
  const fields = {
    present: perCounted((i) => pair(2 * i)),
    peoplePresent: pair(2 * classes),
    vehiclesPresent: pair(2 * classes + 2),
    entered: perCounted((i) => measures[after + i]),
    left: perCounted((i) => measures[after + classes + i]),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function perCounted<T>(value: (index: number) => T | null | undefined): Record<string, T> | undefined {
  const counted: Record<string, T> = {};
  let isCounted = false;
  for (const [i, name] of ROAD_USER_CLASSES.entries()) {
    const found = value(i) ?? null;
    if (found === null) continue;
    counted[name] = found;
    isCounted = true;
  }
  return isCounted ? counted : undefined;
}

const UNCERTAIN = {
  flow: ['volume', 'flowRatePerHour', 'peopleVolume', 'peopleFlowRatePerHour'],
  presence: ['peoplePresentMean', 'vehiclesPresentMean'],
} as const;

type Uncertainties = Readonly<Record<string, Uncertainty | undefined>>;

/** `[basis, standard, low, high, …]`, null where a measure has none. */
function uncertaintyValues({ kind, uncertainty }: Observation, terms: Terms): Value {
  if (uncertainty === undefined) return null;
  const measures = uncertainty as unknown as Uncertainties;
  const values = UNCERTAIN[kind].flatMap((name) => {
    const of = measures[name];
    return of === undefined ? [null, null, null] : [of.standard, of.low, of.high];
  });
  return [terms.numberOf(uncertainty.basis), ...values];
}

function uncertaintyOf(kind: Observation['kind'], values: readonly (number | null)[], terms: Terms): unknown {
  const [basis, ...measures] = values;
  const uncertainty: Record<string, unknown> = {};
  for (const [i, name] of UNCERTAIN[kind].entries()) {
    const [standard = null, low, high] = measures.slice(3 * i);
    if (standard !== null) uncertainty[name] = { standard, low, high };
  }
  uncertainty.basis = terms.textOf(basis ?? 0);
  return uncertainty;
}

/** Length in seconds of a window, for positions and keys. */
export function windowSecondsOf({ lengthUs }: RecordWindowKey): number {
  return lengthUs / US_PER_SECOND;
}
