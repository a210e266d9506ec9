/** The portal's store on either engine: everything the engines do alike. */
import type { Level } from '../levels/level.ts';
import { levelWindowStartUs } from '../levels/level.ts';
import { createGathering } from './gather.ts';
import { createIdentities } from './identities.ts';
import { createRecordReads } from './read-records.ts';
import { createSeriesReads } from './read-series.ts';
import { createService } from './service.ts';
import { createSpanReader } from './span-reader.ts';
import type { Dialect } from './sql.ts';
import type { PortalStore, RetentionRun, StoreUpkeep } from './store.ts';
import { createTermBook } from './term-book.ts';
import { createWindowReader } from './window-reader.ts';
import { createLevelWriter } from './write-levels.ts';
import { createRecordWriter } from './write-records.ts';
import { removeSpansBefore } from './write-spans.ts';

/** Camera hours that one transaction rolls up while retention waits for the rest. */
const HOURS_AT_ONCE = 200;

/** The store on an open database whose schema is up to date. */
export function createPortalStore(dialect: Dialect): PortalStore {
  const book = createTermBook(dialect);
  const { guarded } = dialect;
  const version = async () => {
    const [row] = await dialect.read.all<{ store_id: string; changes: number }>(
      'SELECT store_id, changes FROM store_version',
    );
    return `${row?.store_id}-${row?.changes}`;
  };
  const reader = createWindowReader(dialect.read);
  const records = createRecordReads(reader, book, version);
  const series = createSeriesReads({ windows: reader, spans: createSpanReader(dialect.read) }, book);
  return {
    engine: dialect.engine,
    upsert: createRecordWriter(dialect, book),
    observations: (filter, page) => guarded('read-observations', () => records.observations(filter, page)),
    endOfPage: (filter, page) => guarded('read-observations', () => records.endOfPage(filter, page)),
    cameras: () => guarded('read-cameras', () => records.cameras()),
    latest: (cameraId) => guarded('read-latest', () => records.latest(cameraId)),
    version: () => guarded('read-version', version),
    check: () =>
      dialect.transaction('check-store', async (sql) => {
        await sql.run('UPDATE store_version SET changes = changes WHERE only_row = 1');
      }),
    series: (query, page) => guarded('read-series', () => series.series(query, page)),
    countSeries: (query) => guarded('count-series', () => series.countSeries(query)),
    latestSeries: (query) => guarded('read-latest-series', () => series.latestSeries(query)),
    coverage: (query) => guarded('read-coverage', () => series.coverage(query)),
    dayChanges: (query) => guarded('read-day-changes', () => series.dayChanges(query)),
    changesSince: (sequence, options) =>
      guarded('read-changes', () => series.changesSince(sequence, options)),
    ...createService(dialect),
    identities: createIdentities(dialect),
    ...createUpkeep(dialect, createLevelWriter(dialect, book)),
    close: () => dialect.close(),
  };
}

interface RetentionRow {
  level: Level;
  before_us: number;
  removed: number;
  at_us: number;
}

function createUpkeep(dialect: Dialect, rollUp: StoreUpkeep['rollUp']): StoreUpkeep {
  return {
    rollUp,
    async retain({ level, beforeUs, nowUs }) {
      let left = 1;
      while (left > 0) left = await rollUp({ nowUs, limit: HOURS_AT_ONCE });
      const run = { level, beforeUs: levelWindowStartUs('day', beforeUs), atUs: nowUs };
      // Noted before anything is removed: from now on no roll-up takes what is missing for what never was.
      const id = await dialect.transaction('note-retention', (sql) => noteRetention(sql, run));
      const removed = await removeWindows(dialect, level, run.beforeUs);
      await dialect.transaction('note-retention', async (sql) => {
        await sql.run('UPDATE retention_run SET removed = $1 WHERE id = $2', [removed, id]);
        await sql.run('UPDATE store_version SET changes = changes + 1');
      });
      return { ...run, removed };
    },
    retentionRuns: (limit) =>
      dialect.guarded('read-retention', async () => {
        const rows = await dialect.read.all<RetentionRow>(
          'SELECT level, before_us, removed, at_us FROM retention_run ORDER BY id DESC LIMIT $1',
          [limit],
        );
        return rows.map(toRun);
      }),
    prepare: (nowUs) => dialect.makeRoom([nowUs, nowUs + MONTH_US, nowUs + 2 * MONTH_US]),
    gather: createGathering(dialect),
    sizes: () => dialect.guarded('read-sizes', () => dialect.sizes()),
  };
}

async function removeWindows(dialect: Dialect, level: Level, beforeUs: number): Promise<number> {
  if (level === 'minute') return dialect.removeBefore(level, beforeUs);
  // Windows without a span are not read: nothing is served any more of what is half removed.
  await removeSpansBefore(dialect, level, beforeUs);
  const removed = await dialect.removeBefore(level, beforeUs);
  // What a roll-up noted meanwhile.
  await removeSpansBefore(dialect, level, beforeUs);
  return removed;
}

const MONTH_US = 31 * 86_400_000_000;

async function noteRetention(
  sql: Parameters<Parameters<Dialect['transaction']>[1]>[0],
  { level, beforeUs, atUs }: Omit<RetentionRun, 'removed'>,
): Promise<number> {
  const [row] = await sql.all<{ id: number }>(
    'INSERT INTO retention_run (level, before_us, removed, at_us) VALUES ($1, $2, 0, $3) RETURNING id',
    [level, beforeUs, atUs],
  );
  return row!.id;
}

function toRun(row: RetentionRow): RetentionRun {
  return { level: row.level, beforeUs: row.before_us, removed: row.removed, atUs: row.at_us };
}
