/** What every engine of the portal's store has to do; run by a test file of each engine. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FencedObservation } from '../../pipelines/domain/observation-key.ts';
import type { Observation } from '../../pipelines/domain/types.ts';
import type { PortalStore } from '../../portal/store/store.ts';
import { sampleFlow, sampleGap, samplePresence } from '../unit/portal/sample-observations.ts';

const fenced = (observation: Observation, fence = 1): FencedObservation => ({ fence, observation });

/** Declares the tests. `open` answers a store with nothing in it. */
export function recordContract(open: () => Promise<PortalStore>): void {
  let store: PortalStore;
  beforeEach(async () => {
    store = await open();
  });
  afterEach(() => store.close());
  const everything = async () => (await store.observations({}, { limit: 10_000 })).observations;

  describe('upsert', () => {
    it('gives a record back as it was', async () => {
      const records = [sampleFlow(0, { people: 3 }), samplePresence(0, { mean: 1.25, max: 3 }), sampleGap(1)];
      expect(await store.upsert(records.map((record) => fenced(record)))).toEqual({
        accepted: 3,
        unchanged: 0,
        fenced: 0,
      });
      expect(await everything()).toEqual(records);
    });

    it('changes nothing when the same content comes again, whatever its key order', async () => {
      const record = sampleFlow(0, { people: 3 });
      await store.upsert([fenced(record)]);
      const version = await store.version();
      const reordered = Object.fromEntries(Object.entries(record).reverse()) as unknown as Observation;
      const outcome = await store.upsert([
        fenced(record),
        fenced(reordered),
        fenced({ ...record, revision: 9 }),
      ]);
      expect(outcome).toEqual({ accepted: 0, unchanged: 3, fenced: 0 });
      expect(await everything()).toEqual([record]);
      expect(await store.version()).toBe(version);
    });

    it('replaces other content, never adds, and raises the revision', async () => {
      await store.upsert([fenced(sampleFlow(0, { people: 3 }))]);
      await store.upsert([fenced(sampleFlow(0, { people: 5 }))]);
      expect(await everything()).toEqual([{ ...sampleFlow(0, { people: 5 }), revision: 2 }]);
    });

    it('refuses an ousted writer, also after an unchanged write of its successor', async () => {
      await store.upsert([fenced(sampleFlow(0, { people: 3 }), 10)]);
      expect(await store.upsert([fenced(sampleFlow(0, { people: 9 }), 9)])).toMatchObject({ fenced: 1 });
      await store.upsert([fenced(sampleFlow(0, { people: 3 }), 20)]);
      expect(await store.upsert([fenced(sampleFlow(0, { people: 9 }), 15)])).toMatchObject({ fenced: 1 });
      expect(await everything()).toEqual([sampleFlow(0, { people: 3 })]);
    });

    it('takes the last writer at an equal fence, also with less coverage', async () => {
      await store.upsert([fenced(samplePresence(0), 5), fenced(sampleGap(0), 5)]);
      expect(await everything()).toMatchObject([{ coverage: 0, revision: 2 }]);
    });

    it('keeps apart what differs in one part of the key only', async () => {
      const base = sampleFlow(0);
      const records: Observation[] = [
        base,
        { ...base, direction: 'out' },
        { ...base, lineId: 'line-2' },
        { ...base, cameraId: 'cam-2' },
        sampleFlow(1),
        { ...base, windowEnd: '2026-01-31T05:15:00.000Z' },
        { ...samplePresence(0), zoneId: 'line-1' },
      ];
      expect(await store.upsert(records.map((record) => fenced(record)))).toMatchObject({ accepted: 7 });
      expect(await everything()).toHaveLength(7);
    });

    it('keeps fences up to 2^53 exact', async () => {
      const fence = Number.MAX_SAFE_INTEGER;
      await store.upsert([fenced(sampleFlow(0, { people: 1 }), fence)]);
      expect(await store.upsert([fenced(sampleFlow(0, { people: 2 }), fence - 1)])).toMatchObject({
        fenced: 1,
      });
    });
  });

  describe('reads', () => {
    beforeEach(async () => {
      const records = [0, 1, 2].flatMap((minute) =>
        ['cam-1', 'cam-2'].flatMap((cameraId) => [
          sampleFlow(minute, { cameraId }),
          sampleFlow(minute, { cameraId, direction: 'out' }),
          samplePresence(minute, { cameraId }),
        ]),
      );
      await store.upsert(records.reverse().map((record) => fenced(record)));
    });

    it('pages in one stable order, every record once', async () => {
      const whole = await everything();
      const paged: Observation[] = [];
      let page = await store.observations({}, { limit: 5 });
      while (page.last !== undefined) {
        paged.push(...page.observations);
        page = await store.observations({}, { limit: 5, after: page.last });
      }
      expect(whole).toHaveLength(18);
      expect(paged).toEqual(whole);
      const order = whole.map((record) => `${record.windowStart} ${record.cameraId} ${record.kind}`);
      expect(order).toEqual([...order].sort());
    });

    it('tells where a page ends only when more follows', async () => {
      const page = await store.observations({ cameraId: 'cam-1' }, { limit: 8 });
      expect(await store.endOfPage({ cameraId: 'cam-1' }, { limit: 8 })).toEqual(page.last);
      expect(await store.endOfPage({ cameraId: 'cam-1' }, { limit: 9 })).toBeUndefined();
      expect(await store.endOfPage({ cameraId: 'cam-9' }, { limit: 1 })).toBeUndefined();
    });

    it.each([
      { filter: { kind: 'presence' } as const, count: 6 },
      { filter: { cameraId: 'cam-1' }, count: 9 },
      { filter: { cameraId: 'cam-1', direction: 'out' } as const, count: 3 },
      { filter: { lineId: 'line-1' }, count: 12 },
      { filter: { zoneId: 'line-1' }, count: 0 },
      {
        filter: { fromUs: Date.UTC(2026, 0, 31, 5, 1) * 1000, toUs: Date.UTC(2026, 0, 31, 5, 2) * 1000 },
        count: 6,
      },
    ])('filters by $filter', async ({ filter, count }) => {
      expect((await store.observations(filter, { limit: 100 })).observations).toHaveLength(count);
    });

    it('sums up the cameras and their newest window', async () => {
      await store.upsert([fenced(sampleGap(3, 'cam-2'))]);
      expect(await store.cameras()).toEqual([
        {
          cameraId: 'cam-1',
          firstWindowStart: '2026-01-31T05:00:00Z',
          lastWindowStart: '2026-01-31T05:02:00Z',
          lastWindowEnd: '2026-01-31T05:03:00Z',
          lastAnalysedWindowEnd: '2026-01-31T05:03:00Z',
          lastCoverage: 1,
        },
        {
          cameraId: 'cam-2',
          firstWindowStart: '2026-01-31T05:00:00Z',
          lastWindowStart: '2026-01-31T05:03:00Z',
          lastWindowEnd: '2026-01-31T05:04:00Z',
          lastAnalysedWindowEnd: '2026-01-31T05:03:00Z',
          lastCoverage: 0,
        },
      ]);
      expect(await store.latest()).toHaveLength(4);
      expect(await store.latest('cam-2')).toEqual([sampleGap(3, 'cam-2')]);
      expect(await store.latest('cam-9')).toEqual([]);
    });
  });
}
