/** Computes the levels of dirty hours out of what is stored. Pure: engines read before and write after. */
import { US_PER_SECOND } from '../../pipelines/domain/time.ts';
import type { Direction, Observation } from '../../pipelines/domain/types.ts';
import { LEVEL_SECONDS, levelWindowStartUs, nestsIn, type RolledLevel } from '../levels/level.ts';
import { sumsOf } from '../levels/record-sums.ts';
import { type LevelPart, putTogether } from '../levels/sums.ts';
import { grouped } from './grouped.ts';
import type { LevelWindow, LevelWindowKey } from './level-codec.ts';
import { createLayer, type RolledWindow, type SeriesParts } from './level-layer.ts';
import { methodText } from './lineage-text.ts';
import type { DirtyHour, RecordWindow } from './merge-window.ts';
import { decodeRecord } from './record-decoder.ts';
import type { RecordItem } from './record-item.ts';
import type { Terms } from './terms.ts';

/** Lengths of windows, µs. */
export const HOUR_US = LEVEL_SECONDS.hour * US_PER_SECOND;
export const DAY_US = LEVEL_SECONDS.day * US_PER_SECOND;
const QUARTER_US = LEVEL_SECONDS['quarter-hour'] * US_PER_SECOND;
const QUARTERS = HOUR_US / QUARTER_US;

/** What is stored of the dirty hours. */
export interface RollUpInput {
  readonly hours: readonly DirtyHour[];
  /** All records of these hours. */
  readonly records: readonly RecordWindow[];
  /** The quarter hours of these hours, all hours of their days, and these days. */
  readonly stored: Readonly<Record<RolledLevel, readonly LevelWindow[]>>;
  /** Retention took away the records, or the hours, of windows that started before this. */
  readonly recordsGoneBeforeUs: number;
  readonly hoursGoneBeforeUs: number;
  readonly terms: Terms;
}

/** Rows of the levels whose content is new or other than stored. Throws `UnknownTermError`. */
export function rollUpHours(input: RollUpInput): readonly RolledWindow[] {
  const { stored, terms } = input;
  const quarters = createLayer('quarter-hour', stored['quarter-hour'], terms);
  const hours = createLayer('hour', stored.hour, terms);
  const days = createLayer('day', stored.day, terms);
  const recordsOf = grouped(input.records, ({ cameraId, windowStartUs }) =>
    hourName(cameraId, levelWindowStartUs('hour', windowStartUs)),
  );
  for (const { cameraId, hourStartUs } of input.hours) {
    const isSealable = hourStartUs < input.recordsGoneBeforeUs;
    for (const [kind, series] of seriesByKind(recordsOf.get(hourName(cameraId, hourStartUs)) ?? [], terms)) {
      const cut = series.map((entry) => ({ ...entry, ...cutHour(kind, hourStartUs, entry.parts) }));
      for (let index = 0; index < QUARTERS; index += 1) {
        const key = { cameraId, kind, windowStartUs: hourStartUs + index * QUARTER_US };
        quarters.put(
          key,
          cut.map(({ quarters: all, ...entry }) => ({ ...entry, parts: all[index]! })),
          isSealable,
        );
      }
      const parts = cut.map(({ quarters: all, others, ...entry }) => ({
        ...entry,
        parts: [...all.flat(), ...others],
      }));
      hours.put({ cameraId, kind, windowStartUs: hourStartUs }, parts, isSealable);
    }
  }
  for (const key of daysOf(hours.changed())) {
    days.put(key, hours.partsWithin(key, DAY_US), key.windowStartUs < input.hoursGoneBeforeUs);
  }
  return [...quarters.changed(), ...hours.changed(), ...days.changed()];
}

function hourName(cameraId: string, hourStartUs: number): string {
  return `${hourStartUs} ${cameraId}`;
}

type Series = Map<string, { placeId: string; direction: Direction | ''; parts: LevelPart[] }>;

function seriesByKind(
  windows: readonly RecordWindow[],
  terms: Terms,
): Map<Observation['kind'], SeriesParts[]> {
  const kinds = new Map<Observation['kind'], Series>();
  for (const window of windows) {
    if (!nestsIn(window.lengthUs / US_PER_SECOND, 'hour')) continue;
    const series: Series = kinds.get(window.kind) ?? new Map();
    kinds.set(window.kind, series);
    for (const item of JSON.parse(window.payload) as RecordItem[]) addItem(series, item, window, terms);
  }
  return new Map([...kinds].map(([kind, series]) => [kind, [...series.values()]]));
}

function addItem(series: Series, item: RecordItem, window: RecordWindow, terms: Terms): void {
  const record = decodeRecord(item, window, terms);
  const { windowStartUs: startUs, lengthUs } = window;
  const part = { startUs, lengthUs, sums: sumsOf(record, { lengthUs, method: methodText(record) }) };
  const [placeId, direction] = item;
  const name = `${direction} ${placeId}`;
  const known = series.get(name);
  if (known === undefined)
    series.set(name, { placeId, direction: direction as Direction | '', parts: [part] });
  else known.parts.push(part);
}

/** Four quarter hours, each as one part or none, and windows that do not nest in these (12, 20, 30 and 60 minutes). */
function cutHour(kind: Observation['kind'], hourStartUs: number, parts: readonly LevelPart[]) {
  const inQuarters = Array.from({ length: QUARTERS }, (): LevelPart[] => []);
  const others: LevelPart[] = [];
  for (const part of parts) {
    const isNested = QUARTER_US % part.lengthUs === 0;
    const quarter = inQuarters[Math.floor((part.startUs - hourStartUs) / QUARTER_US)];
    (isNested && quarter !== undefined ? quarter : others).push(part);
  }
  const quarters = inQuarters.map((ofQuarter, index): LevelPart[] => {
    const sums = putTogether(kind, ofQuarter);
    const startUs = hourStartUs + index * QUARTER_US;
    return sums === undefined ? [] : [{ startUs, lengthUs: QUARTER_US, sums }];
  });
  return { quarters, others };
}

function daysOf(windows: readonly RolledWindow[]): readonly LevelWindowKey[] {
  const days = new Map<string, LevelWindowKey>();
  for (const { cameraId, kind, windowStartUs } of windows) {
    const startUs = levelWindowStartUs('day', windowStartUs);
    days.set(`${startUs} ${kind} ${cameraId}`, { cameraId, kind, windowStartUs: startUs });
  }
  return [...days.values()];
}
