/** `filters` of the DataStore: which rows are wanted, and what of it the store itself can narrow. */

import type { Column, ColumnType } from '../../datasets/columns/column.ts';
import { CAMERA_KEY_COLUMN, PLACE_KEY_COLUMNS } from '../../datasets/columns/place-columns.ts';
import type { Resource } from '../../datasets/data-set.ts';
import type { RowFilter } from '../../reads/data-set-rows.ts';
import { invalid, invalidValue } from '../ckan-error.ts';
import { objectOf, type Parameters } from '../parameters.ts';
import { comparedInstantUs, instantUs, type NumberedRow, timeColumnOf } from './row-ids.ts';
import { textTests } from './row-text.ts';

/** A value that compares: an instant is its µs, truth is 0 or 1. */
type Comparable = string | number | null;

type Operator = 'in' | 'gt' | 'gte' | 'lt' | 'lte';

/** One comparison with a column; `in` with any of several values. */
interface Condition {
  readonly column: Pick<Column, 'name' | 'type'>;
  readonly operator: Operator;
  readonly values: readonly Comparable[];
}

/** Which rows of a table are wanted. */
export interface RowConditions {
  /** What the store narrows. */
  readonly filter: RowFilter;
  /** Numbers that can be among the wanted ones. */
  readonly ids: { readonly low: number; readonly high: number };
  /** The rest, row by row; undefined when the store narrowed everything. */
  readonly isWanted?: (row: NumberedRow) => boolean;
}

/** The column that every table has beside its own. */
export const ID_COLUMN = { name: '_id', type: 'integer' } as const;

/** The column of a name, `_id` among them. */
export function columnOf(resource: Resource, name: string): Pick<Column, 'name' | 'type'> | undefined {
  return name === ID_COLUMN.name ? ID_COLUMN : resource.columns.find((column) => column.name === name);
}

/** Understands `filters` and the words that are searched; throws 409 as CKAN does. */
export function parseConditions(resource: Resource, parameters: Parameters): RowConditions {
  const filters = Object.entries(objectOf(parameters, 'filters') ?? {});
  const conditions = filters.flatMap(([name, wanted]) => conditionsOf(resource, name, wanted));
  const isExact = (one: Condition) => isNarrowedExactly(resource, one);
  const rest = conditions.filter((one) => !isExact(one)).map(testOf);
  const tests = [...rest, ...textTests(resource, parameters)];
  return {
    filter: storeFilter(resource, conditions),
    ids: bounds(conditions.filter(({ column }) => column === ID_COLUMN)),
    ...(tests.length === 0 ? {} : { isWanted: (row) => tests.every((test) => test(row)) }),
  };
}

/** A bare value is equality, a list any of them; operators as CKAN 2.12 has them. */
function conditionsOf(resource: Resource, name: string, wanted: unknown): Condition[] {
  const column = columnOf(resource, name);
  if (column === undefined) throw invalidValue('filters', name);
  const isOperators = typeof wanted === 'object' && wanted !== null && !Array.isArray(wanted);
  return Object.entries(isOperators ? wanted : { in: wanted }).map(([written, value]) => {
    const operator = written === 'eq' ? 'in' : written;
    if (!isOperator(operator)) throw invalidValue('filters', written);
    const values = [value].flat().map((one) => comparable(column, one));
    return { column, operator, values: operator === 'in' ? values : values.slice(0, 1) };
  });
}

function isOperator(text: string): text is Operator {
  return ['in', 'gt', 'gte', 'lt', 'lte'].includes(text);
}

const TRUE_TEXTS = ['true', 't', 'yes', 'y', 'on', '1'];
const FALSE_TEXTS = ['false', 'f', 'no', 'n', 'off', '0'];
const NUMBERS: readonly ColumnType[] = ['integer', 'number', 'year'];

/** A value of a filter; throws 409 where it is none of the column's type. */
function comparable({ name, type }: Condition['column'], value: unknown): Comparable {
  if (value === null) return null;
  if (typeof value !== 'object' && value !== undefined) {
    const found = comparableText(type, String(value));
    if (found !== undefined) return found;
  }
  throw invalid('filters', `invalid input for column "${name}" of type ${type}: ${JSON.stringify(value)}`);
}

