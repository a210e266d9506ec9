import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCkanPublisher } from '../../portal/publishers/ckan/ckan-publisher.ts';
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

const publisher = (id = 'kota') =>
  createCkanPublisher({
    id,
    url: ckan.url,
    token: FAKE_CKAN_TOKEN,
    organization: 'dishub',
    namePrefix: '',
    isPrivate: false,
    batchRows: 100,
    timeoutMs: 2000,
    catalogue: async () => CONTEXT,
    camera: cityCamera,
    clock: Date.now,
  });

const cars = () => ckan.tableOf(TRAFFIC)!.rows.map(({ jumlah_mp }) => jumlah_mp);

/** Every row but the one that breaks the far side is there, once. */
async function expectTheRest(tableId: string) {
  const expected = [...(await city.expected(tableId)).values()].filter((row) => row.jumlah_mp !== POISON);
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
    expect(status.failuresByKind['server-error']).toBeGreaterThanOrEqual(3);
    await expectTheRest(TRAFFIC);
    await city.putHour(3);
    await until(publishing, async (one) => isIdle(one) && one.cursor === (await lastSequence(city)));
    await expectTheRest(TRAFFIC);
    await expectTheRest('kepadatan-lalu-lintas-hari');
    const registry = new Registry();
    addPublisherMetrics(registry, () => publishing.status());
    const metrics = await registry.metrics();
    expect(metrics).toContain('cctv_publisher_quarantined_rows{publisher="kota"} 1');
    expect(metrics).toMatch(/cctv_publisher_failures_total\{publisher="kota",kind="server-error"\} [3-9]/);
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
    ckan.breaksAt = ({ jumlah_mp }) => jumlah_mp === POISON && ++broken > 0;
    try {
      const child = start();
      // Three whole batches, then the row alone for the first time.
      await eventually(() => broken >= 6);
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
