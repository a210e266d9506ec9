/**
 * The portal's store with a city's data, SQLite and PostgreSQL side by side:
 * `npx tsx bench/portal/portal-store.ts --help`. The base level is loaded through the store; a year of the levels above
 * is filled below it, see `fill-levels.ts`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { createPortalStore } from '../../portal/store/portal-store.ts';
import { openPostgresDialect } from '../../portal/store/postgres-store.ts';
import type { Dialect } from '../../portal/store/sql.ts';
import { createSqliteDialect } from '../../portal/store/sqlite/sqlite-dialect.ts';
import { openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import type { PortalStore } from '../../portal/store/store.ts';
import { startPostgres } from '../../test/support/postgres-server.ts';
import { say } from '../../workers/cli/output.ts';
import { quantile } from '../measure/statistics.ts';
import { cameraName, minuteOfCity, RECORDS_PER_CAMERA } from './city-records.ts';
import { camerasOf, fillLevel } from './fill-levels.ts';

interface Options {
  readonly cameras: number;
  readonly minutes: number;
  readonly hourDays: number;
  readonly quarterDays: number;
  readonly clients: number;
  readonly seconds: number;
  readonly engine: 'both' | 'sqlite' | 'postgresql';
}

interface Figure {
  readonly name: string;
  readonly value: string;
}

const MINUTE_US = 60_000_000;
const HOUR_US = 60 * MINUTE_US;
const DAY_US = 24 * HOUR_US;
/** 1 January 2026, local midnight. */
const YEAR_START_US = Date.UTC(2025, 11, 31, 17) * 1000;
/** A roll-up after so many minutes of the city, as the portal's maintenance would at full load. */
const ROLL_UP_EVERY = 20;
/** Cameras along one road. */
const ROAD_CAMERAS = 4;

await main();

async function main(): Promise<void> {
  const number = (text: string) => Number(text);
  const options = new Command('portal-store')
    .option('--cameras <n>', 'cameras of 4 lines and 2 zones', number, 100)
    .option('--minutes <n>', 'minutes of the city that are loaded through the store', number, 120)
    .option('--hour-days <n>', 'days of hours and days that are filled', number, 365)
    .option('--quarter-days <n>', 'days of quarter hours that are filled', number, 91)
    .option('--clients <n>', 'concurrent readers', number, 20)
    .option('--seconds <n>', 'length of each reading', number, 10)
    .option('--engine <name>', 'sqlite, postgresql or both', 'both')
    .parse()
    .opts<Options>();
  const columns: { name: string; figures: readonly Figure[] }[] = [];
  if (options.engine !== 'postgresql') columns.push({ name: 'SQLite', figures: await withSqlite(options) });
  if (options.engine !== 'sqlite') columns.push({ name: 'PostgreSQL', figures: await withPostgres(options) });
  for (const [i, { name }] of (columns[0]?.figures ?? []).entries()) {
    const values = columns.map(({ figures }) => (figures[i]?.value ?? '').padStart(24)).join('');
    say(`${name.padEnd(58)}${values}`);
  }
  say(`${''.padEnd(58)}${columns.map(({ name }) => name.padStart(24)).join('')}`);
}

