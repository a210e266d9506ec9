/** `rollUp`: dirty hours off the list, their levels computed anew, numbers for what publishers have to send. */

import { US_PER_SECOND } from '../../pipelines/domain/time.ts';
import { LEVEL_SECONDS, levelWindowStartUs, ROLLED_LEVELS, type RolledLevel } from '../levels/level.ts';
import { CLOSE_AT_ONCE, closeWindows, nextSequences } from './change-sequence.ts';
import { encodeEntries, type LevelWindow } from './level-codec.ts';
import type { RolledWindow } from './level-layer.ts';
import { compareText, type DirtyHour, type RecordWindow } from './merge-window.ts';
import { DAY_US, HOUR_US, rollUpHours } from './roll-up.ts';
import { type SpanKey, spanStartUs } from './span.ts';
import { type Dialect, KINDS, LEVEL_TABLES, type Sql } from './sql.ts';
import type { TermBook } from './term-book.ts';
import { type LevelRow, type RecordRow, toLevelWindow, toRecordWindow } from './window-rows.ts';
import { touchSpans } from './write-spans.ts';

/** Before every camera. */
const START: DirtyHour = { cameraId: '', hourStartUs: 0 };

/** The `rollUp` of `StoreUpkeep`. */
export function createLevelWriter(dialect: Dialect, book: TermBook) {
  // Goes round: cameras that send all the time don't keep the others waiting.
  let after = START;
  return async ({ nowUs, limit }: { nowUs: number; limit: number }): Promise<number> => {
    await book.load();
    // The day of a month's first hours began in the month before.
    const soon = await dialect.read.all<{ hour_start_us: number }>(
      'SELECT DISTINCT hour_start_us FROM dirty_hour ORDER BY hour_start_us LIMIT 10000',
    );
    await dialect.makeRoom(soon.flatMap(({ hour_start_us: us }) => [us, levelWindowStartUs('day', us)]));
    return dialect.transaction('roll-up', async (sql) => {
      const rest = await takeDirty(dialect, sql, { after, limit });
      const isRound = rest.length < limit && after !== START;
      const more = isRound ? await takeDirty(dialect, sql, { after: START, limit: limit - rest.length }) : [];
      after = (more.length > 0 ? more : rest).at(-1) ?? START;
      const hours = [...rest, ...more];
      // Another portal may have other hours of the same day: who comes second reads what the first one wrote.
      await dialect.lockCameras(sql, 'levels', [...new Set(hours.map(({ cameraId }) => cameraId))]);
      const changed = hours.length === 0 ? [] : await computeLevels(sql, hours, book);
      await writeLevels(sql, changed, { nowUs, book });
      const closed = await closeWindows(sql, nowUs);
      const [left] = await sql.all<{ hours: number }>('SELECT count(*) AS hours FROM dirty_hour');
      return (left?.hours ?? 0) + (closed === CLOSE_AT_ONCE ? 1 : 0);
    });
  };
}

async function takeDirty(
  dialect: Dialect,
  sql: Sql,
  { after, limit }: { readonly after: DirtyHour; readonly limit: number },
): Promise<readonly DirtyHour[]> {
  const rows = await dialect.takeDirty(sql, after, limit);
  return rows
    .map((row) => ({ cameraId: row.camera_id, hourStartUs: row.hour_start_us }))
    .sort((a, b) => compareText(a.cameraId, b.cameraId) || a.hourStartUs - b.hourStartUs);
}

/** A stretch of one camera's time. */
interface CameraRange {
  readonly cameraId: string;
  readonly fromUs: number;
  readonly toUs: number;
}

async function computeLevels(sql: Sql, hours: readonly DirtyHour[], book: TermBook) {
  const hourRanges = hours.map(({ cameraId, hourStartUs: fromUs }) => ({
    cameraId,
    fromUs,
    toUs: fromUs + HOUR_US,
  }));
  const dayRanges = new Map<string, CameraRange>();
  for (const { cameraId, hourStartUs } of hours) {
    const fromUs = levelWindowStartUs('day', hourStartUs);
    dayRanges.set(`${fromUs} ${cameraId}`, { cameraId, fromUs, toUs: fromUs + DAY_US });
  }
  const days = [...dayRanges.values()];
  const input = {
    hours,
    records: await recordsIn(sql, hourRanges),
    stored: {
      'quarter-hour': await levelsIn(sql, 'quarter-hour', hourRanges),
      hour: await levelsIn(sql, 'hour', days),
      day: await levelsIn(sql, 'day', days),
    },
    recordsGoneBeforeUs: await goneBeforeUs(sql, 'minute'),
    hoursGoneBeforeUs: await goneBeforeUs(sql, 'hour'),
  };
  return book.withTerms((terms) => rollUpHours({ ...input, terms }));
}

