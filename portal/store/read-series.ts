/** Reads of the levels. */
import { US_PER_SECOND } from '../../pipelines/domain/time.ts';
import { LEVEL_SECONDS, levelWindowStartUs, ROLLED_LEVELS, type RolledLevel } from '../levels/level.ts';
import type { SeriesRow } from '../levels/series-row.ts';
import { reasonBits, reasonsOf } from '../levels/sums.ts';
import { rowsOfWindow } from './level-codec.ts';
import type { RecordWindow } from './merge-window.ts';
import { directionOf, isShort, minuteRows, placeOf } from './minute-rows.ts';
import type {
  CameraCoverage,
  CoverageQuery,
  CoverageRow,
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
import type { WindowReader } from './window-reader.ts';
import { type LevelRow, toLevelWindow } from './write-levels.ts';

/** Windows of one statement. */
const WINDOWS_AT_ONCE = 1000;
/** Cameras of one statement: their windows in the range have to fit into one answer. */
const CAMERAS_AT_ONCE = 100;

/** All lines, or all zones, of one camera in one window; decoded when it is wanted. */
interface FoundWindow {
  readonly cameraId: string;
  readonly windowStartUs: number;
  /** Rows in it, where that is known without decoding. */
  readonly rowCount?: number;
  readonly rows: () => Promise<readonly SeriesRow[]>;
}

/** The reads of `SeriesStore` and the change feed. */
export function createSeriesReads(reader: WindowReader, book: TermBook) {
  const windows = (query: SeriesQuery, after?: SeriesPosition) =>
    query.level === 'minute'
      ? minuteWindows(reader, book, { query, after })
      : rolledWindows(reader, book, { query, level: query.level, after });
  return {
    series: (query, page) => readPage(query, page, windows(query, page.after)),
    async countSeries(query) {
      if (query.placeIds === undefined && query.direction === undefined && query.level !== 'minute') {
        return reader.countRows({ ...query, level: query.level });
      }
      let count = 0;
      for await (const window of windows(query))
        count += (await window.rows()).filter(isWanted(query)).length;
      return count;
    },
    latestSeries: (query) => readLatest(reader, book, query),
    coverage: (query) => readCoverage(reader, query),
    cameraCoverage: (query) => readCameraCoverage(reader, query),
    changesSince: (sequence, options) => readChanges(reader, book, { ...options, sequence }),
  } satisfies SeriesStore & Pick<PublishingStore, 'changesSince'>;
}

function isWanted({ placeIds, direction }: SeriesQuery): (row: SeriesRow) => boolean {
  return (row) =>
    (placeIds === undefined || placeIds.includes(placeOf(row))) &&
    (direction === undefined || directionOf(row) === direction);
}

async function readPage(
  query: SeriesQuery,
  { limit, after, skip = 0 }: SeriesPageRequest,
  windows: AsyncGenerator<FoundWindow>,
): Promise<SeriesPage> {
  const rows: SeriesRow[] = [];
  const isEveryRow = query.placeIds === undefined && query.direction === undefined && after === undefined;
  const wanted = isWanted(query);
  let toSkip = skip;
  let last: SeriesPosition | undefined;
  for await (const window of windows) {
    if (isEveryRow && window.rowCount !== undefined && window.rowCount <= toSkip) {
      toSkip -= window.rowCount;
      continue;
    }
    for (const row of await window.rows()) {
      const position = [window.cameraId, window.windowStartUs, placeOf(row), directionOf(row)] as const;
      if (!wanted(row) || !isAfter(position, after)) continue;
      if (toSkip-- > 0) continue;
      if (rows.length === limit) return last === undefined ? { rows } : { rows, next: last };
      rows.push(row);
      last = position;
    }
  }
  return { rows };
}

function isAfter(position: SeriesPosition, after: SeriesPosition | undefined): boolean {
  if (after === undefined) return true;
  for (const [i, part] of position.entries()) {
    const other = after[i];
    if (part !== other && other !== undefined) return part > other;
  }
  return false;
}

async function camerasOf(reader: WindowReader, { cameraIds }: { cameraIds?: readonly string[] | undefined }) {
  if (cameraIds !== undefined) return [...new Set(cameraIds)].sort();
  return (await reader.cameraStates()).map(({ camera_id: cameraId }) => cameraId);
}

interface RolledWalk {
  readonly query: SeriesQuery;
  readonly level: RolledLevel;
  readonly after: SeriesPosition | undefined;
}

/** Camera by camera; several at once where their windows fit into one answer. */
async function* rolledWindows(
  reader: WindowReader,
  book: TermBook,
  { query, level, after }: RolledWalk,
): AsyncGenerator<FoundWindow> {
  const { kind, fromUs, toUs } = query;
  const range = { ...(fromUs === undefined ? {} : { fromUs }), ...(toUs === undefined ? {} : { toUs }) };
  const all = (await camerasOf(reader, query)).filter((id) => after === undefined || id >= after[0]);
  const lengthUs = LEVEL_SECONDS[level] * US_PER_SECOND;
  const perCamera =
    fromUs === undefined || toUs === undefined
      ? Number.POSITIVE_INFINITY
      : Math.ceil((toUs - fromUs) / lengthUs);
  const atOnce = Math.max(1, Math.min(CAMERAS_AT_ONCE, Math.floor(WINDOWS_AT_ONCE / perCamera)));
  for (let i = 0; i < all.length; i += atOnce) {
    const cameraIds = all.slice(i, i + atOnce);
    let resumeUs =
      after !== undefined && cameraIds.length === 1 && cameraIds[0] === after[0] ? after[1] : fromUs;
    for (;;) {
      const from = resumeUs === undefined ? {} : { fromUs: Math.max(resumeUs, fromUs ?? resumeUs) };
      const found = await reader.levelWindows({
        ...range,
        ...from,
        level,
        kind,
        cameraIds,
        limit: WINDOWS_AT_ONCE,
      });
      for (const window of found) {
        yield {
          cameraId: window.cameraId,
          windowStartUs: window.windowStartUs,
          rowCount: window.rows,
          rows: () => book.withTerms((terms) => rowsOfWindow(level, window, { terms, wanted: query })),
        };
      }
      const last = found.at(-1);
      if (found.length < WINDOWS_AT_ONCE || last === undefined || cameraIds.length > 1) break;
      resumeUs = last.windowStartUs + 1;
    }
  }
}

interface MinuteWalk {
  readonly query: SeriesQuery;
  readonly after: SeriesPosition | undefined;
}

async function* minuteWindows(
  reader: WindowReader,
  book: TermBook,
  { query, after }: MinuteWalk,
): AsyncGenerator<FoundWindow> {
  for (const cameraId of await camerasOf(reader, query)) {
    if (after !== undefined && cameraId < after[0]) continue;
    const { kind, toUs } = query;
    let fromUs = cameraId === after?.[0] ? Math.max(after[1], query.fromUs ?? after[1]) : query.fromUs;
    for (;;) {
      const rows = await reader.recordWindows({
        cameraId,
        kind,
        ...(fromUs === undefined ? {} : { fromUs }),
        ...(toUs === undefined ? {} : { toUs }),
        limit: WINDOWS_AT_ONCE,
      });
      const groups = minutesOf(rows);
      const isEnd = rows.length < WINDOWS_AT_ONCE;
      for (const group of isEnd ? groups : groups.slice(0, -1)) {
        const windowStartUs = minuteStartUs(group[0]!);
        yield { cameraId, windowStartUs, rows: () => book.withTerms((terms) => minuteRows(group, terms)) };
      }
      const last = groups.at(-1)?.[0];
      if (isEnd || last === undefined) break;
      fromUs = minuteStartUs(last);
    }
  }
}

function minuteStartUs(window: RecordWindow): number {
  return isShort(window) ? levelWindowStartUs('minute', window.windowStartUs) : window.windowStartUs;
}

function minutesOf(rows: readonly RecordWindow[]): RecordWindow[][] {
  const groups: RecordWindow[][] = [];
  for (const row of rows) {
    const group = groups.at(-1);
    const first = group?.[0];
    if (group !== undefined && first !== undefined && minuteStartUs(first) === minuteStartUs(row))
      group.push(row);
    else groups.push([row]);
  }
  return groups;
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
    const range = { fromUs, toUs: fromUs + 1, cameraIds: [cameraId] };
    const [window] = await reader.levelWindows({ level, kind, ...range, limit: 1 });
    if (window !== undefined)
      rows.push(...(await book.withTerms((terms) => rowsOfWindow(level, window, { terms }))));
  }
  return rows;
}

