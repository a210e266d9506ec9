/**
 * What waits to be sent, durable on this host. One SQLite file, shared by every worker process of the host; any of
 * them may send any row, which is harmless: the portal upserts.
 */
import type { Database } from 'better-sqlite3';
import { type FencedObservation, observationKeyText } from '../../domain/observation-key.ts';
import type { Observation } from '../../domain/types.ts';
import { AnalysisError } from '../../errors.ts';
import { isDiskFault, type Migration, openSqliteFile, withStoreFaults } from '../sqlite/sqlite-file.ts';
import { createDiskReserve } from './disk-reserve.ts';

/** A row on its way, claimed by one publisher. */
export interface OutboxRow extends FencedObservation {
  readonly id: number;
  /** Grows when a newer content of the same record replaces the row. */
  readonly version: number;
}

/** How full the outbox is. */
export interface OutboxLevel {
  readonly rows: number;
  readonly bytes: number;
  readonly maxBytes: number;
  /** At or above the alarm share. */
  readonly isAlarmed: boolean;
  /** Records the portal refused for good, kept with their reason. */
  readonly deadLetters: number;
}

/** A record the portal refused for good. */
export interface DeadLetter extends FencedObservation {
  readonly reason: string;
  readonly refusedAtMs: number;
}

/** Where the outbox lies and how much it may hold. */
export interface OutboxOptions {
  readonly file: string;
  /** Bytes of waiting records, default 256 MiB (RELIABILITY.md §6): some 200,000 records. */
  readonly maxBytes?: number;
  /** Milliseconds since 1970; the processes of a host share it. */
  readonly clock: () => number;
  readonly busyTimeoutMs?: number;
  /** Called when the level rises to 80 % of `maxBytes` and when it falls below again. */
  readonly onAlarm?: (level: OutboxLevel) => void;
}

/**
 * The outbox; every method throws `store-failed` when the file cannot be used. On a full disk nothing more is taken in, but
 * what waits can go: the room that this needs is kept back in `<file>-reserve`. What went leaves its room to the next records.
 */
export interface Outbox {
  /**
   * On disk when it returns. A record whose key already waits replaces the waiting one, unless that one carries a
   * higher fence. Throws `store-failed`, and adds nothing, when the batch does not fit under `maxBytes`.
   */
  add(records: readonly FencedObservation[], origin: string): void;
  /** The oldest unclaimed rows, claimed for `claimMs`; after that anyone may claim them again. */
  claim(claimant: string, limit: number, claimMs: number): readonly OutboxRow[];
  /** Removes rows that the portal confirmed; a row replaced meanwhile stays. */
  confirm(rows: readonly OutboxRow[]): void;
  /** Gives rows back unsent. */
  release(rows: readonly OutboxRow[]): void;
  /** Moves one row to the dead letters. */
  refuse(row: OutboxRow, reason: string): void;
  level(): OutboxLevel;
  /** Rows of this origin that still wait, and records of it refused so far. */
  ofOrigin(origin: string): { readonly waiting: number; readonly refused: number };
  /** Newest first. */
  deadLetters(limit: number): readonly DeadLetter[];
  close(): void;
}

const DEFAULT_MAX_BYTES = 256 * 1024 * 1024;
const ALARM_SHARE = 0.8;
/**
 * To give rows away on a full disk. The write-ahead log has up to 1000 pages of 4 KiB (SQLite's `wal_autocheckpoint`) that the
 * file may still have to grow by, and one batch of 1000 rows rewrites some 700 more, twice (claimed, then removed).
 */
const RESERVE_BYTES = 16 * 1024 * 1024;
/** No publisher claims for longer. */
const MAX_CLAIM_MS = 600_000;
/** "PNTO" in the file's header. */
const OUTBOX_APPLICATION_ID = 0x50_4e_54_4f;

