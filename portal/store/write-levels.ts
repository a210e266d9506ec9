/** `rollUp`: dirty hours off the list, their levels computed anew, numbers for what publishers have to send. */

import { US_PER_SECOND } from '../../pipelines/domain/time.ts';
import type { Observation } from '../../pipelines/domain/types.ts';
import { LEVEL_SECONDS, levelWindowStartUs, ROLLED_LEVELS, type RolledLevel } from '../levels/level.ts';
import { encodeEntries, type LevelWindow, type LevelWindowKey } from './level-codec.ts';
import type { RolledWindow } from './level-layer.ts';
import type { DirtyHour, RecordWindow } from './merge-window.ts';
import { DAY_US, HOUR_US, rollUpHours } from './roll-up.ts';
import { type Dialect, groupsOf, insertRows, LEVEL_TABLES, type Sql, valuesList } from './sql.ts';
import type { TermBook } from './term-book.ts';

/** Windows that close and get their number in one go. */
const CLOSE_AT_ONCE = 2000;
const KINDS = ['flow', 'presence'] as const;

/** The `rollUp` of `StoreUpkeep`. */
export function createLevelWriter(dialect: Dialect, book: TermBook) {
  return async ({ nowUs, limit }: { nowUs: number; limit: number }): Promise<number> => {
    await book.load();
    // The day of a month's first hours began in the month before.
    const soon = await dialect.read.all<{ hour_start_us: number }>(
      'SELECT DISTINCT hour_start_us FROM dirty_hour ORDER BY hour_start_us LIMIT 10000',
    );
    await dialect.makeRoom(soon.flatMap(({ hour_start_us: us }) => [us, levelWindowStartUs('day', us)]));
    return dialect.transaction('roll-up', async (sql) => {
      const hours = (await dialect.takeDirty(sql, limit)).map((row) => ({
        cameraId: row.camera_id,
        hourStartUs: row.hour_start_us,
      }));
      const changed = hours.length === 0 ? [] : await computeLevels(sql, hours, book);
      await writeLevels(sql, changed, { nowUs, book });
      const closed = await closeWindows(sql, nowUs);
      const [left] = await sql.all<{ hours: number }>('SELECT count(*) AS hours FROM dirty_hour');
      return (left?.hours ?? 0) + (closed === CLOSE_AT_ONCE ? 1 : 0);
    });
  };
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
async function inRanges<Row>(sql: Sql, ranges: readonly CameraRange[], statement: (list: string) => string) {
  const rows: Row[] = [];
  for (const group of groupsOf(ranges.flatMap((range) => KINDS.map((kind) => ({ ...range, kind }))))) {
    const list = valuesList(['text', 'text', 'bigint', 'bigint'], group.length, 3);
    const found = await sql.all<Row>(statement(list), [
      Math.min(...group.map(({ fromUs }) => fromUs)),
      Math.max(...group.map(({ toUs }) => toUs)),
      ...group.flatMap(({ cameraId, kind, fromUs, toUs }) => [cameraId, kind, fromUs, toUs]),
    ]);
    for (const row of found) rows.push(row);
  }
  return rows;
}

const IN_RANGE = `w.camera_id = k.column1 AND w.kind = k.column2
  AND w.window_start_us >= k.column3 AND w.window_start_us < k.column4
  WHERE w.window_start_us >= $1 AND w.window_start_us < $2`;

interface RecordRow {
  camera_id: string;
  kind: Observation['kind'];
  window_start_us: number;
  length_us: number;
  coverage: number;
  payload: string;
}

async function recordsIn(sql: Sql, ranges: readonly CameraRange[]): Promise<RecordWindow[]> {
  const rows = await inRanges<RecordRow>(
    sql,
    ranges,
    (list) => `SELECT w.* FROM ${list} AS k JOIN record_window AS w ON ${IN_RANGE}`,
  );
  return rows.map(toRecordWindow);
}

/** The row of `record_window` by its meaning. */
export function toRecordWindow(row: RecordRow): RecordWindow {
  return {
    cameraId: row.camera_id,
    kind: row.kind,
    windowStartUs: row.window_start_us,
    lengthUs: row.length_us,
    coverage: row.coverage,
    payload: row.payload,
  };
}

/** A row of a level's table. */
export interface LevelRow {
  camera_id: string;
  kind: Observation['kind'];
  window_start_us: number;
  change_sequence: number | null;
  recorded_us: number;
  analysed_us: number;
  reasons: number;
  row_count: number;
  payload: string;
}

/** The row of a level's table by its meaning. */
export function toLevelWindow(row: LevelRow): LevelWindow {
  return {
    cameraId: row.camera_id,
    kind: row.kind,
    windowStartUs: row.window_start_us,
    changeSequence: row.change_sequence,
    recordedUs: row.recorded_us,
    analysedUs: row.analysed_us,
    reasons: row.reasons,
    rows: row.row_count,
    payload: row.payload,
  };
}

async function levelsIn(
  sql: Sql,
  level: RolledLevel,
  ranges: readonly CameraRange[],
): Promise<LevelWindow[]> {
  const rows = await inRanges<LevelRow>(
    sql,
    ranges,
    (list) => `SELECT w.* FROM ${list} AS k JOIN ${LEVEL_TABLES[level]} AS w ON ${IN_RANGE}`,
  );
  return rows.map(toLevelWindow);
}

function endUs(level: RolledLevel, windowStartUs: number): number {
  return windowStartUs + LEVEL_SECONDS[level] * US_PER_SECOND;
}

const LEVEL_COLUMNS = [
  'camera_id',
  'kind',
  'window_start_us',
  'change_sequence',
  'recorded_us',
  'analysed_us',
  'reasons',
  'row_count',
  'payload',
] as const;

async function writeLevels(
  sql: Sql,
  changed: readonly RolledWindow[],
  { nowUs, book }: { nowUs: number; book: TermBook },
): Promise<void> {
  const ended = changed.filter(({ level, windowStartUs }) => endUs(level, windowStartUs) <= nowUs).length;
  let sequence = await nextSequences(sql, ended);
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
    const settings = LEVEL_COLUMNS.slice(3).map((name) => `${name} = excluded.${name}`);
    await insertRows(sql, {
      table: LEVEL_TABLES[level],
      columns: LEVEL_COLUMNS,
      rows,
      onConflict: `ON CONFLICT (camera_id, kind, window_start_us) DO UPDATE SET ${settings.join(', ')}`,
    });
  }
}

