/** Walks over the windows of a series in its stable order, statement by statement; rows are made only of those wanted. */
import { levelWindowStartUs, type RolledLevel } from '../levels/level.ts';
import type { SeriesRow } from '../levels/series-row.ts';
import type { FoundWindow } from './found-window.ts';
import { windowsOfSeries } from './gathered-codec.ts';
import { rowsOfWindow } from './level-codec.ts';
import type { RecordWindow } from './merge-window.ts';
import { directionOf, isShort, minuteRows, placeOf } from './minute-rows.ts';
import { spanUs, windowUsOf } from './span.ts';
import type { SpanQuery, SpanReader, StoredSpan } from './span-reader.ts';
import type { SeriesPosition, SeriesQuery } from './store.ts';
import type { Terms } from './terms.ts';
import type { WindowReader } from './window-reader.ts';

/** Windows of one statement at most: a week of quarter hours of a road's four cameras. */
export const WINDOWS_AT_ONCE = 3000;
/** Cameras of one statement: their windows in the range have to fit into one answer. */
const CAMERAS_AT_ONCE = 100;

/** What a series is read with. */
export interface StoreReaders {
  readonly windows: WindowReader;
  readonly spans: SpanReader;
}

/** Where to begin, and how much to read at a time. */
export interface SeriesWalk {
  readonly after?: SeriesPosition | undefined;
  /** Windows of one statement; whoever wants few rows need not read many windows. */
  readonly windowsAtOnce?: number;
}

/** The windows that may have matching rows, from the one of `after` on, as many at a time as a statement gives. */
export function seriesWindows(
  readers: StoreReaders,
  query: SeriesQuery,
  { after, windowsAtOnce = WINDOWS_AT_ONCE }: SeriesWalk,
): AsyncGenerator<readonly FoundWindow[]> {
  const walk = { query, after, windowsAtOnce };
  return query.level === 'minute'
    ? minuteWindows(readers.windows, walk)
    : rolledWindows(readers, { ...walk, level: query.level });
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
  { windows: reader, spans }: StoreReaders,
  { query, level, after, windowsAtOnce }: Walk & { readonly level: RolledLevel },
): AsyncGenerator<readonly FoundWindow[]> {
  const { kind, fromUs, toUs } = query;
  const all = (await camerasOf(reader, query)).filter((id) => after === undefined || id >= after[0]);
  const atOnce = camerasAtOnce(level, query, windowsAtOnce);
  const spansOf = (windows: number) => Math.ceil(windows / (spanUs(level) / windowUsOf(level)));
  let spansAtOnce = spansOf(windowsAtOnce);
  for (let i = 0; i < all.length; i += atOnce) {
    const cameraIds = all.slice(i, i + atOnce);
    const isResumed = after !== undefined && cameraIds.length === 1 && cameraIds[0] === after[0];
    let resumeUs = isResumed ? Math.max(after[1], fromUs ?? after[1]) : fromUs;
    for (;;) {
      const range = { level, kinds: [kind], cameraIds, fromUs: resumeUs, toUs } as const;
      const endUs = isShortRange(range, spansAtOnce) ? undefined : await spans.endOf(range, spansAtOnce);
      const part = endUs === undefined ? range : { ...range, toUs: Math.min(toUs ?? endUs, endUs) };
      const found = await spans.spans(part, query);
      yield found.flatMap((span) => windowsOfSpan(span, { level, query, range: part }));
      // What a little did not give is looked for in much.
      spansAtOnce = spansOf(WINDOWS_AT_ONCE);
      if (endUs === undefined || (toUs !== undefined && endUs >= toUs)) break;
      resumeUs = endUs;
    }
  }
}

interface Found {
  readonly level: RolledLevel;
  readonly query: SeriesQuery;
  readonly range: SpanQuery;
}

/** The windows of a span that start in the range; a span that is not gathered was read so. */
function windowsOfSpan(span: StoredSpan, { level, query, range }: Found): readonly FoundWindow[] {
  const { cameraId, startUs, series, windows } = span;
  const { kind } = query;
  if (series.length > 0) return windowsOfSeries(series, { level, kind, cameraId, startUs }, range);
  return windows.map(({ startUs: windowStartUs, rows: rowCount, payload }) => ({
    cameraId,
    windowStartUs,
    rowCount,
    rows: (terms) =>
      rowsOfWindow(level, { cameraId, kind, windowStartUs, payload }, { terms, wanted: query }),
  }));
}

/** No more spans than that, wherever it begins. */
function isShortRange({ level, fromUs, toUs }: SpanQuery, spansAtOnce: number): boolean {
  return fromUs !== undefined && toUs !== undefined && toUs - fromUs <= spansAtOnce * spanUs(level);
}

function camerasAtOnce(level: RolledLevel, { fromUs, toUs }: SeriesQuery, windowsAtOnce: number): number {
  if (fromUs === undefined || toUs === undefined) return 1;
  const windowsOfCamera = Math.ceil((toUs - fromUs) / windowUsOf(level));
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
