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
  /** Terms. */
  methods: readonly number[];
  empTables: readonly number[];
  levelTables: readonly number[];
  /** The sums, zeros where nothing is kept. */
  readonly values: Float64Array;
  /** How many sums are kept. */
  valueCount: number;
  people: PeopleParts | undefined;
}

/** Which items of a payload are wanted; a part left out does not narrow. */
export interface PlaceFilter {
  readonly placeIds?: readonly string[] | undefined;
  readonly direction?: Direction | undefined;
}

/** Place of `analysedUs` in both kinds of sums, and what stands for a sum that is equal to it. */
export const ANALYSED = 1;
export const AS_ANALYSED = -1;

const COMMA = 44;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;
const OPEN = 91;
const CLOSE = 93;
const NULL = 110;

type Nested = number | Nested[];

/** `[…],[…],[…]` and what it says. */
interface TermLists extends Pick<ScannedItem, 'methods' | 'empTables' | 'levelTables'> {
  readonly text: string;
}

/** A scanner with an item of its own. Payloads were written by this program: what they hold is not checked again. */
export function createLevelScanner() {
  const item: ScannedItem = {
    placeId: '',
    direction: '',
    revision: 0,
    reasons: 0,
    methods: [],
    empTables: [],
    levelTables: [],
    values: new Float64Array(Math.max(FLOW_SUMS.length, PRESENCE_SUMS.length)),
    valueCount: 0,
    people: undefined,
  };
  // A camera's places come in the same order window after window, and with the same terms: kept by their turn.
  const heads: { readonly text: string; readonly placeId: string }[] = [];
  const lists: TermLists[] = [];
  // Lists are cut out of one that grows: a list that grows by itself keeps room for more, which stays with the row.
  const stack: Nested[] = [];
  let depth = 0;
  let text = '';
  let at = 0;

  function readNumber(): number {
    let code = text.charCodeAt(at);
    if (code === NULL) {
      at += 'null'.length;
      return 0;
    }
    const isNegative = code === MINUS;
    if (isNegative) code = text.charCodeAt(++at);
    let value = 0;
    for (; code >= ZERO && code <= NINE; code = text.charCodeAt(++at)) value = value * 10 + (code - ZERO);
    return isNegative ? -value : value;
  }

  function readNumbers(): readonly number[] {
    const numbers: number[] = [];
    at += 1;
    while (text.charCodeAt(at) !== CLOSE) {
      if (text.charCodeAt(at) === COMMA) at += 1;
      else numbers.push(readNumber());
    }
    at += 1;
    return numbers;
  }

  function readNested(): Nested[] {
    const from = depth;
    at += 1;
    for (let code = text.charCodeAt(at); code !== CLOSE; code = text.charCodeAt(at)) {
      if (code === COMMA) at += 1;
      else {
        const part = code === OPEN ? readNested() : readNumber();
        stack[depth] = part;
        depth += 1;
      }
    }
    at += 1;
    const list = stack.slice(from, depth);
    depth = from;
    return list;
  }

  /** `["place",` → where the direction begins. */
  function readPlace(turn: number): void {
    const known = heads[turn];
    if (known !== undefined && text.startsWith(known.text, at)) {
      at += known.text.length;
      item.placeId = known.placeId;
      return;
    }
    let end = at + 2;
    while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
    item.placeId = JSON.parse(text.slice(at + 1, end + 1)) as string;
    heads[turn] = { text: `[${JSON.stringify(item.placeId)},`, placeId: item.placeId };
    at = end + 2;
  }

  function readDirection(): void {
    item.direction = text.startsWith('"in"', at) ? 'in' : text.startsWith('"out"', at) ? 'out' : '';
    at += item.direction.length + 3;
  }

  /** Most of a payload is sums: read with variables of its own, which is twice as fast as with those all share. */
  function readSums(): void {
    const { values } = item;
    const payload = text;
    let place = at;
    let count = 0;
    item.people = undefined;
    for (; payload.charCodeAt(place) === COMMA; count += 1) {
      place += 1;
      let code = payload.charCodeAt(place);
      if (code >= ZERO && code <= NINE) {
        let value = 0;
        for (; code >= ZERO && code <= NINE; code = payload.charCodeAt(++place))
          value = value * 10 + (code - ZERO);
        values[count] = value;
        continue;
      }
      at = place;
      if (code === OPEN) {
        const [leastPresent, counts] = readNested() as unknown as [number, PeopleParts['counts']];
        item.people = { counts, leastPresent };
        place = at;
        break;
      }
      const value = readNumber();
      values[count] = value === AS_ANALYSED && count > ANALYSED ? values[ANALYSED]! : value;
      place = at;
    }
    at = place;
    values.fill(0, count, Math.max(count, item.valueCount));
    item.valueCount = count;
  }

  function readTerms(turn: number): void {
    let known = lists[turn];
    if (known !== undefined && text.startsWith(known.text, at)) at += known.text.length;
    else {
      const from = at;
      const methods = readNumbers();
      at += 1;
      const empTables = readNumbers();
      at += 1;
      const levelTables = readNumbers();
      known = { text: text.slice(from, at), methods, empTables, levelTables };
      lists[turn] = known;
    }
    item.methods = known.methods;
    item.empTables = known.empTables;
    item.levelTables = known.levelTables;
  }

  function readRest(turn: number): void {
    item.revision = readNumber();
    at += 1;
    item.reasons = readNumber();
    at += 1;
    readTerms(turn);
    readSums();
  }

  return {
    /** Calls `visit` with each wanted item of a payload, in its order. */
    scan(payload: string, { placeIds, direction }: PlaceFilter, visit: (item: ScannedItem) => void): void {
      if (payload === '') return;
      text = payload;
      at = 0;
      for (let turn = 0; ; turn += 1) {
        readPlace(turn);
        if (placeIds === undefined || placeIds.includes(item.placeId)) {
          readDirection();
          if (direction === undefined || item.direction === direction) {
            readRest(turn);
            visit(item);
          }
        }
        const end = text.indexOf('\n', at);
        if (end < 0) return;
        at = end + 1;
      }
    },
  };
}
