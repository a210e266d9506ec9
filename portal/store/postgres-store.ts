/** The city's engine: PostgreSQL 15 or later. */
import pg, { types } from 'pg';
import { createPortalStore } from './portal-store.ts';
import { layoutOfTables, offerTimescale } from './postgres/layout.ts';
import { migrate } from './postgres/migrate.ts';
import { createPostgresDialect, databaseFault } from './postgres/postgres-dialect.ts';
import { POSTGRES_MIGRATIONS } from './postgres/schema.ts';
import type { Dialect } from './sql.ts';
import type { PortalStore } from './store.ts';

/** Where the database is. */
export interface PostgresOptions {
  /** `postgresql://user:password@host:port/database`; never shown in messages. */
  readonly url: string;
  /** Connections at most, default 10. */
  readonly connections?: number;
  /** How long one may take to open, default 5000. */
  readonly connectTimeoutMs?: number;
  /** Hears what an operator should know and nothing fails by: why TimescaleDB is there and not used. */
  readonly report?: ((message: string) => void) | undefined;
}

/** OID of int8, which the driver gives as a text unless told otherwise. */
const INT8 = 20;

/**
 * Every statement finds its rows by index. The planner knows nothing of fresh partitions, which have no statistics yet,
 * and would read them whole; compiling statements that take a millisecond costs ten.
 */
const SESSION = '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off';

/** Opens the database and brings its schema forward. Throws `store-failed` with what to do. */
export async function openPostgresStore(options: PostgresOptions): Promise<PortalStore> {
  return createPortalStore(await openPostgresDialect(options));
}

/** The engine alone, for measurements that fill tables below the store. */
export async function openPostgresDialect(options: PostgresOptions): Promise<Dialect> {
  const connection = {
    connectionString: options.url,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5000,
    application_name: 'pantau-portal',
  };
  const pool = new pg.Pool({
    ...connection,
    max: options.connections ?? 10,
    options: SESSION,
    types: { getTypeParser: parserOf as typeof types.getTypeParser },
  });
  // Lost while idle (the server restarts): the pool opens another one when it is needed.
  pool.on('error', () => undefined);
  const name = shownName(options.url);
  const report = (reason: string) =>
    options.report?.(`${name}: TimescaleDB is there but not used, tables are plain partitions: ${reason}`);
  try {
    const refusal = await offerTimescale(connection);
    if (refusal !== undefined) report(refusal);
    const client = await pool.connect();
    try {
      await migrate(client, { migrations: POSTGRES_MIGRATIONS, report });
      return createPostgresDialect(pool, name, await layoutOfTables(client));
    } finally {
      client.release();
    }
  } catch (error) {
    await pool.end();
    throw databaseFault(name, 'open-store', error);
  }
}

/** All our whole numbers fit below 2^53. */
function parserOf(oid: number, format: 'text' | 'binary' = 'text'): unknown {
  return oid === INT8 && format === 'text' ? Number : types.getTypeParser(oid, format as 'text');
}

/** Host and database only. */
function shownName(url: string): string {
  try {
    const { host, pathname, searchParams } = new URL(url);
    return `PostgreSQL ${host === '' ? (searchParams.get('host') ?? 'localhost') : host}${pathname}`;
  } catch {
    return 'PostgreSQL';
  }
}
