/** Finished months of PostgreSQL: a partition is written anew in the order of its primary key. */
import { DatabaseError } from 'pg';
import { AnalysisError } from '../../../pipelines/errors.ts';
import { ROLLED_LEVELS, type RolledLevel } from '../../levels/level.ts';
import { type Month, monthOf } from '../month.ts';
import { type Dialect, LEVEL_TABLES, type Sql } from '../sql.ts';
import type { ArrangedMonth } from '../store.ts';
import { partitionsOf } from './partitions.ts';
import { ARRANGE_LOCK } from './schema.ts';

/** Readers that come meanwhile wait behind us for those that were there first: not longer than this. */
const LOCK_TIMEOUT = '500ms';
const LOCK_NOT_AVAILABLE = '55P03';

/** Arranges the oldest partition of a level that is not, and ended by `beforeUs`. */
export async function arrangeNext(
  { transaction }: Pick<Dialect, 'transaction'>,
  beforeUs: number,
): Promise<ArrangedMonth | undefined> {
  for (const level of ROLLED_LEVELS) {
    const arranged = await unlessBusy(() =>
      transaction('arrange-month', (sql) => arrangeLevel(sql, level, beforeUs)),
    );
    if (arranged === 'busy') return undefined;
    if (arranged === undefined) continue;
    // By itself: it takes a second more, and readers need not wait for it.
    await transaction('arrange-month', (sql) => sql.run(`ANALYZE ${arranged.partition}`));
    return { level, monthStartUs: arranged.month.fromUs };
  }
  return undefined;
}

async function unlessBusy<T>(work: () => Promise<T>): Promise<T | 'busy'> {
  try {
    return await work();
  } catch (error) {
    const cause = error instanceof AnalysisError ? error.cause : error;
    if (cause instanceof DatabaseError && cause.code === LOCK_NOT_AVAILABLE) return 'busy';
    throw error;
  }
}

interface ArrangedPartition {
  readonly partition: string;
  readonly month: Month;
}

async function arrangeLevel(
  sql: Sql,
  level: RolledLevel,
  beforeUs: number,
): Promise<ArrangedPartition | 'busy' | undefined> {
  const [lock] = await sql.all<{ is_ours: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS is_ours', [
    ARRANGE_LOCK,
  ]);
  if (lock?.is_ours !== true) return 'busy';
  const [arranged] = await sql.all<{ until_us: number }>(
    'SELECT until_us FROM arranged_until WHERE level = $1',
    [level],
  );
  const untilUs = arranged?.until_us ?? 0;
  const partitions = await partitionsOf(sql, LEVEL_TABLES[level]);
  const next = partitions.find(({ toUs }) => toUs > untilUs && toUs <= beforeUs);
  if (next === undefined) return undefined;
  await rewrite(sql, next.name);
  await sql.run(
    `INSERT INTO arranged_until (level, until_us) VALUES ($1, $2)
      ON CONFLICT (level) DO UPDATE SET until_us = excluded.until_us`,
    [level, next.toUs],
  );
  return { partition: next.name, month: monthOf(next.toUs - 1) };
}

async function rewrite(sql: Sql, partition: string): Promise<void> {
  await sql.all("SELECT set_config('lock_timeout', $1, true)", [LOCK_TIMEOUT]);
  // Reading whole and sorting is the quicker way; this session forbids it to the planner otherwise.
  await sql.all("SELECT set_config('enable_seqscan', 'on', true)");
  const [key] = await sql.all<{ name: string }>(
    `SELECT child.relname AS name FROM pg_index JOIN pg_class AS child ON child.oid = indexrelid
      WHERE indrelid = CAST($1 AS regclass) AND indisprimary`,
    [partition],
  );
  await sql.run(`CLUSTER ${partition} USING ${key!.name}`);
}
