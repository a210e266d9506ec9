import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Row, rowKey } from '../../portal/datasets/data-set.ts';
import { findSeriesTable } from '../../portal/datasets/data-sets.ts';
import { createCkanPublisher } from '../../portal/publishers/ckan/ckan-publisher.ts';
import { MOST_REFUSED } from '../../portal/publishers/journal.ts';
import { addPublisherMetrics } from '../../workers/publishing.ts';
import { FAKE_CKAN_TOKEN, type FakeCkan, startFakeCkan } from '../support/fake-ckan.ts';
import { CONTEXT } from '../support/portal-data.ts';
import {
  cityCamera,
  eventually,
  isIdle,
  lastSequence,
  type PublishingCity,
  publishingCity,
  until,
} from '../support/publishing-city.ts';
import { sampleFlow } from '../unit/portal/sample-observations.ts';

const TRAFFIC = 'kepadatan-lalu-lintas-15-menit';
/** A quarter hour's cars at which the far side breaks. */
const POISON = 777;
let ckan: FakeCkan;
let city: PublishingCity;

beforeEach(async () => {
  ckan = await startFakeCkan();
  ckan.breaksAt = ({ jumlah_mp }) => jumlah_mp === POISON;
  city = await publishingCity(3);
  await poison(20);
});
afterEach(async () => {
  await city.close();
  await ckan.close();
});

/** Makes the quarter hour of a minute have `POISON` cars. */
async function poison(minute: number) {
  const quarter = Math.floor(minute / 15) * 15;
  const others = Array.from({ length: 15 }, (_, i) => quarter + i).filter((one) => one !== minute);
  const cars = others.reduce((sum, one) => sum + (one % 7) + 1, 0);
  await city.put({ ...sampleFlow(minute, { cars: POISON - cars }), revision: 2 });
}

const publisher = (id = 'kota', timeoutMs = 2000) =>
  createCkanPublisher({
    id,
    url: ckan.url,
    token: FAKE_CKAN_TOKEN,
    organization: 'dishub',
    namePrefix: '',
    isPrivate: false,
    batchRows: 100,
    timeoutMs,
    catalogue: async () => CONTEXT,
    camera: cityCamera,
    clock: Date.now,
  });

const cars = () => ckan.tableOf(TRAFFIC)!.rows.map(({ jumlah_mp }) => jumlah_mp);

/** Every row but the one that breaks the far side is there, once. */
async function expectTheRest(tableId: string, isBad = (row: Row) => row.jumlah_mp === POISON) {
  const expected = [...(await city.expected(tableId)).values()].filter((row) => !isBad(row));
  const texts = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort();
  expect(texts(ckan.tableOf(tableId)!.rows)).toEqual(texts(expected));
}

describe('a row that CKAN answers with 500 each time', () => {
  it('is set aside, told of and counted; all others get there, also later ones', async () => {
    const publishing = city.start(publisher());
    const status = await until(publishing, isIdle);
    expect(status.quarantined).toMatchObject({
      rows: 1,
      newest: [
        { rowKey: expect.stringContaining(TRAFFIC), reason: expect.stringMatching(/answered 500 .* alone/) },
      ],
    });
    // The good ones did not wait for a single pause.
    expect(status.failuresByKind).toEqual({});
    await expectTheRest(TRAFFIC);
    await city.putHour(3);
    await until(publishing, async (one) => isIdle(one) && one.cursor === (await lastSequence(city)));
    await expectTheRest(TRAFFIC);
    await expectTheRest('kepadatan-lalu-lintas-hari');
    const registry = new Registry();
    addPublisherMetrics(registry, () => publishing.status());
    const metrics = await registry.metrics();
    expect(metrics).toContain('cctv_publisher_quarantined_rows{publisher="kota"} 1');
  });

  it('is sent again when it is corrected', async () => {
    const publishing = city.start(publisher());
    await until(publishing, ({ quarantined }) => quarantined.rows === 1);
    await city.put({ ...sampleFlow(20, { cars: 1 }), revision: 3 });
    await until(publishing, (one) => isIdle(one) && one.quarantined.rows === 0);
    expect(cars()).toHaveLength((await city.expected(TRAFFIC)).size);
  });

  it('is tried again by itself, and when an operator asks', async () => {
    const publishing = city.start(publisher(), { refusedEveryMs: 50 });
    await until(publishing, ({ quarantined }) => quarantined.rows === 1);
    const { cursor } = await until(publishing, isIdle);
    ckan.breaksAt = () => false;
    const after = await until(publishing, ({ quarantined }) => quarantined.rows === 0);
    expect(cars()).toContain(POISON);
    // Sent by itself: what follows it was not sent a second time.
    expect(after.cursor).toBe(cursor);
    ckan.breaksAt = ({ jumlah_mp }) => jumlah_mp === POISON;
    const second = city.start(publisher('kota-2'));
    await until(second, ({ quarantined }) => quarantined.rows === 1);
    ckan.breaksAt = () => false;
    second.tryNow('kota-2');
    await until(second, ({ quarantined }) => quarantined.rows === 0);
  });

  it('is set aside once, and nothing is lost, when the publisher is killed while it searches', async () => {
    const children: ChildProcess[] = [];
    const start = () => {
      const script = join(import.meta.dirname, '../support/publish-process.ts');
      const child = spawn(process.execPath, ['--import', 'tsx', script, city.folder, 'ckan', ckan.url], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      children.push(child);
      return child;
    };
    const kill = async (child: ChildProcess) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    };
    let broken = 0;
    ckan.breaksAt = ({ jumlah_mp }) => {
      if (jumlah_mp !== POISON) return false;
      broken += 1;
      // The whole batch, then a part of it; the request after that is never answered.
      if (broken === 2) ckan.failNext(['hang']);
      return true;
    };
    try {
      const child = start();
      await eventually(() => broken >= 2 && ckan.faultsLeft() === 0);
      await kill(child);
      expect(city.journal.quarantineSize('child')).toBe(0);
      start();
      const last = await lastSequence(city);
      await eventually(async () => (await city.reader.cursor('child')) === last);
      await eventually(() => city.journal.lastSuccessMs('child') !== undefined);
    } finally {
      await Promise.all(children.map(kill));
    }
    expect(city.journal.quarantined('child', 10)).toMatchObject([
      { rowKey: expect.stringContaining(TRAFFIC) },
    ]);
    await expectTheRest(TRAFFIC);
  });
});

