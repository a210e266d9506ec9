/** The numbers by which publishers learn of changes; a window gets one when it has ended and is written. */
import { US_PER_SECOND } from '../../pipelines/domain/time.ts';
import { LEVEL_SECONDS, ROLLED_LEVELS, type RolledLevel } from '../levels/level.ts';
import type { LevelWindowKey } from './level-codec.ts';
import { LEVEL_TABLES, type Sql } from './sql.ts';
import type { LevelRow } from './window-rows.ts';

/** Windows that close and get their number in one go. */
export const CLOSE_AT_ONCE = 2000;

/**
 * The first of `count` fresh numbers. The counter's row stays locked until the commit, so numbers become visible in
 * their order: who has read up to one can't meet a smaller one later.
 */
export async function nextSequences(sql: Sql, count: number): Promise<number> {
  if (count === 0) return 0;
  const [row] = await sql.all<{ changes: number }>(
    'UPDATE store_version SET changes = changes + $1 RETURNING changes',
    [count],
  );
  return (row?.changes ?? 0) - count + 1;
}

/** Gives numbers to windows that were written while they were open and have ended since; answers how many. */
export async function closeWindows(sql: Sql, nowUs: number): Promise<number> {
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
    const rows = open
      .filter((window) => window.level === level)
      .map(({ cameraId, kind, windowStartUs }) => [cameraId, kind, windowStartUs, sequence++]);
    const starts = open.map(({ windowStartUs }) => windowStartUs);
    await sql.runOf(
      {
        types: ['text', 'text', 'bigint', 'bigint'],
        rows,
        values: [Math.min(...starts), Math.max(...starts)],
      },
      (table) => `UPDATE ${LEVEL_TABLES[level]} AS w SET change_sequence = k.column4 FROM ${table}
        WHERE w.camera_id = k.column1 AND w.kind = k.column2 AND w.window_start_us = k.column3
          AND w.window_start_us BETWEEN $1 AND $2`,
    );
  }
  return open.length;
}
