/**
 * Reads of quality over a year, SQLite and PostgreSQL side by side: `npx tsx bench/portal/quality-year.ts --help`. Every
 * camera is off at night by plan and down an hour a week. Each read is timed when nothing is known, again, and again after
 * new minutes of every camera were rolled up; «held up» is the longest time the event loop gave nobody else a turn.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Command } from 'commander';
import type { Resource } from '../../portal/datasets/data-set.ts';
import { AVAILABILITY_TABLE, BREAK_TABLE, INCIDENT_TABLE } from '../../portal/datasets/tables.ts';
import { LEVEL_SECONDS, ROLLED_LEVELS, type RolledLevel } from '../../portal/levels/level.ts';
import { createPublicReader } from '../../portal/privacy/public-reader.ts';
import type { CameraRegister } from '../../portal/reads/camera-register.ts';
import { dataSetPages } from '../../portal/reads/data-set-rows.ts';
import { type QualityReads, readGaps, readQuality } from '../../portal/reads/quality.ts';
import { createPortalStore } from '../../portal/store/portal-store.ts';
import { openPostgresDialect } from '../../portal/store/postgres-store.ts';
import { type Dialect, LEVEL_TABLES } from '../../portal/store/sql.ts';
import { createSqliteDialect } from '../../portal/store/sqlite/sqlite-dialect.ts';
import { openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import { touchSpans } from '../../portal/store/write-spans.ts';
import { startPostgres } from '../../test/support/postgres-server.ts';
import { say } from '../../workers/cli/output.ts';
import { cameraName, minuteOfCity } from './city-records.ts';
import { spansOfDay } from './fill-city.ts';

interface Options {
  readonly cameras: number;
  readonly days: number;
  readonly engine: 'both' | 'sqlite' | 'postgresql';
}

const HOUR_US = 3_600_000_000;
const DAY_US = 24 * HOUR_US;
const WEEK_US = 7 * DAY_US;
/** 5 January 2026, a Monday, local midnight. */
const YEAR_START_US = Date.UTC(2026, 0, 4, 17) * 1000;
/** Bits of `paused` and `source-down` in the levels' `reasons`. */
const PAUSED = 16;
const SOURCE_DOWN = 1;

const options = new Command('quality-year')
  .option('--cameras <n>', 'cameras of 4 lines and 2 zones', Number, 3)
  .option('--days <n>', 'days', Number, 365)
  .option('--engine <name>', 'sqlite, postgresql or both', 'both')
  .parse()
  .opts<Options>();
if (options.engine !== 'postgresql') await withSqlite();
if (options.engine !== 'sqlite') await withPostgres();

