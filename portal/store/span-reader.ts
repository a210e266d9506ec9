/**
 * The statements that read a level span by span, for both engines: of gathered spans what was gathered, of the others the
 * windows themselves. Each is one statement: a span that is written or gathered meanwhile is read wholly before or after.
 */
import type { Direction, Observation } from '../../pipelines/domain/types.ts';
import type { RolledLevel } from '../levels/level.ts';
import { createConditions } from './conditions.ts';
import type { GatheredSeries } from './gathered-codec.ts';
import { grouped } from './grouped.ts';
import type { PlaceFilter } from './level-scanner.ts';
import { compareText } from './merge-window.ts';
import { decodeSeen, spanStartUs, spanUs, type TimeRange, type WindowSeen, windowUsOf } from './span.ts';
import { KINDS, LEVEL_TABLES, type Sql } from './sql.ts';

/** Which spans are read, and which of their windows; a part left out does not narrow. */
export interface SpanQuery extends TimeRange {
  readonly level: RolledLevel;
  readonly kinds?: readonly Observation['kind'][];
  readonly cameraIds?: readonly string[] | undefined;
}

/** What is stored of one camera's span: its series where it is gathered, its windows where it is not. */
export interface StoredSpan {
  readonly cameraId: string;
  readonly startUs: number;
  readonly series: readonly GatheredSeries[];
  readonly windows: readonly { readonly startUs: number; readonly rows: number; readonly payload: string }[];
}

export type SpanReader = ReturnType<typeof createSpanReader>;

/** Reads on a connection that sees what is committed. */
export function createSpanReader(sql: Sql) {
  return {
    /** Spans of one kind with windows in the range, by camera and time. Of gathered ones only the series wanted. */
    async spans(
      query: SpanQuery & { readonly kinds: readonly [Observation['kind']] },
      wanted: PlaceFilter,
    ): Promise<readonly StoredSpan[]> {
      const { text, values } = contentStatement(query, wanted);
      return storedSpans(await sql.lists<ContentRow>(text, values));
    },

    /** End of the `count`th span in the range, asked for one camera only; undefined when there are fewer. */
    async endOf(
      query: SpanQuery & { readonly kinds: readonly [Observation['kind']] },
      count: number,
    ): Promise<number | undefined> {
      const conditions = spanConditions(query);
      const [row] = await sql.all<{ start_us: number }>(
        `SELECT s.start_us FROM level_span AS s ${conditions.where()}
          ORDER BY s.start_us LIMIT 1 OFFSET ${conditions.place(count - 1)}`,
        conditions.values,
      );
      return row === undefined ? undefined : row.start_us + spanUs(query.level);
    },

    /** What was seen of each camera, window by window of either kind, cameras by id. */
    async seen(query: SpanQuery): Promise<ReadonlyMap<string, readonly WindowSeen[]>> {
      const { text, values } = seenStatement(query);
      const rows = await sql.lists<SeenRow>(text, values);
      const cameras = grouped(rows, ([cameraId]) => cameraId);
      return new Map([...cameras].map(([cameraId, ofCamera]) => [cameraId, windowsSeen(ofCamera, query)]));
    },

    /** How many published rows there are in the range; of spans that lie in it wholly nothing but their number is read. */
    async countRows(query: SpanQuery): Promise<number> {
      const { text, values } = countStatement(query);
      let count = 0;
      for (const [startUs, rows, seen] of await sql.lists<[number, number, string]>(text, values)) {
        count +=
          seen === ''
            ? rows
            : inRange(decodeSeen(seen, { startUs, windowUs: windowUsOf(query.level) }), query).reduce(
                (sum, window) => sum + window.rows,
                0,
              );
      }
      return count;
    },
  };
}

/** Conditions on `level_span AS s`. */
function spanConditions(query: SpanQuery) {
  const conditions = createConditions();
  addSpanConditions(conditions, 's', query);
  return conditions;
}

function addSpanConditions(
  conditions: Conditions,
  table: string,
  { level, kinds = KINDS, cameraIds, fromUs, toUs }: SpanQuery,
): void {
  conditions.add(level, (place) => `${table}.level = ${place}`);
  // Named even when all are wanted: kind stands before camera and time in the key.
  conditions.isIn(`${table}.kind`, kinds);
  conditions.isIn(`${table}.camera_id`, cameraIds);
  if (fromUs !== undefined)
    conditions.add(spanStartUs(level, fromUs), (place) => `${table}.start_us >= ${place}`);
  conditions.add(toUs, (place) => `${table}.start_us < ${place}`);
}

type Conditions = ReturnType<typeof createConditions>;

/**
 * The windows `w` of the spans `s` that are not gathered, in the range. `CROSS JOIN` keeps SQLite from beginning with the
 * windows; the constants tell PostgreSQL which months it need not look at.
 */
function looseWindows(conditions: Conditions, { level, fromUs, toUs }: SpanQuery): string {
  const loose = [
    's.is_gathered = 0',
    'w.camera_id = s.camera_id',
    'w.kind = s.kind',
    'w.window_start_us >= s.start_us',
    `w.window_start_us < s.start_us + ${spanUs(level)}`,
    ...(fromUs === undefined ? [] : [`w.window_start_us >= ${conditions.place(fromUs)}`]),
    ...(toUs === undefined ? [] : [`w.window_start_us < ${conditions.place(toUs)}`]),
  ];
  return `FROM level_span AS s CROSS JOIN ${LEVEL_TABLES[level]} AS w
    ${conditions.where()} AND ${loose.join(' AND ')}`;
}

