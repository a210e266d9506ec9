/** PostgreSQL: a pool of connections, locks between several portals, partitions by month. */
import { DatabaseError, type Pool, type PoolClient } from 'pg';
import { AnalysisError } from '../../../pipelines/errors.ts';
import type { Level } from '../../levels/level.ts';
import { type Dialect, LEVEL_TABLES, type Sql, type SqlValue } from '../sql.ts';
import type { TableSize } from '../store.ts';
import { makePartitions, monthOf, partitionsOf } from './partitions.ts';

/** Transactions that met another one (deadlock, serialisation) are run anew this often. */
const ATTEMPTS = 3;
const NO_PARTITION = '23514';
const WORTH_ANOTHER_TRY = new Set(['40001', '40P01']);

/** The engine on a pool whose database is migrated. `name` tells which database in messages; no password. */
export function createPostgresDialect(pool: Pool, name: string): Dialect {
  const months = new Set<string>();
  const guarded = async <T>(operation: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      // Another portal's retention dropped a month that this one knows: made anew at the next try.
      if (error instanceof DatabaseError && error.code === NO_PARTITION) months.clear();
      throw databaseFault(name, operation, error);
    }
  };
  const transaction: Dialect['transaction'] = (operation, work) =>
    guarded(operation, () => withRetries(() => runTransaction(pool, work)));
  return {
    engine: 'postgresql',
    read: createSql(pool),
    guarded,
    transaction,
    async lockCameras(sql, cameraIds) {
      for (const cameraId of cameraIds) {
        await sql.all('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [cameraId]);
      }
    },
    takeDirty: (sql, limit) =>
      sql.all(
        `DELETE FROM dirty_hour WHERE (camera_id, hour_start_us) IN
          (SELECT camera_id, hour_start_us FROM dirty_hour ORDER BY camera_id, hour_start_us LIMIT $1
            FOR UPDATE SKIP LOCKED)
          RETURNING camera_id, hour_start_us`,
        [limit],
      ),
    async makeRoom(instantsUs) {
      for (const month of instantsUs.map(monthOf)) {
        if (months.has(month.name)) continue;
        await transaction('make-partitions', (sql) => makePartitions(sql, month));
        months.add(month.name);
      }
    },
    removeBefore: (level, beforeUs) => {
      // A dropped month has to be made again when something comes late.
      months.clear();
      return transaction('remove-windows', (sql) => removeBefore(sql, level, beforeUs));
    },
    sizes: () => tableSizes(createSql(pool)),
    close: () => guarded('close-store', () => pool.end()),
  };
}

async function runTransaction<T>(pool: Pool, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let fault: unknown;
  try {
    await client.query('BEGIN');
    const result = await work(createSql(client));
    await client.query('COMMIT');
    return result;
  } catch (error) {
    fault = error;
    // A connection that was lost can't roll back, and the server does it by itself.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release(isConnectionFault(fault));
  }
}

function isConnectionFault(error: unknown): boolean {
  return error instanceof Error && !(error instanceof DatabaseError) && !(error instanceof AnalysisError);
}

async function withRetries<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const isWorth = error instanceof DatabaseError && WORTH_ANOTHER_TRY.has(error.code ?? '');
      if (!isWorth || attempt === ATTEMPTS) throw error;
    }
  }
}

function createSql(connection: Pool | PoolClient): Sql {
  return {
    async all<Row>(text: string, values: readonly SqlValue[] = []) {
      const result = await connection.query(text, [...values]);
      return result.rows as Row[];
    },
    async run(text, values = []) {
      const result = await connection.query(text, [...values]);
      return result.rowCount ?? 0;
    },
  };
}

const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers there; is PostgreSQL running, and host and port right?',
  ENOENT: 'there is no such socket; is PostgreSQL running?',
  ENOTFOUND: 'its host name is not known',
  ETIMEDOUT: 'it does not answer',
  '28P01': 'user or password is wrong',
  '28000': 'the server does not let this user in',
  '3D000': 'there is no such database; make it first with createdb',
  '42501': 'this user lacks the right to do that; it has to own the database’s schema',
  '53100': 'the disk is full; free space, nothing already stored is lost',
  '53300': 'the server has no connection left',
};

/** Turns a fault of the database into `store-failed` with what to do; other errors pass as they are. */
export function databaseFault(name: string, operation: string, error: unknown): unknown {
  if (error instanceof AnalysisError || !(error instanceof Error)) return error;
  const { code } = error as { code?: string };
  if (!(error instanceof DatabaseError) && code === undefined && !/connection|timeout/i.test(error.message)) {
    return error;
  }
  const advice = ADVICE[code ?? ''] ?? error.message;
  const shown = code === undefined ? '' : ` (${code})`;
  return new AnalysisError('store-failed', operation, `${name}: ${advice}${shown}`, { cause: error });
}

/** Whole months are dropped, of the month of the cut rows are deleted. */
async function removeBefore(sql: Sql, level: Level, beforeUs: number): Promise<number> {
  const table = LEVEL_TABLES[level];
  let removed = 0;
  for (const { name, toUs } of await partitionsOf(sql, table)) {
    if (toUs > beforeUs) continue;
    const [count] = await sql.all<{ rows: number }>(`SELECT count(*) AS rows FROM ${name}`);
    removed += count?.rows ?? 0;
    await sql.run(`DROP TABLE ${name}`);
  }
  return removed + (await sql.run(`DELETE FROM ${table} WHERE window_start_us < $1`, [beforeUs]));
}

async function tableSizes(sql: Sql): Promise<TableSize[]> {
  const sizes: TableSize[] = [];
  for (const name of Object.values(LEVEL_TABLES)) {
    const [size] = await sql.all<{ bytes: number }>(
      `SELECT CAST(coalesce(sum(pg_total_relation_size(inhrelid)), 0) AS bigint) AS bytes
        FROM pg_inherits WHERE inhparent = CAST($1 AS regclass)`,
      [name],
    );
    const [count] = await sql.all<{ rows: number }>(`SELECT count(*) AS rows FROM ${name}`);
    sizes.push({ name, bytes: size?.bytes ?? 0, rows: count?.rows ?? 0 });
  }
  return sizes;
}
