/** The disclosure rule over a real store: what the one reader of every output gives, at all levels, as time goes by. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccuracyFigures } from '../../pipelines/domain/accuracy/figures.ts';
import { createPublicReader, type PublicReader } from '../../portal/privacy/public-reader.ts';
import type { PublicSeriesRow } from '../../portal/privacy/public-row.ts';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import type { PortalStore } from '../../portal/store/store.ts';
import { SAMPLE_START_MS, sampleFlow, samplePresence } from '../unit/portal/sample-observations.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NEXT_DAY_MS = SAMPLE_START_MS + 24 * HOUR_MS;

let folder: string;
let store: PortalStore;
let nowMs: number;
let reader: PublicReader;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pantau-privacy-'));
  store = createSqliteStore(openPortalDatabase({ file: join(folder, 'portal.sqlite') }));
  nowMs = NEXT_DAY_MS;
  reader = createPublicReader({ store, smallCountBelow: 5, clock: () => nowMs });
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** Minutes from the sample start, rolled up as of now; `peopleOf` says who crossed in each. */
async function count(minutes: number, peopleOf: (minute: number) => number): Promise<void> {
  const records = Array.from({ length: minutes }, (_, minute) => [
    sampleFlow(minute, { people: peopleOf(minute), cars: 1 }),
    sampleFlow(minute, { people: peopleOf(minute + 7), direction: 'out' }),
    samplePresence(minute, { mean: peopleOf(minute) * 3, max: peopleOf(minute) * 4 }),
  ]).flat();
  await store.upsert(records.map((observation) => ({ fence: 1, observation })));
  while ((await store.rollUp({ nowUs: nowMs * 1000, limit: 100 })) > 0);
}

async function flows(level: 'quarter-hour' | 'hour' | 'day', limit = 1000) {
  const found: PublicSeriesRow[] = [];
  let page = await reader.series({ level, kind: 'flow' }, { limit });
  for (;;) {
    found.push(...page.rows);
    if (page.next === undefined) return found.flatMap((row) => (row.kind === 'flow' ? [row] : []));
    page = await reader.series({ level, kind: 'flow' }, { limit, after: page.next });
  }
}

/** A quiet place: nobody in most minutes, busy at times. */
const quietPlace = (minute: number) =>
  (minute * 7919) % 13 === 0 ? (minute * 31) % 4 : minute % 240 < 30 ? 3 : 0;

describe('subtraction', () => {
  it('of what is shown at one level from what is shown above leaves no small number', async () => {
    await count(24 * 60, quietPlace);
    const quarters = await flows('quarter-hour');
    const hours = await flows('hour');
    const days = await flows('day');
    const within = (row: PublicSeriesRow, parts: typeof hours) =>
      parts.filter(
        (part) =>
          part.direction === (row.kind === 'flow' && row.direction) &&
          part.windowStart >= row.windowStart &&
          part.windowEnd <= row.windowEnd,
      );
    const differences = [
      ...hours.map((row) => [row, within(row, quarters)] as const),
      ...days.map((row) => [row, within(row, hours)] as const),
    ].flatMap(([row, parts]) =>
      row.peopleVolume === undefined
        ? []
        : [row.peopleVolume - parts.reduce((sum, { peopleVolume = 0 }) => sum + peopleVolume, 0)],
    );
    expect(differences.some((difference) => difference >= 5)).toBe(true);
    expect(differences.filter((difference) => difference !== 0 && difference < 5)).toEqual([]);
    // There was something to hide, and something to show.
    expect(quarters.filter(({ suppressed }) => suppressed !== undefined).length).toBeGreaterThan(20);
    expect(quarters.some(({ peopleVolume = 0 }) => peopleVolume > 5)).toBe(true);
    expect(hours.some(({ partlyHidden }) => partlyHidden !== undefined)).toBe(true);
    expect(quarters.every(({ volume }) => volume !== undefined)).toBe(true);
  });
});

