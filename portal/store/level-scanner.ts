/**
 * Reads the payloads of `level-codec.ts` number by number into one item that is used again and again. A camera's month by
 * hour is six thousand items: parsing each into arrays of its own cost more in garbage collection than in parsing.
 */
import type { Direction } from '../../pipelines/domain/types.ts';
import { FLOW_SUMS, type PeopleParts, PRESENCE_SUMS } from '../levels/sums.ts';

/** The item that was read last. Its sums are overwritten by the next one: copy what has to stay. */
export interface ScannedItem {
  placeId: string;
  direction: Direction | '';
  revision: number;
  reasons: number;
  /** The same object from one item to the next as long as nothing in it changes. */
  terms: ItemTerms;
  /** The sums, zeros where nothing is kept. */
  readonly values: Float64Array;
  /** How many sums are kept. */
  valueCount: number;
  people: PeopleParts | undefined;
}

/** Numbers of terms. */
export interface ItemTerms {
  readonly methods: readonly number[];
  readonly empTables: readonly number[];
  readonly levelTables: readonly number[];
}

/** Which items of a payload are wanted; a part left out does not narrow. */
export interface PlaceFilter {
  readonly placeIds?: readonly string[] | undefined;
  readonly direction?: Direction | undefined;
}

/** Place of `analysedUs` in both kinds of sums, and what stands for a sum that is equal to it. */
export const ANALYSED = 1;
export const AS_ANALYSED = -1;

const AS_ANALYSED_LENGTH = String(AS_ANALYSED).length;
/** Characters. */
export const COMMA = 44;
const MINUS = 45;
export const ZERO = 48;
const NINE = 57;
export const COLON = 58;
const OPEN = 91;
const CLOSE = 93;
const NULL = 110;

type Nested = number | Nested[];

/** `["place","direction",` and what it says. */
export interface Head extends Pick<ScannedItem, 'placeId' | 'direction'> {
  readonly text: string;
}

/** What most items of a gathered series begin with: everything before the sums in which they differ. */
export interface SharedStart extends Pick<ScannedItem, 'revision' | 'reasons' | 'terms'> {
  /** The first `SHARED_SUMS` of the sums. */
  readonly values: readonly number[];
}

/** What items of one series are read of; see `gathered-codec.ts`. */
export interface SeriesPayload extends Pick<ScannedItem, 'placeId' | 'direction'> {
  readonly payload: string;
  /** What its first line says. */
  readonly shared: SharedStart | undefined;
}

/** Sums that both kinds have, in front of all others. */
export const SHARED_SUMS = 4;

/** Lists of terms that are kept: there are as many as ways of counting, and each takes a kilobyte at most. */
const MOST_LISTS = 1000;

/** `[…],[…],[…]` and what it says. */
interface TermLists extends ItemTerms {
  readonly text: string;
}

/**
 * A scanner with an item of its own. Payloads were written by this program, their items by place: what they hold is not
 * checked again. Characters are read with variables of each function's own, which is twice as fast as with those all share.
 */