/** A loose window with its start and number of rows, or a gathered series with its place and direction. */
type ContentRow = [
  cameraId: string,
  spanStartUs: number,
  payload: string,
  ...([startUs: number, rows: number, placeId: null, direction: null] | [null, null, string, string]),
];

function contentStatement(query: SpanQuery, { placeIds, direction }: PlaceFilter) {
  const conditions = spanConditions(query);
  const loose = looseWindows(conditions, query);
  // Said of both tables: whichever an engine begins with, it reads no more of it than that.
  addSpanConditions(conditions, 'g', query);
  conditions.isIn('g.place_id', placeIds);
  conditions.add(direction, (place) => `g.direction = ${place}`);
  const text = `SELECT s.camera_id, s.start_us, g.payload, CAST(NULL AS bigint), CAST(NULL AS integer),
      g.place_id, g.direction
    FROM level_span AS s CROSS JOIN gathered_series AS g ${conditions.where()} AND s.is_gathered = 1
      AND g.level = s.level AND g.kind = s.kind AND g.camera_id = s.camera_id AND g.start_us = s.start_us
    UNION ALL
    SELECT s.camera_id, s.start_us, w.payload, w.window_start_us, w.row_count, NULL, NULL ${loose}`;
  return { text, values: conditions.values };
}

function storedSpans(rows: readonly ContentRow[]): StoredSpan[] {
  return [...grouped(rows, ([cameraId, startUs]) => `${startUs} ${cameraId}`).values()]
    .map(storedSpan)
    .sort((a, b) => compareText(a.cameraId, b.cameraId) || inTime(a, b));
}

function storedSpan(rows: readonly ContentRow[]): StoredSpan {
  const [[cameraId, startUs] = ['', 0]] = rows;
  const series: GatheredSeries[] = [];
  const windows: { startUs: number; rows: number; payload: string }[] = [];
  for (const [, , payload, windowStartUs, rowCount, placeId, direction] of rows) {
    if (windowStartUs === null) series.push({ placeId, direction: direction as Direction | '', payload });
    else windows.push({ startUs: windowStartUs, rows: rowCount, payload });
  }
  return { cameraId, startUs, series, windows: windows.sort(inTime) };
}

function inTime(a: { readonly startUs: number }, b: { readonly startUs: number }): number {
  return a.startUs - b.startUs;
}

/** Of a gathered span its start and what `encodeSeen` made, of a loose window what that would have told. */
type SeenRow = [
  cameraId: string,
  startUs: number,
  recordedUs: number,
  analysedUs: number,
  reasons: number,
  seen: string,
];

function seenStatement(query: SpanQuery) {
  const conditions = spanConditions(query);
  const text = `SELECT s.camera_id AS camera, s.start_us, 0, 0, 0, s.seen
    FROM level_span AS s ${conditions.where()} AND s.is_gathered = 1
    UNION ALL
    SELECT s.camera_id, w.window_start_us, w.recorded_us, w.analysed_us, w.reasons, ''
      ${looseWindows(conditions, query)}
    ORDER BY camera`;
  return { text, values: conditions.values };
}

function windowsSeen(rows: readonly SeenRow[], query: SpanQuery): WindowSeen[] {
  const windowUs = windowUsOf(query.level);
  const windows: WindowSeen[] = [];
  for (const [, startUs, recordedUs, analysedUs, reasons, seen] of rows) {
    if (seen === '') windows.push({ startUs, recordedUs, analysedUs, reasons, rows: 0 });
    else windows.push(...inRange(decodeSeen(seen, { startUs, windowUs }), query));
  }
  return windows.sort(inTime);
}

function inRange(
  windows: readonly WindowSeen[],
  { fromUs = Number.NEGATIVE_INFINITY, toUs = Number.POSITIVE_INFINITY }: TimeRange,
): readonly WindowSeen[] {
  return windows.filter(({ startUs }) => startUs >= fromUs && startUs < toUs);
}

/** Sums of whole spans and of loose windows, and of each span that the range cuts what was seen in it. */
function countStatement(query: SpanQuery) {
  const conditions = spanConditions(query);
  const { fromUs = Number.MIN_SAFE_INTEGER, toUs = Number.MAX_SAFE_INTEGER, level } = query;
  const isWhole = `s.start_us >= ${conditions.place(fromUs)}
    AND s.start_us <= ${conditions.place(toUs - spanUs(level))}`;
  const gathered = `FROM level_span AS s ${conditions.where()} AND s.is_gathered = 1`;
  const text = `SELECT 0, CAST(COALESCE(sum(s.row_count), 0) AS bigint), '' ${gathered} AND ${isWhole}
    UNION ALL
    SELECT s.start_us, 0, s.seen ${gathered} AND NOT (${isWhole})
    UNION ALL
    SELECT 0, CAST(COALESCE(sum(w.row_count), 0) AS bigint), '' ${looseWindows(conditions, query)}`;
  return { text, values: conditions.values };
}