async function withSqlite(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pantau-bench-quality-'));
  try {
    await measure(createSqliteDialect(openPortalDatabase({ file: join(folder, 'portal.db') })));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function withPostgres(): Promise<void> {
  const server = await startPostgres();
  try {
    await measure(await openPostgresDialect({ url: await server.createDatabase(), connections: 4 }));
  } finally {
    await server.stop();
  }
}

async function measure(dialect: Dialect): Promise<void> {
  const store = createPortalStore(dialect);
  try {
    const toUs = YEAR_START_US + options.days * DAY_US;
    // The cameras are known by their first and last minute; the levels between are filled below the store.
    for (const startUs of [YEAR_START_US, toUs - 60_000_000]) {
      await store.upsert(minuteOfCity(startUs, options.cameras));
    }
    while ((await store.rollUp({ nowUs: toUs, limit: 100 })) > 0);
    for (const level of ROLLED_LEVELS) await fillYear(dialect, level);
    await spoil(dialect);
    while ((await store.gather({ nowUs: toUs, limit: 50 })) > 0);
    const clock = () => toUs / 1000;
    const newReads = () => ({
      reader: createPublicReader({ store, smallCountBelow: 5, clock }),
      register: registerOf(),
      clock,
      service: store,
    });
    const year = { fromUs: YEAR_START_US, toUs };
    const reads: Readonly<Record<string, (reads: QualityReads) => Promise<number>>> = {
      'availability, all rows': (from) => countRows(from, AVAILABILITY_TABLE),
      'incidents, all rows': (from) => countRows(from, INCIDENT_TABLE),
      'method changes, all rows': (from) => countRows(from, BREAK_TABLE),
      'gaps of the year': async (from) => (await readGaps(from, year)).length,
      'quality of the year': async (from) => (await readQuality(from, year)).report.cameras.length,
    };
    let minuteUs = toUs;
    for (const [name, read] of Object.entries(reads)) {
      const from = newReads();
      await timed(`${dialect.engine}: ${name}`, () => read(from));
      await timed('  again', () => read(from));
      await store.upsert(minuteOfCity(minuteUs, options.cameras));
      minuteUs += 60_000_000;
      while ((await store.rollUp({ nowUs: minuteUs, limit: 100 })) > 0);
      await timed('  after a new minute', () => read(from));
    }
  } finally {
    await store.close();
  }
}

async function countRows(reads: QualityReads, resource: Resource): Promise<number> {
  let count = 0;
  for await (const page of dataSetPages(reads, resource)) count += page.length;
  return count;
}

async function timed(name: string, work: () => Promise<number>): Promise<void> {
  const turns = monitorEventLoopDelay({ resolution: 1 });
  turns.enable();
  const startMs = performance.now();
  const startUs = process.cpuUsage();
  const count = await work();
  const { user, system } = process.cpuUsage(startUs);
  const tookMs = performance.now() - startMs;
  turns.disable();
  const ms = (value: number) => `${(value / options.cameras).toFixed(1)} ms`;
  say(
    `${name.padEnd(40)}${String(count).padStart(7)}  ${ms(tookMs).padStart(10)} a camera, ${ms((user + system) / 1000)} CPU, held up ${(turns.max / 1e6).toFixed(0)} ms`,
  );
}

/** The first window is the store's own; every later one is a copy of it with its own time, observed whole. */
async function fillYear(dialect: Dialect, level: RolledLevel): Promise<void> {
  const table = LEVEL_TABLES[level];
  const lengthUs = LEVEL_SECONDS[level] * 1_000_000;
  const windows = (options.days * DAY_US) / lengthUs;
  const days = Array.from({ length: options.days }, (_, day) => YEAR_START_US + day * DAY_US);
  await dialect.makeRoom(days);
  await dialect.transaction('fill', async (sql) => {
    const { cameras } = options;
    await touchSpans(
      sql,
      days.flatMap((dayStartUs) => spansOfDay(level, { cameras, dayStartUs })),
    );
    await sql.run(`DELETE FROM ${table} WHERE window_start_us > ${YEAR_START_US}`);
    await sql.run(`UPDATE ${table} SET recorded_us = ${lengthUs}, analysed_us = ${lengthUs}, reasons = 0`);
    await sql.run(
      `INSERT INTO ${table}
          (camera_id, kind, window_start_us, change_sequence, recorded_us, analysed_us, reasons, row_count, payload)
        SELECT camera_id, kind, window_start_us + n * ${lengthUs}, change_sequence + n * 1000,
          recorded_us, analysed_us, reasons, row_count, payload
        FROM ${table},
          (WITH RECURSIVE step (n) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT n + 1 FROM step WHERE n < ${windows - 1})
            SELECT n FROM step) AS steps`,
    );
  });
}

/** Nights from 22 to 5 o'clock are paused, an hour each week is lost; the levels above follow. */
async function spoil(dialect: Dialect): Promise<void> {
  const start = `(window_start_us - ${YEAR_START_US})`;
  await dialect.transaction('spoil', async (sql) => {
    for (const level of ['quarter-hour', 'hour'] as const) {
      const table = LEVEL_TABLES[level];
      await sql.run(
        `UPDATE ${table} SET analysed_us = 0, reasons = ${PAUSED}
          WHERE ${start} % ${DAY_US} < ${5 * HOUR_US} OR ${start} % ${DAY_US} >= ${22 * HOUR_US}`,
      );
      await sql.run(
        `UPDATE ${table} SET analysed_us = 0, reasons = ${SOURCE_DOWN}
          WHERE ${start} % ${WEEK_US} >= ${9 * HOUR_US} AND ${start} % ${WEEK_US} < ${10 * HOUR_US}`,
      );
    }
    await sql.run(`UPDATE level_day SET reasons = ${PAUSED}, analysed_us = ${17 * HOUR_US}`);
  });
}

function registerOf(): CameraRegister {
  const cameras = Array.from({ length: options.cameras }, (_, i) => cameraName(i)).map((id) => ({
    definition: {
      id,
      groups: ['people', 'vehicles'] as const,
      lines: [],
      zones: [],
      sampling: { framesPerSecond: 5 },
    },
    windowSeconds: 60,
    isEnabled: true,
    isLive: true,
    revision: 1,
  }));
  return { cameras: () => cameras };
}
