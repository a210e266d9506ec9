/** What publishers remember beside their cursors: who is paused, which rows were refused, when they last succeeded. */
import { type Migration, openSqliteFile } from '../../pipelines/adapters/sqlite/sqlite-file.ts';
import type { PublicSeriesChange } from '../privacy/public-reader.ts';
import type { ListRefusal, PublisherMemory, Refusal, SentRows } from './publisher.ts';

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
  {
    name: 'lists',
    sql: `
      CREATE TABLE sent_row (
        publisher_id TEXT NOT NULL,
        table_id TEXT NOT NULL,
        row_key TEXT NOT NULL,
        digest TEXT NOT NULL,
        PRIMARY KEY (publisher_id, table_id, row_key)
      ) STRICT, WITHOUT ROWID;`,
  },
];

/** Sequences of changes begin at 1; rows of lists belong to none. */
const OF_A_LIST = 0;

/** A refused row as operators see it. */
export interface QuarantinedRow {
  readonly rowKey: string;
  /** Of its change; 0 for a row of a list. */
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

/** Lists that were brought up to date. */
export interface SettledLists {
  readonly publisherId: string;
  /** Keys of rows that were sent or removed. */
  readonly settled: readonly string[];
  readonly refused: readonly ListRefusal[];
  readonly atMs: number;
}

/** The journal; several processes may open one file. */
export interface Journal {
  /**
   * Earlier refusals of these changes are forgotten, the new ones are kept. False, and nothing is noted, when more than
   * `MOST_REFUSED` rows would be refused.
   */
  settle(batch: SettledBatch): boolean;
  /** The same of rows of lists. */
  settleLists(lists: SettledLists): void;
  lastSuccessMs(publisherId: string): number | undefined;
  isPaused(publisherId: string): boolean;
  setPaused(publisherId: string, isPaused: boolean): void;
  /** How many rows are refused. */
  quarantineSize(publisherId: string): number;
  /** The refused rows, newest first. */
  quarantined(publisherId: string, limit: number): QuarantinedRow[];
  /** The lowest sequence of a refused row; sending again from before it tries all of them again. */
  firstQuarantined(publisherId: string): number | undefined;
  /** Sequences of refused rows, lowest first; none of lists. */
  quarantinedSequences(publisherId: string): number[];
  /** Refusals of a change that is no more. */
  forget(publisherId: string, sequence: number): void;
  memory(publisherId: string): PublisherMemory;
  sentRows(publisherId: string): SentRows;
  /** Every row of every list is sent again; which ones are over there stays known. */
  resendLists(publisherId: string): void;
  close(): void;
}

/** Rows of one publisher that are set aside at most, some MB; more are no matter of single rows. */
export const MOST_REFUSED = 10_000;
/** Refusal reasons may quote the row; more than this is of no use. */
const MAX_REASON = 500;

/** Ends a transaction that would keep too many. */
const FULL = new Error('too many refused rows');

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
  const count = database
    .prepare<[string], number>('SELECT count(*) FROM quarantine WHERE publisher_id = ?')
    .pluck();
  /** Throws `FULL`, and changes nothing, where more are refused than are kept. */
  const settle = database.transaction(({ publisherId, changes, refused, atMs }: SettledBatch) => {
    for (const change of changes) forget.run(publisherId, changeKey(change));
    for (const { change, rowKey, reason } of refused) {
      keep.run(publisherId, changeKey(change), rowKey, change.sequence, reason.slice(0, MAX_REASON), atMs);
    }
    if (refused.length > 0 && (count.get(publisherId) ?? 0) > MOST_REFUSED) throw FULL;
    succeed.run(publisherId, atMs);
  });
  return {
    settle(batch) {
      try {
        settle(batch);
        return true;
      } catch (error) {
        if (error === FULL) return false;
        throw error;
      }
    },
    settleLists: database.transaction(({ publisherId, settled, refused, atMs }: SettledLists) => {
      for (const rowKey of settled) forget.run(publisherId, listKey(rowKey));
      for (const { rowKey, reason } of refused) {
        keep.run(publisherId, listKey(rowKey), rowKey, OF_A_LIST, reason.slice(0, MAX_REASON), atMs);
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
    quarantineSize: (publisherId) => count.get(publisherId) ?? 0,
    quarantined: (publisherId, limit) =>
      database
        .prepare<[string, number], QuarantinedRow>(
          `SELECT row_key AS rowKey, sequence, reason, refused_at_ms AS refusedAtMs FROM quarantine
            WHERE publisher_id = ? ORDER BY sequence DESC, row_key LIMIT ?`,
        )
        .all(publisherId, limit),
    firstQuarantined: (publisherId) =>
      database
        .prepare<[string, number], number | null>(
          'SELECT min(sequence) FROM quarantine WHERE publisher_id = ? AND sequence > ?',
        )
        .pluck()
        .get(publisherId, OF_A_LIST) ?? undefined,
    quarantinedSequences: (publisherId) =>
      database
        .prepare<[string, number], number>(
          'SELECT DISTINCT sequence FROM quarantine WHERE publisher_id = ? AND sequence > ? ORDER BY sequence',
        )
        .pluck()
        .all(publisherId, OF_A_LIST),
    forget(publisherId, sequence) {
      database
        .prepare('DELETE FROM quarantine WHERE publisher_id = ? AND sequence = ?')
        .run(publisherId, sequence);
    },
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
    sentRows: (publisherId) => openSentRows(database, publisherId),
    resendLists(publisherId) {
      database.prepare("UPDATE sent_row SET digest = '' WHERE publisher_id = ?").run(publisherId);
    },
    close: () => {
      database.close();
    },
  };
}

function openSentRows(database: ReturnType<typeof openSqliteFile>, publisherId: string): SentRows {
  const select = database.prepare<[string, string], { row_key: string; digest: string }>(
    'SELECT row_key, digest FROM sent_row WHERE publisher_id = ? AND table_id = ?',
  );
  const insert = database.prepare('INSERT OR REPLACE INTO sent_row VALUES (?, ?, ?, ?)');
  const remove = database.prepare(
    'DELETE FROM sent_row WHERE publisher_id = ? AND table_id = ? AND row_key = ?',
  );
  return {
    known: (tableId) =>
      new Map(select.all(publisherId, tableId).map(({ row_key: key, digest }) => [key, digest])),
    note: database.transaction((tableId: string, rows: Iterable<readonly [string, string]>) => {
      for (const [rowKey, digest] of rows) insert.run(publisherId, tableId, rowKey, digest);
    }),
    forget: database.transaction((tableId: string, rowKeys: Iterable<string>) => {
      for (const rowKey of rowKeys) remove.run(publisherId, tableId, rowKey);
    }),
  };
}

function listKey(rowKey: string): string {
  return JSON.stringify(['list', rowKey]);
}

/** The same for every edition of a change. */
function changeKey({ level, kind, cameraId, windowStartUs }: PublicSeriesChange): string {
  return JSON.stringify([level, kind, cameraId, windowStartUs]);
}
