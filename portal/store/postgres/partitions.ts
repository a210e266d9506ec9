/** One partition per table and month of UTC: retention drops them whole. */

import type { Sql } from '../sql.ts';
import type { Month } from './month.ts';
import { PARTITION_LOCK, PARTITIONED_TABLES } from './schema.ts';

/** Makes the partitions of a month where they are missing; in a transaction. */
export async function makePartitions(sql: Sql, { name, fromUs, toUs }: Month): Promise<void> {
  // "IF NOT EXISTS" alone is no protection against two who make it at the same time.
  await sql.all('SELECT pg_advisory_xact_lock($1)', [PARTITION_LOCK]);
  for (const table of PARTITIONED_TABLES) {
    await sql.run(
      `CREATE TABLE IF NOT EXISTS ${table}_${name} PARTITION OF ${table} FOR VALUES FROM (${fromUs}) TO (${toUs})`,
    );
  }
}

/** Partitions of a table that exist, oldest first, with the end of their month. */
export async function partitionsOf(sql: Sql, table: string): Promise<{ name: string; toUs: number }[]> {
  const rows = await sql.all<{ name: string }>(
    `SELECT child.relname AS name FROM pg_inherits
      JOIN pg_class AS child ON child.oid = inhrelid
      WHERE inhparent = CAST($1 AS regclass) ORDER BY child.relname`,
    [table],
  );
  return rows.map(({ name }) => {
    const [, year = '', month = ''] = /_y(\d{4})m(\d{2})$/.exec(name) ?? [];
    return { name, toUs: Date.UTC(Number(year), Number(month)) * 1000 };
  });
}
