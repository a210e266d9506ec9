/** A table on its way out: typed columns, and rows that come page by page so that a year costs the memory of one page. */
import type { ColumnType } from '../datasets/columns/column.ts';

/** What one cell holds; null is "not measured", never 0. */
export type CellValue = string | number | boolean | null;

/** One row, every column by name. */
export type FlatRow = Readonly<Record<string, CellValue>>;

/** A column as dictionaries and schemas need it. Instants are ISO 8601 texts. */
export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly constraints?: { readonly required?: true };
}

/** A column that finds its cell in what a row is made of. */
export interface CellColumn<Source = unknown> extends TableColumn {
  // A method, not a property: so the columns of any source are columns of an unknown one, and writers need not know it.
  value(source: Source): CellValue;
}

/** Columns, and pages of what their rows are made of: a writer asks for the cells it needs, row by row or column by column. */
export interface OutgoingTable<Source = unknown> {
  readonly columns: readonly CellColumn<Source>[];
  readonly pages: AsyncIterable<readonly Source[]>;
}

/** The table of rows that are there by name already; a column that a row does not have is null. */
export function flatTable(
  columns: readonly TableColumn[],
  pages: AsyncIterable<readonly FlatRow[]>,
): OutgoingTable<FlatRow> {
  const bound = columns.map(({ name, type, constraints }) => ({
    ...{ name, type, value: (row: FlatRow) => row[name] ?? null },
    ...(constraints === undefined ? {} : { constraints }),
  }));
  return { columns: bound, pages };
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
export async function* paged<Row>(rows: AsyncIterable<Row>, size = 1000): AsyncGenerator<Row[]> {
  let page: Row[] = [];
  for await (const row of rows) {
    page.push(row);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