const OUTBOX_MIGRATIONS: readonly Migration[] = [
  {
    name: 'outbox',
    sql: `
      CREATE TABLE waiting (
        id               INTEGER PRIMARY KEY AUTOINCREMENT,
        key              TEXT    NOT NULL UNIQUE,
        version          INTEGER NOT NULL DEFAULT 1,
        fence            INTEGER NOT NULL,
        payload          TEXT    NOT NULL,
        bytes            INTEGER NOT NULL,
        origin           TEXT    NOT NULL,
        claimed_by       TEXT    NOT NULL DEFAULT '',
        claimed_until_ms INTEGER NOT NULL DEFAULT 0
      ) STRICT;
      CREATE INDEX waiting_by_origin ON waiting (origin);
      CREATE TABLE dead_letter (
        id            INTEGER PRIMARY KEY AUTOINCREMENT,
        fence         INTEGER NOT NULL,
        payload       TEXT    NOT NULL,
        origin        TEXT    NOT NULL,
        reason        TEXT    NOT NULL,
        refused_at_ms INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX dead_letter_by_origin ON dead_letter (origin);
      CREATE TABLE level (
        only_row INTEGER PRIMARY KEY CHECK (only_row = 1), rows INTEGER NOT NULL, bytes INTEGER NOT NULL
      ) STRICT;
      INSERT INTO level VALUES (1, 0, 0);
      CREATE TRIGGER waiting_added AFTER INSERT ON waiting BEGIN
        UPDATE level SET rows = rows + 1, bytes = bytes + new.bytes;
      END;
      CREATE TRIGGER waiting_replaced AFTER UPDATE OF bytes ON waiting BEGIN
        UPDATE level SET bytes = bytes + new.bytes - old.bytes;
      END;
      CREATE TRIGGER waiting_removed AFTER DELETE ON waiting BEGIN
        UPDATE level SET rows = rows - 1, bytes = bytes - old.bytes;
      END;
    `,
  },
];

interface StoredRow {
  id: number;
  version: number;
  fence: number;
  payload: string;
}

/** Opens or makes the outbox file. */
export function createOutbox(options: OutboxOptions): Outbox {
  const { file, clock, maxBytes = DEFAULT_MAX_BYTES } = options;
  const reserve = createDiskReserve({ file: `${file}-reserve`, bytes: RESERVE_BYTES, isFull: isDiskFault });
  const database = reserve.withRoom(() =>
    openSqliteFile({
      file,
      applicationId: OUTBOX_APPLICATION_ID,
      migrations: OUTBOX_MIGRATIONS,
      ...(options.busyTimeoutMs === undefined ? {} : { busyTimeoutMs: options.busyTimeoutMs }),
    }),
  );
  reserve.keep();
  const statements = prepareStatements(database);
  const immediately = <A extends unknown[], R>(operation: string, work: (...args: A) => R) => {
    const transaction = database.transaction(work);
    return (...args: A): R => withStoreFaults(file, operation, () => transaction.immediate(...args));
  };
  /** For what gives rows away: goes on in the reserve when the disk is full. */
  const inReserve = <A extends unknown[], R>(operation: string, work: (...args: A) => R) => {
    const run = immediately(operation, work);
    return (...args: A): R => reserve.withRoom(() => run(...args));
  };
  const pages = (): number => database.pragma('page_count', { simple: true }) as number;
  const level = (): OutboxLevel => {
    const { rows, bytes } = statements.level.get() as { rows: number; bytes: number };
    const deadLetters = statements.countDead.get() as number;
    return { rows, bytes, maxBytes, isAlarmed: bytes >= maxBytes * ALARM_SHARE, deadLetters };
  };
  const watch = createAlarmWatch(level, options.onAlarm);
  const add = immediately(
    'outbox-add',
    (records: readonly FencedObservation[], origin: string, mayGrow: boolean) => {
      const pagesBefore = pages();
      for (const record of records) {
        const payload = JSON.stringify(record.observation);
        const bytes = Buffer.byteLength(payload);
        statements.add.run(observationKeyText(record.observation), record.fence, payload, bytes, origin);
      }
      assertFits(file, level());
      if (!mayGrow && pages() > pagesBefore) throw diskIsFull(file);
    },
  );
  const claim = inReserve('outbox-claim', (claimant: string, limit: number, claimMs: number) => {
    const nowMs = clock();
    const claimed = { claimant, limit, nowMs, untilMs: nowMs + claimMs, absurdMs: nowMs + MAX_CLAIM_MS };
    return statements.claim.all(claimed) as StoredRow[];
  });
  const forEachRow = (operation: string, work: (row: OutboxRow) => void) =>
    inReserve(operation, (rows: readonly OutboxRow[]) => rows.forEach(work));
  const confirm = forEachRow('outbox-confirm', (row) => {
    const removed = statements.remove.run(row.id, row.version);
    if (removed.changes === 0) statements.release.run(row.id);
  });
  const release = forEachRow('outbox-release', (row) => statements.release.run(row.id));
  const refuse = inReserve('outbox-refuse', (row: OutboxRow, reason: string) => {
    statements.bury.run({ id: row.id, version: row.version, reason, nowMs: clock() });
    const removed = statements.remove.run(row.id, row.version);
    if (removed.changes === 0) statements.release.run(row.id);
  });
  return {
    add(records, origin) {
      // Before the transaction: taking the room back writes for long enough that other processes would find the file busy.
      const mayGrow = !reserve.isGiven();
      watch(() => add(records, origin, mayGrow));
    },
    claim(claimant, limit, claimMs) {
      const rows = claim(claimant, limit, claimMs);
      if (rows.length === 0) reserve.keep();
      return rows.sort((a, b) => a.id - b.id).map(toOutboxRow);
    },
    confirm: (rows) => watch(() => confirm(rows)),
    release: (rows) => release(rows),
    refuse: (row, reason) => watch(() => refuse(row, reason)),
    level: () => withStoreFaults(file, 'outbox-level', level),
    ofOrigin: (origin) =>
      withStoreFaults(file, 'outbox-level', () => ({
        waiting: statements.waitingOf.get(origin) as number,
        refused: statements.refusedOf.get(origin) as number,
      })),
    deadLetters: (limit) =>
      withStoreFaults(file, 'outbox-dead-letters', () =>
        (statements.dead.all(limit) as DeadRow[]).map(toDeadLetter),
      ),
    close: () => void database.close(),
  };
}

