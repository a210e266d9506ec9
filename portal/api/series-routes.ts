/** `GET /api/v1/series`: rows of a level, alone or put together, in every form. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type FlatRow, type FlatTable, paged } from '../formats/table.ts';
import type { Level } from '../levels/level.ts';
import { publicCameras } from '../reads/camera-list.ts';
import { GROUPINGS, groupedColumns } from '../reads/group-rows.ts';
import { groupedRows } from '../reads/grouped-series.ts';
import { flatSeriesRow, type SeriesColumn, seriesColumns } from '../reads/series-columns.ts';
import type { SeriesPosition, SeriesQuery } from '../store/store.ts';
import { seriesAnswer } from './answer-schemas.ts';
import { ApiError } from './api-error.ts';
import { isStillSame } from './conditional.ts';
import type { PublicOptions } from './public-options.ts';
import {
  cursorOf,
  instantPart,
  limitPart,
  positionOf,
  preferredType,
  rangeUs,
  severalPart,
  switchPart,
  textPart,
  wrongQuery,
} from './query-parts.ts';
import { documented } from './route-doc.ts';
import { sendTable } from './send-table.ts';

/** Rows of a JSON answer that asks for no number; the other forms are the whole answer then. */
const DEFAULT_JSON_LIMIT = 1000;
/** Rows read from the store at once: about a megabyte. */
const PAGE_ROWS = 1000;

/** Names of the levels in queries. */
const LEVEL_NAMES: Readonly<Record<'1m' | '15m' | '1h' | '1d', Level>> = {
  '1m': 'minute',
  '15m': 'quarter-hour',
  '1h': 'hour',
  '1d': 'day',
};

const querySchema = z.strictObject({
  level: z.enum(['1m', '15m', '1h', '1d']).default('15m'),
  kind: z.enum(['flow', 'presence']).optional(),
  cameraId: severalPart.optional(),
  road: textPart.optional(),
  lineId: textPart.optional(),
  zoneId: textPart.optional(),
  direction: z.enum(['in', 'out']).optional(),
  from: instantPart.optional(),
  to: instantPart.optional(),
  columns: z.string().max(5000).optional(),
  groupBy: z.enum(GROUPINGS).optional(),
  limit: limitPart.optional(),
  cursor: z.string().max(2000).optional(),
  format: z.enum(['json', 'ndjson', 'csv', 'parquet']).optional(),
  bom: switchPart.optional(),
});
type Query = z.infer<typeof querySchema>;

const seriesPosition: z.ZodType<SeriesPosition> = z.tuple([z.string(), z.int(), z.string(), z.string()]);
const groupPosition = z.tuple([z.int(), z.string()]);

const ACCEPTED = [
  ['application/json', 'json'],
  ['text/csv', 'csv'],
  ['application/x-ndjson', 'ndjson'],
  ['application/vnd.apache.parquet', 'parquet'],
] as const;

/** Adds the route to a scope whose prefix is `/api/v1`. */
export function addSeriesRoutes(scope: FastifyInstance, options: PublicOptions): void {
  scope.get<{ Querystring: Query }>(
    '/series',
    documented({
      summary: 'A time series of a level, alone or grouped',
      description:
        "Levels hold windows of 1 minute (or the camera's own length), 15 minutes, an hour, a local day (WIB). Grouped rows are made of shown values only.",
      tag: 'series',
      query: querySchema,
      answers: {
        200: {
          description: 'rows in a stable order; null is "not measured", never 0',
          content: {
            'application/json': seriesAnswer,
            'text/csv': null,
            'application/x-ndjson': null,
            'application/vnd.apache.parquet': null,
          },
        },
      },
    }),
    async (request, reply) => {
      const { query } = request;
      const format = query.format ?? preferredType(request.headers.accept, ACCEPTED);
      if (format === undefined) throw notAcceptable(request.headers.accept ?? '');
      const wanted = await readQuery(options, query);
      const version = `${await options.reader.version()} ${format} ${wanted.version}`;
      const changedAtMs = options.changes.changedAtMs();
      if (isStillSame(request, reply, { version, changedAtMs })) return reply.send();
      const limit = query.limit ?? (format === 'json' ? DEFAULT_JSON_LIMIT : undefined);
      const { table, next } = await openSeries(options, { query, wanted, limit });
      const { level, groupBy } = query;
      const head = { level, kind: wanted.series.kind, ...(groupBy === undefined ? {} : { groupBy }) };
      return sendTable(request, reply, {
        table,
        options: {
          format,
          withBom: query.bom === '1',
          fileName: `pantau-${wanted.series.kind}-${level}`,
          head: { ...head, smallCountBelow: options.reader.smallCountBelow },
          tail: () => (next() === undefined ? {} : { nextCursor: next() }),
        },
      });
    },
  );
}

function notAcceptable(accept: string): ApiError {
  const allowed = ACCEPTED.map(([type]) => type).join(', ');
  const found = accept.slice(0, 80);
  return new ApiError(406, 'not-acceptable', `Accept: found ${found}; served are ${allowed}`, {
    field: 'accept',
    found,
    allowed,
  });
}

interface Wanted {
  readonly series: SeriesQuery;
  readonly columns: readonly SeriesColumn[];
  /** Another text whenever the register would change the answer. */
  readonly version: string;
}

