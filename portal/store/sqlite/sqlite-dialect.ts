/** SQLite: one connection that writes, one that reads, statements kept prepared. */
import Database from 'better-sqlite3';
import { storeFault } from '../../../pipelines/adapters/sqlite/sqlite-file.ts';
import type { Level } from '../../levels/level.ts';
import { type Dialect, GATHERED_TABLES, KINDS, LEVEL_TABLES } from '../sql.ts';
import type { TableSize } from '../store.ts';
import { createSqliteSql } from './sqlite-sql.ts';

/** Pages of the file that each connection keeps in memory, KiB. */
const CACHE_KIB = 64 * 1024;

/** The engine on an open file; `close` closes this connection and the reading one. */
export function createSqliteDialect(database: Database.Database): Dialect {
  const file = database.name;
  const reading = new Database(file, { timeout: 5000 });
  reading.pragma('query_only = ON');
  for (const each of [database, reading]) each.pragma(`cache_size = -${CACHE_KIB}`);
  const write = createSqliteSql(database);
  const guarded = async <T>(operation: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw storeFault(file, operation, error);
    }
  };
  const inTurn = createTurns();
  const transaction: Dialect['transaction'] = (operation, work) =>
    inTurn(() => guarded(operation, () => runTransaction(database, () => work(write))));
  const read = createSqliteSql(reading);
  return {
    engine: 'sqlite',
    read,
    guarded,
    transaction,
    // Writers come one by one: `BEGIN IMMEDIATE`.
    lockCameras: () => Promise.resolve(),
    skipLocked: '',
    makeRoom: () => Promise.resolve(),
    takeDirty: (sql, { cameraId, hourStartUs }, limit) =>
      sql.all(
        `DELETE FROM dirty_hour WHERE (camera_id, hour_start_us) IN
          (SELECT camera_id, hour_start_us FROM dirty_hour WHERE (camera_id, hour_start_us) > ($1, $2)
            ORDER BY camera_id, hour_start_us LIMIT $3)
          RETURNING camera_id, hour_start_us`,
        [cameraId, hourStartUs, limit],
      ),
    removeBefore: (level, beforeUs) => removeBefore(transaction, level, beforeUs),
    sizes: () => tableSizes(reading),
    close: () =>
      guarded('close-store', async () => {
        reading.close();
        database.close();
      }),
  };
}

/** One after the other: statements of two transactions must not mix on one connection. */
function createTurns() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
}

async function runTransaction<T>(database: Database.Database, work: () => Promise<T>): Promise<T> {
  // Immediate: two processes that both read first and then both want to write would be a deadlock.
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = await work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk may have rolled it back already.
    if (database.inTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Camera by camera, so that nobody waits long for the one writer. */
async function removeBefore(
  transaction: Dialect['transaction'],
  level: Level,
  beforeUs: number,
): Promise<number> {
  const table = LEVEL_TABLES[level];
  const cameras = await transaction('list-cameras', (sql) =>
    sql.all<{ camera_id: string }>('SELECT camera_id FROM camera_state'),
  );
  let removed = 0;
  for (const { camera_id: cameraId } of cameras) {
    for (const kind of KINDS) {
      removed += await transaction('remove-windows', (sql) =>
        sql.run(`DELETE FROM ${table} WHERE camera_id = $1 AND kind = $2 AND window_start_us < $3`, [
          cameraId,
          kind,
          beforeUs,
        ]),
      );
    }
  }
  return removed;
}

async function tableSizes(database: Database.Database): Promise<TableSize[]> {
  const sizes: TableSize[] = [];
  for (const name of [...Object.values(LEVEL_TABLES), ...GATHERED_TABLES]) {
    const bytes = database
      .prepare<[string], number>(
        `SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name IN
          (SELECT name FROM sqlite_schema WHERE tbl_name = ?)`,
      )
      .pluck()
      .get(name);
    const rows = database.prepare<[], number>(`SELECT count(*) FROM ${name}`).pluck().get();
    sizes.push({ name, bytes: bytes ?? 0, rows: rows ?? 0 });
  }
  return sizes;
}
