import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { templateOf } from '../../portal/api/openapi.ts';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import { sampleFlow } from '../unit/portal/sample-observations.ts';
import { CITY_NOW_MS, openReadsCity, type ReadsCity } from './portal-reads-city.ts';
import { routesContract } from './portal-routes-contract.ts';

let folder: string;
let city: ReadsCity;
const open = async (name: string) =>
  createSqliteStore(openPortalDatabase({ file: join(folder, `${name}.sqlite`) }));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pantau-reads-'));
  city = await openReadsCity(await open('portal'));
});

afterAll(async () => {
  await city.close();
  rmSync(folder, { recursive: true });
});

const get = (url: string, headers: Record<string, string> = {}) => city.get(url, headers);
const api = (path: string) => get(`/api/v1/${path}`);

describe('SQLite', () => routesContract(() => open('contract')));

describe('the OpenAPI document', () => {
  it('describes every route of the API and no other', async () => {
    const { openapi, paths } = (await api('openapi.json')).json();
    expect(openapi).toMatch(/^3\.1/);
    const described = Object.entries<Record<string, unknown>>(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const existing = city.routes.map(({ method, url }) => `${method} ${templateOf(url)}`);
    expect(described.filter((entry) => !existing.includes(entry))).toEqual([]);
    expect(described.length).toBeGreaterThan(40);
    // Page and health are no API.
    const undescribed = city.routes.filter(({ isApi, doc }) => isApi && doc === undefined);
    expect(undescribed.map(({ method, url }) => `${method} ${templateOf(url)}`)).toEqual([]);
  });

  it('declares every part of a path, and the refusals of what needs a right', async () => {
    const { paths } = (await api('openapi.json')).json();
    type Operation = { parameters: { name: string; in: string }[]; security?: object; responses: object };
    const operations = Object.entries<Record<string, Operation>>(paths).flatMap(([path, methods]) =>
      Object.values(methods).map((operation) => ({ path, ...operation })),
    );
    for (const { path, parameters, security, responses } of operations) {
      const declared = parameters.filter((one) => one.in === 'path').map(({ name }) => `{${name}}`);
      expect([path, declared]).toEqual([path, path.match(/\{\w+\}/g) ?? []]);
      expect([path, '401' in responses]).toEqual([path, security !== undefined]);
    }
    expect(
      paths['/datastore/dump/{resourceId}'].get.parameters.map(({ name }: { name: string }) => name),
    ).toContain('bom');
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

describe('a wrong query of series', () => {
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
    ['cameraId=cam-1&cameraId=cam-3', 'cameraId', 'cam-1, cam-2, cam-9'],
    ['format=xml', 'format', 'parquet'],
  ])('answers 400 to ?%s, naming %s and what is allowed', async (query, field, allowed) => {
    const answer = await api(`series?${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatchObject({ field, allowed: expect.stringContaining(allowed) });
  });
});

it('a table is not empty of cameras that nobody knows', async () => {
  const answer = await get('/data/kepadatan-lalu-lintas-jam.csv?kode_titik=cam-1,cam-2');
  expect(answer.statusCode).toBe(400);
  expect(answer.json().error).toMatchObject({
    field: 'kode_titik',
    found: '"cam-1,cam-2"',
    allowed: 'cam-1, cam-2, cam-9; name the key several times for several',
  });
  const known = await get('/data/kepadatan-lalu-lintas-jam.csv?kode_titik=cam-2&kode_titik=cam-9');
  expect(known.body.split('\r\n').length).toBe(4);
});

it('days that retention removed are no downtime, and the answers say since when they speak', async () => {
  const store = await open('kept');
  const daysBefore = -4 * 1440;
  const old = [sampleFlow(daysBefore), sampleFlow(daysBefore, { cameraId: 'cam-old' })];
  await store.upsert(old.map((observation) => ({ fence: 1, observation })));
  const kept = await openReadsCity(store);
  const read = async (path: string) => (await kept.get(path)).json();
  const everything = 'from=2026-01-20T00:00:00Z';
  expect(await read(`/api/v1/gaps?cameraId=cam-1&${everything}`)).toMatchObject({
    from: '2026-01-20T00:00:00Z',
    gaps: [{ from: '2026-01-27T05:00:00Z' }, {}, {}],
  });
  const nowUs = CITY_NOW_MS * 1000;
  await store.retain({ level: 'day', beforeUs: nowUs - 86_400_000_000, nowUs });
  const keptSince = '2026-01-29T17:00:00Z';
  const said = { from: keptSince, keptSince };
  expect(await read(`/api/v1/gaps?cameraId=cam-1&${everything}`)).toMatchObject({
    ...said,
    gaps: [{ from: keptSince, to: '2026-01-31T05:00:00Z' }, {}, {}],
  });
  const quality = await read(`/api/v1/quality?${everything}`);
  expect(quality).toMatchObject(said);
  expect(
    quality.cameras.map((camera: { cameraId: string; filled: { periodSeconds: number } }) => [
      camera.cameraId,
      camera.filled.periodSeconds,
    ]),
  ).toEqual([
    ['cam-1', 39 * 3600],
    ['cam-2', 2 * 3600],
  ]);
  expect(await read('/api/v1/indicators')).toMatchObject(said);
  expect(await read(`/api/v1/quality?${everything}&to=2026-01-28T00:00:00Z`)).toEqual({
    keptSince,
    cameras: [],
    dataSets: [],
  });
  const { rows } = await read('/data/ketersediaan-kamera-hari.json');
  expect(rows.map(({ kode_titik: id, tanggal }: Record<string, string>) => `${id} ${tanggal}`)).toEqual([
    'cam-1 2026-01-30',
    'cam-1 2026-01-31',
    'cam-2 2026-01-31',
  ]);
  const incidents = await read('/data/ketersediaan-kamera-insiden.json');
  expect(incidents.rows[0].waktu_mulai).toBe('2026-01-30T00:00:00+07:00');
  await kept.close();
});

describe('a method that a route does not have', () => {
  it.each([
    ['POST', '/api/v1/series?level=1h', 'GET, HEAD'],
    ['DELETE', '/api/v1/observations', 'GET, HEAD, PUT'],
    ['PUT', '/api/v1/cameras/cam-1', 'GET, HEAD'],
    ['POST', '/data/titik-cctv-daftar.csv', 'GET, HEAD'],
    ['PATCH', '/api/3/action/package_list', 'GET, HEAD, POST'],
  ] as const)('answers 405 to %s %s', async (method, url, allow) => {
    const answer = await city.app.inject({ method, url });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, allow]);
    expect(answer.json().error).toMatchObject({ code: 'method-not-allowed', found: method, allowed: allow });
  });

  it('is not told of what is not there', async () => {
    for (const url of ['/api/v1/nothing', '/nothing', '/api/v1/cameras/cam-1/more']) {
      const answer = await city.app.inject({ method: 'POST', url });
      expect([url, answer.statusCode, answer.headers.allow]).toEqual([url, 404, undefined]);
    }
    const tooLong = await get(`/api/v1/cameras/${'x'.repeat(300)}`);
    expect([tooLong.statusCode, tooLong.headers.allow]).toEqual([404, undefined]);
  });
});

describe('everybody', () => {
  it('may read from any page, compressed', async () => {
    const answer = await get('/api/v1/dictionary', {
      origin: 'https://example.org',
      'accept-encoding': 'gzip',
    });
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    expect([answer.headers['content-encoding'], answer.headers.vary]).toEqual([
      'gzip',
      'Accept, accept-encoding',
    ]);
    expect((await get('/api/v1/dictionary')).headers.vary).toBe('Accept, accept-encoding');
    const preflight = await city.app.inject({
      method: 'OPTIONS',
      url: '/api/v1/observations',
      headers: { origin: 'https://example.org', 'access-control-request-method': 'PUT' },
    });
    expect(preflight.headers['access-control-allow-methods']).not.toContain('PUT');
  });

  it('is limited by address, this machine is not', async () => {
    const ask = (remoteAddress: string) => city.app.inject({ url: '/api/v1/health', remoteAddress });
    for (let i = 0; i < 30; i++) expect((await ask('203.0.113.7')).statusCode).toBe(200);
    const refused = await ask('203.0.113.7');
    expect(refused.statusCode).toBe(429);
    expect(refused.json().error.code).toBe('too-many-requests');
    expect(refused.headers['retry-after']).toBeDefined();
    expect((await ask('203.0.113.8')).statusCode).toBe(200);
  });
});
