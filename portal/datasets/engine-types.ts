/** The tables' types and dictionary in the engines that read them. */
import type { Column, ColumnType } from './columns/column.ts';
import type { Resource } from './data-set.ts';

/** Column types of CKAN's DataStore, which are PostgreSQL's. Always declared: guessed ones come from one row. */
export const DATASTORE_TYPES: Readonly<Record<ColumnType, string>> = {
  string: 'text',
  integer: 'int',
  number: 'numeric',
  boolean: 'bool',
  datetime: 'timestamptz',
  date: 'date',
  year: 'int',
};

/** Basic types of hyparquet-writer's columns; instants and days are kept as such, not as texts. */
export const PARQUET_TYPES: Readonly<
  Record<ColumnType, 'STRING' | 'INT32' | 'DOUBLE' | 'BOOLEAN' | 'TIMESTAMP'>
> = {
  string: 'STRING',
  integer: 'INT32',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
  datetime: 'TIMESTAMP',
  date: 'STRING',
  year: 'INT32',
};

/** A column as CKAN's DataStore takes and shows it; `info` is its dictionary entry. */
export interface DatastoreField {
  readonly id: string;
  readonly type: string;
  readonly info: Readonly<Record<string, string>>;
}

/** CKAN's `fields` of a resource, `_id` not among them. `info` is flat: CKAN saves it as a column comment. */
export function datastoreFields(resource: Resource): DatastoreField[] {
  return resource.columns.map((column) => ({
    id: column.name,
    type: DATASTORE_TYPES[column.type],
    info: columnInfo(column),
  }));
}

function columnInfo(column: Column): Record<string, string> {
  const { label, definition, concept, measure, unit, codeList } = column;
  return {
    label: label.id,
    label_en: label.en,
    notes: definition.id,
    notes_en: definition.en,
    konsep: concept.id,
    ...(measure === undefined ? {} : { ukuran: measure.id }),
    ...(unit === undefined ? {} : { satuan: unit.name.id, unit: unit.ucum }),
    ...(codeList === undefined
      ? {}
      : { klasifikasi: codeList.codes.map(({ code, label: text }) => `${code}: ${text.id}`).join('; ') }),
  };
}
