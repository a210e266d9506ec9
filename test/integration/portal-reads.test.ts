import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { FastifyInstance } from 'fastify';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UTF8_BOM } from '../../pipelines/adapters/publish/csv.ts';
import { templateOf } from '../../portal/api/openapi.ts';
import { createPortal } from '../../portal/api/portal.ts';
import { collectRoutes, type RegisteredRoute } from '../../portal/api/route-doc.ts';
import type { CameraRegister, RegisteredCamera } from '../../portal/reads/camera-register.ts';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import type { PortalStore } from '../../portal/store/store.ts';
import {
  SAMPLE_START_MS,
  sampleFlow,
  sampleGap,
  samplePresence,
} from '../unit/portal/sample-observations.ts';

const NOW_MS = SAMPLE_START_MS + 3 * 3_600_000;
const MINUTES = 120;

let folder: string;
let store: PortalStore;
let app: FastifyInstance;
let routes: readonly RegisteredRoute[];

const SECRET = 'rtsp://admin:rahasia@10.1.2.3/stream1';

/** A camera of the site file with more in it than may be seen. */
const CAMERA = {
  id: 'cam-1',
  name: '=Simpang "Lima"',
  location: { lat: -6.990312, lon: 110.422913, road: 'Jl. Pahlawan', kecamatan: '33.74.01' },
  groups: ['people', 'vehicles'],
  sampling: { framesPerSecond: 5 },
  lines: [{ id: 'line-1', from: { x: 0, y: 0.5 }, to: { x: 1, y: 0.5 }, directionNames: { in: 'ke utara' } }],
  zones: [{ id: 'zone-1', polygon: [], groundAreaM2: 100 }],
  source: { kind: 'rtsp', url: SECRET },
} as const;
const REGISTERED: RegisteredCamera = {
  definition: CAMERA,
  windowSeconds: 60,
  isEnabled: true,
  isLive: true,
  revision: 1,
};
const REGISTER: CameraRegister = {
  cameras: () => [REGISTERED, { ...REGISTERED, definition: { ...CAMERA, id: 'cam-9' }, isEnabled: false }],
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pantau-reads-'));
  store = createSqliteStore(openPortalDatabase({ file: join(folder, 'portal.sqlite') }));
  const records = Array.from({ length: MINUTES }, (_, minute) => [
    sampleFlow(minute, { cars: 3, people: 1 }),
    sampleFlow(minute, { cars: 2, direction: 'out' }),
    minute === 70 ? sampleGap(minute) : samplePresence(minute, { mean: 8, max: 12, cars: 2 }),
    sampleFlow(minute, { cameraId: 'cam-2', cars: 1 }),
  ]).flat();
  await store.upsert(records.map((observation) => ({ fence: 1, observation })));
  let left = 1;
  while (left > 0) left = await store.rollUp({ nowUs: NOW_MS * 1000, limit: 100 });
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Pantau</title>');
  app = createPortal({
    store,
    register: REGISTER,
    publishToken: 'a-token-of-the-tests-0123456789',
    webDir: folder,
    clock: () => NOW_MS,
    smallCountBelow: 0,
    requestsPerMinute: 30,
    extend: (extended) => {
      routes = collectRoutes(extended);
    },
  });
  await app.ready();
});

