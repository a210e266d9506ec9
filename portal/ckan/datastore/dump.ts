/** `/datastore/dump/<id>`: a table, or what is asked of it, as a file that is sent while it is read. */
import { UTF8_BOM } from '../../../pipelines/adapters/publish/csv.ts';
import type { DataSetReads } from '../../reads/data-set-rows.ts';
import { invalid } from '../ckan-error.ts';
import { flag, naturalNumber, type Parameters, textOf } from '../parameters.ts';
import { csvRecord, recordsJson, tsvRecord, valuesOf, xmlRecord } from './record-formats.ts';
import type { NumberedRow } from './row-ids.ts';
import { parseRowQuery, queriedRows, type RowQuery, tableOf } from './row-query.ts';

/** Forms of a dump with their media types. */
const DUMP_TYPES = {
  csv: 'text/csv; charset=utf-8',
  tsv: 'text/tab-separated-values; charset=utf-8',
  json: 'application/json; charset=utf-8',
  xml: 'text/xml; charset=utf-8',
} as const;
type DumpFormat = keyof typeof DUMP_TYPES;

/** A dump that is ready to be sent. */
export interface Dump {
  readonly mediaType: string;
  readonly fileName: string;
  readonly chunks: AsyncGenerator<string>;
}

/** Rows of one chunk. */
const CHUNK_ROWS = 500;

/** Understands a dump's parameters; throws 404 and 409 as the search does. */
export function openDump(reads: DataSetReads, resourceId: string, parameters: Parameters): Dump {
  const resource = tableOf(resourceId);
  const format = formatOf(parameters);
  const query = parseRowQuery(resource, parameters);
  const limit = naturalNumber(parameters, 'limit') ?? Number.POSITIVE_INFINITY;
  const offset = naturalNumber(parameters, 'offset') ?? 0;
  const rows = queriedRows({ reads, resource }, query, { offset });
  const text = writeAs(format, query, chunked(rows, limit));
  return {
    mediaType: DUMP_TYPES[format],
    fileName: `${resource.id}.${format}`,
    chunks: flag(parameters, 'bom', false) ? withBom(text) : text,
  };
}

function formatOf(parameters: Parameters): DumpFormat {
  const format = textOf(parameters, 'format') ?? 'csv';
  if (Object.hasOwn(DUMP_TYPES, format)) return format as DumpFormat;
  throw invalid('format', `Value must be one of ${Object.keys(DUMP_TYPES).join(', ')}`);
}

async function* withBom(chunks: AsyncGenerator<string>): AsyncGenerator<string> {
  yield UTF8_BOM;
  yield* chunks;
}

async function* chunked(rows: AsyncGenerator<NumberedRow>, limit: number): AsyncGenerator<NumberedRow[]> {
  let chunk: NumberedRow[] = [];
  let left = limit;
  if (left === 0) return;
  for await (const row of rows) {
    chunk.push(row);
    left--;
    if (left > 0 && chunk.length < CHUNK_ROWS) continue;
    yield chunk;
    chunk = [];
    if (left === 0) return;
  }
  if (chunk.length > 0) yield chunk;
}

function writeAs(
  format: DumpFormat,
  { fields }: RowQuery,
  chunks: AsyncGenerator<NumberedRow[]>,
): AsyncGenerator<string> {
  const names = fields.map(({ id }) => id);
  if (format === 'json') return jsonDump(fields, names, chunks);
  if (format === 'xml') return xmlDump(names, chunks);
  return linesDump(names, format === 'csv' ? csvRecord : tsvRecord, chunks);
}

async function* linesDump(
  names: readonly string[],
  line: typeof csvRecord,
  chunks: AsyncGenerator<NumberedRow[]>,
): AsyncGenerator<string> {
  yield line(names);
  for await (const chunk of chunks) yield chunk.map((row) => line(valuesOf(row, names))).join('');
}

async function* jsonDump(
  fields: RowQuery['fields'],
  names: readonly string[],
  chunks: AsyncGenerator<NumberedRow[]>,
): AsyncGenerator<string> {
  yield `{"fields":${JSON.stringify(fields)},"records":[`;
  let separator = '';
  for await (const chunk of chunks) {
    yield separator + recordsJson(chunk, names, 'lists');
    separator = ',';
  }
  yield ']}';
}

async function* xmlDump(
  names: readonly string[],
  chunks: AsyncGenerator<NumberedRow[]>,
): AsyncGenerator<string> {
  yield '<data xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n';
  for await (const chunk of chunks) yield chunk.map((row) => xmlRecord(names, valuesOf(row, names))).join('');
  yield '</data>\n';
}
