/**
 * Rows in the order that a caller wants, in bounded memory: in the table's own order as they come, by time or backwards
 * piece by piece, and by anything else sorted at once, of which there is a limit.
 */
import { parseIsoUs, US_PER_SECOND } from '../../../pipelines/domain/time.ts';
import type { Column } from '../../datasets/columns/column.ts';
import type { Resource } from '../../datasets/data-set.ts';
import { LEVEL_SECONDS, levelWindowStartUs, type RolledLevel } from '../../levels/level.ts';
import type { RowFilter } from '../../reads/data-set-rows.ts';
import { invalid, invalidValue } from '../ckan-error.ts';
import { listOf, type Parameters } from '../parameters.ts';
import { numberedPages, segmentsOf, type TableReads } from './read-rows.ts';
import { columnOf, comparableCell, ID_COLUMN, type RowConditions } from './row-conditions.ts';
import { type NumberedRow, timeColumnOf } from './row-ids.ts';

/** One column of a sort. */
export interface SortKey {
  readonly column: Pick<Column, 'name' | 'type'>;
  readonly isDescending: boolean;
}

/** Rows that are read for one answer at most; CKAN has a time for it. About ten seconds of work. */
export const MAX_SCANNED_ROWS = 150_000;
/** Rows that are sorted at once at most. */
const MAX_SORTED_ROWS = 50_000;
/** Rows of one piece, about. */
const PIECE_ROWS = 5000;
/** Lines times directions, or zones, that a camera has as a rule. */
const PLACES_PER_CAMERA = 8;

/** Understands `sort`; throws 409 on an unknown column or direction. */
export function parseSort(resource: Resource, parameters: Parameters): readonly SortKey[] {
  return (listOf(parameters, 'sort') ?? []).map((clause) => {
    const [, quoted, plain, direction = 'asc', nulls] =
      /^(?:"([^"]+)"|(\S+))(?:\s+(asc|desc))?(\s+nulls\s+(?:first|last))?$/i.exec(clause) ?? [];
    const column = columnOf(resource, quoted ?? plain ?? '');
    if (column === undefined || nulls !== undefined) throw invalidValue('sort', clause);
    return { column, isDescending: direction.toLowerCase() === 'desc' };
  });
}

/** Counts what is read for one answer. */
export interface Scan {
  /** Rows read so far. */
  rows: number;
  /** Rows that may be read; one more fails the search. */
  limit: number;
}

/** Every wanted row in order. `scan` is counted up; files, which are sent as they are read, have no limit without it. */
export async function* orderedRows(
  table: TableReads,
  conditions: RowConditions,
  { sort, scan }: { readonly sort: readonly SortKey[]; readonly scan?: Scan },
): AsyncGenerator<NumberedRow> {
  const isWanted = conditions.isWanted ?? (() => true);
  for await (const filter of pieces(table, conditions, sort)) {
    const piece: NumberedRow[] = [];
    for await (const page of numberedPages(table, { filter, ids: conditions.ids })) {
      count(scan, page.length);
      const wanted = page.filter(isWanted);
      if (isTableOrder(sort)) yield* wanted;
      else piece.push(...wanted);
      if (piece.length > MAX_SORTED_ROWS) throw tooManyToSort(sort);
    }
    yield* piece.sort(compareRows(sort));
  }
}

function count(scan: Scan | undefined, rows: number): void {
  if (scan === undefined) return;
  scan.rows += rows;
  if (scan.rows > scan.limit) throw invalid('query', 'Search took too long');
}

function tooManyToSort([key]: readonly SortKey[]) {
  return invalid(
    'query',
    `Search took too long: more than ${MAX_SORTED_ROWS} rows to sort by ${key?.column.name}; narrow them with filters, or sort by time`,
  );
}

/** True where rows are wanted as they come. */
export function isTableOrder([first]: readonly SortKey[]): boolean {
  return first === undefined || (first.column === ID_COLUMN && !first.isDescending);
}

/** Empty cells last, and first when descending, as in PostgreSQL; the number decides at the end. */
function compareRows(sort: readonly SortKey[]): (a: NumberedRow, b: NumberedRow) => number {
  return (a, b) => {
    for (const { column, isDescending } of sort) {
      const [left, right] = [comparableCell(column, a), comparableCell(column, b)];
      if (left === right) continue;
      const isLess = right === null || (left !== null && left < right);
      return isLess === isDescending ? 1 : -1;
    }
    return a._id - b._id;
  };
}

/** Parts of the table such that all rows of one come before all rows of the next. */
async function* pieces(
  table: TableReads,
  conditions: RowConditions,
  sort: readonly SortKey[],
): AsyncGenerator<RowFilter> {
  const { filter } = conditions;
  const { level } = table.resource;
  const [first] = sort;
  if (level === undefined || first === undefined || isTableOrder(sort)) {
    yield filter;
    return;
  }
  const segments = await segmentsOf(table, conditions);
  const { isDescending } = first;
  if (first.column === ID_COLUMN) {
    for (const { cameraId, kind } of segments.reverse()) {
      const cameraIds = [cameraId];
      for (const range of await ranges(table, { ...filter, cameraIds }, { level, isDescending })) {
        yield { ...range, cameraIds, kinds: [kind] };
      }
    }
  } else if ([timeColumnOf(table.resource), 'waktu_selesai'].includes(first.column.name)) {
    const cameraIds = [...new Set(segments.map(({ cameraId }) => cameraId))];
    for (const range of await ranges(table, { ...filter, cameraIds }, { level, isDescending })) {
      yield { ...filter, ...range };
    }
  } else {
    yield filter;
  }
}

interface Cut {
  readonly level: RolledLevel;
  readonly isDescending: boolean;
}

/** The time in which these cameras have data, cut into pieces of whole windows. */
async function ranges(
  { reads }: TableReads,
  { cameraIds = [], fromUs, toUs }: RowFilter,
  { level, isDescending }: Cut,
): Promise<{ fromUs: number; toUs: number }[]> {
  const known = (await reads.reader.cameras()).filter(({ cameraId }) => cameraIds.includes(cameraId));
  if (known.length === 0) return [];
  const firstUs = Math.min(...known.map(({ firstWindowStart }) => parseIsoUs(firstWindowStart)));
  const lastUs = Math.max(...known.map(({ lastWindowEnd }) => parseIsoUs(lastWindowEnd)));
  const windows = Math.max(1, Math.floor(PIECE_ROWS / (cameraIds.length * PLACES_PER_CAMERA)));
  const stepUs = windows * LEVEL_SECONDS[level] * US_PER_SECOND;
  const startUs = Math.max(levelWindowStartUs(level, firstUs), levelWindowStartUs(level, fromUs ?? firstUs));
  const endUs = Math.min(lastUs, toUs ?? lastUs);
  const cut: { fromUs: number; toUs: number }[] = [];
  for (let at = startUs; at < endUs; at += stepUs) {
    cut.push({ fromUs: Math.max(at, fromUs ?? at), toUs: Math.min(at + stepUs, toUs ?? at + stepUs) });
  }
  return isDescending ? cut.reverse() : cut;
}
