/** What `datastore_search` and the dump have in common: which table, rows, columns and order. */
import type { Resource } from '../../datasets/data-set.ts';
import { type DatastoreField, datastoreFields } from '../../datasets/engine-types.ts';
import { invalidValue, notFound } from '../ckan-error.ts';
import { findTable } from '../package-view.ts';
import { flag, listOf, type Parameters } from '../parameters.ts';
import { countRows, numberedPages, type TableReads } from './read-rows.ts';
import { valuesOf } from './record-formats.ts';
import { columnOf, ID_COLUMN, parseConditions, type RowConditions } from './row-conditions.ts';
import type { NumberedRow } from './row-ids.ts';
import { isTableOrder, orderedRows, parseSort, type Scan, type SortKey } from './row-order.ts';

/** A query of one table as it was understood. */
export interface RowQuery {
  readonly resource: Resource;
  readonly fields: readonly (DatastoreField | typeof ID_FIELD)[];
  readonly conditions: RowConditions;
  readonly sort: readonly SortKey[];
  readonly isDistinct: boolean;
}

/** `_id` as the DataStore names its type. */
export const ID_FIELD = { id: ID_COLUMN.name, type: 'int' } as const;

/** The table of a resource id; throws 404 in CKAN's words. */
export function tableOf(id: string): Resource {
  const resource = findTable(id);
  if (resource === undefined) throw notFound(`Resource "${id.slice(0, 200)}" was not found.`);
  return resource;
}

/** Understands what both have in common; throws 409. */
export function parseRowQuery(resource: Resource, parameters: Parameters): RowQuery {
  const all = [ID_FIELD, ...datastoreFields(resource)];
  const named = listOf(parameters, 'fields');
  // No name is no wish.
  const wanted = named?.length === 0 ? undefined : named;
  const unknown = wanted?.find((name) => columnOf(resource, name) === undefined);
  if (unknown !== undefined) throw invalidValue('fields', unknown);
  return {
    resource,
    fields: wanted === undefined ? all : all.filter(({ id }) => wanted.includes(id)).sort(byPlaceIn(wanted)),
    conditions: parseConditions(resource, parameters),
    sort: parseSort(resource, parameters),
    isDistinct: flag(parameters, 'distinct', false),
  };
}

function byPlaceIn(names: readonly string[]) {
  return (a: { id: string }, b: { id: string }) => names.indexOf(a.id) - names.indexOf(b.id);
}

/** True when the store alone can count the rows and pass over them. */
export function isNarrowedByStore({ conditions, isDistinct }: RowQuery): boolean {
  const { low, high } = conditions.ids;
  return conditions.isWanted === undefined && !isDistinct && !Number.isFinite(low) && !Number.isFinite(high);
}

/** Wanted rows in order, the first `offset` left out. */
export async function* queriedRows(
  table: TableReads,
  query: RowQuery,
  { offset, scan }: { readonly offset: number; readonly scan?: Scan },
): AsyncGenerator<NumberedRow> {
  if (isNarrowedByStore(query) && isTableOrder(query.sort)) {
    for await (const page of numberedPages(table, query.conditions, offset)) yield* page;
    return;
  }
  let left = offset;
  const { sort } = query;
  for await (const row of distinctRows(
    query,
    orderedRows(table, query.conditions, { sort, ...(scan === undefined ? {} : { scan }) }),
  )) {
    if (left > 0) left--;
    else yield row;
  }
}

async function* distinctRows(
  { isDistinct, fields }: RowQuery,
  rows: AsyncGenerator<NumberedRow>,
): AsyncGenerator<NumberedRow> {
  if (!isDistinct) {
    yield* rows;
    return;
  }
  const names = fields.map(({ id }) => id);
  const seen = new Set<string>();
  for await (const row of rows) {
    const key = JSON.stringify(valuesOf(row, names));
    if (seen.has(key)) continue;
    seen.add(key);
    yield row;
  }
}

/** Rows of a table that the store narrows to. */
export function countNarrowed(table: TableReads, { conditions }: RowQuery): Promise<number> {
  return countRows(table, conditions.filter);
}