/**
 * The first of `count` fresh numbers. The counter's row stays locked until the commit, so numbers become visible in
 * their order: who has read up to one can't meet a smaller one later.
 */
async function nextSequences(sql: Sql, count: number): Promise<number> {
  if (count === 0) return 0;
  const [row] = await sql.all<{ changes: number }>(
    'UPDATE store_version SET changes = changes + $1 RETURNING changes',
    [count],
  );
  return (row?.changes ?? 0) - count + 1;
}

/** Gives numbers to windows that were written while they were open and have ended since; answers how many. */
async function closeWindows(sql: Sql, nowUs: number): Promise<number> {
  const open: (LevelWindowKey & { level: RolledLevel })[] = [];
  for (const level of ROLLED_LEVELS) {
    const rows = await sql.all<Pick<LevelRow, 'camera_id' | 'kind' | 'window_start_us'>>(
      `SELECT camera_id, kind, window_start_us FROM ${LEVEL_TABLES[level]}
        WHERE change_sequence IS NULL AND window_start_us <= $1
        ORDER BY window_start_us, camera_id, kind LIMIT $2`,
      [nowUs - LEVEL_SECONDS[level] * US_PER_SECOND, CLOSE_AT_ONCE - open.length],
    );
    for (const row of rows) {
      open.push({ level, cameraId: row.camera_id, kind: row.kind, windowStartUs: row.window_start_us });
    }
  }
  let sequence = await nextSequences(sql, open.length);
  for (const level of ROLLED_LEVELS) {
    for (const group of groupsOf(open.filter((window) => window.level === level))) {
      const list = valuesList(['text', 'text', 'bigint', 'bigint'], group.length);
      await sql.run(
        `UPDATE ${LEVEL_TABLES[level]} AS w SET change_sequence = k.column4 FROM ${list} AS k
          WHERE w.camera_id = k.column1 AND w.kind = k.column2 AND w.window_start_us = k.column3`,
        group.flatMap(({ cameraId, kind, windowStartUs }) => [cameraId, kind, windowStartUs, sequence++]),
      );
    }
  }
  return open.length;
}
