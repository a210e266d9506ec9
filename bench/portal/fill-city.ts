/** Fills a store with a year of a city below its writers: a year of minutes through them would take hours. */
import { setImmediate } from 'node:timers/promises';
import { US_PER_SECOND } from '../../pipelines/domain/time.ts';
import { ROLLED_LEVELS, type RolledLevel } from '../../portal/levels/level.ts';
import { createPortalStore } from '../../portal/store/portal-store.ts';
import { DAY_US } from '../../portal/store/roll-up.ts';
import { type SpanKey, spanStartUs } from '../../portal/store/span.ts';
import { type Dialect, type Insertion, KINDS, LEVEL_TABLES, type SqlValue } from '../../portal/store/sql.ts';
import { createTermBook } from '../../portal/store/term-book.ts';
import { LEVEL_COLUMNS } from '../../portal/store/write-levels.ts';
import { touchSpans } from '../../portal/store/write-spans.ts';
import { type CityDay, dayOfCamera } from './city-day.ts';
import { cameraName, RECORDS_PER_CAMERA } from './city-records.ts';

/** How much of a city is filled. */
export interface CitySize {
  readonly cameras: number;
  /** Days of the rolled levels, the newest last. */
  readonly days: number;
  /** Of them the last so many have their minutes too: the store keeps no more unless told to. */
  readonly minuteDays: number;
}

/** Where and what to fill. */
export interface FillOptions {
  readonly dialect: Dialect;
  readonly size: CitySize;
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
}

/** What was filled. */
export interface FilledCity extends CitySize {
  /** Rows of series and records, as the API would give them. */
  readonly rows: number;
  readonly seconds: number;
  /** What gathering its finished spans took, once that is done. */
  readonly gatheredSeconds?: number;
}

/** 1 January 2026, local midnight. */
export const YEAR_START_US = Date.UTC(2025, 11, 31, 17) * 1000;
const MINUTE_US = 60 * US_PER_SECOND;
/** Cameras whose days differ; the others repeat them. Days repeat as well: what is read does not depend on its numbers. */
const DIFFERENT_CAMERAS = 20;
/** Rows of one statement. */
const ROWS_AT_ONCE = 2000;

const RECORD_COLUMNS = {
  camera_id: 'text',
  kind: 'text',
  window_start_us: 'bigint',
  length_us: 'bigint',
  coverage: 'double precision',
  payload: 'text',
} as const;

/** Fills an empty store. */
export async function fillCity(options: FillOptions): Promise<FilledCity> {
  const { dialect, size, signal, progress } = options;
  const startMs = performance.now();
  const days = await differentDays(options);
  const sequences = { next: 1 };
  let rows = 0;
  for (let day = 0; day < size.days; day += 1) {
    signal.throwIfAborted();
    if (day % 5 === 0) progress(`filling ${dialect.engine}: day ${day + 1} of ${size.days}`);
    const dayStartUs = YEAR_START_US + day * DAY_US;
    await dialect.makeRoom([dayStartUs, dayStartUs + DAY_US - 1]);
    const hasMinutes = day >= size.days - size.minuteDays;
    rows += await fillDay(dialect, { days, dayStartUs, hasMinutes, cameras: size.cameras, sequences });
  }
  await finish(dialect, size, sequences.next);
  return { ...size, rows, seconds: (performance.now() - startMs) / 1000 };
}

async function differentDays({ dialect, size, signal, progress }: FillOptions): Promise<readonly CityDay[]> {
  const book = createTermBook(dialect);
  const days: CityDay[] = [];
  const cameras = Math.min(DIFFERENT_CAMERAS, size.cameras);
  for (let camera = 0; camera < cameras; camera += 1) {
    signal.throwIfAborted();
    progress(`computing the day of camera ${camera + 1} of ${cameras}`);
    days.push(await dayOfCamera(book, camera, YEAR_START_US));
  }
  return days;
}

interface DayFilling {
  readonly days: readonly CityDay[];
  readonly dayStartUs: number;
  readonly hasMinutes: boolean;
  readonly cameras: number;
  readonly sequences: { next: number };
}