async function withSqlite(options: Options): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'pantau-bench-store-'));
  try {
    return await measure(
      createSqliteDialect(openPortalDatabase({ file: join(folder, 'portal.db') })),
      options,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function withPostgres(options: Options): Promise<readonly Figure[]> {
  const server = await startPostgres({
    isDurable: true,
    settings: ['shared_buffers=256MB', 'max_wal_size=2GB'],
  });
  try {
    return await measure(
      await openPostgresDialect({ url: await server.createDatabase(), connections: 20 }),
      options,
    );
  } finally {
    await server.stop();
  }
}

async function measure(dialect: Dialect, options: Options): Promise<readonly Figure[]> {
  const store = createPortalStore(dialect);
  try {
    const ingest = await measureIngest(store, options);
    const filled = await fill(dialect, options);
    const reads: Figure[] = [];
    for (const [name, read] of readsOf(store, options)) {
      reads.push(await measureReads(`${name}, back to back`, read, { ...options, pauseMs: 0 }));
      reads.push(await measureReads(`${name}, each once a second`, read, { ...options, pauseMs: 1000 }));
    }
    const sizes = (await store.sizes()).map(({ name, bytes, rows }) => ({
      name: `${name}: bytes per series row`,
      value:
        rows === 0
          ? '-'
          : `${((2 * bytes) / (rows * RECORDS_PER_CAMERA)).toFixed(0)} (${(bytes / 2 ** 20).toFixed(0)} MiB)`,
    }));
    const memory = {
      name: 'memory of this process',
      value: `${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MiB`,
    };
    return [...ingest, ...filled, ...reads, ...sizes, memory];
  } finally {
    await store.close();
  }
}

async function measureIngest(store: PortalStore, { cameras, minutes }: Options): Promise<readonly Figure[]> {
  const fromUs = YEAR_START_US + 400 * DAY_US;
  const nowUs = fromUs + 10 * DAY_US;
  let upsertMs = 0;
  let rollUpMs = 0;
  const rollUp = async () => {
    const startMs = performance.now();
    while ((await store.rollUp({ nowUs, limit: 50 })) > 0);
    rollUpMs += performance.now() - startMs;
  };
  for (let minute = 0; minute < minutes; minute += 1) {
    const records = minuteOfCity(fromUs + minute * MINUTE_US, cameras);
    const startMs = performance.now();
    for (let i = 0; i < records.length; i += 1000) await store.upsert(records.slice(i, i + 1000));
    upsertMs += performance.now() - startMs;
    if (minute % ROLL_UP_EVERY === ROLL_UP_EVERY - 1) await rollUp();
  }
  await rollUp();
  const records = minutes * cameras * RECORDS_PER_CAMERA;
  const rate = (ms: number) => `${((records / ms) * 1000).toFixed(0)} /s`;
  return [
    { name: `records written (${records}, by minute of the city)`, value: rate(upsertMs) },
    {
      name: `records written, levels up to date (every ${ROLL_UP_EVERY} min)`,
      value: rate(upsertMs + rollUpMs),
    },
  ];
}

async function fill(
  dialect: Dialect,
  { cameras, hourDays, quarterDays }: Options,
): Promise<readonly Figure[]> {
  const base = { dialect, cameras, fromUs: YEAR_START_US };
  const rows =
    (await fillLevel({ ...base, level: 'hour', windows: hourDays * 24 })) +
    (await fillLevel({ ...base, level: 'day', windows: hourDays })) +
    (await fillLevel({ ...base, level: 'quarter-hour', windows: quarterDays * 96 }));
  return [{ name: 'series rows filled below the store', value: String(rows) }];
}

type Read = (client: number, round: number) => Promise<number>;

function readsOf(
  store: PortalStore,
  { cameras, hourDays, quarterDays }: Options,
): readonly (readonly [string, Read])[] {
  const monthDays = Math.min(30, hourDays);
  const weekDays = Math.min(7, quarterDays);
  const startDay = (days: number, length: number, n: number) => (n * 37) % Math.max(1, days - length);
  return [
    [
      `one camera's month by hour (${monthDays} d)`,
      async (client, round) => {
        const fromUs = YEAR_START_US + startDay(hourDays, monthDays, client + round) * DAY_US;
        const cameraIds = [cameraName((client * 17 + round * 7) % cameras)];
        const query = {
          level: 'hour',
          kind: 'flow',
          cameraIds,
          fromUs,
          toUs: fromUs + monthDays * DAY_US,
        } as const;
        return (await store.series(query, { limit: 10_000 })).rows.length;
      },
    ],
    [
      `one road's week by 15 minutes (${weekDays} d, ${ROAD_CAMERAS} cameras, 1 line)`,
      async (client, round) => {
        const fromUs = YEAR_START_US + startDay(quarterDays, weekDays, client + round) * DAY_US;
        const first = (client * 17 + round * 7) % (cameras - ROAD_CAMERAS);
        const cameraIds = camerasOf(cameras).slice(first, first + ROAD_CAMERAS);
        const range = { fromUs, toUs: fromUs + weekDays * DAY_US };
        const query = {
          level: 'quarter-hour',
          kind: 'flow',
          cameraIds,
          placeIds: ['line-1'],
          ...range,
        } as const;
        return (await store.series(query, { limit: 10_000 })).rows.length;
      },
    ],
    [
      `the city's latest state (${cameras * RECORDS_PER_CAMERA} records)`,
      async () => (await store.latest()).length,
    ],
  ];
}

interface ReadOptions extends Options {
  readonly pauseMs: number;
}

async function measureReads(
  name: string,
  read: Read,
  { clients, seconds, pauseMs }: ReadOptions,
): Promise<Figure> {
  await read(0, 0);
  const times: number[] = [];
  let rows = 0;
  const endMs = performance.now() + seconds * 1000;
  const client = async (index: number) => {
    // Clients do not ask in step. An answer's time counts from when it was due, not from when its turn came.
    let dueMs = performance.now() + (pauseMs * index) / clients;
    for (let round = 0; dueMs < endMs; round += 1) {
      await sleep(Math.max(0, dueMs - performance.now()));
      rows = await read(index, round);
      const nowMs = performance.now();
      times.push(nowMs - dueMs);
      dueMs = Math.max(nowMs, dueMs + pauseMs);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
  const value = `${quantile(times, 0.5).toFixed(1)} / ${quantile(times, 0.95).toFixed(1)} ms`;
  return { name: `${name}: p50 / p95 [${rows} rows]`, value };
}