describe('the reader', () => {
  it('tells the same of a row whatever the page, the range or the way it is asked', async () => {
    await count(6 * 60, quietPlace);
    const whole = await flows('quarter-hour');
    expect(await flows('quarter-hour', 3)).toEqual(whole);
    for (const row of whole.slice(0, 12)) {
      const fromUs = Date.parse(row.windowStart) * 1000;
      const range = { fromUs, toUs: fromUs + 1, direction: row.direction } as const;
      const { rows } = await reader.series({ level: 'quarter-hour', kind: 'flow', ...range }, { limit: 5 });
      expect(rows).toEqual([row]);
    }
    const latest = await reader.latestSeries({ level: 'quarter-hour', kind: 'flow' });
    expect(latest).toEqual(whole.slice(-2));
  });

  it('gives people measures out with their pair, and changes the version then', async () => {
    nowMs = SAMPLE_START_MS + 29 * MINUTE_MS;
    await count(30, () => 1);
    const before = await reader.version();
    expect(await flows('quarter-hour')).toMatchObject(
      Array(4).fill({ isPending: true, suppressed: expect.arrayContaining(['peopleVolume']) }),
    );
    nowMs += MINUTE_MS;
    expect(await reader.version()).not.toBe(before);
    expect((await flows('quarter-hour')).map(({ peopleVolume }) => peopleVolume)).toEqual([15, 15, 15, 15]);
    expect(await flows('hour')).toMatchObject(Array(2).fill({ isPending: true, volume: expect.any(Number) }));
  });

  it('hands changes to publishers once and in order, when nothing in them is pending', async () => {
    nowMs = SAMPLE_START_MS + 16 * MINUTE_MS;
    await count(16, () => 1);
    expect(await reader.changesSince(0, { limit: 100 })).toEqual([]);
    nowMs = SAMPLE_START_MS + 61 * MINUTE_MS;
    await count(60, () => 1);
    const changes = await reader.changesSince(0, { limit: 100 });
    expect(changes.filter(({ level }) => level === 'quarter-hour')).toHaveLength(8);
    expect(changes.filter(({ level }) => level === 'hour')).toHaveLength(2);
    expect(changes.flatMap(({ rows }) => rows).some(({ isPending }) => isPending)).toBe(false);
    const last = changes.at(-1)!.sequence;
    expect(await reader.changesSince(last, { limit: 100 })).toEqual([]);
  });

  it('has another version with other accuracy figures, or another threshold', async () => {
    const version = (changes: Partial<Parameters<typeof createPublicReader>[0]>) =>
      createPublicReader({ store, smallCountBelow: 5, clock: () => nowMs, ...changes }).version();
    const figures = [{ modelId: 'centernet' }] as unknown as AccuracyFigures[];
    const versions = await Promise.all([
      version({}),
      version({ figures }),
      version({ smallCountBelow: 6 }),
      version({ smallCountBelow: 0 }),
    ]);
    expect(new Set(versions).size).toBe(4);
    expect(await version({})).toBe(versions[0]);
  });

  it('gives everything as it is where the rule is off', async () => {
    await count(60, () => 1);
    const raw = createPublicReader({ store, smallCountBelow: 0, clock: () => SAMPLE_START_MS });
    const { rows } = await raw.series({ level: 'minute', kind: 'flow', direction: 'in' }, { limit: 1 });
    expect(rows).toMatchObject([{ peopleVolume: 1 }]);
    const [hour] = (await raw.series({ level: 'hour', kind: 'flow' }, { limit: 1 })).rows;
    expect(hour).toMatchObject({ peopleVolume: 60 });
    expect(JSON.stringify(hour)).not.toContain('"people"');
    const [record] = await reader.latest();
    expect(record).toMatchObject({ suppressed: expect.arrayContaining(['peopleVolume']) });
    expect(await raw.version()).toContain(await store.version());
  });
});
