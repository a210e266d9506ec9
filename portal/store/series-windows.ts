/** Walks over the windows of a series in its stable order, statement by statement; rows are made only of those wanted. */
import { US_PER_SECOND } from '../../pipelines/domain/time.ts';
import { LEVEL_SECONDS, levelWindowStartUs, type RolledLevel } from '../levels/level.ts';
import type { SeriesRow } from '../levels/series-row.ts';
import { rowsOfWindow } from './level-codec.ts';
import type { RecordWindow } from './merge-window.ts';
import { directionOf, isShort, minuteRows, placeOf } from './minute-rows.ts';
import type { SeriesPosition, SeriesQuery } from './store.ts';
import type { Terms } from './terms.ts';
import type { StoredLevelWindow, WindowReader } from './window-reader.ts';

/** Windows of one statement at most. */
export const WINDOWS_AT_ONCE = 1000;
/** Cameras of one statement: their windows in the range have to fit into one answer. */
const CAMERAS_AT_ONCE = 100;

/** All lines, or all zones, of one camera in one window; decoded when it is wanted. */
export interface FoundWindow {
  readonly cameraId: string;
  readonly windowStartUs: number;
  /** Rows in it, where that is known without decoding. */
  readonly rowCount?: number;
  /** The rows that match the query, by place and direction. Throws `UnknownTermError`. */
  rows(terms: Terms): readonly SeriesRow[];
}

/** Where to begin, and how much to read at a time. */
export interface SeriesWalk {
  readonly after?: SeriesPosition | undefined;
  /** Windows of one statement; whoever wants few rows need not read many windows. */
  readonly windowsAtOnce?: number;
}

/** The windows that may have matching rows, from the one of `after` on, as many at a time as a statement gives. */
export function seriesWindows(
  reader: WindowReader,
  query: SeriesQuery,
  { after, windowsAtOnce = WINDOWS_AT_ONCE }: SeriesWalk,
): AsyncGenerator<readonly FoundWindow[]> {
  const walk = { query, after, windowsAtOnce };
  return query.level === 'minute'
    ? minuteWindows(reader, walk)
    : rolledWindows(reader, { ...walk, level: query.level });
}

/** The cameras asked for, or all that have data, by id. */
export async function camerasOf(
  reader: WindowReader,
  { cameraIds }: { readonly cameraIds?: readonly string[] | undefined },
): Promise<string[]> {
  if (cameraIds !== undefined) return [...new Set(cameraIds)].sort();
  return (await reader.cameraStates()).map(({ camera_id: cameraId }) => cameraId);
}

interface Walk {
  readonly query: SeriesQuery;
  readonly after: SeriesPosition | undefined;
  readonly windowsAtOnce: number;
}

/** Camera by camera; several at once where their windows fit into one answer. */
async function* rolledWindows(
  reader: WindowReader,
  { query, level, after, windowsAtOnce }: Walk & { readonly level: RolledLevel },
): AsyncGenerator<readonly FoundWindow[]> {
  const { kind, fromUs, toUs } = query;
  const all = (await camerasOf(reader, query)).filter((id) => after === undefined || id >= after[0]);
  const atOnce = camerasAtOnce(level, query, windowsAtOnce);
  for (let i = 0; i < all.length; i += atOnce) {
    const cameraIds = all.slice(i, i + atOnce);
    const isResumed = after !== undefined && cameraIds.length === 1 && cameraIds[0] === after[0];
    let resumeUs = isResumed ? Math.max(after[1], fromUs ?? after[1]) : fromUs;
    for (;;) {
      const found = await reader.levelWindows({
        ...{ level, kind, cameraIds, limit: windowsAtOnce },
        ...(resumeUs === undefined ? {} : { fromUs: resumeUs }),
        ...(toUs === undefined ? {} : { toUs }),
      });
      yield found.map((window) => rolledWindow(window, { level, query }));
      const last = found.at(-1);
      if (found.length < windowsAtOnce || last === undefined || cameraIds.length > 1) break;
      resumeUs = last.windowStartUs + 1;
    }
  }
}

function rolledWindow(
  { cameraId, windowStartUs, rows: rowCount, payload }: StoredLevelWindow,
  { level, query }: { readonly level: RolledLevel; readonly query: SeriesQuery },
): FoundWindow {
  return {
    cameraId,
    windowStartUs,
    rowCount,
    rows: (terms) =>
      rowsOfWindow(level, { cameraId, kind: query.kind, windowStartUs, payload }, { terms, wanted: query }),
  };
}

function camerasAtOnce(level: RolledLevel, { fromUs, toUs }: SeriesQuery, windowsAtOnce: number): number {
  if (fromUs === undefined || toUs === undefined) return 1;
  const windowsOfCamera = Math.ceil((toUs - fromUs) / (LEVEL_SECONDS[level] * US_PER_SECOND));
  return Math.max(1, Math.min(CAMERAS_AT_ONCE, Math.floor(windowsAtOnce / windowsOfCamera)));
}

async function* minuteWindows(
  reader: WindowReader,
  { query, after, windowsAtOnce }: Walk,
): AsyncGenerator<readonly FoundWindow[]> {
  const { kind, toUs } = query;
  const wanted = isWanted(query);
  for (const cameraId of await camerasOf(reader, query)) {
    if (after !== undefined && cameraId < after[0]) continue;
    let fromUs = cameraId === after?.[0] ? Math.max(after[1], query.fromUs ?? after[1]) : query.fromUs;
    // A minute of ten-second windows is six of them.
    let limit = Math.max(windowsAtOnce, SHORT_WINDOWS_OF_MINUTE + 1);
    for (;;) {
      const rows = await reader.recordWindows({
        ...{ cameraId, kind, limit },
        ...(fromUs === undefined ? {} : { fromUs }),
        ...(toUs === undefined ? {} : { toUs }),
      });
      const groups = minutesOf(rows);
      const isEnd = rows.length < limit;
      yield (isEnd ? groups : groups.slice(0, -1)).map((group) => ({
        cameraId,
        windowStartUs: minuteStartUs(group[0]!),
        rows: (terms: Terms) => minuteRows(group, terms).filter(wanted),
      }));
      const last = groups.at(-1)?.[0];
      if (isEnd || last === undefined) break;
      fromUs = minuteStartUs(last);
      limit = WINDOWS_AT_ONCE;
    }
  }
}

/** The site file allows windows of a second. */
const SHORT_WINDOWS_OF_MINUTE = 60;

function isWanted({ placeIds, direction }: SeriesQuery): (row: SeriesRow) => boolean {
  return (row) =>
    (placeIds === undefined || placeIds.includes(placeOf(row))) &&
    (direction === undefined || directionOf(row) === direction);
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