async function goneBeforeUs(sql: Sql, level: 'minute' | 'hour'): Promise<number> {
  const [row] = await sql.all<{ before_us: number | null }>(
    'SELECT max(before_us) AS before_us FROM retention_run WHERE level = $1',
    [level],
  );
  return row?.before_us ?? Number.NEGATIVE_INFINITY;
}

/** A statement over ranges, both kinds of each, `$1` and `$2` bounding them all. */
async function inRanges<Row>(sql: Sql, ranges: readonly CameraRange[], statement: (table: string) => string) {
  return sql.allOf<Row>(
    {
      types: ['text', 'text', 'bigint', 'bigint'],
      rows: ranges.flatMap(({ cameraId, fromUs, toUs }) =>
        KINDS.map((kind) => [cameraId, kind, fromUs, toUs]),
      ),
      values: [Math.min(...ranges.map(({ fromUs }) => fromUs)), Math.max(...ranges.map(({ toUs }) => toUs))],
    },
    statement,
  );
}

const IN_RANGE = `w.camera_id = k.column1 AND w.kind = k.column2
  AND w.window_start_us >= k.column3 AND w.window_start_us < k.column4
  WHERE w.window_start_us >= $1 AND w.window_start_us < $2`;

async function recordsIn(sql: Sql, ranges: readonly CameraRange[]): Promise<RecordWindow[]> {
  const rows = await inRanges<RecordRow>(
    sql,
    ranges,
    (table) => `SELECT w.* FROM ${table} JOIN record_window AS w ON ${IN_RANGE}`,
  );
  return rows.map(toRecordWindow);
}

async function levelsIn(
  sql: Sql,
  level: RolledLevel,
  ranges: readonly CameraRange[],
): Promise<LevelWindow[]> {
  const rows = await inRanges<LevelRow>(
    sql,
    ranges,
    (table) => `SELECT w.* FROM ${table} JOIN ${LEVEL_TABLES[level]} AS w ON ${IN_RANGE}`,
  );
  return rows.map(toLevelWindow);
}

function spanOf({ level, kind, cameraId, windowStartUs }: RolledWindow): SpanKey {
  return { level, kind, cameraId, startUs: spanStartUs(level, windowStartUs) };
}

function endUs(level: RolledLevel, windowStartUs: number): number {
  return windowStartUs + LEVEL_SECONDS[level] * US_PER_SECOND;
}

/** Columns of a level's table. */
export const LEVEL_COLUMNS = {
  camera_id: 'text',
  kind: 'text',
  window_start_us: 'bigint',
  change_sequence: 'bigint',
  recorded_us: 'bigint',
  analysed_us: 'bigint',
  reasons: 'integer',
  row_count: 'integer',
  payload: 'text',
} as const;

const LEVEL_SETTINGS = Object.keys(LEVEL_COLUMNS).slice(3);

async function writeLevels(
  sql: Sql,
  changed: readonly RolledWindow[],
  { nowUs, book }: { nowUs: number; book: TermBook },
): Promise<void> {
  const ended = changed.filter(({ level, windowStartUs }) => endUs(level, windowStartUs) <= nowUs).length;
  // Windows that are still open get no number, and are another version of the store all the same.
  await touchSpans(sql, changed.map(spanOf));
  let sequence = await nextSequences(sql, Math.max(ended, Math.min(changed.length, 1)));
  for (const level of ROLLED_LEVELS) {
    const rows = changed
      .filter((window) => window.level === level)
      .map((window) => [
        window.cameraId,
        window.kind,
        window.windowStartUs,
        endUs(level, window.windowStartUs) <= nowUs ? sequence++ : null,
        window.recordedUs,
        window.analysedUs,
        window.reasons,
        window.entries.length,
        encodeEntries(window.entries, book.terms),
      ]);
    await sql.insert({
      table: LEVEL_TABLES[level],
      columns: LEVEL_COLUMNS,
      rows,
      onConflict: `ON CONFLICT (camera_id, kind, window_start_us) DO UPDATE SET
        ${LEVEL_SETTINGS.map((name) => `${name} = excluded.${name}`).join(', ')}`,
    });
  }
}
