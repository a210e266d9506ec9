/** Finished months of SQLite: a camera's windows get the row numbers that follow each other. */
import { setImmediate } from 'node:timers/promises';
import { US_PER_SECOND } from '../../../pipelines/domain/time.ts';
import { LEVEL_SECONDS, ROLLED_LEVELS, type RolledLevel } from '../../levels/level.ts';
import { type Month, monthOf } from '../month.ts';
import { type Dialect, KINDS, LEVEL_TABLES, type Sql, type SqlValue } from '../sql.ts';
import type { ArrangedMonth } from '../store.ts';

/** What it works with. */
type Engine = Pick<Dialect, 'read' | 'transaction'>;

/** Windows of one transaction: the one writer is held for some ten milliseconds. */
const WINDOWS_AT_ONCE = 500;

/** A camera of a level. */
interface CameraLevel {
  readonly level: RolledLevel;
  readonly cameraId: string;
}

/** Arranges the oldest month of a camera and level that is not, and ended by `beforeUs`. */
export async function arrangeNext(engine: Engine, beforeUs: number): Promise<ArrangedMonth | undefined> {
  for (const level of ROLLED_LEVELS) {
    for (;;) {
      const next = await nextCamera(engine.read, level, beforeUs);
      if (next === undefined) break;
      const of = { level, cameraId: next.camera_id };
      const oldestUs = await oldestWindowUs(engine.read, of, next.until_us);
      const month = oldestUs === undefined || oldestUs >= beforeUs ? undefined : monthOf(oldestUs);
      if (month !== undefined) await arrangeMonth(engine, of, month);
      await noteArranged(engine, of, month?.toUs ?? beforeUs);
      if (month !== undefined) return { ...of, monthStartUs: month.fromUs };
    }
  }
  return undefined;
}

/** The camera that is furthest behind: all cameras' months come one after the other, and pages that get free are used. */
async function nextCamera(sql: Sql, level: RolledLevel, beforeUs: number) {
  const [row] = await sql.all<{ camera_id: string; until_us: number }>(
    `SELECT camera_id, coalesce(until_us, 0) AS until_us
      FROM camera_state LEFT JOIN (SELECT * FROM arranged_until WHERE level = $1) USING (camera_id)
      WHERE coalesce(until_us, 0) < $2 ORDER BY coalesce(until_us, 0), camera_id LIMIT 1`,
    [level, beforeUs],
  );
  return row;
}

async function oldestWindowUs(
  sql: Sql,
  { level, cameraId }: CameraLevel,
  fromUs: number,
): Promise<number | undefined> {
  const starts: number[] = [];
  for (const kind of KINDS) {
    const [row] = await sql.all<{ start_us: number | null }>(
      `SELECT min(window_start_us) AS start_us FROM ${LEVEL_TABLES[level]}
        WHERE camera_id = $1 AND kind = $2 AND window_start_us >= $3`,
      [cameraId, kind, fromUs],
    );
    if (typeof row?.start_us === 'number') starts.push(row.start_us);
  }
  return starts.length === 0 ? undefined : Math.min(...starts);
}

/** In the order of reading. A month that is left half way is arranged anew. */
async function arrangeMonth(engine: Engine, { level, cameraId }: CameraLevel, { fromUs, toUs }: Month) {
  const stepUs = WINDOWS_AT_ONCE * LEVEL_SECONDS[level] * US_PER_SECOND;
  for (const kind of KINDS) {
    for (let us = fromUs; us < toUs; us += stepUs) {
      await write(engine, moveText(LEVEL_TABLES[level]), [cameraId, kind, us, Math.min(us + stepUs, toUs)]);
    }
  }
}

/** Statements of SQLite run in this thread: other readers and writers have their turn after each. */
async function write({ transaction }: Engine, text: string, values: readonly SqlValue[]): Promise<void> {
  await transaction('arrange-month', (sql) => sql.run(text, values));
  await setImmediate();
}

/** Row numbers say where rows lie and nothing else: behind the last one, they lie side by side. */
function moveText(table: string): string {
  return `UPDATE ${table} SET rowid = moved.place FROM
    (SELECT rowid AS was, (SELECT max(rowid) FROM ${table}) + row_number() OVER (ORDER BY window_start_us) AS place
      FROM ${table} WHERE camera_id = $1 AND kind = $2 AND window_start_us >= $3 AND window_start_us < $4) AS moved
    WHERE ${table}.rowid = moved.was`;
}

async function noteArranged(engine: Engine, { level, cameraId }: CameraLevel, untilUs: number) {
  const text = `INSERT INTO arranged_until (level, camera_id, until_us) VALUES ($1, $2, $3)
    ON CONFLICT (level, camera_id) DO UPDATE SET until_us = max(until_us, excluded.until_us)`;
  await write(engine, text, [level, cameraId, untilUs]);
}
