/** The embedded engine: one SQLite file that several processes may open. */
import type { Database } from 'better-sqlite3';
import { openSqliteFile, withStoreFaults } from '../../pipelines/adapters/sqlite/sqlite-file.ts';
import { createPortalStore } from './portal-store.ts';
import { moveFirstRecords } from './sqlite/move-first-records.ts';
import { PORTAL_APPLICATION_ID, PORTAL_MIGRATIONS } from './sqlite/schema.ts';
import { createSqliteDialect } from './sqlite/sqlite-dialect.ts';
import type { PortalStore } from './store.ts';

/** Opens the portal's file and brings its schema forward. Other tables of the same file share the connection. */
export function openPortalDatabase(options: { file: string; busyTimeoutMs?: number }): Database {
  const database = openSqliteFile({
    ...options,
    applicationId: PORTAL_APPLICATION_ID,
    migrations: PORTAL_MIGRATIONS,
  });
  withStoreFaults(options.file, 'open-store', () => {
    moveFirstRecords(database);
  });
  return database;
}

/** The store on an open portal database; `close` closes that connection. */
export function createSqliteStore(database: Database): PortalStore {
  return createPortalStore(createSqliteDialect(database));
}
