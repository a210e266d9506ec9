/** What gathering finished spans does, and has to leave as it is; run by a test file of each engine. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LEVELS } from '../../portal/levels/level.ts';
import type { SeriesRow } from '../../portal/levels/series-row.ts';
import { type PortalStore, type SeriesQuery, seriesRows } from '../../portal/store/store.ts';
import { sampleFlow, samplePresence } from '../unit/portal/sample-observations.ts';

const CAMERAS = ['cam-1', 'cam-2'] as const;
const DAYS = 40;
const HOUR_US = 3_600_000_000;
const DAY_US = 24 * HOUR_US;
const MARCH_US = Date.UTC(2026, 2) * 1000;
const NOW_US = MARCH_US + 20 * DAY_US;

/** What is tested. */
export interface GatheringStores {
  readonly store: PortalStore;
  /** Another portal's, on the same database. */
  readonly other: PortalStore;
  /** Runs these statements and takes the schema one version back; both stores are closed. */
  earlier(statements: string): Promise<void>;
  reopen(): Promise<PortalStore>;
}

/** What the version before had instead. */
const BEFORE_GATHERING = `DROP TABLE level_span; DROP TABLE gathered_series;
  CREATE TABLE arranged_until (level TEXT PRIMARY KEY);`;

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

/** Both gather in turn until neither finds anything; how many spans that were. */
async function gatherAll({ store, other }: GatheringStores, nowUs = NOW_US): Promise<number> {
  let spans = 0;
  for (;;) {
    const both = [await store.gather({ nowUs, limit: 7 }), await other.gather({ nowUs, limit: 3 })];
    if (both.every((count) => count === 0)) return spans;
    spans += both.reduce((sum, count) => sum + count, 0);
  }
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
    read[`coverage ${level}`] = await store.coverage({ level });
  }
  const digest = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');
  return Object.fromEntries(Object.entries(read).map(([name, value]) => [name, digest(value)]));
}

