/** A table on its way out: typed columns, and rows that come page by page so that a year costs the memory of one page. */
import type { ColumnType } from '../datasets/columns/column.ts';

/** What one cell holds; null is "not measured", never 0. */
export type CellValue = string | number | boolean | null;

/** One row, every column by name. */
export type FlatRow = Readonly<Record<string, CellValue>>;

/** A column as writers need it. Instants are ISO 8601 texts in rows. */
export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly constraints?: { readonly required?: true };
}

/** Columns and their rows. */
export interface FlatTable {
  readonly columns: readonly TableColumn[];
  readonly pages: AsyncIterable<readonly FlatRow[]>;
}

/** A form in which tables are served. */
export type TableFormat = 'json' | 'ndjson' | 'csv' | 'parquet';

/** Media type of Parquet (IANA). */
export const PARQUET_TYPE = 'application/vnd.apache.parquet';

/** Media type of each form. */
export const TABLE_TYPES: Readonly<Record<TableFormat, string>> = {
  json: 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
  parquet: PARQUET_TYPE,
};

/** Puts rows that come one by one on pages. */
export async function* paged(rows: AsyncIterable<FlatRow>, size = 1000): AsyncGenerator<FlatRow[]> {
  let page: FlatRow[] = [];
  for await (const row of rows) {
    page.push(row);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
