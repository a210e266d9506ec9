/** `datastore_search`. */
import { RESOURCES } from '../../datasets/data-sets.ts';
import type { ActionContext, LargeResult } from '../action.ts';
import { CkanError, invalid } from '../ckan-error.ts';
import {
  flag,
  naturalNumber,
  objectOf,
  type Parameters,
  parsedIfJson,
  requiredText,
  textOf,
} from '../parameters.ts';
import type { TableReads } from './read-rows.ts';
import { RECORD_FORMATS, type RecordFormat, recordsJson } from './record-formats.ts';
import type { NumberedRow } from './row-ids.ts';
import { MAX_SCANNED_ROWS, type Scan } from './row-order.ts';
import {
  countNarrowed,
  ID_FIELD,
  isNarrowedByStore,
  parseRowQuery,
  queriedRows,
  type RowQuery,
  tableOf,
} from './row-query.ts';

/** As `ckan.datastore.search.rows_default` and `rows_max`. */
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 32_000;
/** Rows that are looked through for nothing but their number; beyond, it is estimated. */
const MAX_COUNTED_ROWS = 20_000;
/** Rows of one piece of JSON: other requests wait no longer than it takes. */
const PIECE_ROWS = 500;

/** The name under which the DataStore lists its tables. */
export const TABLE_LIST = '_table_metadata';

const PARAMETERS = [
  ...[
    'resource_id',
    'id',
    'filters',
    'q',
    'full_text',
    'plain',
    'distinct',
    'language',
    'limit',
    'offset',
    'fields',
  ],
  ...['sort', 'include_total', 'total_estimation_threshold', 'records_format'],
];

/** Answers a search; `limit` is capped and told as it was used. */
export async function searchDatastore(parameters: Parameters, context: ActionContext): Promise<LargeResult> {
  const unknown = Object.keys(parameters).find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined) {
    throw new CkanError('Validation Error', { __extras: [`invalid value "${unknown.slice(0, 200)}"`] });
  }
  const resourceId =
    textOf(parameters, 'resource_id') ?? textOf(parameters, 'id') ?? requiredText(parameters, 'resource_id');
  const request = {
    limit: Math.min(naturalNumber(parameters, 'limit') ?? DEFAULT_LIMIT, MAX_LIMIT),
    offset: naturalNumber(parameters, 'offset') ?? 0,
    includesTotal: flag(parameters, 'include_total', true),
    format: formatOf(parameters),
  };
  const found =
    resourceId === TABLE_LIST
      ? tableList(request)
      : await searchTable(resourceId, parameters, { context, request });
  const head = {
    include_total: request.includesTotal,
    limit: request.limit,
    ...echoed(parameters),
    records_format: request.format,
    resource_id: resourceId,
    total_estimation_threshold: parameters.total_estimation_threshold ?? null,
    fields: found.fields,
  };
  const tail = { _links: linksOf(context.url, request), ...totals(found) };
  const isText = request.format === 'csv' || request.format === 'tsv';
  const [open, close] = isText ? ['"', '"'] : ['[', ']'];
  return {
    jsonPieces: [
      `${JSON.stringify(head).slice(0, -1)},"records":${open}`,
      ...found.pieces.flatMap((piece, i) => (i === 0 || isText ? [piece] : [',', piece])),
      `${close},${JSON.stringify(tail).slice(1)}`,
    ],
  };
}

interface SearchRequest {
  readonly limit: number;
  readonly offset: number;
  readonly includesTotal: boolean;
  readonly format: RecordFormat;
}

interface Found {
  readonly fields: readonly object[];
  readonly pieces: readonly string[];
  readonly total?: { readonly rows: number; readonly isEstimated: boolean };
}

function formatOf(parameters: Parameters): RecordFormat {
  const format = textOf(parameters, 'records_format') ?? 'objects';
  const known = RECORD_FORMATS.find((one) => one === format);
  if (known !== undefined) return known;
  throw invalid('records_format', `Value must be one of ${RECORD_FORMATS.join(', ')}`);
}

/** What was asked for comes back as it was understood, as far as the answer does not say it. */
function echoed(parameters: Parameters): object {
  const understood: Readonly<Record<string, (name: string) => unknown>> = {
    filters: (name) => objectOf(parameters, name),
    q: (name) => parsedIfJson(parameters[name], '{'),
    full_text: (name) => parameters[name],
    plain: (name) => flag(parameters, name, true),
    language: (name) => parameters[name],
    distinct: (name) => flag(parameters, name, false),
    offset: (name) => naturalNumber(parameters, name),
    sort: (name) => parameters[name],
  };
  return Object.fromEntries(
    Object.entries(understood).flatMap(([name, read]) => (name in parameters ? [[name, read(name)]] : [])),
  );
}

