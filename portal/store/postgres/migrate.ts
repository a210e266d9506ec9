/** Brings a PostgreSQL database to this program's schema, one process at a time. */
import type { PoolClient } from 'pg';
import { AnalysisError } from '../../../pipelines/errors.ts';
import { layoutForNewTables } from './layout.ts';
import { type Layout, MIGRATION_LOCK, PARTITIONS, type PostgresMigration } from './schema.ts';

/** What the versions of PostgreSQL are called in `server_version_num`. */
const LEAST_SERVER = 150_000;

/** What `migrate` applies and whom it tells. */
export interface MigrationOptions {
  readonly migrations: readonly PostgresMigration[];
  /** Hears why an installed TimescaleDB was not used. */
  readonly report: (message: string) => void;
}

/**
 * Applies the missing steps in one transaction; of several programs starting at once, the others wait. Throws
 * `store-failed` when the server is too old or the schema newer than the program.
 */
export async function migrate(client: PoolClient, { migrations, report }: MigrationOptions): Promise<void> {
  await refuseOldServer(client);
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await client.query(
      'CREATE TABLE IF NOT EXISTS pantau_schema (version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL)',
    );
    const { rows } = await client.query<{ version: number | null }>(
      'SELECT max(version) AS version FROM pantau_schema',
    );
    const version = rows[0]?.version ?? 0;
    refuseNewer(version, migrations.length);
    const layout = await layoutForNewTables(client);
    for (const [i, { name, sql }] of migrations.entries()) {
      if (i < version) continue;
      await (typeof sql === 'string' ? client.query(sql) : makeTables(client, { sql, layout, report }));
      await client.query('INSERT INTO pantau_schema VALUES ($1, $2, now())', [i + 1, name]);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

interface TablesToMake extends Pick<MigrationOptions, 'report'> {
  readonly sql: (layout: Layout) => string;
  readonly layout: Layout;
}

/** A TimescaleDB that refuses leaves plain partitions. */
async function makeTables(client: PoolClient, { sql, layout, report }: TablesToMake): Promise<void> {
  if (layout.cut === 'partitions') {
    await client.query(sql(PARTITIONS));
    return;
  }
  await client.query('SAVEPOINT hypertables');
  try {
    await client.query(sql(layout));
  } catch (error) {
    await client.query('ROLLBACK TO SAVEPOINT hypertables');
    await client.query(sql(PARTITIONS));
    report(error instanceof Error ? error.message : String(error));
  }
}

async function refuseOldServer(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ number: number; version: string }>(
    "SELECT current_setting('server_version_num')::integer AS number, current_setting('server_version') AS version",
  );
  const [server] = rows;
  if (server === undefined || server.number >= LEAST_SERVER) return;
  throw new AnalysisError(
    'store-failed',
    'open-store',
    `the database server is PostgreSQL ${server.version}; 15 or later is needed`,
  );
}

function refuseNewer(version: number, known: number): void {
  if (version <= known) return;
  throw new AnalysisError(
    'store-failed',
    'open-store',
    `the database has schema version ${version}, this program knows up to ${known}: it was written by a newer Pantau. Update this program, or name another database`,
  );
}
