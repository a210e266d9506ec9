import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Row, rowKey } from '../../portal/datasets/data-set.ts';
import { findResource, RESOURCES } from '../../portal/datasets/data-sets.ts';
import { createCkanPublisher } from '../../portal/publishers/ckan/ckan-publisher.ts';
import { createFilesPublisher } from '../../portal/publishers/files/files-publisher.ts';
import type { ManifestEntry } from '../../portal/publishers/files/manifest.ts';
import { csvLines } from '../support/csv-lines.ts';
import { FAKE_CKAN_TOKEN, type FakeCkan, startFakeCkan } from '../support/fake-ckan.ts';
import { CONTEXT } from '../support/portal-data.ts';
import {
  cityCamera,
  eventually,
  isIdle,
  type PublishingCity,
  publishingCity,
  until,
} from '../support/publishing-city.ts';
import { sampleFlow, sampleGap, samplePresence } from '../unit/portal/sample-observations.ts';

const LISTS = RESOURCES.filter(({ level }) => level === undefined);
const REGISTER = findResource('titik-cctv-daftar')!;
const INCIDENTS = findResource('ketersediaan-kamera-insiden')!;
const minutes = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
const OFTEN = { listsEveryMs: 1 };
let ckan: FakeCkan;
let city: PublishingCity;

beforeEach(async () => {
  ckan = await startFakeCkan();
  city = await publishingCity(2);
  // Half an hour lost in the third hour, and another model after it.
  const { lineage } = sampleFlow(0);
  await city.put(
    ...minutes(120, 30).map((minute) => sampleGap(minute)),
    ...minutes(150, 30).map((minute) => ({
      ...sampleFlow(minute),
      lineage: { ...lineage, modelId: 'another-model' },
    })),
  );
  city.registered = [cityCamera('cam-1'), cityCamera('cam-2')];
});
afterEach(async () => {
  await city.close();
  await ckan.close();
});

function publisher(id = 'kota') {
  return createCkanPublisher({
    id,
    url: ckan.url,
    token: FAKE_CKAN_TOKEN,
    organization: 'dishub',
    namePrefix: '',
    isPrivate: false,
    batchRows: 50,
    timeoutMs: 2000,
    catalogue: async () => CONTEXT,
    camera: cityCamera,
    lists: { pages: city.lists, sent: city.journal.sentRows(id) },
    clock: Date.now,
  });
}

async function rowsOf(tableId: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const page of city.lists(findResource(tableId)!)) rows.push(...page);
  return rows;
}

/** True when the far side has exactly the rows of every list. */
async function isSame(): Promise<boolean> {
  for (const table of LISTS) {
    const there = (ckan.tableOf(table.id)?.rows ?? []).map((row) => JSON.stringify(row)).sort();
    const here = (await rowsOf(table.id)).map((row) => JSON.stringify(row)).sort();
    if (JSON.stringify(there) !== JSON.stringify(here)) return false;
  }
  return true;
}

const names = () => ckan.tableOf(REGISTER.id)!.rows.map(({ kode_titik }) => kode_titik);

