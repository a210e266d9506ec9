/** The statements that read windows, for both engines. */
import type { Observation } from '../../pipelines/domain/types.ts';
import { type Level, ROLLED_LEVELS, type RolledLevel } from '../levels/level.ts';
import type { LevelWindow } from './level-codec.ts';
import type { RecordWindow } from './merge-window.ts';
import { KINDS, LEVEL_TABLES, places, type Sql, type SqlValue } from './sql.ts';
import type { CoverageQuery } from './store.ts';
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

/** Rows of a level by camera and window start. */
export interface LevelWindowQuery {
  readonly level: RolledLevel;
  readonly kind: Observation['kind'];
  readonly cameraIds: readonly string[];
  readonly fromUs?: number;
  readonly toUs?: number;
  readonly limit: number;
}

/** What a series needs of a window. */
export type StoredLevelWindow = Pick<LevelWindow, 'cameraId' | 'windowStartUs' | 'rows' | 'payload'>;

/** What is known of a camera without its records. */
export interface CameraState {
  readonly camera_id: string;
  readonly first_us: number;
  readonly last_us: number;
  readonly last_end_us: number;
  readonly analysed_end_us: number | null;
}

/** Coverage of one camera, kind and window. */
export type CoverageWindow = [
  cameraId: string,
  windowStartUs: number,
  recordedUs: number,
  analysedUs: number,
  reasons: number,
];

/** Where a window of some level begins. */
export interface WindowStart {
  readonly camera_id: string;
  readonly window_start_us: number;
}

/** Sums of a range. */
export interface CoverageTotals {
  readonly camera_id: string;
  readonly analysed_us: number;
  readonly windows: number;
  readonly first_us: number;
  readonly last_us: number;
}

export type WindowReader = ReturnType<typeof createWindowReader>;

/** Collects conditions and their values. */
function createConditions() {
  const parts: string[] = [];
  const values: SqlValue[] = [];
  const place = (value: SqlValue) => `$${values.push(value)}`;
  return {
    values,
    place,
    add(value: SqlValue | undefined, condition: (place: string) => string) {
      if (value !== undefined) parts.push(condition(place(value)));
    },
    isIn(column: string, list: readonly string[] | undefined) {
      if (list === undefined) return;
      const first = values.length + 1;
      values.push(...list);
      parts.push(list.length === 0 ? '1 = 0' : `${column} IN (${places(list.length, first)})`);
    },
    where: () => (parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`),
  };
}

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

    async levelWindows(query: LevelWindowQuery): Promise<StoredLevelWindow[]> {
      const conditions = createConditions();
      conditions.add(query.kind, (place) => `kind = ${place}`);
      conditions.isIn('camera_id', query.cameraIds);
      conditions.add(query.fromUs, (place) => `window_start_us >= ${place}`);
      conditions.add(query.toUs, (place) => `window_start_us < ${place}`);
      const lists = await sql.lists<[string, number, number, string]>(
        `SELECT camera_id, window_start_us, row_count, payload FROM ${LEVEL_TABLES[query.level]}
          ${conditions.where()} ORDER BY camera_id, window_start_us LIMIT ${conditions.place(query.limit)}`,
        conditions.values,
      );
      return lists.map(([cameraId, windowStartUs, rows, payload]) => ({
        cameraId,
        windowStartUs,
        rows,
        payload,
      }));
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

    /** How many published rows there are, without looking into payloads. */
    async countRows({
      level,
      kind,
      cameraIds,
      fromUs,
      toUs,
    }: Omit<LevelWindowQuery, 'limit' | 'cameraIds'> & {
      cameraIds?: readonly string[] | undefined;
    }): Promise<number> {
      const conditions = createConditions();
      conditions.add(kind, (place) => `kind = ${place}`);
      conditions.isIn('camera_id', cameraIds);
      conditions.add(fromUs, (place) => `window_start_us >= ${place}`);
      conditions.add(toUs, (place) => `window_start_us < ${place}`);
      const [row] = await sql.all<{ total: number | null }>(
        `SELECT CAST(sum(row_count) AS bigint) AS total FROM ${LEVEL_TABLES[level]} ${conditions.where()}`,
        conditions.values,
      );
      return row?.total ?? 0;
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

    coverage(query: CoverageQuery) {
      const { where, values } = coverageConditions(query);
      return sql.lists<CoverageWindow>(
        `SELECT camera_id, window_start_us, recorded_us, analysed_us, reasons FROM ${LEVEL_TABLES[query.level]} ${where}
          ORDER BY camera_id, window_start_us`,
        values,
      );
    },

    coverageTotals(query: CoverageQuery) {
      const { where, values } = coverageConditions(query);
      return sql.all<CoverageTotals>(
        `SELECT camera_id, CAST(sum(analysed_us) AS bigint) AS analysed_us, count(*) AS windows,
            min(window_start_us) AS first_us, max(window_start_us) AS last_us
          FROM (SELECT camera_id, window_start_us, min(analysed_us) AS analysed_us
            FROM ${LEVEL_TABLES[query.level]} ${where} GROUP BY camera_id, window_start_us) AS camera_window
          GROUP BY camera_id ORDER BY camera_id`,
        values,
      );
    },
  };
}

/** `UNION ALL`: SQLite sorts for a `UNION`, and picks the primary key for it instead of the index of the condition. */
function ofEveryLevel(condition: string): string {
  return ROLLED_LEVELS.map(
    (level) => `SELECT camera_id, window_start_us FROM ${LEVEL_TABLES[level]} WHERE ${condition}`,
  ).join(' UNION ALL ');
}

function coverageConditions(query: CoverageQuery) {
  const conditions = createConditions();
  conditions.isIn('camera_id', query.cameraIds);
  // Without it SQLite walks through all windows of the camera: kind stands before time in the key.
  conditions.isIn('kind', KINDS);
  conditions.add(query.fromUs, (place) => `window_start_us >= ${place}`);
  conditions.add(query.toUs, (place) => `window_start_us < ${place}`);
  return { where: conditions.where(), values: conditions.values };
}
