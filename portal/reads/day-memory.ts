/** Results of a camera's days, kept while nothing in these days changed. Bounded; knows nothing of what a result is. */
import { levelWindowStartUs } from '../levels/level.ts';
import type { CameraDay } from '../store/store.ts';
import { breathe } from './breathe.ts';
import { DAY_US } from './observed-windows.ts';

/** Days of one read: some milliseconds, so that other answers get their turn in between. */
const DAYS_AT_ONCE = 14;

/** Whole local days of one camera. */
export interface CameraDays {
  readonly cameraId: string;
  /** A local midnight, µs UTC. */
  readonly fromUs: number;
  /** A later one, exclusive. */
  readonly toUs: number;
}

/** What the memory stands on. */
export interface DayMemoryOptions<Result> {
  /** Results of these days by their start; a day that is left out has none. */
  readonly read: (days: CameraDays) => Promise<ReadonlyMap<number, Result>>;
  /** Size of a result in the unit of `limit`. */
  readonly sizeOf: (result: Result) => number;
  /** Sizes that are kept in all; the camera that was not asked for the longest goes first. */
  readonly limit: number;
  /** True for a day that may change unseen: it is never kept. */
  readonly isOpen: (day: CameraDay) => boolean;
}

/** Kept results of days. */
export interface DayMemory<Result> {
  /** Results of all days that `[fromUs, toUs)` touches, in order; only what is not kept is read. */
  days(range: CameraDays): Promise<readonly Result[]>;
  /** What is kept of these days, and what is being read of any, is no longer right. */
  forget(days: readonly CameraDay[]): void;
  forgetAll(): void;
  /** Sum of the sizes that are kept. */
  size(): number;
}

/** An empty memory. */
export function createDayMemory<Result>(options: DayMemoryOptions<Result>): DayMemory<Result> {
  const { read, sizeOf, limit, isOpen } = options;
  /** By camera, the one asked for last at the end; `undefined` for a day that is known to have no result. */
  const kept = new Map<string, Map<number, Result | undefined>>();
  let size = 0;
  let changes = 0;

  const cost = (result: Result | undefined) => 1 + (result === undefined ? 0 : sizeOf(result));

  function daysOf(cameraId: string): Map<number, Result | undefined> {
    const known = kept.get(cameraId) ?? new Map<number, Result | undefined>();
    kept.delete(cameraId);
    kept.set(cameraId, known);
    return known;
  }

  function drop(days: Map<number, Result | undefined>, dayStartUs: number): void {
    if (!days.has(dayStartUs)) return;
    size -= cost(days.get(dayStartUs));
    days.delete(dayStartUs);
  }

  function keep(cameraId: string, dayStartUs: number, result: Result | undefined): void {
    if (isOpen({ cameraId, dayStartUs })) return;
    const days = daysOf(cameraId);
    drop(days, dayStartUs);
    days.set(dayStartUs, result);
    size += cost(result);
  }

  function shrink(): void {
    for (const [cameraId, days] of kept) {
      if (size <= limit) return;
      for (const dayStartUs of [...days.keys()]) drop(days, dayStartUs);
      kept.delete(cameraId);
    }
  }

  async function readDays(range: CameraDays): Promise<ReadonlyMap<number, Result>> {
    const changesBefore = changes;
    const results = await read(range);
    // A change that was told while this was read may be missing in it.
    if (changes === changesBefore) {
      for (let dayUs = range.fromUs; dayUs < range.toUs; dayUs += DAY_US) {
        keep(range.cameraId, dayUs, results.get(dayUs));
      }
      shrink();
    }
    await breathe();
    return results;
  }

  return {
    async days({ cameraId, fromUs, toUs }) {
      const found = new Map<number, Result>();
      const missing: CameraDays[] = [];
      const known = daysOf(cameraId);
      const firstUs = levelWindowStartUs('day', fromUs);
      for (let dayUs = firstUs; dayUs < toUs; dayUs += DAY_US) {
        const result = known.get(dayUs);
        if (result !== undefined) found.set(dayUs, result);
        else if (!known.has(dayUs)) addDay(missing, cameraId, dayUs);
      }
      for (const range of missing) {
        for (const [dayUs, result] of await readDays(range)) found.set(dayUs, result);
      }
      const results: Result[] = [];
      for (let dayUs = firstUs; dayUs < toUs; dayUs += DAY_US) {
        const result = found.get(dayUs);
        if (result !== undefined) results.push(result);
      }
      return results;
    },
    forget(days) {
      if (days.length > 0) changes += 1;
      for (const { cameraId, dayStartUs } of days) {
        const known = kept.get(cameraId);
        if (known !== undefined) drop(known, dayStartUs);
      }
    },
    forgetAll() {
      changes += 1;
      kept.clear();
      size = 0;
    },
    size: () => size,
  };
}

function addDay(ranges: CameraDays[], cameraId: string, dayUs: number): void {
  const last = ranges.at(-1);
  const isNext = last?.toUs === dayUs && dayUs - last.fromUs < DAYS_AT_ONCE * DAY_US;
  if (isNext) ranges[ranges.length - 1] = { ...last, toUs: dayUs + DAY_US };
  else ranges.push({ cameraId, fromUs: dayUs, toUs: dayUs + DAY_US });
}
