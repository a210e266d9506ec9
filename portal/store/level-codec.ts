/**
 * Windows of the levels as they are kept: all lines (or zones) of one camera in one window are one row. Its payload is a
 * line of JSON per item, an array of whole numbers, see `portal/levels/sums.ts`; zeros at the end are left out, and −1 stands for
 * the analysed time, which most measures share.
 */
import { US_PER_SECOND } from '../../pipelines/domain/time.ts';
import type { Direction, Observation } from '../../pipelines/domain/types.ts';
import { type CountedBy, countedBy, type MethodsOf } from '../levels/counted-by.ts';
import { LEVEL_SECONDS, type RolledLevel } from '../levels/level.ts';
import { rowOf } from '../levels/make-row.ts';
import type { SeriesRow } from '../levels/series-row.ts';
import type { LevelSums, PeopleParts } from '../levels/sums.ts';
import {
  ANALYSED,
  AS_ANALYSED,
  createLevelScanner,
  type ItemTerms,
  type PlaceFilter,
  type ScannedItem,
  type SeriesPayload,
  type SharedStart,
} from './level-scanner.ts';
import type { Terms } from './terms.ts';

/**
 * `[place, direction, revision, reasons, methods, empTables, levelTables, …sums]`; the three lists are terms. Of hours and
 * days with people `[leastPresent, counts]` of `PeopleParts` follows the sums.
 */
type LevelItem = readonly [
  string,
  Direction | '',
  number,
  number,
  number[],
  number[],
  number[],
  ...(number | PeopleItem)[],
];
type PeopleItem = readonly [leastPresent: number, counts: PeopleParts['counts']];

/** One line and direction, or one zone, of a window. */
export interface LevelEntry {
  readonly placeId: string;
  readonly direction: Direction | '';
  readonly revision: number;
  readonly sums: LevelSums;
}

/** Which window a row is of. */
export interface LevelWindowKey {
  readonly cameraId: string;
  readonly kind: Observation['kind'];
  readonly windowStartUs: number;
}

/** A window's row as it is kept. */
export interface LevelWindow extends LevelWindowKey {
  /** Number of the change for publishers; null while the window is open or waits for its number. */
  readonly changeSequence: number | null;
  readonly recordedUs: number;
  readonly analysedUs: number;
  readonly reasons: number;
  /** Items of the payload. */
  readonly rows: number;
  readonly payload: string;
}

/** The payload of entries that are sorted by place and direction. */
export function encodeEntries(entries: readonly LevelEntry[], terms: Terms): string {
  const numbers = (texts: readonly string[]) => texts.map((text) => terms.numberOf(text));
  const items = entries.map(({ placeId, direction, revision, sums }): LevelItem => {
    const values = packed(sums.values);
    return [
      placeId,
      direction,
      revision,
      sums.reasons,
      numbers(sums.methods),
      numbers(sums.empTables),
      numbers(sums.levelTables),
      ...values,
      ...(sums.people === undefined ? [] : [[sums.people.leastPresent, sums.people.counts] as const]),
    ];
  });
  return items.map((item) => JSON.stringify(item)).join('\n');
}

function packed(values: readonly number[]): number[] {
  const analysedUs = values[ANALYSED];
  const short = values.map((value, i) =>
    value === analysedUs && value > 0 && i > ANALYSED ? AS_ANALYSED : value,
  );
  while (short.at(-1) === 0) short.pop();
  return short;
}

/** One for all: a payload is read in one go. */
const scanner = createLevelScanner();

/** The entries of a payload. Throws `UnknownTermError`. */
export function decodeEntries(payload: string, terms: Terms): LevelEntry[] {
  const entries: LevelEntry[] = [];
  scanner.scan(payload, {}, (item) => {
    const { placeId, direction, revision, reasons, people } = item;
    const sums = {
      values: Array.from(item.values.subarray(0, item.valueCount)),
      reasons,
      ...textsOf(item.terms, terms),
      ...(people === undefined ? {} : { people }),
    };
    entries.push({ placeId, direction, revision, sums });
  });
  return entries;
}

function textsOf({ methods, empTables, levelTables }: ItemTerms, terms: Terms) {
  return {
    methods: terms.textsOf(methods),
    empTables: terms.textsOf(empTables),
    levelTables: terms.textsOf(levelTables),
  };
}

/** What rows have in common, by the terms of the store it was read from. */
const countings = new WeakMap<Terms, WeakMap<ItemTerms, CountedBy>>();

function countingsOf(terms: Terms): (numbers: ItemTerms) => CountedBy {
  const known = countings.get(terms) ?? new WeakMap<ItemTerms, CountedBy>();
  countings.set(terms, known);
  return (numbers) => {
    const before = known.get(numbers);
    if (before !== undefined) return before;
    const fresh = countedBy(textsOf(numbers, terms), terms.jsonsOf as MethodsOf);
    known.set(numbers, fresh);
    return fresh;
  };
}

/** What `rowsOfWindow` needs of a window. */
export type WindowPayload = Pick<LevelWindow, keyof LevelWindowKey | 'payload'>;

/** The published rows of a window of a rolled level, those that are wanted. Throws `UnknownTermError`. */
export function rowsOfWindow(
  level: RolledLevel,
  window: WindowPayload,
  { terms, wanted = {} }: { readonly terms: Terms; readonly wanted?: PlaceFilter },
): SeriesRow[] {
  const rows: SeriesRow[] = [];
  const make = createRowMaker(level, window, terms);
  scanner.scan(window.payload, wanted, (item) => {
    rows.push(make(item, window.windowStartUs));
  });
  return rows;
}

/** Reads items of gathered series as published rows of one camera, level and kind. */
export function createSeriesRowReader(level: RolledLevel, of: CameraKind, terms: Terms) {
  const make = createRowMaker(level, of, terms);
  /** The row of the item at a place of a series. Throws `UnknownTermError`. */
  return (series: SeriesPayload, { at, turn }: { at: number; turn: number }, windowStartUs: number) =>
    make(scanner.read(series, at, turn), windowStartUs);
}

/** What most items of a series begin with, by the first line of its payload. */
export function sharedStartOf(payload: string, turn: number): SharedStart | undefined {
  return scanner.readShared(payload, turn);
}

type CameraKind = Pick<LevelWindowKey, 'cameraId' | 'kind'>;

function createRowMaker(level: RolledLevel, { cameraId, kind }: CameraKind, terms: Terms) {
  const lengthUs = LEVEL_SECONDS[level] * US_PER_SECOND;
  const countingOf = countingsOf(terms);
  const series = { placeId: '', direction: '' as Direction | '' };
  // One for all rows: a row takes from it what it keeps.
  const key = { level, kind, cameraId, ...series, windowStartUs: 0, lengthUs, revision: 0 };
  return (item: ScannedItem, windowStartUs: number): SeriesRow => {
    key.placeId = item.placeId;
    key.direction = item.direction;
    key.revision = item.revision;
    key.windowStartUs = windowStartUs;
    return rowOf(key, item, countingOf(item.terms));
  };
}
