/** Tables as text: CSV, NDJSON and JSON, chunk by chunk. */
import { csvCell, UTF8_BOM } from '../../pipelines/adapters/publish/csv.ts';
import type { FlatTable } from './table.ts';

/** CSV (RFC 4180, CRLF). Texts that a spreadsheet would run as a formula are defused; `withBom` tells Excel UTF-8. */
export async function* csvChunks(
  { columns, pages }: FlatTable,
  { withBom = false }: { readonly withBom?: boolean } = {},
): AsyncGenerator<string> {
  const names = columns.map(({ name }) => name);
  yield `${withBom ? UTF8_BOM : ''}${names.join(',')}\r\n`;
  for await (const page of pages) {
    yield page
      .map((row) => {
        const cells = names.map((name) => {
          const value = row[name] ?? undefined;
          return csvCell(typeof value === 'boolean' ? String(value) : value);
        });
        return `${cells.join(',')}\r\n`;
      })
      .join('');
  }
}

/** One JSON object per line. */
export async function* ndjsonChunks({ pages }: Pick<FlatTable, 'pages'>): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** What stands around the rows of a JSON answer. */
export interface JsonEnvelope {
  readonly head?: object;
  /** Asked when the last row was written. */
  readonly tail?: () => object;
}

/** `{…head, "rows":[…], …tail}`. */
export async function* jsonChunks(
  { pages }: Pick<FlatTable, 'pages'>,
  { head = {}, tail = () => ({}) }: JsonEnvelope = {},
): AsyncGenerator<string> {
  const opening = JSON.stringify(head).slice(0, -1);
  yield `${opening}${opening === '{' ? '' : ','}"rows":[`;
  let separator = '';
  for await (const page of pages) {
    if (page.length === 0) continue;
    // The page as one array: a text for each row would be as much garbage again.
    yield separator + JSON.stringify(page).slice(1, -1);
    separator = ',';
  }
  const closing = JSON.stringify(tail());
  yield closing === '{}' ? ']}' : `],${closing.slice(1)}`;
}
