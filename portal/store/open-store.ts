/** Opens the portal's store: the file in the data folder, or the city's database. */
import { openPostgresStore } from './postgres-store.ts';
import { createSqliteStore, openPortalDatabase } from './sqlite-store.ts';
import type { PortalStore } from './store.ts';

/** Where the store is. */
export interface StoreLocation {
  /** The SQLite file, taken when no `url` is given. */
  readonly file: string;
  /** `postgresql://…`. */
  readonly url?: string | undefined;
  /** Hears what an operator should know and nothing fails by. */
  readonly report?: ((message: string) => void) | undefined;
}

/** Opens the store and brings its schema forward. Throws `store-failed` with what to do. */
export async function openPortalStore({ file, url, report }: StoreLocation): Promise<PortalStore> {
  return url === undefined
    ? createSqliteStore(openPortalDatabase({ file }))
    : openPostgresStore({ url, report });
}
