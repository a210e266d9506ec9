/** The embedded engine: one SQLite file that several processes may open. */
import type { Database, Statement } from 'better-sqlite3';
import { openSqliteFile, withStoreFaults } from '../../pipelines/adapters/sqlite/sqlite-file.ts';
import { type FencedObservation, observationKey } from '../../pipelines/domain/observation-key.ts';
import type { Observation } from '../../pipelines/domain/types.ts';
import { canonicalJson } from './canonical-json.ts';
import { PORTAL_APPLICATION_ID, PORTAL_MIGRATIONS } from './migrations.ts';
import { createObservationQueries } from './sqlite-queries.ts';
import type { ObservationStore, UpsertOutcome } from './store.ts';

/** Opens the portal's file and brings its schema forward. Other tables of the same file share the connection. */
export function openPortalDatabase(options: { file: string; busyTimeoutMs?: number }): Database {
  return openSqliteFile({
    ...options,
    applicationId: PORTAL_APPLICATION_ID,
    migrations: PORTAL_MIGRATIONS,
  });
}

/** The observation store on an open portal database; `close` closes that connection. */
export function createSqliteStore(database: Database): ObservationStore {
  const file = database.name;
  const guarded = <T>(operation: string, work: () => T): Promise<T> => {
    try {
      return Promise.resolve(withStoreFaults(file, operation, work));
    } catch (error) {
      return Promise.reject(error);
    }
  };
  const queries = createObservationQueries(database);
  const upsert = createUpsert(database);
  const version = database.prepare("SELECT store_id || '-' || changes FROM store_version").pluck();
  const touch = database.prepare('UPDATE store_version SET changes = changes WHERE only_row = 1');
  return {
    upsert: (records) => guarded('upsert-observations', () => upsert(records)),
    observations: (filter, page) => guarded('read-observations', () => queries.observations(filter, page)),
    endOfPage: (filter, page) => guarded('read-observations', () => queries.endOfPage(filter, page)),
    cameras: () => guarded('read-cameras', () => queries.cameras()),
    latest: (cameraId) => guarded('read-latest', () => queries.latest(cameraId)),
    version: () => guarded('read-version', () => version.get() as string),
    check: () => guarded('check-store', () => void touch.run()),
    close: () => guarded('close-store', () => void database.close()),
  };
}

interface StoredRow {
  fence: number;
  payload: string;
}

type KeyValues = [number, string, string, string, string, number];

const KEY_IS = `window_start_us = ? AND camera_id = ? AND kind = ? AND place_id = ? AND direction = ?
  AND window_seconds = ?`;

interface UpsertStatements {
  readonly find: Statement<KeyValues, StoredRow>;
  readonly insert: Statement<[...KeyValues, number, number, number, string]>;
  readonly replace: Statement<[number, number, string, ...KeyValues]>;
  readonly raiseFence: Statement<[number, ...KeyValues]>;
}

function createUpsert(database: Database) {
  const statements: UpsertStatements = {
    find: database.prepare(`SELECT fence, payload FROM observation WHERE ${KEY_IS}`),
    insert: database.prepare('INSERT INTO observation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    replace: database.prepare(
      `UPDATE observation SET fence = ?, coverage = ?, payload = ?, revision = revision + 1 WHERE ${KEY_IS}`,
    ),
    raiseFence: database.prepare(`UPDATE observation SET fence = ? WHERE ${KEY_IS}`),
  };
  const noteChange = database.prepare('UPDATE store_version SET changes = changes + 1');
  const batch = database.transaction((records: readonly FencedObservation[]): UpsertOutcome => {
    const outcome = { accepted: 0, unchanged: 0, fenced: 0 };
    for (const record of records) outcome[upsertOne(statements, record)] += 1;
    if (outcome.accepted > 0) noteChange.run();
    return outcome;
  });
  // Immediate: two writers that both read first and then both want to write would be a deadlock.
  return (records: readonly FencedObservation[]) => batch.immediate(records);
}

function upsertOne(statements: UpsertStatements, { fence, observation }: FencedObservation) {
  const key = observationKey(observation);
  const values: KeyValues = [
    key.windowStartUs,
    key.cameraId,
    key.kind,
    key.placeId,
    key.direction,
    key.windowSeconds,
  ];
  const payload = payloadOf(observation);
  const stored = statements.find.get(...values);
  if (stored === undefined) {
    statements.insert.run(...values, fence, observation.revision, observation.coverage, payload);
    return 'accepted' as const;
  }
  if (fence < stored.fence) return 'fenced' as const;
  if (isSameContent(stored.payload, payload)) {
    if (fence > stored.fence) statements.raiseFence.run(fence, ...values);
    return 'unchanged' as const;
  }
  statements.replace.run(fence, observation.coverage, payload, ...values);
  return 'accepted' as const;
}

/**
 * The revision is the store's own column: it tells how often the content changed, so it is no part of it. Its key stays,
 * so that a record comes back byte for byte.
 */
function payloadOf(observation: Observation): string {
  return JSON.stringify({ ...observation, revision: 0 });
}

function isSameContent(stored: string, offered: string): boolean {
  return stored === offered || canonicalJson(JSON.parse(stored)) === canonicalJson(JSON.parse(offered));
}
