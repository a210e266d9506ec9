/**
 * The SQL that both engines understand, and how to run it. Statements are written once: `$1` places, `CAST`, row values,
 * `ON CONFLICT`, `RETURNING`, `UPDATE … FROM`; whole numbers come back as numbers. What the engines do not share is in
 * `Dialect`.
 */
import type { Level } from '../levels/level.ts';
import type { TableSize } from './store.ts';

export type SqlValue = string | number | null;

/** Runs statements on one connection, in order. */
export interface Sql {
  all<Row>(text: string, values?: readonly SqlValue[]): Promise<Row[]>;
  /** Answers how many rows changed. */
  run(text: string, values?: readonly SqlValue[]): Promise<number>;
}

/** One engine: connections, and what it does its own way. */
export interface Dialect {
  readonly engine: 'sqlite' | 'postgresql';
  /** Reads that see only what is committed. */
  readonly read: Sql;
  /** All or nothing. Faults come out as `AnalysisError` `store-failed`. */
  transaction<T>(operation: string, work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Runs a read, faults as above. */
  guarded<T>(operation: string, work: () => Promise<T>): Promise<T>;
  /** Keeps other writers away from these cameras until the transaction ends. */
  lockCameras(sql: Sql, cameraIds: readonly string[]): Promise<void>;
  /** Takes dirty hours off the list; hours that another transaction is adding to stay. */
  takeDirty(sql: Sql, limit: number): Promise<readonly { camera_id: string; hour_start_us: number }[]>;
  /** Makes room for windows that start in the months of these instants, µs UTC. */
  makeRoom(instantsUs: readonly number[]): Promise<void>;
  /** Removes the windows of a level that started before an instant; answers how many. */
  removeBefore(level: Level, beforeUs: number): Promise<number>;
  sizes(): Promise<readonly TableSize[]>;
  close(): Promise<void>;
}

/** The table of each level. */
export const LEVEL_TABLES: Readonly<Record<Level, string>> = {
  minute: 'record_window',
  'quarter-hour': 'level_quarter',
  hour: 'level_hour',
  day: 'level_day',
};

/**
 * Rows in groups of 128, 64, … 1, so that there are few different statements to prepare. SQLite takes 32 766 values in a
 * statement, PostgreSQL 65 535.
 */
export function* groupsOf<T>(rows: readonly T[]): Generator<readonly T[]> {
  let from = 0;
  for (let size = 128; size >= 1; size /= 2) {
    while (rows.length - from >= size) {
      yield rows.slice(from, from + size);
      from += size;
    }
  }
}

/** Types of the columns of a list of values: PostgreSQL has to be told, SQLite does not mind. */
export type ColumnType = 'text' | 'bigint';

/** `(VALUES ($1, $2), …)`, whose columns are named column1, column2, … in both engines. */
export function valuesList(types: readonly ColumnType[], rowCount: number, firstPlace = 1): string {
  const rows = Array.from({ length: rowCount }, (_, row) => {
    const places = types.map((type, column) => {
      const place = `$${firstPlace + row * types.length + column}`;
      return row === 0 ? `CAST(${place} AS ${type})` : place;
    });
    return `(${places.join(', ')})`;
  });
  return `(VALUES ${rows.join(', ')})`;
}

/** An insert of several rows; `onConflict` follows them. */
export interface InsertOptions {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlValue[])[];
  readonly onConflict?: string;
}

/** Inserts rows, group by group. */
export async function insertRows(
  sql: Sql,
  { table, columns, rows, onConflict = '' }: InsertOptions,
): Promise<void> {
  for (const group of groupsOf(rows)) {
    const places = group.map(
      (_, row) => `(${columns.map((_name, i) => `$${row * columns.length + i + 1}`).join(', ')})`,
    );
    const text = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${places.join(', ')} ${onConflict}`;
    await sql.run(text, group.flat());
  }
}

/** `$first, $first+1, …` for `IN (…)`. */
export function places(count: number, first: number): string {
  return Array.from({ length: count }, (_, i) => `$${first + i}`).join(', ');
}
