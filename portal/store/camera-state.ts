/** What is known of a camera without reading its records, brought forward with every batch. */
import { grouped } from './grouped.ts';
import type { RecordWindow } from './merge-window.ts';
import type { Sql } from './sql.ts';

/** What every state after a batch is made of; the columns' old values are those before it. */
const ON_CONFLICT = `ON CONFLICT (camera_id) DO UPDATE SET
  first_us = CASE WHEN excluded.first_us < camera_state.first_us
    THEN excluded.first_us ELSE camera_state.first_us END,
  last_us = CASE WHEN excluded.last_us > camera_state.last_us
    THEN excluded.last_us ELSE camera_state.last_us END,
  last_end_us = CASE
    WHEN excluded.last_us > camera_state.last_us THEN excluded.last_end_us
    WHEN excluded.last_us = camera_state.last_us AND excluded.last_end_us > camera_state.last_end_us
      THEN excluded.last_end_us
    ELSE camera_state.last_end_us END,
  analysed_end_us = CASE
    WHEN camera_state.analysed_end_us IS NULL OR excluded.analysed_end_us > camera_state.analysed_end_us
      THEN excluded.analysed_end_us
    ELSE camera_state.analysed_end_us END`;

/** Brings the states of the cameras of these windows forward; the windows are written already. */
export async function updateCameras(sql: Sql, changed: readonly RecordWindow[]): Promise<void> {
  await revokeAnalysed(sql, changed);
  await sql.insert({
    table: 'camera_state',
    columns: {
      camera_id: 'text',
      first_us: 'bigint',
      last_us: 'bigint',
      last_end_us: 'bigint',
      analysed_end_us: 'bigint',
    },
    rows: [...grouped(changed, ({ cameraId }) => cameraId)].map(([cameraId, windows]) => {
      const starts = windows.map(({ windowStartUs }) => windowStartUs);
      const lastUs = Math.max(...starts);
      const newest = windows.filter(({ windowStartUs }) => windowStartUs === lastUs).map(endUs);
      const analysed = windows.filter(({ coverage }) => coverage > 0).map(endUs);
      return [
        cameraId,
        Math.min(...starts),
        lastUs,
        Math.max(...newest),
        analysed.length === 0 ? null : Math.max(...analysed),
      ];
    }),
    onConflict: ON_CONFLICT,
  });
}

/** Rare: the newest analysed window turned out not to be. The newest one that is left is looked up. */
async function revokeAnalysed(sql: Sql, changed: readonly RecordWindow[]): Promise<void> {
  const unseen = changed.filter(({ coverage }) => coverage === 0);
  if (unseen.length === 0) return;
  await sql.runOf(
    { types: ['text', 'bigint'], rows: unseen.map((window) => [window.cameraId, endUs(window)]) },
    (table) => `UPDATE camera_state SET analysed_end_us = (
        SELECT window_start_us + length_us FROM record_window AS w
          WHERE w.camera_id = camera_state.camera_id AND coverage > 0
          ORDER BY window_start_us DESC LIMIT 1)
      FROM ${table} WHERE camera_state.camera_id = k.column1 AND camera_state.analysed_end_us = k.column2`,
  );
}

function endUs({ windowStartUs, lengthUs }: RecordWindow): number {
  return windowStartUs + lengthUs;
}
