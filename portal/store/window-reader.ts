/** The statements that read records, single windows and what changed, for both engines; spans: `span-reader.ts`. */
import type { Observation } from '../../pipelines/domain/types.ts';
import { type Level, ROLLED_LEVELS, type RolledLevel } from '../levels/level.ts';
import { createConditions } from './conditions.ts';
import type { LevelWindowKey, WindowPayload } from './level-codec.ts';
import type { RecordWindow } from './merge-window.ts';
import { LEVEL_TABLES, type Sql } from './sql.ts';
import { type LevelRow, toRecordWindow } from './window-rows.ts';

/** Rows of records by window start, camera, kind, length. */
export interface RecordWindowQuery {
  readonly cameraId?: string;
  readonly kind?: Observation['kind'];
  readonly fromUs?: number;
  readonly toUs?: number;
  /** Rows at or after this place. */
  readonly from?: readonly [windowStartUs: number, cameraId: string, kind: string];
  readonly limit: number;
}

/** What is known of a camera without its records. */
export interface CameraState {
  readonly camera_id: string;
  readonly first_us: number;
  readonly last_us: number;
  readonly last_end_us: number;
  readonly analysed_end_us: number | null;
}

/** Where a window of some level begins. */
export interface WindowStart {
  readonly camera_id: string;
  readonly window_start_us: number;
}

export type WindowReader = ReturnType<typeof createWindowReader>;

/** Reads on a connection that sees what is committed. */
export function createWindowReader(sql: Sql) {
  return {
    async recordWindows(query: RecordWindowQuery): Promise<RecordWindow[]> {
      const conditions = createConditions();
      conditions.add(query.cameraId, (place) => `camera_id = ${place}`);
      conditions.add(query.kind, (place) => `kind = ${place}`);
      conditions.add(query.fromUs, (place) => `window_start_us >= ${place}`);
      conditions.add(query.toUs, (place) => `window_start_us < ${place}`);
      if (query.from !== undefined) {
        const [startUs, cameraId, kind] = query.from;
        conditions.add(startUs, (place) => `window_start_us >= ${place}`);
        conditions.add(startUs, (place) => {
          const rest = `${conditions.place(cameraId)}, ${conditions.place(kind)}`;
          return `(window_start_us, camera_id, kind) >= (${place}, ${rest})`;
        });
      }
      const rows = await sql.all<Parameters<typeof toRecordWindow>[0]>(
        `SELECT * FROM record_window ${conditions.where()}
          ORDER BY window_start_us, camera_id, kind, length_us LIMIT ${conditions.place(query.limit)}`,
        conditions.values,
      );
      return rows.map(toRecordWindow);
    },

    /** The window that begins there. */
    async levelWindow(
      level: RolledLevel,
      { cameraId, kind, windowStartUs }: LevelWindowKey,
    ): Promise<WindowPayload | undefined> {
      const [row] = await sql.all<{ payload: string }>(
        `SELECT payload FROM ${LEVEL_TABLES[level]} WHERE camera_id = $1 AND kind = $2 AND window_start_us = $3`,
        [cameraId, kind, windowStartUs],
      );
      return row === undefined ? undefined : { cameraId, kind, windowStartUs, payload: row.payload };
    },

    /** Start of the newest window of a camera that begins at or before an instant. */
    async newestStart(
      level: Level,
      { cameraId, kind }: { cameraId: string; kind: Observation['kind'] },
      atMostUs: number,
    ): Promise<number | undefined> {
      const [row] = await sql.all<{ window_start_us: number }>(
        `SELECT window_start_us FROM ${LEVEL_TABLES[level]} WHERE camera_id = $1 AND kind = $2
          AND window_start_us <= $3 ORDER BY window_start_us DESC LIMIT 1`,
        [cameraId, kind, atMostUs],
      );
      return row?.window_start_us;
    },

    changes(
      level: RolledLevel,
      { sequence, kind, limit }: { sequence: number; kind?: string | undefined; limit: number },
    ) {
      const conditions = createConditions();
      conditions.add(sequence, (place) => `change_sequence > ${place}`);
      conditions.add(kind, (place) => `kind = ${place}`);
      return sql.all<LevelRow & { change_sequence: number }>(
        `SELECT * FROM ${LEVEL_TABLES[level]} ${conditions.where()}
          ORDER BY change_sequence LIMIT ${conditions.place(limit)}`,
        conditions.values,
      );
    },

    /** Windows of every level with a number above `sequence`, up to `upTo`. */
    changedStarts: (sequence: number, upTo: number) =>
      sql.all<WindowStart>(ofEveryLevel('change_sequence > $1 AND change_sequence <= $2'), [sequence, upTo]),

    /** Windows of every level that have not ended. */
    openStarts: () => sql.all<WindowStart>(ofEveryLevel('change_sequence IS NULL')),

    async newestSequence(): Promise<number> {
      const [row] = await sql.all<{ changes: number }>('SELECT changes FROM store_version');
      return row?.changes ?? 0;
    },

    /** How many retention runs there were, and what they removed. */
    async removals(): Promise<{ readonly runs: number; readonly removed: number }> {
      const [row] = await sql.all<{ runs: number; removed: number }>(
        `SELECT count(*) AS runs, CAST(COALESCE(sum(removed), 0) AS bigint) AS removed FROM retention_run
          WHERE level <> 'minute'`,
      );
      return row ?? { runs: 0, removed: 0 };
    },

    cameraStates: (cameraId?: string) =>
      sql.all<CameraState>(
        `SELECT * FROM camera_state ${cameraId === undefined ? '' : 'WHERE camera_id = $1'} ORDER BY camera_id`,
        cameraId === undefined ? [] : [cameraId],
      ),
  };
}

/** `UNION ALL`: SQLite sorts for a `UNION`, and picks the primary key for it instead of the index of the condition. */
function ofEveryLevel(condition: string): string {
  return ROLLED_LEVELS.map(
    (level) => `SELECT camera_id, window_start_us FROM ${LEVEL_TABLES[level]} WHERE ${condition}`,
  ).join(' UNION ALL ');
}
