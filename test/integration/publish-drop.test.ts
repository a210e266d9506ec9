import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findResource, SERIES_TABLES } from '../../portal/datasets/data-sets.ts';
import { createFilesPublisher } from '../../portal/publishers/files/files-publisher.ts';
import type { ManifestEntry } from '../../portal/publishers/files/manifest.ts';
import { csvLines } from '../support/csv-lines.ts';
import {
  cityCamera,
  isIdle,
  type PublishingCity,
  publishingCity,
  until,
} from '../support/publishing-city.ts';
import { sampleFlow } from '../unit/portal/sample-observations.ts';

const TRAFFIC = 'kepadatan-lalu-lintas-15-menit';
let city: PublishingCity;
let drop: string;

beforeEach(async () => {
  // From noon to two o'clock next night, local time: two days.
  city = await publishingCity(14);
  drop = join(city.folder, 'drop');
});
afterEach(() => city.close());

const publisher = () =>
  createFilesPublisher({
    id: 'drop',
    folder: drop,
    formats: ['csv', 'parquet'],
    source: city.reader,
    camera: cityCamera,
    clock: Date.now,
  });

function readManifestFile(): ManifestEntry[] {
  return JSON.parse(readFileSync(join(drop, 'manifest.json'), 'utf8')).files as ManifestEntry[];
}

/** Every file that the manifest names is whole, and together they have exactly the rows. */
async function expectWhole() {
  const files = readManifestFile();
  for (const { path, bytes, sha256, schema } of files) {
    const content = readFileSync(join(drop, path));
    expect([path, content.byteLength]).toEqual([path, bytes]);
    expect([path, createHash('sha256').update(content).digest('hex')]).toEqual([path, sha256]);
    expect(existsSync(join(drop, schema))).toBe(true);
  }
  for (const { id } of SERIES_TABLES) {
    const expected = [...(await city.expected(id)).values()];
    const own = files.filter(({ resource }) => resource === id);
    for (const format of ['csv', 'parquet']) {
      const rows = own.filter(({ path }) => path.endsWith(format)).reduce((sum, one) => sum + one.rows, 0);
      expect([id, format, rows]).toEqual([id, format, expected.length]);
    }
    const lines = own
      .filter(({ path }) => path.endsWith('csv'))
      .flatMap(({ path }) => readFileSync(join(drop, path), 'utf8').split('\r\n').slice(1, -1));
    const resource = findResource(id)!;
    expect(lines.sort()).toEqual((await csvLines(resource, expected)).slice(1).sort());
    expect(readdirSync(join(drop, id)).filter((name) => name.endsWith('.part'))).toEqual([]);
  }
}

describe('a folder', () => {
  it('gets a CSV and a Parquet file per table and local day, and a manifest', async () => {
    const status = await until(city.start(publisher()), isIdle);
    expect(status.quarantined.rows).toBe(0);
    await expectWhole();
    expect(readdirSync(join(drop, TRAFFIC)).sort()).toEqual([
      '2026-01-31.csv',
      '2026-01-31.parquet',
      '2026-02-01.csv',
      '2026-02-01.parquet',
      'tableschema.json',
    ]);
    const [header] = await csvLines(findResource(TRAFFIC)!, []);
    expect(readFileSync(join(drop, TRAFFIC, '2026-02-01.csv'), 'utf8').split('\r\n')[0]).toBe(header);
    const bytes = readFileSync(join(drop, TRAFFIC, '2026-01-31.parquet'));
    const rows = await parquetReadObjects({ file: new Uint8Array(bytes).buffer });
    expect(rows[0]).toMatchObject({ kode_titik: 'cam-1', waktu_mulai: new Date('2026-01-31T05:00:00Z') });
  });

  it('gets only the day that late data change', async () => {
    const publishing = city.start(publisher());
    const { cursor } = await until(publishing, isIdle);
    const before = new Map(readManifestFile().map((entry) => [entry.path, entry.sha256]));
    await city.put({ ...sampleFlow(5, { cars: 900 }), revision: 2 });
    await until(publishing, (status) => isIdle(status) && status.cursor > cursor);
    await expectWhole();
    const changed = readManifestFile().filter(({ path, sha256 }) => before.get(path) !== sha256);
    expect(new Set(changed.map(({ day }) => day))).toEqual(new Set(['2026-01-31']));
  });

  it('that cannot be written is told, and gets everything afterwards', async () => {
    writeFileSync(drop, 'in the way');
    const publishing = city.start(publisher());
    const status = await until(publishing, ({ failures }) => failures > 0);
    expect(status.lastFailure?.reason).toContain(drop);
    rmSync(drop);
    await until(publishing, isIdle);
    await expectWhole();
  });

  it('with a manifest of somebody else is left alone', async () => {
    const publishing = city.start(publisher());
    await until(publishing, isIdle);
    await publishing.close();
    writeFileSync(join(drop, 'manifest.json'), '{"mine": true}');
    const status = await until(city.start({ ...publisher(), id: 'again' }), ({ failures }) => failures > 0);
    expect(status.lastFailure).toMatchObject({ kind: 'misconfigured' });
    expect(readFileSync(join(drop, 'manifest.json'), 'utf8')).toBe('{"mine": true}');
  });

  it('is put right after a crash between a file and the manifest', async () => {
    const publishing = city.start(publisher());
    await until(publishing, isIdle);
    await publishing.close();
    writeFileSync(join(drop, TRAFFIC, '2026-01-31.csv'), 'another edition\r\n');
    writeFileSync(join(drop, TRAFFIC, '2026-02-01.csv.part'), 'half');
    await city.reader.setCursor('drop', 0);
    await until(city.start(publisher()), isIdle);
    await expectWhole();
  });
});
