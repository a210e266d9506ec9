/** Records as CSV (RFC 4180, UTF-8, CRLF), safe to open in a spreadsheet. */

import type { PublishedObservation } from '../../domain/observation-columns/column.ts';
import { OBSERVATION_COLUMNS } from '../../domain/observation-columns.ts';

/** Byte order mark by which Excel knows the text for UTF-8. */
export const UTF8_BOM = '\uFEFF';

/**
 * A cell that starts like this is a formula to a spreadsheet (OWASP "CSV Injection", full-width forms included). So is what
 * follows a semicolon, where the language's decimal sign is a comma, as in Indonesian, and semicolons part the cells.
 */
const FORMULA_SIGN = '[=+\\-@\\t\\r\\n＝＋－＠]';
const FORMULA_START = new RegExp(`(^|;)(?=${FORMULA_SIGN})`, 'g');
const NEEDS_QUOTES = /[",\r\n]/;
/** What none of the two above can find something in; names, codes and instants are such. */
const IS_PLAIN = new RegExp(`^(?!${FORMULA_SIGN})[^;",\\r\\n]*$`);

/** One cell: absent is empty, a text that would be run as a formula gets an apostrophe before it. */
export function csvCell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  if (IS_PLAIN.test(value)) return value;
  const harmless = value.replace(FORMULA_START, "$1'");
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** The header line with its line end. */
export function csvHeader(): string {
  return `${OBSERVATION_COLUMNS.map((column) => column.name).join(',')}\r\n`;
}

/** One record as one line with its line end. */
export function csvRow(observation: PublishedObservation): string {
  return `${OBSERVATION_COLUMNS.map((column) => csvCell(column.value(observation))).join(',')}\r\n`;
}
