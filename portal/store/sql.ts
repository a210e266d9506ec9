/**
 * The SQL that both engines understand, and how to run it. Statements are written once: `$1` places, `CAST`, row values,
 * `ON CONFLICT`, `RETURNING`, `UPDATE … FROM`; whole numbers come back as numbers. What the engines do not share is in
 * `Dialect`.
 */
import type { Observation } from '../../pipelines/domain/types.ts';
import type { Level } from '../levels/level.ts';
import type { DirtyHour } from './merge-window.ts';
import type { TableSize } from './store.ts';

export type SqlValue = string | number | null;

/** Runs statements on one connection, in order. */
export interface Sql {
  all<Row>(text: string, values?: readonly SqlValue[]): Promise<Row[]>;
  /** The same with each row as the list of its columns: an object each is felt where thousands are read. */
  lists<Row extends SqlValue[]>(text: string, values?: readonly SqlValue[]): Promise<Row[]>;
  /** Answers how many rows changed. */
  run(text: string, values?: readonly SqlValue[]): Promise<number>;
  /** Inserts rows, in their order. */
  insert(insertion: Insertion): Promise<void>;
  /** A statement over a list: `statement` is given the list as a table `k` with the columns column1, column2, … */
  allOf<Row>(list: ValueList, statement: (table: string) => string): Promise<Row[]>;
  /** As `allOf`, for what changes rows. */
  runOf(list: ValueList, statement: (table: string) => string): Promise<void>;
}

/** Types of the columns of a list of values: PostgreSQL has to be told, SQLite does not mind. */
export type ColumnType = 'text' | 'bigint' | 'integer' | 'double precision';

/** Rows for a table; `onConflict` follows them. */
export interface Insertion {
  readonly table: string;
  /** Names and types, in the order of the rows' values. */
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly rows: readonly (readonly SqlValue[])[];
  readonly onConflict?: string;
}

/** Rows that a statement goes through. */
export interface ValueList {
  readonly types: readonly ColumnType[];
  readonly rows: readonly (readonly SqlValue[])[];
  /** Values of the statement's own places `$1`, `$2`, … */
  readonly values?: readonly SqlValue[];
}

/** A row of `dirty_hour`; ordered by camera, then hour. */
export interface DirtyHourRow {
  readonly camera_id: string;
  readonly hour_start_us: number;
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
  /** Keeps others that write the same of these cameras away until the transaction ends. */
  lockCameras(sql: Sql, written: 'records' | 'levels', cameraIds: readonly string[]): Promise<void>;
  /** Takes the first dirty hours after one off the list; hours that another transaction is adding to stay. */
  takeDirty(sql: Sql, after: DirtyHour, limit: number): Promise<readonly DirtyHourRow[]>;
  /** Makes room for windows that start in the months of these instants, µs UTC. */
  makeRoom(instantsUs: readonly number[]): Promise<void>;
  /** Removes the windows of a level that started before an instant; answers how many. */
  removeBefore(level: Level, beforeUs: number): Promise<number>;
  /** Ends a selection in a transaction: rows are kept from other writers, those that others keep are left out. */
  readonly skipLocked: string;
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

/** Every kind, for what goes through them one by one or has to name them all. */
export const KINDS: readonly Observation['kind'][] = ['flow', 'presence'];

/** `$first, $first+1, …` for `IN (…)`. */
export function places(count: number, first: number): string {
  return Array.from({ length: count }, (_, i) => `$${first + i}`).join(', ');
}

/** Tables of what is gathered. */
export const GATHERED_TABLES = ['gathered_series', 'level_span'] as const;
