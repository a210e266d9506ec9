import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rowKey } from '../../portal/datasets/data-set.ts';
import { findResource, SERIES_TABLES } from '../../portal/datasets/data-sets.ts';
import {
  type CkanPublisherOptions,
  createCkanPublisher,
} from '../../portal/publishers/ckan/ckan-publisher.ts';
import { FAKE_CKAN_TOKEN, type FakeCkan, startFakeCkan } from '../support/fake-ckan.ts';
import type { Fault } from '../support/fault-server.ts';
import { CONTEXT } from '../support/portal-data.ts';
import {
  cityCamera,
  isIdle,
  type PublishingCity,
  publishingCity,
  until,
} from '../support/publishing-city.ts';
import { sampleFlow } from '../unit/portal/sample-observations.ts';

const TRAFFIC = 'kepadatan-lalu-lintas-15-menit';
let ckan: FakeCkan;
let city: PublishingCity;

beforeEach(async () => {
  ckan = await startFakeCkan();
  city = await publishingCity(3);
});
afterEach(async () => {
  await city.close();
  await ckan.close();
});

function publisher(changes: Partial<CkanPublisherOptions> = {}) {
  return createCkanPublisher({
    id: 'kota',
    url: ckan.url,
    token: FAKE_CKAN_TOKEN,
    organization: 'dishub',
    namePrefix: '',
    isPrivate: false,
    batchRows: 5,
    timeoutMs: 500,
    catalogue: async () => CONTEXT,
    camera: cityCamera,
    clock: Date.now,
    ...changes,
  });
}

/** The far side has exactly the rows it has to have, each once. */
async function expectSame(tableIds = SERIES_TABLES.map(({ id }) => id)) {
  for (const id of tableIds) {
    const expected = await city.expected(id);
    const rows = ckan.tableOf(id)?.rows ?? [];
    const resource = findResource(id)!;
    expect(rows.length, id).toBe(expected.size);
    const there = new Map(rows.map((row) => [rowKey(resource, row as never), row]));
    expect(there, id).toEqual(expected);
  }
}

const upserts = ({ path }: { path: string }) => path.endsWith('datastore_upsert');

