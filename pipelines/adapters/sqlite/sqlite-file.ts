/** Opens one SQLite file the way every store of Pantau wants it: durable, shared, migrated, with known faults. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { AnalysisError } from '../../errors.ts';

/** One step forward of a file's schema. Never edited once released: a change is a new step at the end. */
export interface Migration {
  /** What the step brings, for the log and for messages. */
  readonly name: string;
  readonly sql: string;
}

/** How a file is opened. */
export interface SqliteFileOptions {
  readonly file: string;
  /** 32-bit mark in the file's header that says whose file it is, so that another program's is not altered. */
  readonly applicationId: number;
  /** In order; the file's `user_version` is how many of them it has. */
  readonly migrations: readonly Migration[];
  /** Longest wait for another process's write, default 5000. */
  readonly busyTimeoutMs?: number;
}

const FAULTS: readonly (readonly [prefix: string, advice: string])[] = [
  ['SQLITE_FULL', 'the disk is full; free space, nothing already stored is lost'],
  ['SQLITE_IOERR', 'the disk could not be read or written'],
  ['SQLITE_CORRUPT', 'the file is damaged; restore it from a backup or move it away'],
  ['SQLITE_NOTADB', 'the file is not an SQLite database; move it away or name another one'],
  ['SQLITE_READONLY', 'the file cannot be written; check its owner and mode'],
  ['SQLITE_CANTOPEN', 'the file cannot be opened; check that its folder exists and may be written'],
  ['SQLITE_BUSY', 'another process held the file for too long'],
];

/** Turns a fault of SQLite into `store-failed` with what to do; other errors pass as they are. */
export function storeFault(file: string, operation: string, error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  const advice = FAULTS.find(([prefix]) => error.code.startsWith(prefix))?.[1] ?? error.message;
  return new AnalysisError('store-failed', operation, `${file}: ${advice} (${error.code})`, { cause: error });
}

/** True for a `store-failed` of a disk that is full or takes no more from us (a quota is `SQLITE_IOERR`). */
export function isDiskFault(error: unknown): boolean {
  const cause = error instanceof AnalysisError ? error.cause : undefined;
  return cause instanceof Database.SqliteError && /^SQLITE_(FULL|IOERR)/.test(cause.code);
}

/** Runs `work`, turning faults of SQLite into `store-failed`. */
export function withStoreFaults<T>(file: string, operation: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeFault(file, operation, error);
  }
}

/**
 * Opens or makes the file: WAL, synchronous FULL (a commit is on disk when it returns), schema brought forward.
 * Throws `store-failed` for a file that is damaged, another program's, or newer than this program.
 */
export function openSqliteFile(options: SqliteFileOptions): Database.Database {
  return withStoreFaults(options.file, 'open-store', () => {
    if (!existsSync(dirname(options.file))) {
      throw new AnalysisError(
        'store-failed',
        'open-store',
        `${options.file}: its folder does not exist; make it first`,
      );
    }
    const database = new Database(options.file, { timeout: options.busyTimeoutMs ?? 5000 });
    try {
      // Looked at before anything is set: a file that is not ours stays as it is.
      appliedMigrations(database, options);
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = FULL');
      database.pragma('foreign_keys = ON');
      migrate(database, options);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

function pragmaNumber(database: Database.Database, name: string): number {
  return database.pragma(name, { simple: true }) as number;
}

/** One exclusive transaction, so that of several processes starting at once exactly one migrates. */
function migrate(database: Database.Database, options: SqliteFileOptions): void {
  const steps = database.transaction(() => {
    const missing = options.migrations.slice(appliedMigrations(database, options));
    if (missing.length === 0) return;
    for (const migration of missing) database.exec(migration.sql);
    database.pragma(`application_id = ${options.applicationId}`);
    database.pragma(`user_version = ${options.migrations.length}`);
  });
  steps.exclusive();
}

/** How many migrations the file has; throws when it is another program's or newer than this program. */
function appliedMigrations(database: Database.Database, options: SqliteFileOptions): number {
  const { file, migrations, applicationId } = options;
  const mark = pragmaNumber(database, 'application_id');
  const version = pragmaNumber(database, 'user_version');
  const tables = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() as number;
  const isFresh = mark === 0 && version === 0 && tables === 0;
  if (!isFresh && mark !== applicationId) {
    throw new AnalysisError(
      'store-failed',
      'open-store',
      `${file} is a database of another program (application id ${mark}, expected ${applicationId}); name another file`,
    );
  }
  if (version > migrations.length) {
    throw new AnalysisError(
      'store-failed',
      'open-store',
      `${file} has schema version ${version}, this program knows up to ${migrations.length}: it was written by a newer Pantau. Update this program, or name another file`,
    );
  }
  return version;
}
