/**
 * How the tables of windows are cut by time: into partitions of plain PostgreSQL, or into the chunks of TimescaleDB where
 * the database has it. Chosen when the tables are made; from then on the tables themselves say which.
 */
import pg, { type PoolClient } from 'pg';
import type { Sql } from '../sql.ts';
import { type Layout, MIGRATION_LOCK, PARTITIONED_TABLES, PARTITIONS } from './schema.ts';

/**
 * Brings TimescaleDB into a database that has none of our tables yet, when its server offers it. Answers why it could not,
 * and nothing when there was nothing to say. On a connection of its own: a server that does not preload the library ends
 * the connection. Throws the driver's errors when the database can't be reached.
 */
export async function offerTimescale(config: pg.ClientConfig): Promise<string | undefined> {
  const client = new pg.Client(config);
  client.on('error', () => undefined);
  await client.connect();
  try {
    // Of several programs starting at once one creates it; the end of the connection is the end of the lock.
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const { rows } = await client.query<{ is_missing: boolean }>(
      `SELECT installed_version IS NULL AS is_missing FROM pg_available_extensions
        WHERE name = 'timescaledb' AND to_regclass('pantau_schema') IS NULL`,
    );
    if (rows[0]?.is_missing !== true) return undefined;
    await client.query('CREATE EXTENSION IF NOT EXISTS timescaledb');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** What new tables are made as: hypertables where the extension is installed. */
export async function layoutForNewTables(client: PoolClient): Promise<Layout> {
  const { rows } = await client.query<{ schema: string }>(
    `SELECT quote_ident(nspname) AS schema FROM pg_extension
      JOIN pg_namespace AS n ON n.oid = extnamespace WHERE extname = 'timescaledb'`,
  );
  return rows[0] === undefined ? PARTITIONS : { cut: 'hypertables', schema: rows[0].schema };
}

/** What the tables were made as. */
export async function layoutOfTables(client: PoolClient): Promise<Layout> {
  const { rows } = await client.query<{ is_partitioned: boolean }>(
    "SELECT relkind = 'p' AS is_partitioned FROM pg_class WHERE oid = to_regclass('record_window')",
  );
  return rows[0]?.is_partitioned === false ? layoutForNewTables(client) : PARTITIONS;
}

/** Drops the chunks that ended before an instant; answers how many rows of the table were older than it. */
export async function dropChunks(
  sql: Sql,
  { schema, table, beforeUs }: { schema: string; table: string; beforeUs: number },
): Promise<number> {
  const [old] = await sql.all<{ rows: number }>(
    `SELECT count(*) AS rows FROM ${table} WHERE window_start_us < $1`,
    [beforeUs],
  );
  await sql.all(`SELECT ${schema}.drop_chunks(CAST($1 AS regclass), older_than => CAST($2 AS bigint))`, [
    table,
    beforeUs,
  ]);
  return old?.rows ?? 0;
}

/** Bytes of a table, of its partitions or of its chunks, indexes included. */
export async function tableBytes(sql: Sql, layout: Layout, table: string): Promise<number> {
  const isCut = (PARTITIONED_TABLES as readonly string[]).includes(table);
  if (!isCut) {
    const [whole] = await sql.all<{ bytes: number }>(
      'SELECT pg_total_relation_size(CAST($1 AS regclass)) AS bytes',
      [table],
    );
    return whole?.bytes ?? 0;
  }
  const [size] = await sql.all<{ bytes: number | null }>(
    layout.cut === 'hypertables'
      ? `SELECT ${layout.schema}.hypertable_size(CAST($1 AS regclass)) AS bytes`
      : `SELECT CAST(sum(pg_total_relation_size(inhrelid)) AS bigint) AS bytes
          FROM pg_inherits WHERE inhparent = CAST($1 AS regclass)`,
    [table],
  );
  return size?.bytes ?? 0;
}