describe('a CKAN site', () => {
  it('gets data sets of the organization, typed tables with keys and dictionary, and every row', async () => {
    const publishing = city.start(publisher());
    const status = await until(publishing, isIdle);
    await expectSame();
    expect(status).toMatchObject({ failures: 0, quarantined: { rows: 0 } });
    expect([...ckan.packages.keys()].sort()).toEqual(['kepadatan-lalu-lintas', 'tingkat-keramaian']);
    expect(ckan.packages.get('tingkat-keramaian')).toMatchObject({
      owner_org: 'dishub',
      license_id: 'cc-by',
    });
    const table = ckan.tableOf(TRAFFIC)!;
    expect(table.uniqueKey).toEqual(findResource(TRAFFIC)!.primaryKey);
    expect(table.fields.find(({ id }) => id === 'waktu_mulai')).toMatchObject({ type: 'timestamptz' });
    expect(table.fields.find(({ id }) => id === 'jumlah_sm')).toMatchObject({
      type: 'int',
      info: { satuan: 'kendaraan', label: expect.any(String), notes: expect.any(String) },
    });
    // Counted once per table, not with each batch of five.
    expect(ckan.recounts).toBe(SERIES_TABLES.length);
    expect(ckan.requests.some(({ path }) => path.endsWith('datastore_delete'))).toBe(false);
  });

  it('gets late data over the same rows and nothing that it has', async () => {
    const publishing = city.start(publisher());
    await until(publishing, isIdle);
    const before = ckan.requests.length;
    await city.put({ ...sampleFlow(5, { cars: 900 }), revision: 2 });
    await until(publishing, (status) => isIdle(status) && ckan.requests.length > before);
    await expectSame();
    const sent = ckan.requests
      .slice(before)
      .filter(upserts)
      .flatMap(({ text }) => JSON.parse(text).records);
    expect(sent.length).toBeLessThan(20);
    expect(ckan.tableOf(TRAFFIC)!.rows.some((row) => Number(row.jumlah_mp) > 900)).toBe(true);
  });

  it.each<[string, Fault[]]>([
    ['429 with Retry-After', [{ status: 429, headers: { 'retry-after': '0' } }]],
    [
      '5xx',
      [
        { status: 500, body: '{"success": false}' },
        { status: 502 },
        { status: 503, headers: { 'retry-after': '0' } },
      ],
    ],
    ['a reset before anything was done', ['reset']],
    ['a reset in the middle of the answer', ['half-then-reset', 'half-then-reset']],
    ['half an answer', ['half']],
    ['no answer in time', ['hang']],
    ['a slow answer', [{ delayMs: 200 }]],
    ['a login page of a proxy', [{ status: 200, body: '<html>login</html>' }]],
  ])('has exactly the rows after %s', async (_name, faults) => {
    ckan.failNext(faults, upserts);
    ckan.failNext(faults, ({ path }) => path.endsWith('package_create'));
    ckan.failNext(faults, ({ path }) => path.endsWith('datastore_create'));
    const publishing = city.start(publisher());
    const status = await until(publishing, (one) => isIdle(one) && ckan.faultsLeft() === 0);
    await expectSame();
    expect(ckan.packages.size).toBe(2);
    expect(ckan.tables.size).toBe(SERIES_TABLES.length);
    expect(status.quarantined.rows).toBe(0);
  });

  it('gets what came while it was away', async () => {
    const publishing = city.start(publisher());
    await until(publishing, isIdle);
    await ckan.down();
    await city.putHour(3);
    const down = await until(publishing, ({ failures, state }) => failures >= 3 && state === 'waiting');
    expect(down).toMatchObject({ lastFailure: { kind: 'connection' } });
    expect(down.lagRows).toBeGreaterThan(0);
    await ckan.up();
    await until(publishing, (status) => isIdle(status) && status.failures === 0);
    await expectSame();
  });

  it('leaves out a row that CKAN refuses, tells of it, and tries it again when it changes', async () => {
    ckan.badRow = (row) => (row.jumlah_mp === 999 ? 'invalid input syntax for type integer' : undefined);
    // One crossing more than the minute had, so that one quarter hour sums up to the poisoned number.
    const quarter = [...(await city.expected(TRAFFIC)).values()].find(
      ({ jumlah_mp }) => Number(jumlah_mp) > 0,
    )!;
    await city.put({ ...sampleFlow(0, { cars: 999 - Number(quarter.jumlah_mp) + 1 }), revision: 2 });
    const publishing = city.start(publisher({ batchRows: 100 }));
    const status = await until(publishing, isIdle);
    expect(status.quarantined).toMatchObject({
      rows: 1,
      newest: [
        { rowKey: expect.stringContaining(TRAFFIC), reason: expect.stringContaining('invalid input syntax') },
      ],
    });
    const expected = await city.expected(TRAFFIC);
    expect(ckan.tableOf(TRAFFIC)!.rows).toHaveLength(expected.size - 1);
    await city.put({ ...sampleFlow(0, { cars: 3 }), revision: 3 });
    await until(publishing, ({ quarantined }) => quarantined.rows === 0);
    await expectSame();
  });

  it('is sent less at once when it says 413', async () => {
    ckan.maxBytes = 8_000;
    const publishing = city.start(publisher({ batchRows: 1000 }));
    const status = await until(publishing, isIdle);
    await expectSame();
    expect(ckan.tooLarge).toBeGreaterThan(0);
    expect(status.quarantined.rows).toBe(0);
  });

  it('gets columns of later versions behind its own, and keeps what somebody added', async () => {
    await until(city.start(publisher()), isIdle);
    const table = ckan.tableOf(TRAFFIC)!;
    table.fields = [
      { id: 'catatan', type: 'text' },
      ...table.fields.filter(({ id }) => id !== 'derajat_kejenuhan'),
    ];
    for (const row of table.rows) {
      delete row.derajat_kejenuhan;
      row.catatan = 'dicek';
    }
    const second = city.start(publisher({ id: 'kota-2' }));
    await until(second, isIdle);
    const ids = ckan.tableOf(TRAFFIC)!.fields.map(({ id }) => id);
    expect([ids[0], ids.at(-1)]).toEqual(['catatan', 'derajat_kejenuhan']);
    expect(ckan.tableOf(TRAFFIC)!.rows.every((row) => row.catatan === 'dicek')).toBe(true);
  });

  it('gets its key back when the table has lost it', async () => {
    const publishing = city.start(publisher());
    await until(publishing, isIdle);
    ckan.tableOf(TRAFFIC)!.uniqueKey = [];
    await city.put({ ...sampleFlow(5, { cars: 50 }), revision: 2 });
    await until(
      publishing,
      (status) =>
        isIdle(status) && status.failures === 0 && status.failuresByKind.misconfigured !== undefined,
    );
    await expectSame();
  });

  it('keeps other people’s data sets and extras', async () => {
    await until(city.start(publisher()), isIdle);
    const owned = ckan.packages.get('kepadatan-lalu-lintas')!;
    owned.extras = [
      ...owned.extras.filter(({ key }) => key !== 'modified'),
      { key: 'catatan', value: 'milik walidata' },
    ];
    await until(city.start(publisher({ id: 'again' })), isIdle);
    expect(ckan.packages.get('kepadatan-lalu-lintas')!.extras).toEqual(
      expect.arrayContaining([
        { key: 'catatan', value: 'milik walidata' },
        { key: 'modified', value: '2026-01-06T07:02:00+07:00' },
      ]),
    );
    owned.extras = [];
    const refused = await until(city.start(publisher({ id: 'third' })), ({ failures }) => failures > 0);
    expect(refused.lastFailure).toMatchObject({
      kind: 'misconfigured',
      reason: expect.stringContaining('namePrefix'),
    });
  });

  it('tells of a wrong token without showing it', async () => {
    const publishing = city.start(publisher({ token: 'not-the-secret-one' }));
    const status = await until(publishing, ({ failures }) => failures > 0);
    expect(status.lastFailure?.kind).toBe('unauthorised');
    expect(JSON.stringify(status)).not.toContain('not-the-secret-one');
  });

  it('is left alone while paused, and gets everything again when asked', async () => {
    const publishing = city.start(publisher());
    await until(publishing, isIdle);
    publishing.pause('kota');
    await until(publishing, ({ state }) => state === 'paused');
    const before = ckan.requests.length;
    await city.putHour(3);
    ckan.tableOf(TRAFFIC)!.rows = [];
    expect(ckan.requests.length).toBe(before);
    await publishing.resend('kota', 'start');
    publishing.resume('kota');
    await until(publishing, (status) => isIdle(status) && ckan.requests.length > before);
    await expectSame();
  });
});

it('only rows that are public leave', async () => {
  const guarded = await publishingCity(2, 50);
  try {
    const publishing = guarded.start(publisher());
    await until(publishing, isIdle);
    const rows = ckan.tableOf('tingkat-keramaian-15-menit')!.rows;
    expect(rows.length).toBeGreaterThan(0);
    // Some twenty people a quarter hour: all are fewer than 50.
    expect(
      rows.filter((row) => row.jenis_lokasi === 'garis').map((row) => row.jumlah_orang_melintas),
    ).toEqual(expect.arrayContaining([null]));
    expect(rows.some((row) => Number(row.jumlah_orang_melintas) > 0)).toBe(false);
    expect(rows.some((row) => row.disembunyikan === true)).toBe(true);
  } finally {
    await guarded.close();
  }
});