async function readCoverage(reader: WindowReader, query: CoverageQuery): Promise<readonly CoverageRow[]> {
  const lengthUs = LEVEL_SECONDS[query.level] * US_PER_SECOND;
  const rows: CoverageRow[] = [];
  for (const { camera_id: cameraId, window_start_us: windowStartUs, ...found } of await reader.coverage(
    query,
  )) {
    const last = rows.at(-1);
    const isSame = last?.cameraId === cameraId && last.windowStartUs === windowStartUs;
    if (isSame) rows.pop();
    rows.push({
      cameraId,
      windowStartUs,
      windowEndUs: windowStartUs + lengthUs,
      analysedUs: isSame ? Math.min(last.analysedUs, found.analysed_us) : found.analysed_us,
      reasons: reasonsOf(isSame ? reasonBits(last.reasons) | found.reasons : found.reasons),
    });
  }
  return rows;
}

async function readCameraCoverage(
  reader: WindowReader,
  query: CoverageQuery,
): Promise<readonly CameraCoverage[]> {
  const lengthUs = LEVEL_SECONDS[query.level] * US_PER_SECOND;
  return (await reader.coverageTotals(query)).map((row) => ({
    cameraId: row.camera_id,
    analysedUs: row.analysed_us,
    windows: row.windows,
    firstWindowStartUs: row.first_us,
    lastWindowEndUs: row.last_us + lengthUs,
  }));
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