async function readQuery(options: PublicOptions, query: Query): Promise<Wanted> {
  const kind = query.kind ?? (query.zoneId === undefined ? 'flow' : 'presence');
  refuseContradictions(query, kind);
  const { cameraId, road, lineId, zoneId, direction } = query;
  const placeId = lineId ?? zoneId;
  const watching = road === undefined ? undefined : await camerasOfRoad(options, road);
  const cameraIds =
    watching === undefined ? cameraId : watching.filter((id) => cameraId?.includes(id) ?? true);
  const series: SeriesQuery = {
    level: LEVEL_NAMES[query.level],
    kind,
    ...rangeUs(query),
    ...(cameraIds === undefined ? {} : { cameraIds }),
    ...(placeId === undefined ? {} : { placeIds: [placeId] }),
    ...(direction === undefined ? {} : { direction }),
  };
  const all = query.groupBy === undefined ? seriesColumns(kind) : groupedColumns(query.groupBy, kind);
  const needsRegister = query.groupBy !== undefined || road !== undefined;
  const version = needsRegister ? JSON.stringify(options.register.cameras().map((one) => one.revision)) : '';
  return { series, columns: chosenColumns(all, query.columns), version };
}

function refuseContradictions({ lineId, zoneId, direction }: Query, kind: string): void {
  if (lineId !== undefined && zoneId !== undefined) {
    throw wrongQuery('zoneId', zoneId, 'a lineId or a zoneId, not both: a row has one of them');
  }
  if (lineId !== undefined && kind === 'presence') {
    throw wrongQuery('lineId', lineId, 'only with kind=flow: presence rows have zones');
  }
  if (zoneId !== undefined && kind === 'flow') {
    throw wrongQuery('zoneId', zoneId, 'only with kind=presence: flow rows have lines');
  }
  if (direction !== undefined && kind === 'presence') {
    throw wrongQuery('direction', direction, 'only with kind=flow');
  }
}

async function camerasOfRoad({ reader, register }: PublicOptions, road: string): Promise<string[]> {
  const cameras = [...(await publicCameras({ store: reader, register })).values()];
  const found = cameras.filter(({ location }) => location?.road === road).map(({ id }) => id);
  if (found.length > 0) return found;
  const roads = new Set(cameras.flatMap(({ location }) => location?.road ?? []));
  throw wrongQuery('road', road, roads.size === 0 ? 'none: no camera names its road' : [...roads].join(', '));
}

/** Keys always, then what was named, in the order of the table. */
function chosenColumns(all: readonly SeriesColumn[], names: string | undefined): readonly SeriesColumn[] {
  if (names === undefined) return all;
  const wanted = names.split(',').map((name) => name.trim());
  const unknown = wanted.find((name) => all.every((column) => column.name !== name));
  if (unknown !== undefined) {
    throw wrongQuery('columns', unknown, `a list of ${all.map(({ name }) => name).join(', ')}`);
  }
  return all.filter(({ name, isKey }) => isKey || wanted.includes(name));
}

interface OpenedSeries {
  readonly table: FlatTable;
  /** The cursor after the last row that was read, when rows follow; known when the table is read. */
  readonly next: () => string | undefined;
}

interface SeriesRequest {
  readonly query: Query;
  readonly wanted: Wanted;
  readonly limit: number | undefined;
}

async function openSeries(options: PublicOptions, request: SeriesRequest): Promise<OpenedSeries> {
  let cursor: string | undefined;
  const note = (position: readonly unknown[] | undefined) => {
    cursor = position === undefined ? undefined : cursorOf(position);
  };
  const pages =
    request.query.groupBy === undefined
      ? plainPages(options, request, note)
      : await groupedPages(options, request, note);
  return { table: { columns: request.wanted.columns, pages }, next: () => cursor };
}

type NotePosition = (position: readonly unknown[] | undefined) => void;

function plainPages(
  { reader }: PublicOptions,
  { query, wanted, limit = Number.POSITIVE_INFINITY }: SeriesRequest,
  note: NotePosition,
): AsyncGenerator<readonly FlatRow[]> {
  // The cursor is read at once: a wrong one is a 400.
  let after = query.cursor === undefined ? undefined : positionOf(seriesPosition, query.cursor);
  const names = new Set(wanted.columns.map(({ name }) => name));
  return (async function* () {
    for (let left = limit; left > 0; ) {
      const page = await reader.series(wanted.series, {
        limit: Math.min(PAGE_ROWS, left),
        ...(after === undefined ? {} : { after }),
      });
      note(page.next);
      yield page.rows.map((row) => flatSeriesRow(row, names));
      left -= page.rows.length;
      after = page.next;
      if (after === undefined) return;
    }
  })();
}

async function groupedPages(
  { reader, register }: PublicOptions,
  { query, wanted, limit = Number.POSITIVE_INFINITY }: SeriesRequest,
  note: NotePosition,
): Promise<AsyncGenerator<readonly FlatRow[]>> {
  const after = query.cursor === undefined ? undefined : positionOf(groupPosition, query.cursor);
  const reads = {
    reader,
    cameras: await publicCameras({ store: reader, register }),
    summaries: await reader.cameras(),
  };
  const rows = groupedRows(reads, {
    series: wanted.series,
    grouping: query.groupBy ?? 'camera',
    ...(after === undefined ? {} : { after }),
  });
  const names = wanted.columns.map(({ name }) => name);
  return paged(
    (async function* () {
      let count = 0;
      let last: readonly unknown[] | undefined;
      for await (const { position, row } of rows) {
        // One row beyond the page tells that there is a next one.
        if (count++ >= limit) {
          note(last);
          return;
        }
        last = position;
        yield Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
      }
    })(),
  );
}
