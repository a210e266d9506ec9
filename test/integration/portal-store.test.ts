import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FencedObservation } from '../../pipelines/domain/observation-key.ts';
import type { Observation } from '../../pipelines/domain/types.ts';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import type { ObservationStore } from '../../portal/store/store.ts';
import { sampleFlow, sampleGap, samplePresence } from '../unit/portal/sample-observations.ts';

let folder: string;
let file: string;
let store: ObservationStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pantau-store-'));
  file = join(folder, 'portal.sqlite');
  store = createSqliteStore(openPortalDatabase({ file }));
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const fenced = (observation: Observation, fence = 1): FencedObservation => ({ fence, observation });
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

describe('the file', () => {
  it('has no cameras when it is empty', async () => {
    expect(await store.cameras()).toEqual([]);
    expect(await store.latest()).toEqual([]);
    await expect(store.check()).resolves.toBeUndefined();
  });

  it('keeps its records over a restart', async () => {
    await store.upsert([fenced(sampleFlow(0))]);
    await store.close();
    store = createSqliteStore(openPortalDatabase({ file }));
    expect(await everything()).toHaveLength(1);
  });

  it('is refused when it is newer than the program', () => {
    const newer = join(folder, 'newer.sqlite');
    openPortalDatabase({ file: newer }).close();
    const database = new Database(newer);
    database.pragma('user_version = 99');
    database.close();
    expect(() => openPortalDatabase({ file: newer })).toThrow(/version 99.*knows up to \d+.*newer Pantau/s);
  });

  it('is refused, and left as it is, when it is another program’s', () => {
    const other = join(folder, 'other.sqlite');
    const database = new Database(other);
    database.exec('CREATE TABLE bookmark (url TEXT)');
    database.close();
    expect(() => openPortalDatabase({ file: other })).toThrow(/another program/);
    const after = new Database(other, { readonly: true });
    expect(after.pragma('journal_mode', { simple: true })).toBe('delete');
    after.close();
  });

  it('gives a store-failed with advice when it is no database', () => {
    const damaged = join(folder, 'damaged.sqlite');
    writeFileSync(damaged, 'x'.repeat(8192));
    expect(() => openPortalDatabase({ file: damaged })).toThrow(
      expect.objectContaining({
        code: 'store-failed',
        message: expect.stringContaining('not an SQLite database'),
      }),
    );
  });

  it('gives a store-failed when the folder is missing', () => {
    expect(() => openPortalDatabase({ file: join(folder, 'none', 'x.sqlite') })).toThrow(
      /folder does not exist/,
    );
  });

  it('survives a full disk: the batch fails whole, what was stored stays, later it goes on', async () => {
    await store.upsert([fenced(sampleFlow(0))]);
    await store.close();
    const database = openPortalDatabase({ file });
    store = createSqliteStore(database);
    const pages = database.pragma('page_count', { simple: true }) as number;
    // SQLite raises the very SQLITE_FULL of a full disk when the file may not grow.
    database.pragma(`max_page_count = ${pages + 2}`);
    const batch = Array.from({ length: 200 }, (_, minute) => fenced(sampleFlow(minute + 1)));
    await expect(store.upsert(batch)).rejects.toMatchObject({
      code: 'store-failed',
      message: expect.stringContaining('disk is full'),
    });
    expect(await everything()).toEqual([sampleFlow(0)]);
    database.pragma('max_page_count = 1000000');
    expect(await store.upsert(batch)).toMatchObject({ accepted: 200 });
  });

  it('has only whole batches after kill -9 of a writer, at any moment', { timeout: 60_000 }, async () => {
    await store.close();
    for (const killAfterBatches of [1, 3, 6]) {
      const writer = startWriter(file);
      await batchesWritten(writer, killAfterBatches);
      writer.kill('SIGKILL');
      await once(writer, 'exit');
      const database = openPortalDatabase({ file });
      expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
      const partial = database
        .prepare('SELECT camera_id, count(*) AS n FROM observation GROUP BY camera_id HAVING n <> 50')
        .all();
      expect(partial).toEqual([]);
      const whole = database.prepare('SELECT count(*) FROM observation').pluck().get() as number;
      expect(whole).toBeGreaterThanOrEqual(50 * killAfterBatches);
      database.close();
    }
    store = createSqliteStore(openPortalDatabase({ file }));
  });
});

/** A process that writes batches of 50 records, one camera each, for ever and prints a line per batch. */
function startWriter(target: string): ChildProcess {
  const script = `
    const { createSqliteStore, openPortalDatabase } = await import('./portal/store/sqlite-store.ts');
    const { sampleFlow } = await import('./test/unit/portal/sample-observations.ts');
    const store = createSqliteStore(openPortalDatabase({ file: process.argv[1] }));
    for (let batch = 0; ; batch += 1) {
      const cameraId = 'cam-' + process.pid + '-' + batch;
      await store.upsert(Array.from({ length: 50 }, (_, minute) => (
        { fence: 1, observation: sampleFlow(minute, { cameraId }) })));
      process.stdout.write('batch\\n');
    }`;
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, target], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function batchesWritten(writer: ChildProcess, wanted: number): Promise<void> {
  let seen = 0;
  for await (const chunk of writer.stdout!) {
    seen += String(chunk).split('\n').length - 1;
    if (seen >= wanted) return;
  }
  throw new Error(`the writer ended after ${seen} batches`);
}
