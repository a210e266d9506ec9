/** What the public routes answer over a store of either engine; run by a test file of each. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UTF8_BOM } from '../../pipelines/adapters/publish/csv.ts';
import type { PortalStore } from '../../portal/store/store.ts';
import { SAMPLE_START_MS } from '../unit/portal/sample-observations.ts';
import { openReadsCity, type ReadsCity } from './portal-reads-city.ts';

/** Declares the tests. `open` answers a store with nothing in it. */
export function routesContract(open: () => Promise<PortalStore>): void {
  let city: ReadsCity;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pantau-routes-'));
    city = await openReadsCity(await open());
  });
  afterAll(async () => {
    await city.close();
    rmSync(folder, { recursive: true });
  });

  const get = (url: string, headers: Record<string, string> = {}) => city.get(url, headers);
  const headOf = (url: string) => city.app.inject({ method: 'HEAD', url });
  const api = (path: string) => get(`/api/v1/${path}`);

  describe('a query', () => {
    const cursor = (position: unknown) => Buffer.from(JSON.stringify(position)).toString('base64url');

    it.each([
      ...['series?cameraId=%00', 'observations?lineId=a%00', 'latest?cameraId=%00', 'gaps?cameraId=%00'],
      `series?cursor=${cursor(['cam\0', 0, 'line', 'in'])}`,
      `observations?cursor=${cursor([0, 'cam\0', 'flow', 'line', 'in', 60])}`,
    ])('%s is no fault of the store', async (path) => {
      expect((await api(path)).statusCode).toBe(400);
    });

    it.each([
      ['series?cameraId=cam-3', 'cameraId', 'cam-1, cam-2, cam-9; name the key several times for several'],
      ['observations?cameraId=cam-3&format=csv', 'cameraId', 'cam-1, cam-2, cam-9'],
      ['latest?cameraId=cam-3', 'cameraId', 'cam-1, cam-2, cam-9'],
      ['gaps?cameraId=cam-3', 'cameraId', 'cam-1, cam-2, cam-9'],
      ['method-breaks?cameraId=cam-3', 'cameraId', 'cam-1, cam-2, cam-9'],
      ['stream?cameraId=cam-3', 'cameraId', 'cam-1, cam-2, cam-9'],
      ['series?lineId=line-3', 'lineId', 'line-1'],
      ['series?cameraId=cam-2&zoneId=zone-1', 'zoneId', 'none yet'],
      ['observations?cameraId=cam-1&zoneId=line-1', 'zoneId', 'zone-1'],
    ])('%s names what nobody knows', async (path, field, allowed) => {
      const answer = await api(path);
      expect([answer.statusCode, answer.json().error]).toMatchObject([400, { field, allowed }]);
    });

    it.each([
      // Registered without data; not registered, with data.
      ...['observations?cameraId=cam-9&lineId=line-1', 'gaps?cameraId=cam-9', 'series?cameraId=cam-2'],
      ...['observations?lineId=line-1', 'method-breaks?cameraId=cam-2', 'latest?cameraId=cam-2'],
      'series?cameraId=cam-2&lineId=line-1',
    ])('%s names what the register or the store knows', async (path) => {
      expect((await api(path)).statusCode).toBe(200);
    });

    it.each(['series', 'observations', 'gaps', 'quality', 'indicators'])(
      'of %s may reach beyond all time',
      async (route) => {
        for (const [from, to] of [
          ['0001-01-01', '0001-01-02'],
          ['9999-01-01', '9999-01-02'],
        ]) {
          const answer = await api(`${route}?from=${from}T00:00:00Z&to=${to}T00:00:00Z`);
          expect([from, answer.statusCode]).toEqual([from, 200]);
        }
        const ever = await api('series?from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z&limit=3');
        expect(ever.json().rows).toEqual((await api('series?limit=3')).json().rows);
      },
    );
  });

  describe('cameras', () => {
    it('are the register joined with the data, without anything secret', async () => {
      const answer = await api('cameras');
      const { cameras } = answer.json();
      expect(cameras.map(({ cameraId }: { cameraId: string }) => cameraId)).toEqual([
        'cam-1',
        'cam-2',
        'cam-9',
      ]);
      expect(cameras[0]).toMatchObject({
        road: 'Jl. Pahlawan',
        kecamatan: { kode: '33.74.01', kodeBps: '3374130', nama: 'SEMARANG TENGAH' },
        location: { lat: -6.9903, lon: 110.4229 },
        health: { state: 'down', reason: 'no-record' },
      });
      expect(cameras[1].health).toMatchObject({ state: 'paused', reason: 'not-registered' });
      expect(cameras[2].health).toEqual({ state: 'paused', reason: 'paused' });
      for (const path of ['cameras', 'cameras/cam-1', 'state.geojson', 'health']) {
        expect((await api(path)).body).not.toMatch(/rahasia|10\.1\.2\.3|rtsp/);
      }
      expect((await api('cameras/nobody')).json().error).toMatchObject({
        field: 'cameraId',
        allowed: 'cam-1, cam-2, cam-9',
      });
    });

    it('show their newest quarter hour as GeoJSON', async () => {
      const answer = await api('state.geojson');
      expect(answer.headers['content-type']).toContain('application/geo+json');
      const [first, second] = answer.json().features;
      expect(first.geometry.coordinates).toEqual([110.4229, -6.9903]);
      expect(first.properties).toMatchObject({
        volume: 75,
        peoplePresent: 8,
        vehiclesPresent: 2,
        coverage: 1,
      });
      expect(second).toMatchObject({ geometry: null, properties: { volume: 15 } });
    });
  });

  describe('GET series', () => {
    it('gives each level by its name', async () => {
      for (const [level, volume, rows] of [
        ['1m', 3, 120],
        ['15m', 45, 8],
        ['1h', 180, 2],
        ['1d', 360, 1],
      ] as const) {
        const answer = (await api(`series?level=${level}&cameraId=cam-1&direction=in`)).json();
        expect(answer.rows).toHaveLength(rows);
        expect(answer.rows[0]).toMatchObject({
          camera_id: 'cam-1',
          volume,
          coverage: level === '1d' ? expect.any(Number) : 1,
        });
      }
    });

    it('pages by cursor without losing or doubling a row', async () => {
      const whole = (await api('series?level=15m')).json();
      expect(whole.rows).toHaveLength(24);
      const rows: unknown[] = [];
      let cursor = '';
      do {
        const page = (await api(`series?level=15m&limit=7${cursor && `&cursor=${cursor}`}`)).json();
        rows.push(...page.rows);
        cursor = page.nextCursor ?? '';
      } while (cursor !== '');
      expect(rows).toEqual(whole.rows);
    });

    it.each(['level=15m', 'level=15m&direction=in', 'level=15m&groupBy=camera'])(
      'links the pages of every other form, too: %s',
      async (query) => {
        const whole = (await api(`series?${query}&format=ndjson`)).body;
        const pages: string[] = [];
        let next: string | undefined = `/api/v1/series?${query}&format=ndjson&limit=4`;
        while (next !== undefined) {
          const page = await get(next);
          pages.push(page.body);
          next = /^<([^>]+)>; rel="next"$/.exec(String(page.headers.link))?.[1];
        }
        expect(pages.join('')).toBe(whole);
        expect(pages).toHaveLength(whole.trim().split('\n').length / 4);
        expect((await api(`series?${query}&format=csv`)).headers.link).toBeUndefined();
      },
    );

    it('puts rows together by camera, road and city, page by page', async () => {
      const byCamera = (await api('series?level=1h&groupBy=camera')).json().rows;
      expect(
        byCamera.map((row: { camera_id: string; volume: number }) => [row.camera_id, row.volume]),
      ).toEqual([
        ['cam-1', 300],
        ['cam-2', 60],
        ['cam-1', 300],
        ['cam-2', 60],
      ]);
      const road = (await api('series?level=1h&groupBy=road')).json().rows;
      expect(road[0]).toMatchObject({ road: 'Jl. Pahlawan', cameras: 1, places: 2, volume: 300 });
      const first = (await api('series?level=1h&groupBy=city&limit=1')).json();
      expect(first.rows).toMatchObject([{ city: '33.74', volume: 360 }]);
      const second = (await api(`series?level=1h&groupBy=city&limit=1&cursor=${first.nextCursor}`)).json();
      expect(second.rows).toHaveLength(1);
      expect(second.nextCursor).toBeUndefined();
    });

    it('gives the columns that are wanted, in every form alike', async () => {
      const url = 'series?level=1h&cameraId=cam-1&direction=in&columns=volume,coverage';
      const { rows } = (await api(url)).json();
      expect(Object.keys(rows[0])).toEqual([
        'camera_id',
        'line_id',
        'direction',
        'window_start',
        'coverage',
        'volume',
      ]);
      const lines = (await api(`${url}&format=ndjson`)).body.trim().split('\n');
      expect(lines.map((line) => JSON.parse(line))).toEqual(rows);
      const csv = (await api(`${url}&format=csv&bom=1`)).body;
      expect(csv).toBe(
        `${UTF8_BOM}camera_id,line_id,direction,window_start,coverage,volume\r\n${rows.map((row: object) => `${Object.values(row).join(',')}\r\n`).join('')}`,
      );
      const parquet = await parquetOf(`/api/v1/${url}&format=parquet`);
      expect(parquet).toEqual(
        rows.map((row: { window_start: string }) => ({ ...row, window_start: new Date(row.window_start) })),
      );
    });
  });

  describe('quality', () => {
    it('tells gaps in the words of the records', async () => {
      const { gaps } = (await api('gaps?cameraId=cam-1')).json();
      expect(gaps).toMatchObject([
        {
          from: '2026-01-31T06:00:00Z',
          to: '2026-01-31T06:15:00Z',
          lostSeconds: 60,
          reasons: ['source-down'],
        },
        { from: '2026-01-31T07:00:00Z', to: '2026-01-31T08:00:00Z', reasons: ['no-record'] },
      ]);
      expect((await api('gaps?from=2020-01-01T00:00:00Z')).json().error).toMatchObject({ field: 'from' });
      const all = (await api('gaps')).json();
      const first = (await api('gaps?limit=1')).json();
      const rest = (await api(`gaps?cursor=${first.nextCursor}`)).json();
      expect([first.gaps.length, rest.nextCursor, rest.from]).toEqual([1, undefined, all.from]);
      expect([...first.gaps, ...rest.gaps]).toEqual(all.gaps);
      expect((await api('method-breaks?cursor=abc')).json().error).toMatchObject({ field: 'cursor' });
      expect((await api('gaps?limit=10001')).json().error).toMatchObject({ field: 'limit' });
    });
  });

  async function parquetOf(url: string) {
    const { rawPayload } = await get(url);
    return parquetReadObjects({ file: new Uint8Array(rawPayload).buffer });
  }

  describe('files of the data sets', () => {
    const TRAFFIC = '/data/kepadatan-lalu-lintas-15-menit';

    it('are the same rows in every form', async () => {
      const { rows } = (await get(`${TRAFFIC}.json`)).json();
      expect(rows).toHaveLength(32);
      const csv = (await get(`${TRAFFIC}.csv`)).body.split('\r\n');
      expect(csv).toHaveLength(34);
      expect(csv[0]).toBe(Object.keys(rows[0]).join(','));
      const parquet = await parquetOf(`${TRAFFIC}.parquet`);
      expect(parquet).toHaveLength(32);
      expect(parquet[0]).toMatchObject({
        ...rows[0],
        waktu_mulai: new Date(rows[0].waktu_mulai),
        waktu_selesai: new Date(rows[0].waktu_selesai),
      });
      expect((await get(`${TRAFFIC}.ndjson?kode_titik=cam-2`)).body.trim().split('\n')).toHaveLength(8);
      const range = 'from=2026-01-31T12:15:00%2B07:00&to=2026-01-31T12:30:00%2B07:00';
      expect((await get(`${TRAFFIC}.json?${range}`)).json().rows).toHaveLength(4);
    });

    it('are read by DuckDB with their types', async () => {
      const file = join(folder, 'traffic.parquet');
      writeFileSync(file, (await get(`${TRAFFIC}.parquet`)).rawPayload);
      const instance = await DuckDBInstance.create(':memory:');
      const connection = await instance.connect();
      const reader = await connection.runAndReadAll(
        `select count(*)::int as n, sum(jumlah_kendaraan)::int as cars,
          (epoch_ms(min(waktu_mulai)))::bigint::varchar as first, any_value(typeof(waktu_mulai)) as type from '${file}'`,
      );
      expect(reader.getRowObjects()).toEqual([
        { n: 32, cars: 720, first: String(SAMPLE_START_MS), type: 'TIMESTAMP WITH TIME ZONE' },
      ]);
      connection.closeSync();
      instance.closeSync();
    });

    it('name their dictionary, defuse formulas, and keep what they publish to a camera’s facts', async () => {
      const answer = await get('/data/titik-cctv-daftar.csv?bom=1', { host: 'data.example.go.id' });
      expect(answer.headers.link).toContain(
        '<http://data.example.go.id/data/titik-cctv-daftar.csv-metadata.json>; rel="describedby"',
      );
      expect(answer.headers['content-disposition']).toContain('titik-cctv-daftar.csv');
      expect(answer.body.startsWith(UTF8_BOM)).toBe(true);
      expect(answer.body).toContain(`,"'=Simpang ""Lima""",`);
      expect(answer.body).not.toContain('rahasia');
      expect((await get('/data/titik-cctv-daftar.csv-metadata.json')).json().url).toContain(
        'titik-cctv-daftar.csv',
      );
    });

    it('tell availability day by day and incidents with stable keys', async () => {
      const days = (await get('/data/ketersediaan-kamera-hari.json?kode_titik=cam-1')).json().rows;
      expect(days).toMatchObject([{ tanggal: '2026-01-31', jam_terencana: 3, jam_teramati: 1.9833 }]);
      const incidents = (await get('/data/ketersediaan-kamera-insiden.json?kode_titik=cam-1')).json().rows;
      expect(incidents).toMatchObject([
        { waktu_mulai: '2026-01-31T13:00:00+07:00', alasan_celah: 'kamera-mati' },
        { waktu_mulai: '2026-01-31T14:00:00+07:00', alasan_celah: 'tanpa-catatan' },
      ]);
    });

    it('answer HEAD, 304 and what is not there', async () => {
      for (const form of ['parquet', 'csv', 'json']) {
        for (const encoding of ['identity', 'br, gzip', 'x-gzip', 'br;q=0, *']) {
          const headers = { 'accept-encoding': encoding };
          const url = `${TRAFFIC}.${form}`;
          const head = await city.app.inject({ method: 'HEAD', url, headers });
          const whole = await get(url, headers);
          expect([head.statusCode, head.body]).toEqual([200, '']);
          for (const name of ['etag', 'content-length', 'content-encoding', 'content-type', 'vary']) {
            expect([form, encoding, name, head.headers[name]]).toEqual([
              ...[form, encoding, name],
              whole.headers[name],
            ]);
          }
          expect(whole.headers.vary).toBe('Accept, accept-encoding');
          expect(whole.headers['content-length']).toBe(String(whole.rawPayload.length));
          // A strong tag is of these very bytes, which compressed ones are not.
          const isPlain = whole.headers['content-encoding'] === undefined;
          expect(String(whole.headers.etag).startsWith('"')).toBe(isPlain);
        }
      }
      const first = await get(`${TRAFFIC}.csv`);
      expect(first.headers['last-modified']).toBeDefined();
      const again = await get(`${TRAFFIC}.csv`, { 'if-none-match': String(first.headers.etag) });
      expect([again.statusCode, again.headers.etag]).toEqual([304, first.headers.etag]);
      expect((await get('/data/nothing.csv')).json().error.allowed).toContain('titik-cctv-daftar');
      expect((await get(`${TRAFFIC}.csv?tahun=2026`)).json().error).toMatchObject({
        field: 'tahun',
        allowed: 'from, to, kode_titik, bom',
      });
    });
  });

  describe('the DataStore', () => {
    const TABLE = 'kepadatan-lalu-lintas-15-menit';

    it('dumps and searches the rows of the file', async () => {
      const file = (await get(`/data/${TABLE}.csv`)).body.split('\r\n');
      const dump = (await get(`/datastore/dump/${TABLE}`)).body.split('\r\n');
      expect(dump.map((line) => line.slice(line.indexOf(',') + 1))).toEqual(file);
      const filters = encodeURIComponent('{"kode_titik":"cam-1","arah":"masuk"}');
      const { result } = (
        await get(
          `/api/3/action/datastore_search?resource_id=${TABLE}&filters=${filters}&sort=waktu_mulai+desc&limit=2`,
        )
      ).json();
      expect(result.total).toBe(8);
      expect(result.records.map((row: { waktu_mulai: string }) => row.waktu_mulai)).toEqual([
        '2026-01-31T13:45:00+07:00',
        '2026-01-31T13:30:00+07:00',
      ]);
    });

    it('describes data sets and their tables', async () => {
      const { result } = (await get('/api/3/action/package_show?id=kepadatan-lalu-lintas')).json();
      expect(result.resources.map(({ id }: { id: string }) => id).join()).toContain(TABLE);
      const info = (await get(`/api/3/action/datastore_info?id=${TABLE}`)).json().result;
      expect(info.meta.count).toBe(32);
    });
  });

  describe('the catalogue', () => {
    it.each([
      ['/catalog.ttl', 'text/turtle'],
      ['/catalog.jsonld', 'application/ld+json'],
      ['/catalog.xml?page=1', 'application/rdf+xml'],
      ['/dataset/titik-cctv.ttl', 'text/turtle'],
      ['/dataset/titik-cctv/datapackage.json', 'application/json'],
      ['/dataset/titik-cctv/metadata', 'text/html'],
      ['/dataset/titik-cctv/ms-variabel.json', 'application/json'],
      ['/metadata/ms-kegiatan.json', 'application/json'],
      ['/metadata/ms-indikator.json', 'application/json'],
      ['/metadata.css', 'text/css'],
      ['/organization/dinas-perhubungan', 'application/json'],
    ])('serves %s with a right HEAD', async (url, type) => {
      const answer = await get(url);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['content-type']).toContain(type);
      const head = await headOf(url);
      expect(head.body).toBe('');
      expect(head.headers['content-length']).toBe(String(answer.rawPayload.length));
      expect(head.headers['content-type']).toBe(answer.headers['content-type']);
    });

    it('negotiates, redirects to bytes, and names itself by the address it is read under', async () => {
      const turtle = await get('/catalog', { accept: 'text/turtle', host: 'data.example.go.id' });
      expect(turtle.body).toContain('<http://data.example.go.id/catalog>');
      expect((await get('/catalog', { accept: 'image/png' })).statusCode).toBe(406);
      const hostile = await get('/catalog.ttl', { host: 'evil"><script>' });
      expect(hostile.body).not.toContain('<script');
      const page = await get('/dataset/titik-cctv', { accept: 'text/html' });
      expect(page.headers.location).toMatch(/\/dataset\/titik-cctv\/metadata$/);
      const bytes = await get('/dataset/titik-cctv/resource/titik-cctv-daftar-parquet');
      expect(bytes.headers.location).toMatch(/\/data\/titik-cctv-daftar\.parquet$/);
      expect((await get('/catalog.ttl?page=0')).json().error).toMatchObject({ field: 'page' });
      expect((await get('/dataset/nothing')).json().error.allowed).toContain('titik-cctv');
    });
  });
}
