/** Records → items. */
import { ROAD_USER_CLASSES } from '../../pipelines/domain/classes.ts';
import type {
  FlowObservation,
  Observation,
  PresenceObservation,
  PresentCount,
  Uncertainty,
} from '../../pipelines/domain/types.ts';
import { instantText } from '../levels/instant-text.ts';
import { reasonBits, reasonsOf } from '../levels/sums.ts';
import { canonicalJson } from './canonical-json.ts';
import { lineageText } from './lineage-text.ts';
import {
  CONTENT,
  FLOW_SCALARS,
  type ItemValue,
  PRESENCE_SCALARS,
  type RecordItem,
  type RecordWindowKey,
  STATUSES,
  TEXTS,
  UNCERTAIN,
} from './record-item.ts';
import type { Terms } from './terms.ts';

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
  const item: [string, string, number, number, ...ItemValue[]] = [
    isFlow ? record.lineId : record.zoneId,
    isFlow ? record.direction : '',
    fence,
    record.revision,
    record.coverage,
    STATUSES.indexOf(record.status),
    reasonBits(record.reasons),
    record.framesExpected,
    record.framesAnalysed,
    terms.numberOf(lineageText(record.lineage)),
  ];
  if (isFlow) putCounts(item, record.count);
  else putPresence(item, record);
  const scalars = record as unknown as Readonly<Record<string, number | string | undefined>>;
  for (const name of isFlow ? FLOW_SCALARS : PRESENCE_SCALARS) {
    const value = scalars[name];
    item.push(typeof value === 'string' ? terms.numberOf(value) : (value ?? null));
  }
  item.push(uncertaintyValues(record, terms), restOf(record, key));
  while (item.length > CONTENT && item.at(-1) === null) item.pop();
  return item;
}

/** What the item's own values would not give back: fields of later versions, unusual spellings of instants. */
function restOf(record: Observation, key: RecordWindowKey): ItemValue {
  const known = record.kind === 'flow' ? FLOW_KEYS : PRESENCE_KEYS;
  const fields = record as unknown as Readonly<Record<string, unknown>>;
  let rest: Record<string, unknown> | undefined;
  for (const name in fields) {
    if (!known.has(name) && Object.hasOwn(fields, name) && fields[name] !== undefined) {
      rest = { ...rest, [name]: fields[name] };
    }
  }
  const { windowStart, windowEnd, reasons } = record;
  if (windowStart !== instantText(key.windowStartUs)) rest = { ...rest, windowStart };
  if (windowEnd !== instantText(key.windowStartUs + key.lengthUs)) rest = { ...rest, windowEnd };
  const inOrder = reasonsOf(reasonBits(reasons));
  if (inOrder.some((reason, i) => reasons[i] !== reason)) rest = { ...rest, reasons };
  return rest === undefined ? null : (JSON.parse(canonicalJson(rest)) as Record<string, unknown>);
}

function putCounts(item: ItemValue[], count: FlowObservation['count']): void {
  for (const name of ROAD_USER_CLASSES) item.push(count?.[name] ?? null);
}

function putPresence(item: ItemValue[], record: PresenceObservation): void {
  for (const name of ROAD_USER_CLASSES) putPair(item, record.present?.[name]);
  putPair(item, record.peoplePresent);
  putPair(item, record.vehiclesPresent);
  putCounts(item, record.entered);
  putCounts(item, record.left);
}

function putPair(item: ItemValue[], count: PresentCount | undefined): void {
  item.push(count?.mean ?? null, count?.max ?? null);
}

type Uncertainties = Readonly<Record<string, Uncertainty | undefined>>;

/** `[basis, standard, low, high, …]`, null where a measure has none. */
function uncertaintyValues({ kind, uncertainty }: Observation, terms: Terms): ItemValue {
  if (uncertainty === undefined) return null;
  const measures = uncertainty as unknown as Uncertainties;
  const values = UNCERTAIN[kind].flatMap((name) => {
    const of = measures[name];
    return of === undefined ? [null, null, null] : [of.standard, of.low, of.high];
  });
  return [terms.numberOf(uncertainty.basis), ...values];
}
