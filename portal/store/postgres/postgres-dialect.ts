/** PostgreSQL: a pool of connections, locks between several portals, tables cut by time. */
import { DatabaseError, type Pool } from 'pg';
import { AnalysisError } from '../../../pipelines/errors.ts';
import { type Dialect, GATHERED_TABLES, LEVEL_TABLES, type Sql } from '../sql.ts';
import type { TableSize } from '../store.ts';
import { dropChunks, tableBytes } from './layout.ts';
import { monthOf } from './month.ts';
import { makePartitions, partitionsOf } from './partitions.ts';
import { createPostgresSql, type StatementNames } from './postgres-sql.ts';
import type { Layout } from './schema.ts';

/** Transactions that met another one (deadlock, serialisation) are run anew this often. */
const ATTEMPTS = 3;
const NO_PARTITION = '23514';
const WORTH_ANOTHER_TRY = new Set(['40001', '40P01']);

/** The engine on a pool whose database is migrated. `name` tells which database in messages; no password. */
export function createPostgresDialect(pool: Pool, name: string, layout: Layout): Dialect {
  const months = new Set<string>();
  const names: StatementNames = new Map();
  const read = createPostgresSql(pool, names);
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
    guarded(operation, () => withRetries(() => runTransaction({ pool, names }, work)));
  return {
    engine: 'postgresql',
    read,
    guarded,
    transaction,
    async lockCameras(sql, written, cameraIds) {
      // In one order everywhere: two writers never wait for each other.
      await sql.allOf(
        { types: ['text'], rows: cameraIds.map((cameraId) => [cameraId]) },
        (table) =>
          `SELECT pg_advisory_xact_lock(hashtextextended(column1, ${written === 'records' ? 0 : 1}))
            FROM (SELECT column1 FROM ${table} ORDER BY column1 COLLATE "C") AS ordered`,
      );
    },
    skipLocked: 'FOR UPDATE SKIP LOCKED',
    takeDirty: (sql, { cameraId, hourStartUs }, limit) =>
      sql.all(
        `DELETE FROM dirty_hour WHERE (camera_id, hour_start_us) IN
          (SELECT camera_id, hour_start_us FROM dirty_hour WHERE (camera_id, hour_start_us) > ($1, $2)
            ORDER BY camera_id, hour_start_us LIMIT $3 FOR UPDATE SKIP LOCKED)
          RETURNING camera_id, hour_start_us`,
        [cameraId, hourStartUs, limit],
      ),
    async makeRoom(instantsUs) {
      // TimescaleDB makes a chunk when a row needs it.
      if (layout.cut === 'hypertables') return;
      for (const month of instantsUs.map(monthOf)) {
        if (months.has(month.name)) continue;
        await transaction('make-partitions', (sql) => makePartitions(sql, month));
        months.add(month.name);
      }
    },
    removeBefore: (level, beforeUs) => {
      // A dropped month has to be made again when something comes late.
      months.clear();
      return transaction('remove-windows', (sql) =>
        removeBefore(sql, { table: LEVEL_TABLES[level], beforeUs, layout }),
      );
    },
    sizes: () => tableSizes(read, layout),
    close: () => guarded('close-store', () => pool.end()),
  };
}

async function runTransaction<T>(
  { pool, names }: { readonly pool: Pool; readonly names: StatementNames },
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let fault: unknown;
  try {
    await client.query('BEGIN');
    const result = await work(createPostgresSql(client, names));
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

interface Removal {
  readonly table: string;
  readonly beforeUs: number;
  readonly layout: Layout;
}

/** Whole months or chunks are dropped, of the one that the cut goes through rows are deleted. */
async function removeBefore(sql: Sql, { table, beforeUs, layout }: Removal): Promise<number> {
  const remove = () => sql.run(`DELETE FROM ${table} WHERE window_start_us < $1`, [beforeUs]);
  if (layout.cut === 'hypertables') {
    const old = await dropChunks(sql, { schema: layout.schema, table, beforeUs });
    await remove();
    return old;
  }
  let removed = 0;
  for (const { name, toUs } of await partitionsOf(sql, table)) {
    if (toUs > beforeUs) continue;
    const [count] = await sql.all<{ rows: number }>(`SELECT count(*) AS rows FROM ${name}`);
    removed += count?.rows ?? 0;
    await sql.run(`DROP TABLE ${name}`);
  }
  return removed + (await remove());
}

async function tableSizes(sql: Sql, layout: Layout): Promise<TableSize[]> {
  const sizes: TableSize[] = [];
  for (const name of [...Object.values(LEVEL_TABLES), ...GATHERED_TABLES]) {
    const bytes = await tableBytes(sql, layout, name);
    const [count] = await sql.all<{ rows: number }>(`SELECT count(*) AS rows FROM ${name}`);
    sizes.push({ name, bytes, rows: count?.rows ?? 0 });
  }
  return sizes;
}
