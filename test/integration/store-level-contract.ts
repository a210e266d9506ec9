/** What every engine of the portal's store has to do above the records; run by a test file of each engine. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Observation } from '../../pipelines/domain/types.ts';
import { type PortalStore, type SeriesQuery, seriesRows } from '../../portal/store/store.ts';
import {
  SAMPLE_START_MS,
  sampleFlow,
  sampleGap,
  samplePresence,
} from '../unit/portal/sample-observations.ts';

const START_US = SAMPLE_START_MS * 1000;
const MINUTE_US = 60_000_000;
const HOUR_US = 60 * MINUTE_US;
const DAY_US = 24 * HOUR_US;
/** Local midnight before the sample start (12:00 WIB). */
const MIDNIGHT_US = START_US - 12 * HOUR_US;
/** After everything that the tests write. */
const LATER_US = START_US + 100 * DAY_US;

/** Declares the tests. `open` answers a store with nothing in it. */
export function levelContract(open: () => Promise<PortalStore>): void {
  let store: PortalStore;
  beforeEach(async () => {
    store = await open();
  });
  afterEach(() => store.close());

  const put = (...records: Observation[]) =>
    store.upsert(records.map((observation) => ({ fence: 1, observation })));
  async function rollUp(nowUs = LATER_US): Promise<void> {
    while ((await store.rollUp({ nowUs, limit: 2 })) > 0);
  }
  async function rows(query: SeriesQuery) {
    const found = [];
    for await (const row of seriesRows(store, query, 3)) found.push(row);
    return found;
  }
  const minutes = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

  describe('levels', () => {
    it('add up counts, keep the greatest maximum, and say how much of the window was seen', async () => {
      await put(
        ...minutes(0, 10).map((minute) => sampleFlow(minute, { cars: minute })),
        ...minutes(0, 10).map((minute) => samplePresence(minute, { mean: minute, max: minute + 1 })),
        sampleGap(10),
      );
      await rollUp();
      const [quarter] = await rows({ level: 'quarter-hour', kind: 'flow' });
      expect(quarter).toMatchObject({
        windowStart: '2026-01-31T05:00:00Z',
        windowEnd: '2026-01-31T05:15:00Z',
        volume: 45,
        // Ten minutes were analysed: 45 × 6.
        flowRatePerHour: 270,
        coverage: 0.666667,
        status: 'partial',
        framesAnalysed: 3000,
        recordedUs: 10 * MINUTE_US,
      });
      const [presence] = await rows({ level: 'hour', kind: 'presence' });
      expect(presence).toMatchObject({
        peoplePresent: { mean: 4.5, max: 10 },
        coverage: 0.166667,
        reasons: ['source-down'],
        recordedUs: 11 * MINUTE_US,
      });
      const [day] = await rows({ level: 'day', kind: 'flow' });
      expect(day).toMatchObject({ windowStart: '2026-01-30T17:00:00Z', volume: 45, coverage: 0.006944 });
    });

    it('cut days at local midnight', async () => {
      await put(sampleFlow(12 * 60 - 1, { cars: 1 }), sampleFlow(12 * 60, { cars: 2 }));
      await rollUp();
      const days = await rows({ level: 'day', kind: 'flow' });
      expect(days.map((day) => [day.windowStart, day.kind === 'flow' && day.volume])).toEqual([
        ['2026-01-30T17:00:00Z', 1],
        ['2026-01-31T17:00:00Z', 2],
      ]);
    });

    it('follow late and corrected records, and revise only what publishers may have', async () => {
      await put(sampleFlow(0, { cars: 5 }), sampleFlow(1, { cars: 5 }));
      await rollUp();
      await put(sampleFlow(0, { cars: 7 }), sampleFlow(30, { cars: 1 }));
      await rollUp();
      const quarters = await rows({ level: 'quarter-hour', kind: 'flow' });
      expect(quarters).toMatchObject([
        { volume: 12, revision: 2 },
        { volume: 1, revision: 1 },
      ]);
      expect(await rows({ level: 'day', kind: 'flow' })).toMatchObject([{ volume: 13, revision: 2 }]);
      // Open windows change without a revision.
      await put(sampleFlow(31, { cars: 1 }));
      await rollUp(START_US);
      await put(sampleFlow(32, { cars: 1 }));
      await rollUp(START_US);
      expect((await rows({ level: 'hour', kind: 'flow' }))[0]).toMatchObject({ volume: 15, revision: 3 });
    });

    it('come to every camera in turn, also when the first one never stops sending', async () => {
      const cameras = ['A', 'B', 'C'];
      const send = (minute: number, ids: readonly string[]) =>
        put(...ids.map((cameraId) => sampleFlow(minute, { cars: 1, cameraId })));
      await send(0, cameras);
      const volumes = async () => {
        const hours = await rows({ level: 'hour', kind: 'flow' });
        return hours.map((hour) => [hour.cameraId, hour.kind === 'flow' && hour.volume]);
      };
      for (const minute of [1, 2, 3]) {
        expect(await store.rollUp({ nowUs: START_US, limit: 1 })).toBeGreaterThan(0);
        await send(minute, ['A']);
      }
      expect(await volumes()).toEqual(cameras.map((id) => [id, 1]));
      expect(await store.rollUp({ nowUs: START_US, limit: 2 })).toBe(0);
      expect(await volumes()).toEqual([
        ['A', 4],
        ['B', 1],
        ['C', 1],
      ]);
    });

    it('stay as they are when nothing changed', async () => {
      await put(sampleFlow(0, { cars: 5 }));
      await rollUp();
      const version = await store.version();
      await put(sampleFlow(0, { cars: 5 }));
      await rollUp();
      expect(await store.version()).toBe(version);
    });

    it('are another version of the store while their window is open, too', async () => {
      await put(sampleFlow(0, { cars: 5 }));
      const before = await store.version();
      await rollUp(START_US);
      const after = await store.version();
      expect(after).not.toBe(before);
      await rollUp(START_US);
      expect(await store.version()).toBe(after);
    });

    it('show a method break', async () => {
      const other = sampleFlow(1);
      await put(sampleFlow(0), {
        ...other,
        lineage: { ...other.lineage, modelId: 'other', jobId: 'another' },
      });
      await put({ ...sampleFlow(2), lineage: { ...other.lineage, jobId: 'a-third' } });
      await rollUp();
      const [quarter] = await rows({ level: 'quarter-hour', kind: 'flow' });
      expect(quarter?.methods.map(({ modelId }) => modelId)).toEqual(['centernet-512x384', 'other']);
    });
  });

  describe('series', () => {
    beforeEach(async () => {
      const records = [0, 1, 20, 70].flatMap((minute) =>
        ['cam-1', 'cam-2', 'cam-3'].flatMap((cameraId) => [
          sampleFlow(minute, { cameraId, cars: 1 }),
          sampleFlow(minute, { cameraId, direction: 'out' }),
          sampleFlow(minute, { cameraId, lineId: 'line-2' }),
          samplePresence(minute, { cameraId }),
        ]),
      );
      await put(...records);
      await rollUp();
    });

    it.each([
      { query: { level: 'minute', kind: 'flow' }, count: 36 },
      { query: { level: 'quarter-hour', kind: 'flow' }, count: 27 },
      { query: { level: 'hour', kind: 'presence' }, count: 6 },
      { query: { level: 'day', kind: 'flow' }, count: 9 },
      { query: { level: 'hour', kind: 'flow', cameraIds: ['cam-3', 'cam-1'] }, count: 12 },
      { query: { level: 'hour', kind: 'flow', cameraIds: [] }, count: 0 },
      { query: { level: 'hour', kind: 'flow', placeIds: ['line-1'], direction: 'out' }, count: 6 },
      { query: { level: 'minute', kind: 'flow', placeIds: ['line-2'] }, count: 12 },
      {
        query: {
          level: 'quarter-hour',
          kind: 'flow',
          fromUs: START_US + 15 * MINUTE_US,
          toUs: START_US + 75 * MINUTE_US,
        },
        count: 18,
      },
    ] as const)(
      '$query.level of $query.kind: $count rows, each once, in one order',
      async ({ query, count }) => {
        const found = await rows(query);
        expect(found).toHaveLength(count);
        expect(await store.countSeries(query)).toBe(count);
        const places = found.map((row) => {
          const place = row.kind === 'flow' ? `${row.lineId} ${row.direction}` : row.zoneId;
          return `${row.cameraId} ${row.windowStart} ${place}`;
        });
        expect(places).toEqual([...new Set(places)].sort());
        const skipped = await store.series(query, { limit: 1000, skip: 5 });
        expect(skipped.rows).toEqual(found.slice(5));
      },
    );

    it('knows the newest window of each camera, and the newest that has ended', async () => {
      await put(sampleFlow(130, { cameraId: 'cam-2', cars: 9 }));
      await rollUp();
      const newest = await store.latestSeries({ level: 'hour', kind: 'flow' });
      expect(newest.map(({ cameraId, windowStart }) => `${cameraId} ${windowStart.slice(11, 16)}`)).toEqual([
        ...['cam-1 06:00', 'cam-1 06:00', 'cam-1 06:00', 'cam-2 07:00'],
        ...['cam-3 06:00', 'cam-3 06:00', 'cam-3 06:00'],
      ]);
      const ended = await store.latestSeries({
        level: 'hour',
        kind: 'flow',
        cameraIds: ['cam-2'],
        endedByUs: START_US + 119 * MINUTE_US,
      });
      expect(ended.map(({ windowStart }) => windowStart)).toEqual(Array(3).fill('2026-01-31T05:00:00Z'));
    });

    it('tells the coverage of a camera by its worst line or zone', async () => {
      await put(sampleGap(1, 'cam-1'));
      await rollUp();
      const query = {
        level: 'hour',
        cameraIds: ['cam-1'],
        fromUs: START_US,
        toUs: START_US + HOUR_US,
      } as const;
      expect(await store.coverage(query)).toEqual([
        {
          cameraId: 'cam-1',
          windowStartUs: START_US,
          windowEndUs: START_US + HOUR_US,
          recordedUs: 3 * MINUTE_US,
          analysedUs: 2 * MINUTE_US,
          reasons: ['source-down'],
        },
      ]);
    });
  });

  describe('what publishers send', () => {
    const hours = { level: 'hour', limit: 100 } as const;

    it('is every window once when it has ended, and again when it changes', async () => {
      await put(sampleFlow(0, { cars: 1 }), sampleFlow(61, { cars: 1 }));
      await rollUp(START_US + HOUR_US);
      const first = await store.changesSince(0, hours);
      expect(first.map(({ windowStartUs }) => windowStartUs)).toEqual([START_US]);
      await store.setCursor('ckan', first.at(-1)!.sequence);
      // Nothing new came, but the second hour ended.
      await rollUp(START_US + 2 * HOUR_US);
      const second = await store.changesSince(await store.cursor('ckan'), hours);
      expect(second.map(({ windowStartUs }) => windowStartUs)).toEqual([START_US + HOUR_US]);
      await store.setCursor('ckan', second.at(-1)!.sequence);
      await put(sampleFlow(1, { cars: 4 }));
      await rollUp(START_US + 2 * HOUR_US);
      const third = await store.changesSince(await store.cursor('ckan'), hours);
      expect(third).toMatchObject([{ windowStartUs: START_US, rows: [{ volume: 5, revision: 2 }] }]);
      expect(await store.changesSince(third.at(-1)!.sequence, hours)).toEqual([]);
      expect(await store.cursor('nobody')).toBe(0);
    });

    it('comes in pages without loss over all levels and kinds', async () => {
      await put(...[0, 20, 70, 800].flatMap((minute) => [sampleFlow(minute), samplePresence(minute)]));
      await rollUp();
      const seen = [];
      let sequence = 0;
      for (;;) {
        const page = await store.changesSince(sequence, { limit: 3 });
        if (page.length === 0) break;
        seen.push(...page);
        sequence = page.at(-1)!.sequence;
      }
      const names = seen.map((change) => `${change.level} ${change.kind} ${change.windowStartUs}`);
      expect(names).toHaveLength(2 * (4 + 3 + 2));
      expect(new Set(names).size).toBe(names.length);
      expect(await store.changesSince(0, { limit: 100, level: 'day', kind: 'flow' })).toHaveLength(2);
    });
  });

  describe('retention', () => {
    it('takes one level and leaves those above, also when records come late', async () => {
      await put(
        ...minutes(0, 5).map((minute) => sampleFlow(minute, { cars: 2 })),
        sampleFlow(1440, { cars: 1 }),
      );
      const run = await store.retain({ level: 'minute', beforeUs: START_US + DAY_US, nowUs: LATER_US });
      expect(run).toEqual({ level: 'minute', beforeUs: MIDNIGHT_US + DAY_US, removed: 5, atUs: LATER_US });
      expect(await store.retentionRuns(10)).toEqual([run]);
      expect((await store.observations({}, { limit: 10 })).observations).toHaveLength(1);
      await put(sampleFlow(2, { cars: 9 }));
      await rollUp();
      expect(await rows({ level: 'quarter-hour', kind: 'flow' })).toMatchObject([
        { volume: 10 },
        { volume: 1 },
      ]);
      expect(await rows({ level: 'day', kind: 'flow' })).toMatchObject([{ volume: 10 }, { volume: 1 }]);
      // What never was rolled up still can be.
      await put(sampleFlow(600, { cars: 3 }));
      await rollUp();
      expect(await rows({ level: 'day', kind: 'flow' })).toMatchObject([{ volume: 13 }, { volume: 1 }]);
      expect((await store.cameras()).map(({ cameraId }) => cameraId)).toEqual(['cam-1']);
    });

    it('keeps days whose hours are gone', async () => {
      await put(...minutes(0, 5).map((minute) => sampleFlow(minute, { cars: 2 })));
      await store.retain({ level: 'minute', beforeUs: START_US + DAY_US, nowUs: LATER_US });
      // What is no longer kept says nothing of how the camera was.
      expect(await store.cameras()).toMatchObject([{ lastAnalysedWindowEnd: '2026-01-31T05:05:00Z' }]);
      expect((await store.cameras())[0]).not.toHaveProperty('lastCoverage');
      await store.retain({ level: 'hour', beforeUs: START_US + DAY_US, nowUs: LATER_US });
      await put(sampleFlow(200, { cars: 1 }));
      await rollUp();
      expect(await rows({ level: 'day', kind: 'flow' })).toMatchObject([{ volume: 10 }]);
      const gone = await store.sizes();
      expect(gone.find(({ name }) => name === 'level_quarter')?.rows).toBe(2);
    });
  });

  it('keeps visits, incidents and signs of life', async () => {
    await store.addVisits('2026-01-31', 2);
    await store.addVisits('2026-01-31', 3);
    await store.addVisits('2026-02-01', 1);
    expect(await store.visits('2026-01-01', '2026-01-31')).toEqual([{ day: '2026-01-31', visits: 5 }]);
    const lasting = await store.addIncident({
      subject: 'portal',
      startedAtUs: 10,
      isPlanned: false,
      note: 'x',
    });
    await store.addIncident({ subject: 'portal', startedAtUs: 1, endedAtUs: 5, isPlanned: true, note: '' });
    expect(await store.incidents(5, 20)).toEqual([
      { id: lasting, subject: 'portal', startedAtUs: 10, isPlanned: false, note: 'x' },
    ]);
    await store.endIncident(lasting, 15);
    expect(await store.incidents(0, 20)).toMatchObject([
      { isPlanned: true, endedAtUs: 5 },
      { endedAtUs: 15 },
    ]);
    await store.noteAlive('portal', 7);
    await store.noteAlive('portal', 8);
    expect(await store.lastAliveUs('portal')).toBe(8);
    expect(await store.lastAliveUs('other')).toBeUndefined();
  });
}
