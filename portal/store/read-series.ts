/** Reads of the levels. */
import { US_PER_SECOND } from '../../pipelines/domain/time.ts';
import { LEVEL_SECONDS, levelWindowStartUs, ROLLED_LEVELS, type RolledLevel } from '../levels/level.ts';
import type { SeriesRow } from '../levels/series-row.ts';
import type { FoundWindow } from './found-window.ts';
import { rowsOfWindow } from './level-codec.ts';
import { directionOf, minuteRows, placeOf } from './minute-rows.ts';
import { readCoverage } from './read-coverage.ts';
import { readDayChanges } from './read-day-changes.ts';
import { camerasOf, type StoreReaders, seriesWindows, WINDOWS_AT_ONCE } from './series-windows.ts';
import type {
  LatestSeriesQuery,
  PublishingStore,
  SeriesChange,
  SeriesPage,
  SeriesPageRequest,
  SeriesPosition,
  SeriesQuery,
  SeriesStore,
} from './store.ts';
import type { TermBook } from './term-book.ts';
import type { Terms } from './terms.ts';
import type { WindowReader } from './window-reader.ts';
import { type LevelRow, toLevelWindow } from './window-rows.ts';

/** The reads of `SeriesStore` and the change feed. */
export function createSeriesReads(readers: StoreReaders, book: TermBook) {
  const { windows: reader, spans } = readers;
  return {
    series: (query, page) => readPage(readers, book, { ...page, query }),
    async countSeries(query) {
      if (query.placeIds === undefined && query.direction === undefined && query.level !== 'minute') {
        return spans.countRows({ ...query, level: query.level, kinds: [query.kind] });
      }
      let count = 0;
      for await (const windows of seriesWindows(readers, query, {})) {
        count += await book.withTerms((terms) =>
          windows.reduce((sum, window) => sum + window.rows(terms).length, 0),
        );
      }
      return count;
    },
    latestSeries: (query) => readLatest(reader, book, query),
    coverage: (query) => readCoverage(spans, query),
    dayChanges: (query) => readDayChanges(reader, query),
    changesSince: (sequence, options) => readChanges(reader, book, { ...options, sequence }),
  } satisfies SeriesStore & Pick<PublishingStore, 'changesSince'>;
}

/** A window has no row that matches, or as many as a camera has lines and directions. */
const FEWEST_WINDOWS = 50;
const ROWS_OF_WINDOW = 8;

/** Windows of one statement of a page: of a small page not many more than it will need. */
function windowsOfPage({ limit, skip = 0 }: SeriesPageRequest, { placeIds }: SeriesQuery): number {
  const rowsInWindow = Math.min(ROWS_OF_WINDOW, 2 * (placeIds?.length ?? ROWS_OF_WINDOW));
  const needed = Math.ceil((limit + skip + 1) / Math.max(1, rowsInWindow));
  return Math.min(WINDOWS_AT_ONCE, Math.max(FEWEST_WINDOWS, needed));
}

async function readPage(
  readers: StoreReaders,
  book: TermBook,
  request: SeriesPageRequest & { readonly query: SeriesQuery },
): Promise<SeriesPage> {
  const { query, limit, after, skip = 0 } = request;
  const isEveryRow = query.placeIds === undefined && query.direction === undefined && after === undefined;
  const windowsAtOnce = windowsOfPage(request, query);
  const rows: SeriesRow[] = [];
  let page: FilledPage = { toSkip: skip, last: undefined, isFull: false };
  for await (const windows of seriesWindows(readers, query, { after, windowsAtOnce })) {
    const before = { ...page, rows: rows.length };
    page = await book.withTerms((terms) => {
      // Run once more when a term was not known here.
      rows.length = before.rows;
      return fillPage(rows, windows, { ...before, terms, limit, after, isEveryRow });
    });
    const final = rows.at(-1);
    if (page.isFull) {
      return final === undefined || page.last === undefined
        ? { rows }
        : { rows, next: positionIn(page.last, final) };
    }
  }
  return { rows };
}

interface FilledPage {
  /** Matching rows that are still to be passed over. */
  readonly toSkip: number;
  /** The window of the last row. */
  readonly last: FoundWindow | undefined;
  /** A row beyond the page was found. */
  readonly isFull: boolean;
}

