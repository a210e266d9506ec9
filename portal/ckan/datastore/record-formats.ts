/** Records of the DataStore in the forms of `records_format` and of its dump. Pure. */
import { csvCell } from '../../../pipelines/adapters/publish/csv.ts';
import type { Cell } from '../../datasets/columns/column.ts';
import type { NumberedRow } from './row-ids.ts';

/** Forms of `records_format`. */
export const RECORD_FORMATS = ['objects', 'lists', 'csv', 'tsv'] as const;

/** One of them. */
export type RecordFormat = (typeof RECORD_FORMATS)[number];

type Value = Exclude<Cell, undefined> | null;

/** Columns that are wanted of a row, in order. */
export function valuesOf(row: NumberedRow, names: readonly string[]): Value[] {
  return names.map((name) => row[name] ?? null);
}

/** A row as one line of CSV (RFC 4180); a text that a spreadsheet would run as a formula is defused. */
export function csvRecord(values: readonly Value[]): string {
  return `${values.map((value) => csvCell(plain(value))).join(',')}\r\n`;
}

/** A row as one line of tab-separated values: a tab or a line end within a text becomes a space, formulas are defused. */
export function tsvRecord(values: readonly Value[]): string {
  const cells = values.map((value) => {
    const text = plain(value);
    return typeof text === 'string' ? csvCell(text.replace(/[\t\r\n]+/g, ' ')) : csvCell(text);
  });
  return `${cells.join('\t')}\r\n`;
}

function plain(value: Value): string | number | undefined {
  return typeof value === 'boolean' ? String(value) : (value ?? undefined);
}

/** A row as an element of CKAN's XML dump. Column names are plain words, so they are element names. */
export function xmlRecord(names: readonly string[], values: readonly Value[]): string {
  const cells = names.flatMap((name, i) => {
    const value = values[i] ?? null;
    if (name === '_id') return [];
    return [value === null ? `<${name} xsi:nil="true"/>` : `<${name}>${escaped(String(value))}</${name}>`];
  });
  const id = names.indexOf('_id');
  return `<row${id < 0 ? '' : ` _id="${values[id]}"`}>${cells.join('')}</row>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function escaped(text: string): string {
  // XML 1.0 has no form at all for other control characters.
  return text.replace(/[^\P{Cc}\t\n\r]/gu, '').replace(/[&<>]/g, (one) => ENTITIES[one]!);
}

/** The inside of the JSON of `records`: of a list its items, of a text its characters. */
export function recordsJson(
  rows: readonly NumberedRow[],
  names: readonly string[],
  format: RecordFormat,
): string {
  const values = rows.map((row) => valuesOf(row, names));
  if (format === 'csv' || format === 'tsv') {
    const line = format === 'csv' ? csvRecord : tsvRecord;
    return JSON.stringify(values.map(line).join('')).slice(1, -1);
  }
  const records =
    format === 'lists'
      ? values
      : values.map((of) => Object.fromEntries(names.map((name, i) => [name, of[i] ?? null])));
  return JSON.stringify(records).slice(1, -1);
}
