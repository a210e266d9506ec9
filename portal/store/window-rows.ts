/** Rows of the tables of windows by their meaning. */
import type { Observation } from '../../pipelines/domain/types.ts';
import type { LevelWindow } from './level-codec.ts';
import type { RecordWindow } from './merge-window.ts';

/** A row of `record_window`. */
export interface RecordRow {
  camera_id: string;
  kind: Observation['kind'];
  window_start_us: number;
  length_us: number;
  coverage: number;
  payload: string;
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