function comparableText(type: ColumnType, text: string): Comparable | undefined {
  if (NUMBERS.includes(type)) {
    const number = Number(text);
    return text.trim() === '' || Number.isNaN(number) ? undefined : number;
  }
  if (type === 'boolean') {
    if (TRUE_TEXTS.includes(text.toLowerCase())) return 1;
    return FALSE_TEXTS.includes(text.toLowerCase()) ? 0 : undefined;
  }
  if (type === 'string') return text;
  try {
    return comparedInstantUs(text);
  } catch {
    return undefined;
  }
}

/** A cell as it compares: with filters, and in a sort. */
export function comparableCell({ name, type }: Pick<Column, 'name' | 'type'>, row: NumberedRow): Comparable {
  const cell = row[name] ?? null;
  if (cell === null) return null;
  if (typeof cell === 'boolean') return cell ? 1 : 0;
  return type === 'datetime' || type === 'date' ? instantUs(String(cell)) : cell;
}

function testOf({ column, operator, values }: Condition): (row: NumberedRow) => boolean {
  if (operator === 'in') {
    const wanted = new Set(values);
    return (row) => wanted.has(comparableCell(column, row));
  }
  const [bound] = values;
  return (row) => {
    const value = comparableCell(column, row);
    // As in SQL: nothing is known of an empty cell.
    if (value === null || bound === null || bound === undefined) return false;
    if (operator === 'gt') return value > bound;
    if (operator === 'gte') return value >= bound;
    return operator === 'lt' ? value < bound : value <= bound;
  };
}

const [PLACE_KIND] = PLACE_KEY_COLUMNS;

/** True where `storeFilter` takes exactly the condition's rows. */
function isNarrowedExactly(resource: Resource, { column, operator, values }: Condition): boolean {
  if (column.name === CAMERA_KEY_COLUMN.name) return operator === 'in';
  if (column.name === PLACE_KIND?.name) return operator === 'in';
  return (
    column.name === timeColumnOf(resource) && (operator !== 'in' || values.length === 1) && values[0] !== null
  );
}

function storeFilter(resource: Resource, conditions: readonly Condition[]): RowFilter {
  const valuesOf = (name: string | undefined) =>
    conditions
      .filter(({ column, operator }) => column.name === name && operator === 'in')
      .map(({ values }) => new Set(values.map(String)));
  const cameras = valuesOf(CAMERA_KEY_COLUMN.name);
  const kinds = valuesOf(PLACE_KIND?.name);
  const { low, high } = bounds(conditions.filter(({ column }) => column.name === timeColumnOf(resource)));
  return {
    ...(cameras.length === 0 ? {} : { cameraIds: common(cameras) }),
    ...(kinds.length === 0 ? {} : { kinds: common(kinds).flatMap(kindOf) }),
    ...(low === Number.NEGATIVE_INFINITY ? {} : { fromUs: Math.min(low, Number.MAX_SAFE_INTEGER) }),
    ...(high === Number.POSITIVE_INFINITY ? {} : { toUs: Math.max(high + 1, Number.MIN_SAFE_INTEGER) }),
  };
}

function kindOf(code: string): ('flow' | 'presence')[] {
  if (code === 'garis') return ['flow'];
  return code === 'zona' ? ['presence'] : [];
}

function common(sets: readonly ReadonlySet<string>[]): string[] {
  return [...(sets[0] ?? [])].filter((value) => sets.every((set) => set.has(value)));
}

/** Least and greatest whole number, both included, that all conditions allow. */
function bounds(conditions: readonly Condition[]): { readonly low: number; readonly high: number } {
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  for (const { operator, values } of conditions) {
    const numbers = values.filter((value) => typeof value === 'number');
    const least = Math.min(...numbers);
    const greatest = Math.max(...numbers);
    if (operator === 'in' || operator === 'gte') low = Math.max(low, least);
    if (operator === 'gt') low = Math.max(low, Math.floor(least) + 1);
    if (operator === 'in' || operator === 'lte') high = Math.min(high, greatest);
    if (operator === 'lt') high = Math.min(high, Math.ceil(greatest) - 1);
  }
  return { low, high };
}
