/** Parts of files, as DuckDB, hyparquet and download managers ask for them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromUrl, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import type { PortalStore } from '../../portal/store/store.ts';
import { sampleFlow } from '../unit/portal/sample-observations.ts';
import { CITY_NOW_MS, openReadsCity, type ReadsCity } from './portal-reads-city.ts';

const PARQUET = '/data/kepadatan-lalu-lintas-15-menit.parquet';
const CSV = '/data/kepadatan-lalu-lintas-15-menit.csv';

let folder: string;
let store: PortalStore;
let city: ReadsCity;
let address: string;
let nowMs = CITY_NOW_MS;
const statuses: number[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pantau-ranges-'));
  store = createSqliteStore(openPortalDatabase({ file: join(folder, 'portal.sqlite') }));
  city = await openReadsCity(store, {
    clock: () => nowMs,
    requestsPerMinute: 0,
    extend: (app) =>
      app.addHook('onResponse', async (_request, reply) => void statuses.push(reply.statusCode)),
  });
  address = await city.app.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(async () => {
  await city.close();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  statuses.length = 0;
});

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${address}${path}`, { method, headers });
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

async function change(minute: number): Promise<void> {
  await store.upsert([{ fence: 1, observation: sampleFlow(minute, { cars: 50, cameraId: 'cam-2' }) }]);
  while ((await store.rollUp({ nowUs: nowMs * 1000, limit: 100 })) > 0);
}

describe('Parquet', () => {
  it('is read by its parts', async () => {
    const file = await asyncBufferFromUrl({ url: `${address}${PARQUET}` });
    const rows = await parquetReadObjects({ file, columns: ['jumlah_kendaraan'] });
    const whole = await bytesOf(await ask(PARQUET));
    const expected = await parquetReadObjects({
      file: new Uint8Array(whole).buffer,
      columns: ['jumlah_kendaraan'],
    });
    expect(rows).toEqual(expected);
    expect(rows).toHaveLength(32);
    expect(statuses).toContain(206);
  });

  it('gives HEAD, the tail and the parts of one file while data change, as DuckDB asks', async () => {
    const head = await ask(PARQUET, {}, 'HEAD');
    const size = Number(head.headers.get('content-length'));
    expect(head.headers.get('accept-ranges')).toBe('bytes');
    const tail = await ask(PARQUET, { range: 'bytes=-8' });
    expect(tail.status).toBe(206);
    expect(tail.headers.get('content-range')).toBe(`bytes ${size - 8}-${size - 1}/${size}`);
    expect((await bytesOf(tail)).subarray(4).toString()).toBe('PAR1');
    await change(3);
    const part = await ask(PARQUET, { range: `bytes=0-${size - 9}` });
    expect(part.headers.get('etag')).toBe(head.headers.get('etag'));
    const now = await ask(PARQUET);
    expect(now.headers.get('etag')).not.toBe(head.headers.get('etag'));
    expect(await bytesOf(now)).not.toEqual(await bytesOf(part));
    nowMs += 61_000;
    const later = await ask(PARQUET, { range: 'bytes=0-3' });
    expect(later.headers.get('etag')).not.toBe(head.headers.get('etag'));
  });
});

describe('CSV', () => {
  it('goes on where a download broke off, and starts anew when it changed', async () => {
    const whole = await ask(CSV, { 'accept-encoding': 'identity' });
    const tag = String(whole.headers.get('etag'));
    expect(tag).toMatch(/^"/);
    const text = await bytesOf(whole);
    const rest = await ask(CSV, { range: 'bytes=1000-', 'if-range': tag, 'accept-encoding': 'gzip' });
    expect(rest.status).toBe(206);
    expect(rest.headers.get('content-encoding')).toBeNull();
    expect(await bytesOf(rest)).toEqual(text.subarray(1000));
    nowMs += 61_000;
    await change(4);
    const anew = await ask(CSV, { range: 'bytes=1000-', 'if-range': tag });
    expect(anew.status).toBe(200);
    expect((await bytesOf(anew)).length).toBeGreaterThan(1000);
  });

  it('goes on with the newest file though somebody else reads an older one in parts', async () => {
    const url = `${CSV}?kode_titik=cam-2`;
    const older = await ask(url, { range: 'bytes=0-9' });
    await change(5);
    const whole = await ask(url, { 'accept-encoding': 'identity' });
    const tag = String(whole.headers.get('etag'));
    const rest = await ask(url, { range: 'bytes=10-', 'if-range': tag });
    expect([rest.status, rest.headers.get('etag')]).toEqual([206, tag]);
    expect(await bytesOf(rest)).toEqual((await bytesOf(whole)).subarray(10));
    const onward = await ask(url, { range: 'bytes=10-19' });
    expect(onward.headers.get('etag')).toBe(older.headers.get('etag'));
    await Promise.all([older, onward].map(bytesOf));
  });

  it('is compressed once, weakly tagged, and known again by either tag', async () => {
    const answers = await Promise.all(
      [1, 2].map(() => ask(`${CSV}?kode_titik=cam-1`, { 'accept-encoding': 'gzip, br' })),
    );
    for (const answer of answers) {
      expect(answer.headers.get('content-encoding')).toBe('br');
      expect(answer.headers.get('vary')).toContain('accept-encoding');
      expect(answer.headers.get('etag')).toMatch(/^W\//);
      expect((await answer.text()).startsWith('kode_provinsi,')).toBe(true);
    }
    const tag = String(answers[0]!.headers.get('etag'));
    for (const known of [tag, tag.replace('W/', '')]) {
      expect((await ask(`${CSV}?kode_titik=cam-1`, { 'if-none-match': known })).status).toBe(304);
    }
  });

  it.each([
    ['bytes=99999999-', 416],
    ['bytes=0-1,5-6', 200],
    ['rows=1-2', 200],
  ])('answers %s with %i', async (range, status) => {
    const answer = await ask(CSV, { range });
    expect(answer.status).toBe(status);
    if (status === 416) expect(answer.headers.get('content-range')).toMatch(/^bytes \*\/\d+$/);
    await answer.arrayBuffer();
  });
});

it('dumps and series are served in parts as well', async () => {
  for (const path of [
    '/datastore/dump/kepadatan-lalu-lintas-15-menit',
    '/api/v1/series?format=csv',
    '/api/v1/series?format=parquet',
  ]) {
    const part = await ask(path, { range: 'bytes=0-9' });
    expect([path, part.status, (await bytesOf(part)).length]).toEqual([path, 206, 10]);
  }
});
