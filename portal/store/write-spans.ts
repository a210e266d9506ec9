/** What is written of spans: that they changed, what was gathered, and what retention takes. */
import type { RolledLevel } from '../levels/level.ts';
import { gatherSeries } from './gathered-codec.ts';
import { distinctSpans, encodeSeen, type SpanKey, spanUs, type WindowSeen, windowUsOf } from './span.ts';
import { type ColumnType, type Dialect, KINDS, type Sql } from './sql.ts';

const KEY = { level: 'text', kind: 'text', camera_id: 'text', start_us: 'bigint' } as const;
const KEY_NAMES = Object.keys(KEY).join(', ');

const SPAN_COLUMNS = { ...KEY, is_gathered: 'integer', row_count: 'integer', seen: 'text' } as const;
const SERIES_COLUMNS = { ...KEY, place_id: 'text', direction: 'text', payload: 'text' } as const;

function keyOf({ level, kind, cameraId, startUs }: SpanKey) {
  return [level, kind, cameraId, startUs] as const;
}

/**
 * Notes that windows of these spans are written in this transaction: until they are gathered anew, their windows are read
 * one by one. Comes before the windows, and its locks last until the commit: who gathers meanwhile has finished before or
 * begins after.
 */
export async function touchSpans(sql: Sql, spans: readonly SpanKey[]): Promise<void> {
  await sql.insert({
    table: 'level_span',
    columns: SPAN_COLUMNS,
    rows: distinctSpans(spans).map((span) => [...keyOf(span), 0, 0, '']),
    onConflict: `ON CONFLICT (${KEY_NAMES}) DO UPDATE SET is_gathered = 0 WHERE level_span.is_gathered = 1`,
  });
}

/** A window of a span that is gathered. */
export interface WindowOfSpan extends WindowSeen {
  readonly payload: string;
}

/** A span with all its windows in the order of time. */
export interface SpanToGather extends SpanKey {
  readonly windows: readonly WindowOfSpan[];
}

/** Replaces what was gathered of these spans; one whose windows are gone goes too. */
export async function writeGathered(sql: Sql, spans: readonly SpanToGather[]): Promise<void> {
  await removeFrom(sql, 'gathered_series', spans);
  await removeFrom(
    sql,
    'level_span',
    spans.filter(({ windows }) => windows.length === 0),
  );
  await sql.insert({
    table: 'gathered_series',
    columns: SERIES_COLUMNS,
    rows: spans.flatMap((span) =>
      gatherSeries(span.windows, span).map(({ placeId, direction, payload }) => {
        return [...keyOf(span), placeId, direction, payload];
      }),
    ),
  });
  await sql.insert({
    table: 'level_span',
    columns: SPAN_COLUMNS,
    rows: spans.filter(({ windows }) => windows.length > 0).map(gatheredRow),
    onConflict: `ON CONFLICT (${KEY_NAMES}) DO UPDATE SET
      is_gathered = excluded.is_gathered, row_count = excluded.row_count, seen = excluded.seen`,
  });
}

function gatheredRow({ windows, ...span }: SpanToGather) {
  const windowUs = windowUsOf(span.level);
  const rows = windows.reduce((sum, window) => sum + window.rows, 0);
  return [...keyOf(span), 1, rows, encodeSeen(windows, { startUs: span.startUs, windowUs })];
}

async function removeFrom(
  sql: Sql,
  table: 'level_span' | 'gathered_series',
  spans: readonly SpanKey[],
): Promise<void> {
  await sql.runOf(
    { types: Object.values(KEY) as ColumnType[], rows: spans.map(keyOf) },
    (list) => `DELETE FROM ${table} WHERE (${KEY_NAMES}) IN
      (SELECT column1, column2, column3, column4 FROM ${list})`,
  );
}

/** What is known and gathered of the windows of a level that started before an instant goes, camera by camera. */
export async function removeSpansBefore(
  dialect: Dialect,
  level: RolledLevel,
  beforeUs: number,
): Promise<void> {
  const cameras = await dialect.guarded('list-cameras', () =>
    dialect.read.all<{ camera_id: string }>('SELECT camera_id FROM camera_state'),
  );
  for (const { camera_id: cameraId } of cameras) {
    await dialect.transaction('remove-spans', async (sql) => {
      for (const kind of KINDS) {
        const before = 'WHERE level = $1 AND kind = $2 AND camera_id = $3 AND start_us <= $4';
        const wholly = [level, kind, cameraId, beforeUs - spanUs(level)];
        // Spans first, as in `gather`: neither waits for what the other holds.
        await sql.run(`DELETE FROM level_span ${before}`, wholly);
        await sql.run(`DELETE FROM gathered_series ${before}`, wholly);
        // The one that the cut goes through.
        await sql.run(`UPDATE level_span SET is_gathered = 0 ${before}`, [
          level,
          kind,
          cameraId,
          beforeUs - 1,
        ]);
      }
    });
  }
}