describe('the lists of a CKAN site', () => {
  it('are data sets with typed tables, keys and a dictionary, and have every row', async () => {
    const publishing = city.start(publisher(), OFTEN);
    const status = await until(publishing, async (one) => isIdle(one) && (await isSame()));
    expect(status.listsKeptAtMs).toBeGreaterThan(0);
    expect([...ckan.packages.keys()].sort()).toEqual([
      'kepadatan-lalu-lintas',
      'ketersediaan-kamera',
      'perubahan-metode',
      'tingkat-keramaian',
      'titik-cctv',
    ]);
    for (const table of LISTS) {
      const { uniqueKey, fields, rows } = ckan.tableOf(table.id)!;
      expect([table.id, rows.length > 0, uniqueKey]).toEqual([table.id, true, table.primaryKey]);
      expect(
        fields.every(({ info }) => typeof info?.label === 'string' && typeof info.notes === 'string'),
      ).toBe(true);
    }
    const types = Object.fromEntries(ckan.tableOf(INCIDENTS.id)!.fields.map(({ id, type }) => [id, type]));
    expect(types).toMatchObject({
      waktu_mulai: 'timestamptz',
      terencana: 'bool',
      jam_tidak_tersedia: 'numeric',
    });
  });

  it('get what changes and lose what goes, and nothing is sent that is there', async () => {
    const publishing = city.start(publisher(), OFTEN);
    await until(publishing, isSame);
    expect(names().sort()).toEqual(['cam-1', 'cam-2']);
    const before = ckan.requests.length;
    city.registered = [{ ...cityCamera('cam-1'), name: 'Simpang Lima timur' }];
    await until(publishing, isSame);
    expect(ckan.tableOf(REGISTER.id)!.rows).toMatchObject([{ nama_titik: 'Simpang Lima timur' }]);
    const sent = ckan.requests
      .slice(before)
      .map(({ path, text }) => [path.split('/').at(-1), JSON.parse(text)]);
    expect(
      sent.filter(([action]) => action === 'datastore_upsert').flatMap(([, body]) => body.records),
    ).toHaveLength(
      // The register's row, and the camera's name in its days, incidents and method changes.
      (await Promise.all(LISTS.map(({ id }) => rowsOf(id)))).flat().length,
    );
    expect(sent.filter(([action]) => /delete/.test(action)).map(([, body]) => body.filters)).toEqual([
      { kode_titik: 'cam-2' },
    ]);
  });

  it('lose an incident whose begin moves with late data', async () => {
    const publishing = city.start(publisher(), OFTEN);
    await until(publishing, isSame);
    const [old] = await rowsOf(INCIDENTS.id);
    await city.put(...minutes(120, 15).map((minute) => ({ ...samplePresence(minute), revision: 2 })));
    await until(publishing, isSame);
    expect(await rowsOf(INCIDENTS.id)).toHaveLength(1);
    const keys = ckan.tableOf(INCIDENTS.id)!.rows.map((row) => rowKey(INCIDENTS, row as Row));
    expect(keys).not.toContain(rowKey(INCIDENTS, old!));
  });

  it('lose it also where CKAN is older and has one action for all removals', async () => {
    ckan.lacks.add('datastore_records_delete');
    const publishing = city.start(publisher(), OFTEN);
    await until(publishing, isSame);
    city.registered = [cityCamera('cam-2')];
    await until(publishing, isSame);
    expect(names()).toEqual(['cam-2']);
  });

  it('keep no row of a camera that went while its row was under way to a publisher that died', async () => {
    ckan.failNext(['hang'], ({ path, text }) => path.endsWith('upsert') && text.includes('status_operasi'));
    const first = city.start(publisher());
    await eventually(() => ckan.faultsLeft() === 0);
    await first.close();
    expect(names().sort()).toEqual(['cam-1', 'cam-2']);
    city.registered = [cityCamera('cam-2')];
    await until(city.start(publisher(), OFTEN), isSame);
    expect(names()).toEqual(['cam-2']);
  });

  it('keep their rows when most of a list is gone here, until an operator asks; other rows go on', async () => {
    const many = Array.from({ length: 30 }, (_, index) => cityCamera(`cam-${index + 1}`));
    city.registered = many;
    const publishing = city.start(publisher(), OFTEN);
    await until(publishing, isSame);
    city.registered = [{ ...cityCamera('cam-1'), name: 'Simpang Lima timur' }, cityCamera('cam-2')];
    const { lastFailure } = await until(publishing, ({ failures }) => failures > 2);
    expect(lastFailure).toMatchObject({
      kind: 'misconfigured',
      reason: expect.stringContaining('28 of the 30 rows of titik-cctv-daftar'),
    });
    expect(names()).toHaveLength(30);
    expect(ckan.tableOf(REGISTER.id)!.rows).toContainEqual(
      expect.objectContaining({ kode_titik: 'cam-1', nama_titik: 'Simpang Lima timur' }),
    );
    expect(ckan.tableOf(INCIDENTS.id)!.rows).toMatchObject([{ nama_titik: 'Simpang Lima timur' }]);
    publishing.tryNow('kota');
    await until(publishing, isSame);
    expect(names().sort()).toEqual(['cam-1', 'cam-2']);
  });

  it('set a refused row aside, tell of it, and take it when it changes', async () => {
    ckan.badRow = (row) => (row.nama_titik === 'rusak' ? 'value too long' : undefined);
    city.registered = [cityCamera('cam-1'), { ...cityCamera('cam-2'), name: 'rusak' }];
    const publishing = city.start(publisher(), OFTEN);
    const status = await until(publishing, ({ quarantined }) => quarantined.rows === 1);
    expect(status.quarantined.newest).toMatchObject([
      {
        rowKey: 'titik-cctv-daftar ["cam-2"]',
        reason: expect.stringContaining('value too long'),
        sequence: 0,
      },
    ]);
    const before = ckan.requests.length;
    await publishing.resend('kota', 'quarantine');
    await until(publishing, (one) => isIdle(one) && ckan.requests.length > before);
    expect(names()).toEqual(['cam-1']);
    city.registered = [cityCamera('cam-1'), { ...cityCamera('cam-2'), name: 'baik' }];
    await until(publishing, async ({ quarantined }) => quarantined.rows === 0 && (await isSame()));
  });
});

it('a folder has one file per list and format, replaced when a row changes', async () => {
  const drop = join(city.folder, 'drop');
  const files = createFilesPublisher({
    id: 'drop',
    folder: drop,
    formats: ['csv', 'parquet'],
    source: city.reader,
    camera: cityCamera,
    lists: city.lists,
    clock: Date.now,
  });
  const publishing = city.start(files);
  const content = () => {
    const file = join(drop, REGISTER.id, 'terkini.csv');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  const { listsKeptAtMs: first = 0 } = await until(publishing, (one) => one.listsKeptAtMs !== undefined);
  expect(content().split('\r\n').slice(0, -1)).toEqual(await csvLines(REGISTER, await rowsOf(REGISTER.id)));
  city.registered = [cityCamera('cam-2')];
  publishing.tryNow('drop');
  await until(publishing, ({ listsKeptAtMs = 0 }) => listsKeptAtMs > first);
  expect(content()).not.toContain('cam-1');
  await publishing.close();
  const entries = JSON.parse(readFileSync(join(drop, 'manifest.json'), 'utf8')).files as ManifestEntry[];
  const own = entries.filter(({ resource }) => LISTS.some(({ id }) => id === resource));
  expect(own.map(({ path }) => path)).toEqual(
    LISTS.flatMap(({ id }) => [`${id}/terkini.csv`, `${id}/terkini.parquet`]).sort(),
  );
  for (const { path, sha256, day, schema } of own) {
    const bytes = readFileSync(join(drop, path));
    expect([path, createHash('sha256').update(bytes).digest('hex'), day]).toEqual([path, sha256, undefined]);
    expect(existsSync(join(drop, schema))).toBe(true);
  }
  const parquet = readFileSync(join(drop, REGISTER.id, 'terkini.parquet'));
  const rows = await parquetReadObjects({ file: new Uint8Array(parquet).buffer });
  expect(rows).toMatchObject([{ kode_titik: 'cam-2', lintang: -6.9903 }]);
});