function prepareStatements(database: Database) {
  return {
    add: database.prepare(`
      INSERT INTO waiting (key, fence, payload, bytes, origin) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET fence = excluded.fence, payload = excluded.payload, bytes = excluded.bytes,
        origin = excluded.origin, version = version + 1
      WHERE excluded.fence >= fence`),
    // A claim that ends so late was made before the clock was set back.
    claim: database.prepare(`
      UPDATE waiting SET claimed_by = @claimant, claimed_until_ms = @untilMs
      WHERE id IN (SELECT id FROM waiting WHERE claimed_until_ms <= @nowMs OR claimed_until_ms > @absurdMs
        ORDER BY id LIMIT @limit)
      RETURNING id, version, fence, payload`),
    remove: database.prepare('DELETE FROM waiting WHERE id = ? AND version = ?'),
    release: database.prepare("UPDATE waiting SET claimed_by = '', claimed_until_ms = 0 WHERE id = ?"),
    bury: database.prepare(`
      INSERT INTO dead_letter (fence, payload, origin, reason, refused_at_ms)
      SELECT fence, payload, origin, @reason, @nowMs FROM waiting WHERE id = @id AND version = @version`),
    level: database.prepare('SELECT rows, bytes FROM level'),
    countDead: database.prepare('SELECT count(*) FROM dead_letter').pluck(),
    waitingOf: database.prepare('SELECT count(*) FROM waiting WHERE origin = ?').pluck(),
    refusedOf: database.prepare('SELECT count(*) FROM dead_letter WHERE origin = ?').pluck(),
    dead: database.prepare('SELECT * FROM dead_letter ORDER BY id DESC LIMIT ?'),
  };
}

/** Inside the transaction: a throw takes the batch back. */
function assertFits(file: string, level: OutboxLevel): void {
  if (level.bytes <= level.maxBytes) return;
  throw new AnalysisError(
    'store-failed',
    'outbox-add',
    `the outbox ${file} is full: with this batch ${level.bytes} bytes would wait, allowed are ${level.maxBytes}. ` +
      'The portal has been out of reach for too long: bring it back',
  );
}

/** The last free room is for what waits already. */
function diskIsFull(file: string): AnalysisError {
  const message = `${file}: the disk is full; free space. What waits is sent, and leaves its room to new records`;
  return new AnalysisError('store-failed', 'outbox-add', message);
}

/** Runs a change and tells of a crossing of the alarm level, seen from this process. */
function createAlarmWatch(level: () => OutboxLevel, onAlarm: OutboxOptions['onAlarm']) {
  let wasAlarmed = false;
  return (change: () => void) => {
    change();
    if (onAlarm === undefined) return;
    const now = level();
    if (now.isAlarmed !== wasAlarmed) onAlarm(now);
    wasAlarmed = now.isAlarmed;
  };
}

interface DeadRow {
  fence: number;
  payload: string;
  reason: string;
  refused_at_ms: number;
}

function toOutboxRow(row: StoredRow): OutboxRow {
  const { id, version, fence, payload } = row;
  return { id, version, fence, observation: JSON.parse(payload) as Observation };
}

function toDeadLetter(row: DeadRow): DeadLetter {
  const { fence, payload, reason, refused_at_ms } = row;
  return { fence, observation: JSON.parse(payload) as Observation, reason, refusedAtMs: refused_at_ms };
}