/** Declares the tests. `open` answers a database with nothing in it. */
export function gatherContract(open: () => Promise<GatheringStores>): void {
  describe('gathering', () => {
    let stores: GatheringStores;
    beforeEach(async () => {
      stores = await open();
      await fillMonths(stores.store);
    });
    afterEach(async () => {
      await stores.store.close();
      await stores.other.close();
    });

    it('takes each span once, an hour after its end, and changes nothing that can be read', async () => {
      const before = await everything(stores.store);
      const firstDayEndUs = Date.UTC(2026, 0, 31, 17) * 1000;
      expect(await gatherAll(stores, firstDayEndUs + HOUR_US - 1)).toBe(0);
      // The quarter hours and hours of one day of both kinds and cameras.
      expect(await gatherAll(stores, firstDayEndUs + HOUR_US)).toBe(2 * 2 * CAMERAS.length);
      for (const store of [stores.store, stores.other]) expect(await everything(store)).toEqual(before);
      // 41 local days, and of the level of days the one span of 28 days that is over.
      const spans = (2 * (DAYS + 1) + 2) * 2 * CAMERAS.length;
      expect(await gatherAll(stores)).toBe(spans - 2 * 2 * CAMERAS.length);
      expect(await gatherAll(stores)).toBe(0);
      for (const store of [stores.store, stores.other]) expect(await everything(store)).toEqual(before);
      const sizes = new Map((await stores.store.sizes()).map(({ name, rows }) => [name, rows]));
      expect(sizes.get('gathered_series')).toBeGreaterThanOrEqual(spans);
    });

    it('comes to what an earlier version has stored', async () => {
      const before = await everything(stores.store);
      const { earlier, reopen } = stores;
      await stores.store.close();
      await stores.other.close();
      await earlier(BEFORE_GATHERING);
      stores = { ...stores, store: await reopen(), other: await reopen() };
      expect(await everything(stores.store)).toEqual(before);
      expect(await gatherAll(stores)).toBe((2 * (DAYS + 1) + 2) * 2 * CAMERAS.length);
      expect(await everything(stores.store)).toEqual(before);
    });

    it('reads parts of spans, single lines and pages as before', async () => {
      const { store } = stores;
      const noonUs = Date.UTC(2026, 1, 10, 5) * 1000;
      const queries: SeriesQuery[] = [
        { level: 'quarter-hour', kind: 'flow', fromUs: noonUs, toUs: noonUs + 3 * DAY_US },
        { level: 'hour', kind: 'flow', direction: 'in', toUs: noonUs },
        { level: 'hour', kind: 'flow', placeIds: ['nowhere'] },
        { level: 'hour', kind: 'presence', cameraIds: ['cam-2'], fromUs: noonUs },
        { level: 'day', kind: 'presence', fromUs: noonUs, toUs: noonUs + 9 * DAY_US },
      ];
      const read = async () => {
        const answers: unknown[] = [];
        for (const query of queries) {
          const rows: SeriesRow[] = [];
          for await (const row of seriesRows(store, query, 3)) rows.push(row);
          const skipped = await store.series(query, { limit: 5, skip: 4 });
          answers.push([rows, skipped, await store.countSeries(query)]);
        }
        const { fromUs, toUs } = { fromUs: noonUs, toUs: noonUs + 2 * DAY_US };
        answers.push(await store.coverage({ level: 'hour', fromUs, toUs }));
        answers.push(await store.coverage({ level: 'quarter-hour', fromUs, toUs }));
        return answers;
      };
      const before = await read();
      expect(before.map((answer) => JSON.stringify(answer).length > 150)).toEqual([
        ...[true, true, false, true, true],
        ...[true, true],
      ]);
      await gatherAll(stores);
      expect(await read()).toEqual(before);
    });

    it('reads late records at once, and gathers their span anew', async () => {
      await gatherAll(stores);
      const { store, other } = stores;
      const hours = { level: 'hour', kind: 'flow', cameraIds: ['cam-1'], toUs: MARCH_US } as const;
      const [first] = (await store.series(hours, { limit: 1 })).rows;
      await store.upsert([{ fence: 1, observation: sampleFlow(2, { cars: 9 }) }]);
      await store.rollUp({ nowUs: NOW_US, limit: 10 });
      const revised = { windowStart: first?.windowStart, volume: 9, revision: 2 };
      expect((await store.series(hours, { limit: 1 })).rows[0]).toMatchObject(revised);
      const before = await everything(other);
      // Quarter hours, hours and days: of one camera and kind.
      expect(await gatherAll(stores)).toBe(3);
      expect(await everything(other)).toEqual(before);
      expect((await other.series(hours, { limit: 1 })).rows[0]).toMatchObject(revised);
    });

    it('loses what retention takes, and nothing else', async () => {
      await gatherAll(stores);
      const { store } = stores;
      const hours = { level: 'hour', kind: 'flow', cameraIds: ['cam-1'], toUs: MARCH_US } as const;
      const count = await store.countSeries({ level: 'hour', kind: 'flow' });
      const { removed } = await store.retain({ level: 'hour', beforeUs: MARCH_US, nowUs: NOW_US });
      // Twice a day for 28 days; the local day that the month ends in stays.
      expect(removed).toBe(2 * CAMERAS.length * 2 * 28 + 2 * CAMERAS.length);
      expect(await store.countSeries(hours)).toBe(1);
      expect(await store.countSeries({ level: 'hour', kind: 'flow' })).toBe(count - removed / 2);
      expect(await store.countSeries({ level: 'day', kind: 'flow' })).toBeGreaterThanOrEqual(2 * DAYS);
      const days = { level: 'day', kind: 'flow', cameraIds: ['cam-1'] } as const;
      const cutUs = Date.UTC(2026, 1, 10, 17) * 1000;
      const kept = (await store.series({ ...days, fromUs: cutUs }, { limit: 100 })).rows;
      await store.retain({ level: 'day', beforeUs: cutUs, nowUs: NOW_US });
      for (const gathered of [0, 2 * CAMERAS.length]) {
        expect(await gatherAll(stores, gathered === 0 ? MARCH_US - 20 * DAY_US : NOW_US)).toBe(gathered);
        expect((await store.series(days, { limit: 100 })).rows).toEqual(kept);
      }
    });
  });
}