afterAll(async () => {
  await app.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

const get = (url: string, headers: Record<string, string> = {}) =>
  app.inject({ method: 'GET', url, headers });
const api = (path: string) => get(`/api/v1/${path}`);

describe('the OpenAPI document', () => {
  it('describes every route of the API and no other', async () => {
    const { openapi, paths } = (await api('openapi.json')).json();
    expect(openapi).toMatch(/^3\.1/);
    const described = Object.entries<Record<string, unknown>>(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const existing = routes.map(({ method, url }) => `${method} ${templateOf(url)}`);
    expect(described.filter((entry) => !existing.includes(entry))).toEqual([]);
    expect(described.length).toBeGreaterThan(40);
    // Page and health are no API.
    const undescribed = routes.filter(({ isApi, doc }) => isApi && doc === undefined);
    expect(undescribed.map(({ method, url }) => `${method} ${templateOf(url)}`)).toEqual([]);
  });

  it.each([
    'cameras',
    'cameras/cam-1',
    'health',
    'observations?limit=3',
    'latest',
    'series?limit=2',
    'series?level=1h&kind=presence&groupBy=city',
    'state.geojson',
    'gaps',
    'quality',
    'indicators',
    'method-breaks',
    'dictionary',
    'accuracy',
  ])('says what /api/v1/%s answers', async (path) => {
    const document = (await api('openapi.json')).json();
    const template = `/api/v1/${path.split('?')[0]}`.replace('/cam-1', '/{cameraId}');
    const { content } = document.paths[template].get.responses['200'];
    const { schema } = content['application/json'] ?? content['application/geo+json'];
    const answer = await api(path);
    expect(answer.statusCode).toBe(200);
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    const validate = ajv.compile(schema);
    expect(validate(answer.json()) || validate.errors).toBe(true);
  });
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
    expect(first.properties).toMatchObject({ volume: 75, peoplePresent: 8, vehiclesPresent: 2, coverage: 1 });
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

  it('puts rows together by camera, road and city, page by page', async () => {
    const byCamera = (await api('series?level=1h&groupBy=camera')).json().rows;
    expect(byCamera.map((row: { camera_id: string; volume: number }) => [row.camera_id, row.volume])).toEqual(
      [
        ['cam-1', 300],
        ['cam-2', 60],
        ['cam-1', 300],
        ['cam-2', 60],
      ],
    );
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

  it.each([
    ['level=5m', 'level', '15m'],
    ['kind=crowd', 'kind', 'presence'],
    ['groupBy=kota', 'groupBy', 'kecamatan'],
    ['columns=volume,speed', 'columns', 'space_mean_speed_km_per_hour'],
    ['road=Jl.+Nowhere', 'road', 'Jl. Pahlawan'],
    ['zoneId=a&kind=flow', 'zoneId', 'presence'],
    ['limit=0', 'limit', '1 to 10000'],
    ['cursor=x', 'cursor', 'nextCursor'],
    ['groupBy=city&cursor=WzEsMiwzXQ', 'cursor', 'nextCursor'],
    ['from=2026-01-31', 'from', 'ISO 8601'],
    ['camera=x', 'camera', 'cameraId'],
    ['format=xml', 'format', 'parquet'],
  ])('answers 400 to ?%s, naming %s and what is allowed', async (query, field, allowed) => {
    const answer = await api(`series?${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatchObject({ field, allowed: expect.stringContaining(allowed) });
  });
});

describe('quality', () => {
  it('tells gaps in the words of the records', async () => {
    const { gaps } = (await api('gaps?cameraId=cam-1')).json();
    expect(gaps).toMatchObject([
      { from: '2026-01-31T06:00:00Z', to: '2026-01-31T06:15:00Z', lostSeconds: 60, reasons: ['source-down'] },
      { from: '2026-01-31T07:00:00Z', to: '2026-01-31T08:00:00Z', reasons: ['no-record'] },
    ]);
    expect((await api('gaps?from=2020-01-01T00:00:00Z')).json().error).toMatchObject({ field: 'from' });
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
    const head = await app.inject({ method: 'HEAD', url: `${TRAFFIC}.parquet` });
    expect(head.statusCode).toBe(200);
    expect(head.headers['content-length']).toBeUndefined();
    const first = await get(`${TRAFFIC}.csv`);
    expect(first.headers['last-modified']).toBeDefined();
    const again = await get(`${TRAFFIC}.csv`, { 'if-none-match': String(first.headers.etag) });
    expect(again.statusCode).toBe(304);
    expect((await get('/data/nothing.csv')).json().error.allowed).toContain('titik-cctv-daftar');
    expect((await get(`${TRAFFIC}.csv?tahun=2026`)).json().error).toMatchObject({
      field: 'tahun',
      allowed: 'from, to, kode_titik, bom',
    });
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
    const head = await app.inject({ method: 'HEAD', url });
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

describe('everybody', () => {
  it('may read from any page, compressed', async () => {
    const answer = await get('/api/v1/dictionary', {
      origin: 'https://example.org',
      'accept-encoding': 'gzip',
    });
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    expect(answer.headers['content-encoding']).toBe('gzip');
    const preflight = await app.inject({
      method: 'OPTIONS',
      url: '/api/v1/observations',
      headers: { origin: 'https://example.org', 'access-control-request-method': 'PUT' },
    });
    expect(preflight.headers['access-control-allow-methods']).not.toContain('PUT');
  });

  it('is limited by address, this machine is not', async () => {
    const ask = (remoteAddress: string) => app.inject({ url: '/api/v1/health', remoteAddress });
    for (let i = 0; i < 30; i++) expect((await ask('203.0.113.7')).statusCode).toBe(200);
    const refused = await ask('203.0.113.7');
    expect(refused.statusCode).toBe(429);
    expect(refused.json().error.code).toBe('too-many-requests');
    expect(refused.headers['retry-after']).toBeDefined();
    expect((await ask('203.0.113.8')).statusCode).toBe(200);
  });
});
