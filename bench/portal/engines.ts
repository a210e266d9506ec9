/** Opens each engine on a folder, as the portal would, and tells what it takes of the machine. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openPostgresDialect } from '../../portal/store/postgres-store.ts';
import type { Dialect } from '../../portal/store/sql.ts';
import { createSqliteDialect } from '../../portal/store/sqlite/sqlite-dialect.ts';
import { openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import { startPostgres } from '../../test/support/postgres-server.ts';
import { descendants } from '../measure/processes.ts';

/** The engines, in the order in which they are measured. */
export type EngineName = 'sqlite' | 'postgres';

/** An engine while it is open. */
export interface OpenEngine {
  readonly dialect: Dialect;
  /** Memory of the processes that the engine brings beside this one, MiB, what they share counted once. */
  serverMiB(): number;
  close(): Promise<void>;
}

/** A server of a city: a quarter of a GiB of its own cache, commits that wait for the disk. */
const POSTGRES_SETTINGS = ['shared_buffers=256MB', 'max_wal_size=2GB', 'checkpoint_timeout=15min'];
const CONNECTIONS = 10;

/** Opens the engine's data in a folder, which is made where it is missing. */
export async function openEngine(engine: EngineName, folder: string): Promise<OpenEngine> {
  mkdirSync(folder, { recursive: true });
  if (engine === 'sqlite') {
    const dialect = createSqliteDialect(openPortalDatabase({ file: join(folder, 'portal.db') }));
    return { dialect, serverMiB: () => 0, close: () => dialect.close() };
  }
  const server = await startPostgres({ isDurable: true, settings: POSTGRES_SETTINGS, folder });
  try {
    const dialect = await openPostgresDialect({
      url: await server.openDatabase('pantau'),
      connections: CONNECTIONS,
    });
    const close = async () => {
      await dialect.close();
      await server.stop();
    };
    return { dialect, serverMiB: postgresMiB, close };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Proportional set sizes: PostgreSQL's processes share their buffers. */
function postgresMiB(): number {
  return descendants(process.pid)
    .filter(({ name }) => name === 'postgres')
    .reduce((sum, { pid }) => sum + proportionalKiB(pid) / 1024, 0);
}

function proportionalKiB(pid: number): number {
  const file = `/proc/${pid}/smaps_rollup`;
  if (!existsSync(file)) return 0;
  return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(file, 'utf8'))?.[1] ?? 0);
}

/** Size of everything in a folder, bytes: tables, indexes, and the log of what was written last. */
export function folderBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size;
  }
  return bytes;
}