async function fillDay(dialect: Dialect, filling: DayFilling): Promise<number> {
  let rows = 0;
  await dialect.transaction('fill-city', async (sql) => {
    const insert = async ({ rows: all, ...insertion }: Insertion) => {
      for (let i = 0; i < all.length; i += ROWS_AT_ONCE) {
        await sql.insert({ ...insertion, rows: all.slice(i, i + ROWS_AT_ONCE) });
      }
    };
    for (const level of ROLLED_LEVELS) {
      const all = levelRows(level, filling);
      await touchSpans(sql, spansOfDay(level, filling));
      await insert({ table: LEVEL_TABLES[level], columns: LEVEL_COLUMNS, rows: all });
      rows += all.reduce((sum, row) => sum + Number(row[ROW_COUNT]), 0);
    }
    if (!filling.hasMinutes) return;
    const all = minuteRows(filling);
    await insert({ table: 'record_window', columns: RECORD_COLUMNS, rows: all });
    rows += (all.length / 2) * RECORDS_PER_CAMERA;
  });
  return rows;
}

const ROW_COUNT = Object.keys(LEVEL_COLUMNS).indexOf('row_count');

/** In the order of time, as they would have come. */
function levelRows(level: RolledLevel, { days, dayStartUs, cameras, sequences }: DayFilling): SqlValue[][] {
  const windows = days[0]!.levels[level].length;
  const rows: SqlValue[][] = [];
  for (let i = 0; i < windows; i += 1) {
    for (let camera = 0; camera < cameras; camera += 1) {
      const window = days[camera % days.length]!.levels[level][i]!;
      rows.push([
        cameraName(camera),
        window.kind,
        dayStartUs + window.offsetUs,
        sequences.next++,
        window.recordedUs,
        window.analysedUs,
        window.reasons,
        window.rows,
        window.payload,
      ]);
    }
  }
  return rows;
}

/** The spans of all cameras that a day's windows lie in. */
export function spansOfDay(
  level: RolledLevel,
  { cameras, dayStartUs }: Pick<DayFilling, 'cameras' | 'dayStartUs'>,
): SpanKey[] {
  const startUs = spanStartUs(level, dayStartUs);
  return KINDS.flatMap((kind) =>
    Array.from({ length: cameras }, (_, camera) => ({ level, kind, cameraId: cameraName(camera), startUs })),
  );
}

function minuteRows({ days, dayStartUs, cameras }: DayFilling): SqlValue[][] {
  const rows: SqlValue[][] = [];
  for (let i = 0; i < days[0]!.minutes.length; i += 1) {
    for (let camera = 0; camera < cameras; camera += 1) {
      const { kind, offsetUs, coverage, payload } = days[camera % days.length]!.minutes[i]!;
      rows.push([cameraName(camera), kind, dayStartUs + offsetUs, MINUTE_US, coverage, payload]);
    }
  }
  return rows;
}

/** What the store knows beside the windows. */
async function finish(dialect: Dialect, { cameras, days, minuteDays }: CitySize, sequence: number) {
  const endUs = YEAR_START_US + days * DAY_US;
  await dialect.transaction('fill-city', async (sql) => {
    await sql.insert({
      table: 'camera_state',
      columns: {
        camera_id: 'text',
        first_us: 'bigint',
        last_us: 'bigint',
        last_end_us: 'bigint',
        analysed_end_us: 'bigint',
      },
      rows: Array.from({ length: cameras }, (_, camera) => [
        cameraName(camera),
        endUs - minuteDays * DAY_US,
        endUs - MINUTE_US,
        endUs,
        endUs,
      ]),
    });
    await sql.run('UPDATE store_version SET changes = $1', [sequence]);
  });
}

/** Gathers what is over at the end of the filled days, as a portal does day by day; answers seconds. */
export async function gatherCity({ dialect, size, signal, progress }: FillOptions): Promise<number> {
  const store = createPortalStore(dialect);
  const nowUs = YEAR_START_US + size.days * DAY_US;
  const limit = 50;
  const startMs = performance.now();
  for (let spans = 0, found = limit; found === limit; spans += found) {
    signal.throwIfAborted();
    found = await store.gather({ nowUs, limit });
    if (spans % 5000 === 0) progress(`${dialect.engine}: ${spans} spans gathered`);
    // The engine may run in this thread: what shows the progress has its turn.
    await setImmediate();
  }
  return (performance.now() - startMs) / 1000;
}
