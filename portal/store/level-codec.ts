/**
 * Windows of the levels as they are kept: all lines (or zones) of one camera in one window are one row. Its payload is a
 * line of JSON per item, an array of whole numbers, see `portal/levels/sums.ts`; zeros at the end are left out, and −1 stands for
 * the analysed time, which most measures share.
 */
import type { Direction, Observation } from '../../pipelines/domain/types.ts';
import { LEVEL_SECONDS, type RolledLevel } from '../levels/level.ts';
import { rowOf } from '../levels/make-row.ts';
import type { Method, SeriesRow } from '../levels/series-row.ts';
import type { LevelSums, PeopleParts } from '../levels/sums.ts';
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

/** Place of `analysedUs` in both kinds of sums. */
const ANALYSED = 1;
const AS_ANALYSED = -1;
/** Items hold this much before their sums. */
const HEAD = 7;

function packed(values: readonly number[]): number[] {
  const analysedUs = values[ANALYSED];
  const short = values.map((value, i) =>
    value === analysedUs && value > 0 && i > ANALYSED ? AS_ANALYSED : value,
  );
  while (short.at(-1) === 0) short.pop();
  return short;
}

/** `PeopleParts` are the one list after the head. */
function peopleOf(item: LevelItem): PeopleParts | undefined {
  const last = item.at(-1);
  if (item.length <= HEAD || !Array.isArray(last)) return undefined;
  const [leastPresent, counts] = last as unknown as PeopleItem;
  return { counts, leastPresent };
}

function unpacked(item: LevelItem, end: number): number[] {
  const values = item.slice(HEAD, end) as number[];
  const analysedUs = values[ANALYSED] ?? 0;
  for (let i = ANALYSED + 1; i < values.length; i++) if (values[i] === AS_ANALYSED) values[i] = analysedUs;
  return values;
}

/** Which items of a window are wanted; a part left out does not narrow. */
export interface PlaceFilter {
  readonly placeIds?: readonly string[] | undefined;
  readonly direction?: Direction | undefined;
}

/** The lines of a payload that are wanted, told by how they begin: most of a camera's lines are never parsed. */
function linesOf(payload: string, { placeIds, direction }: PlaceFilter): string[] {
  const lines = payload.split('\n');
  if (placeIds === undefined && direction === undefined) return lines;
  const heads = placeIds?.map((placeId) => `[${JSON.stringify(placeId)},`);
  return lines.filter((line) => {
    const head = heads?.find((each) => line.startsWith(each));
    if (heads !== undefined && head === undefined) return false;
    if (direction === undefined) return true;
    return head === undefined
      ? (JSON.parse(line) as LevelItem)[1] === direction
      : line.startsWith(`"${direction}"`, head.length);
  });
}

/** The entries of a payload. Throws `UnknownTermError`. */
export function decodeEntries(payload: string, terms: Terms, wanted: PlaceFilter = {}): LevelEntry[] {
  const entries: LevelEntry[] = [];
  const texts = (numbers: readonly number[]) => terms.textsOf(numbers);
  for (const line of linesOf(payload, wanted)) {
    const item = JSON.parse(line) as LevelItem;
    const [placeId, direction, revision, reasons, methods, empTables, levelTables] = item;
    const people = peopleOf(item);
    const sums = {
      values: unpacked(item, people === undefined ? item.length : item.length - 1),
      reasons,
      methods: texts(methods),
      empTables: texts(empTables),
      levelTables: texts(levelTables),
      ...(people === undefined ? {} : { people }),
    };
    entries.push({ placeId, direction, revision, sums });
  }
  return entries;
}

/** The published rows of a window of a rolled level. Throws `UnknownTermError`. */
export function rowsOfWindow(
  level: RolledLevel,
  window: Pick<LevelWindow, keyof LevelWindowKey | 'payload'>,
  { terms, wanted }: { readonly terms: Terms; readonly wanted?: PlaceFilter },
): SeriesRow[] {
  const { cameraId, kind, windowStartUs } = window;
  const lengthUs = LEVEL_SECONDS[level] * 1_000_000;
  const methodOf = (text: string) => terms.jsonOf(terms.numberOf(text)) as Method;
  return decodeEntries(window.payload, terms, wanted).map(({ placeId, direction, revision, sums }) =>
    rowOf({ level, kind, cameraId, placeId, direction, windowStartUs, lengthUs, revision }, sums, methodOf),
  );
}
