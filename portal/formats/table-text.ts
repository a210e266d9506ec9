/** Tables as text: CSV, NDJSON and JSON, page by page as UTF-8. */
import { csvCell, UTF8_BOM } from '../../pipelines/adapters/publish/csv.ts';
import { createRowWriter, type RowForm } from './row-bytes.ts';
import type { CellValue, OutgoingTable } from './table.ts';

const CSV: RowForm = {
  rowStart: '',
  rowEnd: '\r\n',
  cellStart: (_name, index) => (index === 0 ? '' : ','),
  cellText: (value) => csvCell(typeof value === 'boolean' ? String(value) : (value ?? undefined)),
};

/** CSV (RFC 4180, CRLF). Texts that a spreadsheet would run as a formula are defused; `withBom` tells Excel UTF-8. */
export async function* csvChunks(
  { columns, pages }: OutgoingTable,
  { withBom = false }: { readonly withBom?: boolean } = {},
): AsyncGenerator<Buffer> {
  const bytesOf = createRowWriter(columns, CSV);
  yield Buffer.from(`${withBom ? UTF8_BOM : ''}${columns.map(({ name }) => name).join(',')}\r\n`);
  for await (const page of pages) yield bytesOf(page);
}

const OBJECT: Pick<RowForm, 'cellStart' | 'cellText'> = {
  cellStart: (name, index) => `${index === 0 ? '' : ','}${JSON.stringify(name)}:`,
  cellText: jsonText,
};
const NDJSON: RowForm = { ...OBJECT, rowStart: '{', rowEnd: '}\n' };
/** A comma before each row: the first of all is left out. */
const JSON_ROWS: RowForm = { ...OBJECT, rowStart: ',{', rowEnd: '}' };

function jsonText(value: CellValue): string {
  // As `JSON.stringify` has it, several times as fast.
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  return JSON.stringify(value);
}

/** One JSON object per line. */
export async function* ndjsonChunks({ columns, pages }: OutgoingTable): AsyncGenerator<Buffer> {
  const bytesOf = createRowWriter(columns, NDJSON);
  for await (const page of pages) yield bytesOf(page);
}

/** What stands around the rows of a JSON answer. */
export interface JsonEnvelope {
  readonly head?: object;
  /** Asked when the last row was written. */
  readonly tail?: () => object;
}

/** `{…head, "rows":[…], …tail}`. */
export async function* jsonChunks(
  { columns, pages }: OutgoingTable,
  { head = {}, tail = () => ({}) }: JsonEnvelope = {},
): AsyncGenerator<Buffer> {
  const bytesOf = createRowWriter(columns, JSON_ROWS);
  const opening = JSON.stringify(head).slice(0, -1);
  yield Buffer.from(`${opening}${opening === '{' ? '' : ','}"rows":[`);
  let isFirst = true;
  for await (const page of pages) {
    if (page.length === 0) continue;
    const bytes = bytesOf(page);
    yield isFirst ? bytes.subarray(1) : bytes;
    isFirst = false;
  }
  const closing = JSON.stringify(tail());
  yield Buffer.from(closing === '{}' ? ']}' : `],${closing.slice(1)}`);
}
