/** The rows of `GET /api/v1/series`, page by page, with the cursor after them. */
import { z } from 'zod';
import { parseIsoUs } from '../../pipelines/domain/time.ts';
import { type FlatRow, flatTable, type OutgoingTable, paged } from '../formats/table.ts';
import type { PublicSeriesRow } from '../privacy/public-row.ts';
import { publicCameras } from '../reads/camera-list.ts';
import { groupedRows } from '../reads/grouped-series.ts';
import { seriesCells } from '../reads/series-columns.ts';
import { zoneClusters } from '../reads/zones-apart.ts';
import { directionOf, placeOf } from '../store/minute-rows.ts';
import type { SeriesPosition } from '../store/store.ts';
import type { PublicOptions } from './public-options.ts';
import { cursorOf, positionOf } from './query-parts.ts';
import { readPages } from './read-pages.ts';
import type { SeriesRequestQuery, WantedSeries } from './series-query.ts';

/** Rows read from the store at once: few enough that they are garbage while they are young. */
const PAGE_ROWS = 500;

const seriesPosition: z.ZodType<SeriesPosition> = z.tuple([z.string(), z.int(), z.string(), z.string()]);
const groupPosition = z.tuple([z.int(), z.string()]);

/** A series that is ready to be read. */
export interface OpenedSeries {
  readonly table: OutgoingTable;
  /** The cursor after the last row, when rows follow; known when the table is read, or at once where it was asked for. */
  readonly next: () => string | undefined;
}

/** One request, understood. */
export interface SeriesRequest {
  readonly query: SeriesRequestQuery;
  readonly wanted: WantedSeries;
  readonly limit: number | undefined;
  /** The next cursor has to be known before the rows are sent, as it goes into a header. */
  readonly isNextAhead: boolean;
}

/** Opens the pages; a wrong cursor is a 400 at once. */
export async function openSeries(options: PublicOptions, request: SeriesRequest): Promise<OpenedSeries> {
  let cursor: string | undefined;
  const note = (position: readonly unknown[] | undefined) => {
    cursor = position === undefined ? undefined : cursorOf(position);
  };
  if (request.query.groupBy === undefined) {
    const end = request.isNextAhead ? await endOfPage(options, request) : undefined;
    note(end);
    const noteLater: NotePosition = request.isNextAhead ? () => undefined : note;
    return { table: plainTable(options, { ...request, end }, noteLater), next: () => cursor };
  }
  const pages = await groupedPages(options, request, note);
  // Rows put together are known only when they are made: they are held until the cursor is known.
  const table = flatTable(request.wanted.columns, request.isNextAhead ? await held(pages) : pages);
  return { table, next: () => cursor };
}

/** Where the page ends, when rows follow: one small read. */
async function endOfPage({ reader }: PublicOptions, { query, wanted, limit }: SeriesRequest) {
  if (limit === undefined) return undefined;
  const after = afterOf(query);
  const last = { limit: 1, skip: limit - 1, ...(after === undefined ? {} : { after }) };
  return (await reader.series(wanted.series, last)).next;
}

/** Reads all there is before the first of it is handed on. */
async function held<T>(pages: AsyncIterable<T>): Promise<AsyncIterable<T>> {
  const all: T[] = [];
  for await (const page of pages) all.push(page);
  return (async function* () {
    yield* all;
  })();
}

/** A wrong cursor is a 400. */
function afterOf({ cursor }: SeriesRequestQuery): SeriesPosition | undefined {
  return cursor === undefined ? undefined : positionOf(seriesPosition, cursor);
}

type NotePosition = (position: readonly unknown[] | undefined) => void;

function plainTable(
  { reader }: PublicOptions,
  {
    query,
    wanted,
    limit = Number.POSITIVE_INFINITY,
    end,
  }: SeriesRequest & { readonly end: SeriesPosition | undefined },
  note: NotePosition,
): OutgoingTable<PublicSeriesRow> {
  const pages = readPages(
    async (page) => {
      const found = await reader.series(wanted.series, page);
      note(found.next);
      return found;
    },
    // The cursor is understood at once, not with the first row.
    { pageRows: PAGE_ROWS, limit, after: afterOf(query), end, positionOf: positionOfRow },
  );
  return { columns: seriesCells(wanted.series.kind, new Set(wanted.columns.map(({ name }) => name))), pages };
}

function positionOfRow(row: PublicSeriesRow): SeriesPosition {
  return [row.cameraId, parseIsoUs(row.windowStart), placeOf(row), directionOf(row)];
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
    clusters: zoneClusters(register.cameras().map(({ definition }) => definition)),
  };
  const rows = groupedRows(reads, {
    series: wanted.series,
    grouping: query.groupBy ?? 'camera',
    ...(after === undefined ? {} : { after }),
  });
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
        yield row;
      }
    })(),
  );
}