interface PageFilling extends FilledPage {
  readonly terms: Terms;
  readonly limit: number;
  readonly after: SeriesPosition | undefined;
  /** Every row of a window matches: whole windows may be passed over. */
  readonly isEveryRow: boolean;
}

function fillPage(rows: SeriesRow[], windows: readonly FoundWindow[], filling: PageFilling): FilledPage {
  const { terms, limit, after, isEveryRow } = filling;
  let { toSkip, last } = filling;
  for (const window of windows) {
    if (isEveryRow && window.rowCount !== undefined && window.rowCount <= toSkip) {
      toSkip -= window.rowCount;
      continue;
    }
    const place = after === undefined ? 1 : placeOfWindow(window, after);
    if (place < 0) continue;
    const found = window.rows(terms);
    const fresh = after !== undefined && place === 0 ? found.filter(isAfter(after)) : found;
    const first = Math.min(toSkip, fresh.length);
    const next = Math.min(fresh.length, first + limit - rows.length);
    toSkip -= first;
    for (let i = first; i < next; i += 1) rows.push(fresh[i]!);
    if (next > first) last = window;
    if (next < fresh.length) return { toSkip, last, isFull: true };
  }
  return { toSkip, last, isFull: false };
}

function positionIn({ cameraId, windowStartUs }: FoundWindow, row: SeriesRow): SeriesPosition {
  return [cameraId, windowStartUs, placeOf(row), directionOf(row)];
}

/** Below 0 for a window before that of the position, 0 for that window itself. */
function placeOfWindow({ cameraId, windowStartUs }: FoundWindow, [camera, startUs]: SeriesPosition): number {
  if (cameraId !== camera) return cameraId < camera ? -1 : 1;
  return windowStartUs - startUs;
}

/** Of rows of the window of a position: those after it. */
function isAfter([, , place, direction]: SeriesPosition): (row: SeriesRow) => boolean {
  return (row) => (placeOf(row) === place ? directionOf(row) > direction : placeOf(row) > place);
}

async function readLatest(
  reader: WindowReader,
  book: TermBook,
  query: LatestSeriesQuery,
): Promise<SeriesRow[]> {
  const { level, kind, endedByUs = Number.MAX_SAFE_INTEGER } = query;
  const atMostUs = endedByUs - LEVEL_SECONDS[level] * US_PER_SECOND;
  const rows: SeriesRow[] = [];
  for (const cameraId of await camerasOf(reader, query)) {
    const fromUs = await reader.newestStart(level, { cameraId, kind }, atMostUs);
    if (fromUs === undefined) continue;
    if (level === 'minute') {
      const startUs = levelWindowStartUs('minute', fromUs);
      const toUs = startUs + LEVEL_SECONDS.minute * US_PER_SECOND;
      const windows = await reader.recordWindows({
        cameraId,
        kind,
        fromUs: startUs,
        toUs,
        limit: WINDOWS_AT_ONCE,
      });
      rows.push(...(await book.withTerms((terms) => minuteRows(windows, terms))));
      continue;
    }
    const window = await reader.levelWindow(level, { kind, cameraId, windowStartUs: fromUs });
    if (window !== undefined)
      rows.push(...(await book.withTerms((terms) => rowsOfWindow(level, window, { terms }))));
  }
  return rows;
}

type ChangeQuery = Parameters<PublishingStore['changesSince']>[1] & { readonly sequence: number };

async function readChanges(
  reader: WindowReader,
  book: TermBook,
  { sequence, limit, level, kind }: ChangeQuery,
): Promise<SeriesChange[]> {
  const levels = level === undefined ? ROLLED_LEVELS : [level];
  const found: { level: RolledLevel; row: LevelRow & { change_sequence: number } }[] = [];
  for (const each of levels) {
    for (const row of await reader.changes(each, { sequence, kind, limit })) found.push({ level: each, row });
  }
  found.sort((a, b) => a.row.change_sequence - b.row.change_sequence);
  return book.withTerms((terms) =>
    found.slice(0, limit).map(({ level: each, row }) => {
      const window = toLevelWindow(row);
      const { cameraId, windowStartUs } = window;
      const rows = rowsOfWindow(each, window, { terms });
      return { sequence: row.change_sequence, level: each, kind: window.kind, cameraId, windowStartUs, rows };
    }),
  );
}