it('a row to which CKAN never answers is set aside, and all others get there, also later ones', async () => {
  ckan.breaksAt = () => false;
  ckan.failNext(Array<'hang'>(100).fill('hang'), ({ text }) => text.includes(`"jumlah_mp":${POISON}`));
  const publishing = city.start(publisher('kota', 1000));
  const status = await until(publishing, (one) => isIdle(one) && one.quarantined.rows > 0);
  expect(status.quarantined).toMatchObject({
    rows: 1,
    newest: [
      {
        rowKey: expect.stringContaining(TRAFFIC),
        reason: expect.stringMatching(/1000 ms, 3 times .* alone/),
      },
    ],
  });
  await city.putHour(3);
  await until(publishing, async (one) => isIdle(one) && one.cursor === (await lastSequence(city)));
  await expectTheRest('kepadatan-lalu-lintas-hari');
  const known = new Set(cars());
  for (const row of (await city.expected(TRAFFIC)).values()) expect(known).toContain(row.jumlah_mp);
});

describe('many such rows', () => {
  const table = findSeriesTable(TRAFFIC)!;
  /** Rows of every table whose hour and quarter are those of one of `rows`. */
  const breakAt = (rows: readonly Row[]) => {
    const keys = new Set(rows.map((row) => rowKey(table, row)));
    ckan.breaksAt = (row) => keys.has(rowKey(table, row as Row));
  };
  const quarters = async () => [...(await city.expected(TRAFFIC)).values()];

  it('delay nothing, wait alone without holding anything, and get there once they are taken', async () => {
    const first = await quarters();
    breakAt(first.filter((_, i) => i % 4 > 0));
    const publishing = city.start(publisher());
    const status = await until(publishing, isIdle);
    expect(status.failuresByKind).toEqual({});
    expect(status.quarantined.rows).toBeGreaterThanOrEqual(first.length * 0.7);
    expect(status.quarantined.nextTryAtMs).toBeGreaterThan(Date.now());
    expect(ckan.tableOf(TRAFFIC)!.rows).toHaveLength(first.filter((_, i) => i % 4 === 0).length);
    // Later ones, of which not one is good.
    ckan.breaksAt = () => false;
    const known = new Set(first.map((row) => rowKey(table, row)));
    await city.putHour(3);
    breakAt((await quarters()).filter((row) => !known.has(rowKey(table, row)) || row === first[1]));
    const alone = await until(publishing, async (one) => one.cursor === (await lastSequence(city)));
    expect(alone.failuresByKind).toEqual({});
    ckan.breaksAt = () => false;
    publishing.tryNow('kota');
    await until(publishing, ({ quarantined }) => quarantined.rows === 0);
    await expectTheRest(TRAFFIC, () => false);
    await expectTheRest('kepadatan-lalu-lintas-hari');
  });

  it('are set aside up to a bound; then the target waits, says so, and goes on when there is room', async () => {
    const [change] = await city.reader.changesSince(0, { limit: 1 });
    const gone = { ...change!, cameraId: 'cam-gone', sequence: 1_000_000 };
    const refused = Array.from({ length: MOST_REFUSED }, (_, i) => ({
      change: gone,
      rowKey: String(i),
      reason: 'of a camera that is gone',
    }));
    const settle = (more: typeof refused) =>
      city.journal.settle({ publisherId: 'kota', changes: [gone], refused: more, atMs: 1 });
    expect(settle(refused)).toBe(true);
    expect(settle([...refused, { ...refused[0]!, rowKey: 'one more' }])).toBe(false);
    expect(city.journal.quarantineSize('kota')).toBe(MOST_REFUSED);
    const publishing = city.start(publisher(), { refusedEveryMs: 1000 });
    const full = await until(publishing, ({ failures }) => failures > 0);
    expect(full.lastFailure).toMatchObject({
      kind: 'misconfigured',
      reason: expect.stringMatching(/^10000 rows are set aside.* alone/),
    });
    await until(publishing, (one) => isIdle(one) && one.quarantined.rows === 1);
    await expectTheRest(TRAFFIC);
  });
});

describe('a site that answers everything with 500', () => {
  it('is away: nothing is set aside, however long, and everything gets there afterwards', async () => {
    ckan.breaksAt = () => true;
    const publishing = city.start(publisher());
    const down = await until(publishing, ({ failures }) => failures >= 15);
    expect(down).toMatchObject({ quarantined: { rows: 0 }, lastFailure: { kind: 'server-error' } });
    ckan.breaksAt = () => false;
    await until(publishing, isIdle);
    expect(city.journal.quarantineSize('kota')).toBe(0);
    expect(cars()).toHaveLength((await city.expected(TRAFFIC)).size);
  });

  it('after it took rows is away as well', async () => {
    ckan.breaksAt = () => false;
    const publishing = city.start(publisher());
    await until(publishing, isIdle);
    ckan.breaksAt = () => true;
    await city.putHour(3);
    await until(publishing, ({ failures }) => failures >= 15);
    expect(city.journal.quarantineSize('kota')).toBe(0);
  });
});
