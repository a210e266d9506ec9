/** The rows of `GET /api/v1/series`, page by page, with the cursor after them. */
import { z } from 'zod';
import { type FlatRow, flatTable, type OutgoingTable, paged } from '../formats/table.ts';
import type { PublicSeriesRow } from '../privacy/public-row.ts';
import { publicCameras } from '../reads/camera-list.ts';
import { groupedRows } from '../reads/grouped-series.ts';
import { seriesCells } from '../reads/series-columns.ts';
import { zoneClusters } from '../reads/zones-apart.ts';
import type { SeriesPosition } from '../store/store.ts';
import type { PublicOptions } from './public-options.ts';
import { cursorOf, positionOf } from './query-parts.ts';
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
    if (request.isNextAhead) note(await endOfPage(options, request));
    return { table: plainTable(options, request, note), next: () => cursor };
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
  { query, wanted, limit = Number.POSITIVE_INFINITY }: SeriesRequest,
  note: NotePosition,
): OutgoingTable<PublicSeriesRow> {
  // Read at once, not with the first row.
  let after = afterOf(query);
  const pages = (async function* () {
    for (let left = limit; left > 0; ) {
      const page = await reader.series(wanted.series, {
        limit: Math.min(PAGE_ROWS, left),
        ...(after === undefined ? {} : { after }),
      });
      note(page.next);
      yield page.rows;
      left -= page.rows.length;
      after = page.next;
      if (after === undefined) return;
    }
  })();
  return { columns: seriesCells(wanted.series.kind, new Set(wanted.columns.map(({ name }) => name))), pages };
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
