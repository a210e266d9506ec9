/** What publishers remember beside their cursors: who is paused, which rows were refused, when they last succeeded. */
import { type Migration, openSqliteFile } from '../../pipelines/adapters/sqlite/sqlite-file.ts';
import type { PublicSeriesChange } from '../privacy/public-reader.ts';
import type { PublisherMemory, Refusal } from './publisher.ts';

/** "PNPB" in the file's header. */
const JOURNAL_APPLICATION_ID = 0x50_4e_50_42;

const MIGRATIONS: readonly Migration[] = [
  {
    name: 'publishers',
    sql: `
      CREATE TABLE publisher (
        publisher_id TEXT PRIMARY KEY,
        is_paused INTEGER NOT NULL DEFAULT 0,
        last_success_ms INTEGER
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE quarantine (
        publisher_id TEXT NOT NULL,
        change_key TEXT NOT NULL,
        row_key TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        reason TEXT NOT NULL,
        refused_at_ms INTEGER NOT NULL,
        PRIMARY KEY (publisher_id, change_key, row_key)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE memory (
        publisher_id TEXT NOT NULL,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (publisher_id, name)
      ) STRICT, WITHOUT ROWID;`,
  },
];

/** A refused row as operators see it. */
export interface QuarantinedRow {
  readonly rowKey: string;
  readonly sequence: number;
  readonly reason: string;
  readonly refusedAtMs: number;
}

/** A batch that got through. */
export interface SettledBatch {
  readonly publisherId: string;
  readonly changes: readonly PublicSeriesChange[];
  readonly refused: readonly Refusal[];
  readonly atMs: number;
}

/** The journal; several processes may open one file. */
export interface Journal {
  /** Earlier refusals of these changes are forgotten, the new ones are kept. */
  settle(batch: SettledBatch): void;
  lastSuccessMs(publisherId: string): number | undefined;
  isPaused(publisherId: string): boolean;
  setPaused(publisherId: string, isPaused: boolean): void;
  /** How many rows are refused. */
  quarantineSize(publisherId: string): number;
  /** The refused rows, newest first. */
  quarantined(publisherId: string, limit: number): QuarantinedRow[];
  /** The lowest sequence of a refused row; sending again from before it tries all of them again. */
  firstQuarantined(publisherId: string): number | undefined;
  memory(publisherId: string): PublisherMemory;
  close(): void;
}

/** Refusal reasons may quote the row; more than this is of no use. */
const MAX_REASON = 500;

/** Opens or makes the journal. Throws `store-failed`. */
export function openJournal(options: { readonly file: string }): Journal {
  const database = openSqliteFile({
    file: options.file,
    applicationId: JOURNAL_APPLICATION_ID,
    migrations: MIGRATIONS,
  });
  const forget = database.prepare<[string, string]>(
    'DELETE FROM quarantine WHERE publisher_id = ? AND change_key = ?',
  );
  const keep = database.prepare<[string, string, string, number, string, number]>(
    'INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?, ?, ?, ?)',
  );
  const succeed = database.prepare<[string, number]>(
    `INSERT INTO publisher (publisher_id, last_success_ms) VALUES (?, ?)
      ON CONFLICT (publisher_id) DO UPDATE SET last_success_ms = excluded.last_success_ms`,
  );
  const select = database.prepare<[string], { is_paused: number; last_success_ms: number | null }>(
    'SELECT is_paused, last_success_ms FROM publisher WHERE publisher_id = ?',
  );
  return {
    settle: database.transaction(({ publisherId, changes, refused, atMs }: SettledBatch) => {
      for (const change of changes) forget.run(publisherId, changeKey(change));
      for (const { change, rowKey, reason } of refused) {
        keep.run(publisherId, changeKey(change), rowKey, change.sequence, reason.slice(0, MAX_REASON), atMs);
      }
      succeed.run(publisherId, atMs);
    }),
    lastSuccessMs: (publisherId) => select.get(publisherId)?.last_success_ms ?? undefined,
    isPaused: (publisherId) => select.get(publisherId)?.is_paused === 1,
    setPaused(publisherId, isPaused) {
      database
        .prepare(
          `INSERT INTO publisher (publisher_id, is_paused) VALUES (?, ?)
            ON CONFLICT (publisher_id) DO UPDATE SET is_paused = excluded.is_paused`,
        )
        .run(publisherId, isPaused ? 1 : 0);
    },
    quarantineSize: (publisherId) =>
      database
        .prepare<[string], number>('SELECT count(*) FROM quarantine WHERE publisher_id = ?')
        .pluck()
        .get(publisherId) ?? 0,
    quarantined: (publisherId, limit) =>
      database
        .prepare<[string, number], QuarantinedRow>(
          `SELECT row_key AS rowKey, sequence, reason, refused_at_ms AS refusedAtMs FROM quarantine
            WHERE publisher_id = ? ORDER BY sequence DESC, row_key LIMIT ?`,
        )
        .all(publisherId, limit),
    firstQuarantined: (publisherId) =>
      database
        .prepare<[string], number | null>('SELECT min(sequence) FROM quarantine WHERE publisher_id = ?')
        .pluck()
        .get(publisherId) ?? undefined,
    memory: (publisherId) => ({
      get: (name) =>
        database
          .prepare<[string, string], string>('SELECT value FROM memory WHERE publisher_id = ? AND name = ?')
          .pluck()
          .get(publisherId, name),
      set(name, value) {
        database.prepare('INSERT OR REPLACE INTO memory VALUES (?, ?, ?)').run(publisherId, name, value);
      },
    }),
    close: () => {
      database.close();
    },
  };
}

/** The same for every edition of a change. */
function changeKey({ level, kind, cameraId, windowStartUs }: PublicSeriesChange): string {
  return JSON.stringify([level, kind, cameraId, windowStartUs]);
}
