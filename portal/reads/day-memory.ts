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
  /** True for a day that may change unseen: it is neither kept nor answered from what was kept. */
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
  const { read, isOpen } = options;
  const shelf = createShelf(options);
  let changes = 0;

  const isKept = (day: CameraDay) => shelf.has(day) && !isOpen(day);

  async function readDays(range: CameraDays): Promise<ReadonlyMap<number, Result>> {
    const changesBefore = changes;
    const results = await read(range);
    for (const day of daysWithin(range)) {
      // A change that was told while this was read may be missing in it.
      if (changes === changesBefore && !isOpen(day)) shelf.put(day, results.get(day.dayStartUs));
    }
    shelf.shrink();
    await breathe();
    return results;
  }

  /** As many days from this one on as are not kept, a fortnight at most. */
  function missingFrom({ cameraId, fromUs, toUs }: CameraDays): CameraDays {
    const latestUs = Math.min(toUs, fromUs + DAYS_AT_ONCE * DAY_US);
    const next = daysWithin({ cameraId, fromUs: fromUs + DAY_US, toUs: latestUs }).find(isKept);
    return { cameraId, fromUs, toUs: next?.dayStartUs ?? latestUs };
  }

  return {
    async days({ cameraId, fromUs, toUs }) {
      const results: Result[] = [];
      const add = (result: Result | undefined) => {
        if (result !== undefined) results.push(result);
      };
      let dayStartUs = levelWindowStartUs('day', fromUs);
      const endUs = levelWindowStartUs('day', toUs - 1) + DAY_US;
      shelf.use(cameraId);
      while (dayStartUs < endUs) {
        if (isKept({ cameraId, dayStartUs })) {
          add(shelf.get({ cameraId, dayStartUs }));
          dayStartUs += DAY_US;
          continue;
        }
        const missing = missingFrom({ cameraId, fromUs: dayStartUs, toUs: endUs });
        const found = await readDays(missing);
        for (const day of daysWithin(missing)) add(found.get(day.dayStartUs));
        dayStartUs = missing.toUs;
      }
      return results;
    },
    forget(days) {
      if (days.length > 0) changes += 1;
      for (const day of days) shelf.drop(day);
    },
    forgetAll() {
      changes += 1;
      shelf.clear();
    },
    size: shelf.size,
  };
}

/** Results by camera and day, the camera that was used last at the end; `undefined` is kept of a day without a result. */
function createShelf<Result>({ sizeOf, limit }: Pick<DayMemoryOptions<Result>, 'sizeOf' | 'limit'>) {
  const cameras = new Map<string, Map<number, Result | undefined>>();
  let size = 0;

  const cost = (result: Result | undefined) => 1 + (result === undefined ? 0 : sizeOf(result));

  function drop({ cameraId, dayStartUs }: CameraDay): void {
    const days = cameras.get(cameraId);
    if (days === undefined || !days.has(dayStartUs)) return;
    size -= cost(days.get(dayStartUs));
    days.delete(dayStartUs);
  }

  return {
    has: ({ cameraId, dayStartUs }: CameraDay) => cameras.get(cameraId)?.has(dayStartUs) === true,
    get: ({ cameraId, dayStartUs }: CameraDay) => cameras.get(cameraId)?.get(dayStartUs),
    use(cameraId: string): void {
      const days = cameras.get(cameraId);
      if (days === undefined) return;
      cameras.delete(cameraId);
      cameras.set(cameraId, days);
    },
    put(day: CameraDay, result: Result | undefined): void {
      drop(day);
      const days = cameras.get(day.cameraId) ?? new Map<number, Result | undefined>();
      cameras.set(day.cameraId, days);
      days.set(day.dayStartUs, result);
      size += cost(result);
    },
    drop,
    /** Drops whole cameras until the limit is kept. */
    shrink(): void {
      for (const [cameraId, days] of cameras) {
        if (size <= limit) return;
        for (const result of days.values()) size -= cost(result);
        cameras.delete(cameraId);
      }
    },
    clear(): void {
      cameras.clear();
      size = 0;
    },
    size: () => size,
  };
}

function daysWithin({ cameraId, fromUs, toUs }: CameraDays): CameraDay[] {
  const days: CameraDay[] = [];
  for (let dayStartUs = fromUs; dayStartUs < toUs; dayStartUs += DAY_US) days.push({ cameraId, dayStartUs });
  return days;
}