function totals({ total }: Found): object {
  return total === undefined ? {} : { total: total.rows, total_was_estimated: total.isEstimated };
}

interface SearchTask {
  readonly context: ActionContext;
  readonly request: SearchRequest;
}

async function searchTable(
  resourceId: string,
  parameters: Parameters,
  { context: { reads }, request }: SearchTask,
): Promise<Found> {
  const table = { reads, resource: tableOf(resourceId) };
  const query = parseRowQuery(table.resource, parameters);
  const names = query.fields.map(({ id }) => id);
  const scan: Scan = { rows: 0, limit: MAX_SCANNED_ROWS };
  const rows = queriedRows(table, query, { offset: request.offset, scan });
  const pieces: string[] = [];
  let taken = 0;
  for (let piece = await take(rows, Math.min(PIECE_ROWS, request.limit)); piece.length > 0; ) {
    pieces.push(recordsJson(piece, names, request.format));
    taken += piece.length;
    piece = await take(rows, Math.min(PIECE_ROWS, request.limit - taken));
  }
  const seen = taken > 0 || request.offset === 0 ? request.offset + taken : undefined;
  const total = request.includesTotal ? await totalOf(table, query, { rows, scan, seen }) : undefined;
  await rows.return(undefined);
  return { fields: query.fields, pieces, ...(total === undefined ? {} : { total }) };
}

async function take(rows: AsyncGenerator<NumberedRow>, limit: number): Promise<NumberedRow[]> {
  const piece: NumberedRow[] = [];
  while (piece.length < limit) {
    const next = await rows.next();
    if (next.done === true) break;
    piece.push(next.value);
  }
  return piece;
}

interface Progress {
  readonly rows: AsyncGenerator<NumberedRow>;
  readonly scan: Scan;
  /** Wanted rows so far; undefined where the offset lies behind the last one. */
  readonly seen: number | undefined;
}

async function totalOf(table: TableReads, query: RowQuery, { rows, scan, seen }: Progress) {
  if (isNarrowedByStore(query)) return { rows: await countNarrowed(table, query), isEstimated: false };
  const counted = seen === undefined ? queriedRows(table, query, { offset: 0, scan }) : rows;
  scan.rows = seen === undefined ? 0 : scan.rows;
  scan.limit = scan.rows + MAX_COUNTED_ROWS;
  let matched = seen ?? 0;
  try {
    while ((await counted.next()).done !== true) matched++;
    return { rows: matched, isEstimated: false };
  } catch (error) {
    if (!(error instanceof CkanError)) throw error;
    const share = matched / scan.rows;
    return { rows: Math.round(share * (await countNarrowed(table, query))), isEstimated: true };
  }
}

/** Every table, as `resource_id=_table_metadata` lists them. */
function tableList({ limit, offset, format, includesTotal }: SearchRequest): Found {
  const fields = [
    ID_FIELD,
    { id: 'name', type: 'text' },
    { id: 'oid', type: 'int' },
    { id: 'alias_of', type: 'text' },
  ];
  const rows = RESOURCES.map(({ id }, i) => ({ _id: i + 1, name: id, oid: i + 1, alias_of: null }));
  const piece = rows.slice(offset, offset + limit);
  const names = fields.map(({ id }) => id);
  return {
    fields,
    pieces: piece.length === 0 ? [] : [recordsJson(piece, names, format)],
    ...(includesTotal ? { total: { rows: rows.length, isEstimated: false } } : {}),
  };
}

/** The same request at other offsets, below the host. */
function linksOf(url: string, { limit, offset }: SearchRequest): object {
  const [path = '', query = ''] = url.split('?', 2);
  const at = (to: number) => {
    const parts = new URLSearchParams(query);
    parts.delete('offset');
    if (to > 0) parts.set('offset', String(to));
    const text = parts.toString();
    return text === '' ? path : `${path}?${text}`;
  };
  return {
    start: at(0),
    ...(offset > 0 ? { prev: at(Math.max(0, offset - limit)) } : {}),
    next: at(offset + limit),
  };
}
