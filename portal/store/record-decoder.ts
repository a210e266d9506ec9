/** Items → records. Values are read and put in one by one: a roll-up reads every record of an hour. */
import { ROAD_USER_CLASSES, type RoadUserClass } from '../../pipelines/domain/classes.ts';
import type {
  Direction,
  FlowObservation,
  Lineage,
  Observation,
  PerCountedClass,
  PresenceObservation,
  PresentCount,
} from '../../pipelines/domain/types.ts';
import { instantText } from '../levels/instant-text.ts';
import { reasonsOf } from '../levels/sums.ts';
import {
  CONTENT,
  FLOW_MEASURES,
  FLOW_SCALARS,
  MEASURES,
  PRESENCE_MEASURES,
  PRESENCE_SCALARS,
  type RecordItem,
  type RecordWindowKey,
  STATUSES,
  TEXTS,
  UNCERTAIN,
} from './record-item.ts';
import type { Terms } from './terms.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Numbers = readonly (number | null | undefined)[];

const CLASSES = ROAD_USER_CLASSES.length;
/** Where who entered begins. */
const MOVEMENTS = MEASURES + 2 * CLASSES + 4;

/** The record of an item, its keys in the order in which the pipeline writes them. Throws `UnknownTermError`. */
export function decodeRecord(item: RecordItem, key: RecordWindowKey, terms: Terms): Observation {
  // An item ends where nothing but nulls would follow; the head is never read as numbers.
  const numbers = item as unknown as Numbers;
  const record =
    key.kind === 'flow' ? flowOf(item, numbers, { key, terms }) : presenceOf(item, numbers, { key, terms });
  const [from, scalars] =
    key.kind === 'flow'
      ? [MEASURES + FLOW_MEASURES, FLOW_SCALARS]
      : [MEASURES + PRESENCE_MEASURES, PRESENCE_SCALARS];
  const end = from + scalars.length;
  putScalars(record as unknown as Record<string, unknown>, numbers, { from, scalars, terms });
  record.lineage = terms.jsonOf(numbers[CONTENT + 5] ?? 0) as Lineage;
  const uncertainty = item[end];
  if (Array.isArray(uncertainty)) {
    record.uncertainty = uncertaintyOf(key.kind, uncertainty as Numbers, terms) as never;
  }
  const rest = item[end + 1];
  if (rest !== null && typeof rest === 'object') Object.assign(record, rest);
  return record as Observation;
}

interface DecodingContext {
  readonly key: RecordWindowKey;
  readonly terms: Terms;
}

type Unfinished<T> = Mutable<Omit<T, 'lineage'>> & { lineage?: Lineage };

function flowOf(item: RecordItem, numbers: Numbers, { key }: DecodingContext): Unfinished<FlowObservation> {
  const record: Unfinished<FlowObservation> = {
    kind: 'flow',
    lineId: item[0],
    direction: item[1] as Direction,
    cameraId: key.cameraId,
    windowStart: instantText(key.windowStartUs),
    windowEnd: instantText(key.windowStartUs + key.lengthUs),
    coverage: numbers[CONTENT] ?? 0,
    status: STATUSES[numbers[CONTENT + 1] ?? 0]!,
    reasons: reasonsOf(numbers[CONTENT + 2] ?? 0),
    framesExpected: numbers[CONTENT + 3] ?? 0,
    framesAnalysed: numbers[CONTENT + 4] ?? 0,
    revision: item[3],
  };
  const count = countsOf(numbers, MEASURES);
  if (count !== undefined) record.count = count;
  return record;
}

function presenceOf(
  item: RecordItem,
  numbers: Numbers,
  { key }: DecodingContext,
): Unfinished<PresenceObservation> {
  const record: Unfinished<PresenceObservation> = {
    kind: 'presence',
    zoneId: item[0],
    cameraId: key.cameraId,
    windowStart: instantText(key.windowStartUs),
    windowEnd: instantText(key.windowStartUs + key.lengthUs),
    coverage: numbers[CONTENT] ?? 0,
    status: STATUSES[numbers[CONTENT + 1] ?? 0]!,
    reasons: reasonsOf(numbers[CONTENT + 2] ?? 0),
    framesExpected: numbers[CONTENT + 3] ?? 0,
    framesAnalysed: numbers[CONTENT + 4] ?? 0,
    revision: item[3],
  };
  const present = presentOf(numbers);
  if (present !== undefined) record.present = present;
  const people = pairAt(numbers, MEASURES + 2 * CLASSES);
  if (people !== undefined) record.peoplePresent = people;
  const vehicles = pairAt(numbers, MEASURES + 2 * CLASSES + 2);
  if (vehicles !== undefined) record.vehiclesPresent = vehicles;
  const entered = countsOf(numbers, MOVEMENTS);
  if (entered !== undefined) record.entered = entered;
  const left = countsOf(numbers, MOVEMENTS + CLASSES);
  if (left !== undefined) record.left = left;
  return record;
}

function pairAt(numbers: Numbers, at: number): PresentCount | undefined {
  const mean = numbers[at] ?? null;
  return mean === null ? undefined : { mean, max: numbers[at + 1] ?? 0 };
}

function presentOf(numbers: Numbers): PerCountedClass<PresentCount> | undefined {
  let present: Partial<Record<RoadUserClass, PresentCount>> | undefined;
  for (let i = 0; i < CLASSES; i += 1) {
    const pair = pairAt(numbers, MEASURES + 2 * i);
    if (pair === undefined) continue;
    present ??= {};
    present[ROAD_USER_CLASSES[i]!] = pair;
  }
  return present;
}

function countsOf(numbers: Numbers, from: number): PerCountedClass<number> | undefined {
  let counts: Partial<Record<RoadUserClass, number>> | undefined;
  for (let i = 0; i < CLASSES; i += 1) {
    const count = numbers[from + i] ?? null;
    if (count === null) continue;
    counts ??= {};
    counts[ROAD_USER_CLASSES[i]!] = count;
  }
  return counts;
}

interface ScalarPlaces {
  readonly from: number;
  readonly scalars: readonly string[];
  readonly terms: Terms;
}

function putScalars(
  record: Record<string, unknown>,
  numbers: Numbers,
  { from, scalars, terms }: ScalarPlaces,
): void {
  const count = Math.min(scalars.length, numbers.length - from);
  for (let i = 0; i < count; i += 1) {
    const value = numbers[from + i] ?? null;
    if (value === null) continue;
    const name = scalars[i]!;
    record[name] = TEXTS.has(name) ? terms.textOf(value) : value;
  }
}

function uncertaintyOf(kind: Observation['kind'], values: Numbers, terms: Terms): unknown {
  const [basis, ...measures] = values;
  const uncertainty: Record<string, unknown> = {};
  for (const [i, name] of UNCERTAIN[kind].entries()) {
    const [standard = null, low, high] = measures.slice(3 * i);
    if (standard !== null) uncertainty[name] = { standard, low, high };
  }
  uncertainty.basis = terms.textOf(basis ?? 0);
  return uncertainty;
}