export function createLevelScanner() {
  const item: ScannedItem = {
    placeId: '',
    direction: '',
    revision: 0,
    reasons: 0,
    terms: { methods: [], empTables: [], levelTables: [] },
    values: new Float64Array(Math.max(FLOW_SUMS.length, PRESENCE_SUMS.length)),
    valueCount: 0,
    people: undefined,
  };
  // A camera's places come in the same order window after window, and with the same terms: kept by their turn.
  const heads: Head[] = [];
  const lists: TermLists[] = [];
  const knownLists = new Map<string, TermLists>();
  // Lists are cut out of one that grows: a list that grows by itself keeps room for more, which stays with the row.
  const stack: Nested[] = [];
  const begun: number[] = [];
  let text = '';
  let at = 0;

  function readHead(turn: number): void {
    let head = heads[turn];
    if (head === undefined || !text.startsWith(head.text, at)) {
      head = headAt(text, at);
      heads[turn] = head;
    }
    at += head.text.length;
    item.placeId = head.placeId;
    item.direction = head.direction;
  }

  /** A whole number and the comma behind it. */
  function readNumber(): number {
    const payload = text;
    const isNegative = payload.charCodeAt(at) === MINUS;
    let place = isNegative ? at + 1 : at;
    let value = 0;
    for (let code = payload.charCodeAt(place); code !== COMMA; code = payload.charCodeAt(++place)) {
      if (place >= payload.length) throw damaged();
      value = value * 10 + (code - ZERO);
    }
    at = place + 1;
    return isNegative ? -value : value;
  }

  function readTerms(turn: number): void {
    let list = lists[turn];
    if (list === undefined || !text.startsWith(list.text, at)) {
      list = termLists(termsAt(text, at));
      lists[turn] = list;
    }
    at += list.text.length;
    item.terms = list;
  }

  function termLists(terms: string): TermLists {
    const known = knownLists.get(terms);
    if (known !== undefined) return known;
    if (knownLists.size >= MOST_LISTS) knownLists.clear();
    const [methods, empTables, levelTables] = JSON.parse(`[${terms}]`) as [number[], number[], number[]];
    // A text of its own: one that is cut out of a payload keeps the whole payload in memory.
    const own = JSON.stringify([methods, empTables, levelTables]).slice(1, -1);
    const fresh = { text: own, methods, empTables, levelTables };
    knownLists.set(own, fresh);
    return fresh;
  }

  /** Most of a payload. */
  function readSums(known: number): void {
    const { values } = item;
    const payload = text;
    let place = at;
    let count = known;
    item.people = undefined;
    for (; payload.charCodeAt(place) === COMMA; count += 1) {
      place += 1;
      let code = payload.charCodeAt(place);
      if (code === OPEN) {
        at = place + 1;
        const leastPresent = readNumber();
        item.people = { counts: readNested() as unknown as PeopleParts['counts'], leastPresent };
        place = at;
        break;
      }
      let value = 0;
      if (code === MINUS) {
        // Nothing else is below 0.
        value = values[ANALYSED]!;
        place += AS_ANALYSED_LENGTH;
      } else if (code === NULL) {
        place += 'null'.length;
      } else {
        for (; code >= ZERO && code <= NINE; code = payload.charCodeAt(++place))
          value = value * 10 + (code - ZERO);
      }
      values[count] = value;
    }
    at = place;
    if (count < item.valueCount) values.fill(0, count, item.valueCount);
    item.valueCount = count;
  }

  function readNested(): Nested[] {
    const payload = text;
    let place = at;
    let depth = 0;
    let length = 0;
    for (;;) {
      let code = payload.charCodeAt(place);
      if (code === OPEN) {
        begun[depth] = length;
        depth += 1;
      } else if (code === CLOSE) {
        depth -= 1;
        const from = begun[depth]!;
        const list = stack.slice(from, length);
        if (depth === 0) {
          at = place + 1;
          return list;
        }
        stack[from] = list;
        length = from + 1;
      } else if (code !== COMMA) {
        const isNegative = code === MINUS;
        if (isNegative) code = payload.charCodeAt(++place);
        if (!(code >= ZERO && code <= NINE)) throw damaged();
        let value = 0;
        for (; code >= ZERO && code <= NINE; code = payload.charCodeAt(++place))
          value = value * 10 + (code - ZERO);
        stack[length] = isNegative ? -value : value;
        length += 1;
        continue;
      }
      place += 1;
    }
  }

  function readRest(turn: number): void {
    item.revision = readNumber();
    item.reasons = readNumber();
    readTerms(turn);
    readSums(0);
  }

  return {
    /** Calls `visit` with each wanted item of a payload, in its order. */
    scan(payload: string, { placeIds, direction }: PlaceFilter, visit: (item: ScannedItem) => void): void {
      if (payload === '') return;
      text = payload;
      at = 0;
      for (let turn = 0; ; turn += 1) {
        readHead(turn);
        // Items come by place: no wanted one follows.
        if (placeIds?.every((placeId) => placeId < item.placeId) === true) return;
        const isWanted =
          (placeIds === undefined || placeIds.includes(item.placeId)) &&
          (direction === undefined || item.direction === direction);
        if (isWanted) {
          readRest(turn);
          visit(item);
        }
        const end = text.indexOf('\n', at);
        if (end < 0) return;
        at = end + 1;
      }
    },
    /** The start that a payload's first line says; `turn` is that of the series among those read together. */
    readShared(payload: string, turn: number): SharedStart | undefined {
      if (payload.startsWith('\n')) return undefined;
      text = payload;
      at = 0;
      readRest(turn);
      const { revision, reasons, terms, values } = item;
      return { revision, reasons, terms, values: Array.from(values.subarray(0, SHARED_SUMS)) };
    },
    /** The item at a place of a series: a colon where it begins as most do, a comma where it says everything itself. */
    read(series: SeriesPayload, place: number, turn: number): ScannedItem {
      const { payload, shared } = series;
      text = payload;
      at = place + 1;
      item.placeId = series.placeId;
      item.direction = series.direction;
      if (payload.charCodeAt(place) === COLON && shared !== undefined) {
        item.revision = shared.revision;
        item.reasons = shared.reasons;
        item.terms = shared.terms;
        for (let i = 0; i < SHARED_SUMS; i += 1) item.values[i] = shared.values[i]!;
        readSums(SHARED_SUMS);
      } else {
        readRest(turn);
      }
      return item;
    },
  };
}

/** A row that the disk or somebody's hand has spoilt: an error says so, where reading on would never end. */
function damaged(): RangeError {
  return new RangeError('a stored window is damaged: its payload is no list of whole numbers');
}

/** The head of the item at a place of a payload. */
export function headAt(text: string, at: number): Head {
  let end = at + 2;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  // Directions are plain words.
  end = text.indexOf('",', end + 2) + 2;
  const head = text.slice(at, end);
  const [placeId, direction] = JSON.parse(`${head.slice(0, -1)}]`) as [string, Direction | ''];
  return { text: head, placeId, direction };
}

/** `[…],[…],[…]` */
function termsAt(text: string, at: number): string {
  let end = at;
  for (let list = 0; list < 3; list += 1) end = text.indexOf(']', end) + 1;
  return text.slice(at, end);
}
