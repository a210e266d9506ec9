/** What arranging finished months does, and has to leave as it is; run by a test file of each engine that arranges. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LEVELS, ROLLED_LEVELS } from '../../portal/levels/level.ts';
import type { SeriesRow } from '../../portal/levels/series-row.ts';
import { type PortalStore, seriesRows } from '../../portal/store/store.ts';
import { sampleFlow, samplePresence } from '../unit/portal/sample-observations.ts';

const CAMERAS = ['cam-1', 'cam-2'] as const;
const DAYS = 40;
const DAY_US = 86_400_000_000;
const FEBRUARY_US = Date.UTC(2026, 1) * 1000;
const MARCH_US = Date.UTC(2026, 2) * 1000;
const NOW_US = MARCH_US + 20 * DAY_US;

/** What is tested. */
export interface ArrangedStores {
  readonly store: PortalStore;
  /** Another portal's, on the same database. */
  readonly other: PortalStore;
  /** Whether a month's hours of each camera and kind lie in the order of time with nothing between. */
  isInOrder(month: {
    readonly name: string;
    readonly fromUs: number;
    readonly toUs: number;
  }): Promise<boolean>;
}

/** From 31 January to 12 March 2026 a minute at each noon and midnight, rolled up as they came. */
async function fillMonths(store: PortalStore): Promise<void> {
  for (let day = 0; day < DAYS; day += 2) {
    const records = [0, 12, 24, 36].flatMap((hour) =>
      CAMERAS.flatMap((cameraId) => {
        const minute = (day * 24 + hour) * 60;
        const flow = sampleFlow(minute, { cameraId, cars: day + hour });
        return [flow, samplePresence(minute, { cameraId, mean: hour, max: 40 })];
      }),
    );
    await store.upsert(records.map((observation) => ({ fence: 1, observation })));
    while ((await store.rollUp({ nowUs: NOW_US, limit: 100 })) > 0);
  }
}

/** Both arrange in turn until neither finds anything. */
async function arrangeAll({ store, other }: ArrangedStores, nowUs = NOW_US): Promise<string[]> {
  const months: string[] = [];
  for (;;) {
    const both = [await store.arrange({ nowUs }), await other.arrange({ nowUs })];
    const done = both.filter((month) => month !== undefined);
    if (done.length === 0) return months;
    for (const { level, monthStartUs, cameraId = '' } of done) {
      months.push(`${level} ${new Date(monthStartUs / 1000).toISOString().slice(0, 7)} ${cameraId}`);
    }
  }
}

function allLevels(month: string, cameras: readonly string[]): string[] {
  return ROLLED_LEVELS.flatMap((level) => cameras.map((camera) => `${level} ${month} ${camera}`));
}

/** Of each reading its digest: what differs is named, not shown. */
async function everything(store: PortalStore): Promise<Readonly<Record<string, string>>> {
  const { changed, ...days } = await store.dayChanges({ sequence: 0, limit: 10_000 });
  const read: Record<string, unknown> = {
    version: await store.version(),
    cameras: await store.cameras(),
    latest: await store.latest(),
    observations: await store.observations({}, { limit: 10_000 }),
    changes: await store.changesSince(0, { limit: 10_000 }),
    // Days come in any order.
    days: [days, changed.map((day) => JSON.stringify(day)).sort()],
  };
  for (const level of LEVELS) {
    for (const kind of ['flow', 'presence'] as const) {
      const rows: SeriesRow[] = [];
      for await (const row of seriesRows(store, { level, kind })) rows.push(row);
      expect(rows.length).toBeGreaterThanOrEqual(CAMERAS.length * DAYS);
      read[`${level} ${kind}`] = rows;
      read[`newest ${level} ${kind}`] = await store.latestSeries({ level, kind });
    }
    if (level === 'minute') continue;
    read[`coverage ${level}`] = [await store.coverage({ level }), await store.cameraCoverage({ level })];
  }
  const digest = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');
  return Object.fromEntries(Object.entries(read).map(([name, value]) => [name, digest(value)]));
}

/** Declares the tests. `open` answers a database with nothing in it; `cameras` whose months come one by one: '' all. */
export function arrangeContract(
  open: () => Promise<ArrangedStores>,
  { cameras }: { readonly cameras: readonly string[] },
): void {
  describe('arranging', () => {
    const february = { name: 'y2026m02', fromUs: FEBRUARY_US, toUs: MARCH_US };
    const march = { name: 'y2026m03', fromUs: MARCH_US, toUs: NOW_US };
    let stores: ArrangedStores;
    beforeEach(async () => {
      stores = await open();
      await fillMonths(stores.store);
    });
    afterEach(async () => {
      await stores.store.close();
      await stores.other.close();
    });

    it('takes each month once when it has been over for two days, and changes nothing that can be read', async () => {
      const before = await everything(stores.store);
      expect(await arrangeAll(stores, FEBRUARY_US + 2 * DAY_US - 1)).toEqual([]);
      expect(await arrangeAll(stores, FEBRUARY_US + 2 * DAY_US)).toEqual(allLevels('2026-01', cameras));
      expect(await stores.isInOrder(february)).toBe(false);
      expect(await arrangeAll(stores)).toEqual(allLevels('2026-02', cameras));
      expect(await arrangeAll(stores)).toEqual([]);
      expect(await stores.isInOrder(february)).toBe(true);
      expect(await stores.isInOrder(march)).toBe(false);
      for (const store of [stores.store, stores.other]) expect(await everything(store)).toEqual(before);
    });

    it('leaves a month open for late records and for retention', async () => {
      await arrangeAll(stores);
      const { store } = stores;
      const hours = { level: 'hour', kind: 'flow', cameraIds: ['cam-1'], toUs: MARCH_US } as const;
      const [first] = (await store.series(hours, { limit: 1 })).rows;
      await store.upsert([{ fence: 1, observation: sampleFlow(2, { cars: 9 }) }]);
      await store.rollUp({ nowUs: NOW_US, limit: 10 });
      const [revised] = (await store.series(hours, { limit: 1 })).rows;
      expect(revised).toMatchObject({ windowStart: first?.windowStart, volume: 9, revision: 2 });
      const count = await store.countSeries({ level: 'hour', kind: 'flow' });
      const { removed } = await store.retain({ level: 'hour', beforeUs: MARCH_US, nowUs: NOW_US });
      // Twice a day for 28 days; the local day that the month ends in stays.
      expect(removed).toBe(2 * CAMERAS.length * 2 * 28 + 2 * CAMERAS.length);
      expect(await store.countSeries(hours)).toBe(1);
      expect(await store.countSeries({ level: 'hour', kind: 'flow' })).toBe(count - removed / 2);
      expect(await store.countSeries({ level: 'day', kind: 'flow' })).toBeGreaterThanOrEqual(2 * DAYS);
    });
  });
}
