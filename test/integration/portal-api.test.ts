import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { csvHeader, csvRow, UTF8_BOM } from '../../pipelines/adapters/publish/csv.ts';
import type { Observation } from '../../pipelines/domain/types.ts';
import { AnalysisError } from '../../pipelines/errors.ts';
import { createPortal } from '../../portal/api/portal.ts';
import { publishBody } from '../../portal/api/publish-body.ts';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import type { PortalStore } from '../../portal/store/store.ts';
import {
  SAMPLE_START_MS,
  sampleFlow,
  sampleGap,
  samplePresence,
} from '../unit/portal/sample-observations.ts';

const TOKEN = 'a-token-of-the-tests-0123456789';

let folder: string;
let store: PortalStore;
let app: FastifyInstance;

function portal(smallCountBelow?: number): FastifyInstance {
  return createPortal({
    store,
    publishToken: TOKEN,
    webDir: join(folder, 'web'),
    clock: () => SAMPLE_START_MS,
    metrics: { contentType: 'text/plain; version=0.0.4', text: async () => 'cctv_up 1\n' },
    ...(smallCountBelow === undefined ? {} : { smallCountBelow }),
  });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pantau-api-'));
  mkdirSync(join(folder, 'web', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'web', 'index.html'), '<!doctype html><title>Pantau</title>');
  writeFileSync(join(folder, 'web', 'assets', 'page-abc123.js'), '0;');
  store = createSqliteStore(openPortalDatabase({ file: join(folder, 'portal.sqlite') }));
  app = portal(0);
});

afterEach(async () => {
  await app.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

const put = (body: unknown, authorization = `Bearer ${TOKEN}`) =>
  app.inject({
    method: 'PUT',
    url: '/api/v1/observations',
    headers: { authorization, 'content-type': 'application/json' },
    payload: JSON.stringify(body),
  });
const batch = (...observations: Observation[]) => ({
  records: observations.map((observation) => ({ fence: 1, observation })),
});
const get = (url: string, headers: Record<string, string> = {}) =>
  app.inject({ method: 'GET', url, headers });

describe('PUT /api/v1/observations', () => {
  it('stores a batch and tells what became of it', async () => {
    const records = batch(sampleFlow(0), samplePresence(0), sampleGap(1));
    expect((await put(records)).json()).toEqual({ accepted: 3, unchanged: 0, fenced: 0 });
    expect((await put(records)).json()).toEqual({ accepted: 0, unchanged: 3, fenced: 0 });
  });

  it.each([
    { authorization: '', why: 'none' },
    { authorization: 'Bearer ', why: 'empty' },
    { authorization: `Basic ${TOKEN}`, why: 'another scheme' },
    { authorization: `Bearer ${TOKEN}x`, why: 'another token' },
  ])('answers 401 to a token that is $why', async ({ authorization }) => {
    const answer = await put(batch(sampleFlow(0)), authorization);
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toContain('Bearer');
    expect(answer.body).not.toContain(TOKEN);
    expect(await store.cameras()).toEqual([]);
  });

  const whole = sampleFlow(0, { people: 1 });
  const { lineage: _lineage, ...noLineage } = whole;
  it.each<{ why: string; bad: unknown; field: string; index?: number }>([
    { why: 'a coverage above 1', bad: { ...whole, coverage: 1.2 }, field: 'coverage' },
    { why: 'a negative count', bad: { ...whole, volume: -1 }, field: 'volume' },
    { why: 'a fraction of a crossing', bad: { ...whole, volume: 1.5 }, field: 'volume' },
    { why: 'an unknown kind', bad: { ...whole, kind: 'speed' }, field: 'kind' },
    { why: 'a field that is not in the contract', bad: { ...whole, trackId: 7 }, field: 'trackId' },
    { why: 'a missing lineage', bad: noLineage, field: 'lineage' },
    { why: 'a local time', bad: { ...whole, windowStart: '2026-01-31T05:00:00' }, field: 'windowStart' },
    {
      why: 'a window that ends before it starts',
      bad: { ...whole, windowEnd: '2026-01-31T04:00:00Z' },
      field: 'windowEnd',
    },
    { why: 'a whole window with a reason', bad: { ...whole, reasons: ['backlog'] }, field: 'reasons' },
    {
      why: 'a measure where nothing was seen',
      bad: { ...sampleGap(0), timeOccupancy: 0 },
      field: 'timeOccupancy',
    },
    {
      why: 'a partial window with nothing seen',
      bad: { ...sampleGap(0), status: 'partial' },
      field: 'status',
    },
    { why: 'a control character in an id', bad: { ...whole, cameraId: 'a\u0000b' }, field: 'cameraId' },
    { why: 'a window far in the future', bad: sampleFlow(2 * 24 * 60), field: 'windowStart' },
  ])('answers 400 to $why, naming row and field, and stores nothing', async ({ bad, field }) => {
    const answer = await put({
      records: [
        { fence: 1, observation: sampleFlow(0) },
        { fence: 1, observation: bad },
      ],
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatchObject({ index: 1, field: `records.1.observation.${field}` });
    expect(answer.json().error.message).toContain('found');
    expect(await store.cameras()).toEqual([]);
  });

  it.each([
    { why: 'no records', body: { records: [] }, status: 400 },
    { why: 'an array', body: [], status: 400 },
    {
      why: 'a fence that is no integer',
      body: { records: [{ fence: 1.5, observation: whole }] },
      status: 400,
    },
    { why: 'too many rows', body: batch(...Array.from({ length: 1001 }, () => whole)), status: 400 },
    { why: 'too many bytes', body: { records: 'x'.repeat(4 << 20) }, status: 413 },
  ])('answers $status to $why', async ({ body, status }) => {
    const answer = await put(body);
    expect(answer.statusCode).toBe(status);
    expect(answer.json().error.message).toBeTruthy();
  });

  it('answers 400 to a body that is no JSON, 415 to another type, without a stack', async () => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const url = '/api/v1/observations';
    const broken = await app.inject({ method: 'PUT', url, headers, payload: '{' });
    expect(broken.statusCode).toBe(400);
    expect(broken.body).not.toMatch(/\bat .*\.ts/);
    const xml = await app.inject({
      method: 'PUT',
      url,
      headers: { ...headers, 'content-type': 'text/xml' },
      payload: '<x/>',
    });
    expect(xml.statusCode).toBe(415);
  });

  describe('with a content-encoding', () => {
    const whole = Buffer.from(JSON.stringify(batch(sampleFlow(0), samplePresence(0))));
    const send = (payload: Buffer, encoding: string) =>
      app.inject({
        method: 'PUT',
        url: '/api/v1/observations',
        headers: {
          authorization: `Bearer ${TOKEN}`,
          'content-type': 'application/json',
          'content-encoding': encoding,
        },
        payload,
      });

    it.each(['gzip', 'GZIP', 'x-gzip'])('takes %s', async (encoding) => {
      expect((await send(gzipSync(whole), encoding)).json()).toMatchObject({ accepted: 2 });
    });

    it.each([
      {
        why: 'another encoding',
        encoding: 'br',
        payload: brotliCompressSync(whole),
        status: 415,
        says: /gzip/,
      },
      { why: 'two encodings', encoding: 'gzip, gzip', payload: whole, status: 415, says: /found gzip, gzip/ },
      { why: 'no gzip', encoding: 'gzip', payload: whole, status: 400, says: /not the gzip/ },
      {
        why: 'half',
        encoding: 'gzip',
        payload: gzipSync(whole).subarray(0, 99),
        status: 400,
        says: /not the gzip/,
      },
      {
        why: 'a body that would become huge',
        encoding: 'gzip',
        payload: gzipSync(Buffer.alloc(64 << 20, 32)),
        status: 413,
        says: /3145728 bytes when inflated; send fewer/,
      },
    ])('answers $status to $why, in words', async ({ payload, encoding, status, says }) => {
      const answer = await send(payload, encoding);
      expect(answer.statusCode).toBe(status);
      expect(answer.json().error.message).toMatch(says);
      expect(answer.headers['accept-encoding']).toBe(status === 415 ? 'gzip' : undefined);
      expect(await store.cameras()).toEqual([]);
    });

    it('inflates no more of a huge body than the limit', async () => {
      const bomb = gzipSync(Buffer.alloc(64 << 20, 32));
      const parts = Array.from({ length: Math.ceil(bomb.length / 1024) }, (_, i) =>
        bomb.subarray(i * 1024, (i + 1) * 1024),
      );
      const request = { headers: { 'content-encoding': 'gzip' } } as FastifyRequest;
      const body = await publishBody(request, {} as FastifyReply, Readable.from(parts));
      await expect(body.toArray()).rejects.toMatchObject({ statusCode: 413 });
      expect(body.receivedEncodedLength).toBeLessThan(bomb.length / 2);
    });
  });

  it('refuses a token too short to be one', () => {
    expect(() => createPortal({ store, publishToken: 'short', webDir: folder, clock: () => 0 })).toThrow(
      /at least 16/,
    );
  });
});

describe('GET /api/v1/observations', () => {
  const records = [0, 1, 2].flatMap((minute) => [
    sampleFlow(minute, { people: minute, cars: 7 }),
    sampleFlow(minute, { people: 6, direction: 'out' }),
    samplePresence(minute, { mean: 0.3, max: 1 }),
  ]);
  beforeEach(async () => {
    await put(batch(...records));
  });

  it('gives the records as they were, in order', async () => {
    const answer = await get('/api/v1/observations');
    expect(answer.headers['content-type']).toContain('application/json');
    expect(answer.json()).toEqual({ observations: records, smallCountBelow: 0 });
    // Byte for byte, so that a queued run and `pantau analyze` can be compared as text.
    expect(answer.body).toContain(JSON.stringify(records[0]));
  });

  it('gives an empty list, and a header alone, where nothing matches', async () => {
    const later = '/api/v1/observations?cameraId=cam-1&from=2026-02-01T00:00:00Z';
    expect((await get(later)).json().observations).toEqual([]);
    expect((await get(`${later}&format=csv`)).body).toBe(csvHeader());
  });

  it('pages by cursor and by link', async () => {
    const first = await get('/api/v1/observations?limit=5');
    expect(first.json().observations).toEqual(records.slice(0, 5));
    const second = await get(`/api/v1/observations?limit=5&cursor=${first.json().nextCursor}`);
    expect(second.json()).toEqual({ observations: records.slice(5), smallCountBelow: 0 });
    const link = /<(.*)>; rel="next"/.exec(String(first.headers.link))?.[1];
    expect((await get(link!)).json()).toEqual(second.json());
    expect(second.headers.link).toBeUndefined();
  });

  it('narrows by time with an offset', async () => {
    const url = '/api/v1/observations?from=2026-01-31T12:01:00%2B07:00&to=2026-01-31T12:02:00%2B07:00';
    expect((await get(url)).json().observations).toEqual(records.slice(3, 6));
  });

  it('gives CSV row for row, by parameter and by Accept', async () => {
    const expected = csvHeader() + records.map(csvRow).join('');
    const answer = await get('/api/v1/observations?format=csv');
    expect(answer.body).toBe(expected);
    expect(answer.headers['content-type']).toContain('text/csv');
    expect(answer.headers['content-disposition']).toContain('.csv');
    expect((await get('/api/v1/observations', { accept: 'text/csv' })).body).toBe(expected);
    expect((await get('/api/v1/observations?format=csv&bom=1')).body).toBe(UTF8_BOM + expected);
    expect((await get('/api/v1/observations?format=csv&limit=2')).body.split('\r\n')).toHaveLength(4);
  });

  it('streams more than one chunk without losing or doubling a record', async () => {
    const many = Array.from({ length: 1200 }, (_, minute) => sampleFlow(minute, { cameraId: 'cam-long' }));
    await store.upsert(many.map((observation) => ({ fence: 1, observation })));
    const csv = await get('/api/v1/observations?cameraId=cam-long&format=csv');
    expect(csv.body).toBe(csvHeader() + many.map(csvRow).join(''));
    const json = await get('/api/v1/observations?cameraId=cam-long&limit=1100');
    expect(json.json().observations).toEqual(many.slice(0, 1100));
  });

  it('neutralises a formula in an id', async () => {
    await put(batch(sampleFlow(0, { cameraId: '=cmd|calc' })));
    const answer = await get('/api/v1/observations?format=csv&cameraId=%3Dcmd%7Ccalc');
    expect(answer.body).toContain("\r\nflow,'=cmd|calc,");
  });

  it('tells nothing of people below quarter hours unless told otherwise', async () => {
    await app.close();
    app = portal();
    const answer = (await get('/api/v1/observations')).json();
    expect(answer.smallCountBelow).toBe(5);
    const people = answer.observations.map((record: { peopleVolume?: number }) => record.peopleVolume);
    expect(people).toEqual(records.map(() => undefined));
    const latest = (await get('/api/v1/latest')).json().observations;
    expect(latest[0]).toMatchObject({ volume: 7, suppressed: expect.arrayContaining(['peopleVolume']) });
    const csv = (await get('/api/v1/observations?format=csv&kind=presence')).body.split('\r\n')[1]!;
    expect(csv).toContain('peoplePresent');
    expect(csv).not.toContain('0.3');
  });

  it('answers 304 until something changes', async () => {
    const first = await get('/api/v1/observations?limit=2');
    const tag = { 'if-none-match': String(first.headers.etag) };
    expect((await get('/api/v1/observations?limit=2', tag)).statusCode).toBe(304);
    expect((await get('/api/v1/observations?limit=3', tag)).statusCode).toBe(200);
    expect((await get('/api/v1/observations?limit=2', { ...tag, accept: 'text/csv' })).statusCode).toBe(200);
    await put(batch(sampleFlow(0, { people: 99 })));
    expect((await get('/api/v1/observations?limit=2', tag)).statusCode).toBe(200);
  });

  it.each([
    { query: 'kind=speed', field: 'kind', allowed: 'flow, presence' },
    { query: 'camera=cam-1', field: 'camera', allowed: 'cameraId' },
    { query: 'cameraId=', field: 'cameraId', allowed: 'a text of 1 or more characters' },
    { query: 'cameraId=a&cameraId=b', field: 'cameraId', allowed: 'one string, not several' },
    { query: 'direction=left', field: 'direction', allowed: 'in, out' },
    { query: 'from=yesterday', field: 'from', allowed: 'ISO 8601' },
    { query: 'from=2026-01-31T05:00:00', field: 'from', allowed: 'offset' },
    { query: 'from=2026-01-31T05:00:00Z&to=2026-01-31T05:00:00Z', field: 'to', allowed: 'after' },
    { query: 'limit=0', field: 'limit', allowed: '1 to 10000' },
    { query: 'limit=10001', field: 'limit', allowed: '1 to 10000' },
    { query: 'limit=1e3', field: 'limit', allowed: '1 to 10000' },
    { query: 'cursor=abc', field: 'cursor', allowed: 'nextCursor' },
    { query: 'format=xml', field: 'format', allowed: 'csv' },
    { query: 'bom=yes', field: 'bom', allowed: '1' },
    { query: 'lineId=a&zoneId=b', field: 'zoneId', allowed: 'not both' },
    { query: 'lineId=a&kind=presence', field: 'lineId', allowed: 'flow' },
    { query: 'zoneId=a&direction=in', field: 'direction', allowed: 'flow' },
  ])('answers 400 to ?$query, naming $field and what is allowed', async ({ query, field, allowed }) => {
    const answer = await get(`/api/v1/observations?${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatchObject({ field, found: expect.any(String) });
    expect(answer.json().error.allowed).toContain(allowed);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('answers 406 to a type it does not serve', async () => {
    expect((await get('/api/v1/observations', { accept: 'image/png' })).statusCode).toBe(406);
  });
});

describe('the other routes', () => {
  it('list cameras and the latest window', async () => {
    await put(batch(sampleFlow(0), sampleFlow(1), samplePresence(1)));
    expect((await get('/api/v1/cameras')).json().cameras).toMatchObject([
      { cameraId: 'cam-1', lastCoverage: 1 },
    ]);
    expect((await get('/api/v1/latest?cameraId=cam-1')).json().observations).toHaveLength(2);
    expect((await get('/api/v1/cameras?x=1')).statusCode).toBe(400);
  });

  it('answer health, readiness and metrics', async () => {
    expect((await get('/healthz')).json()).toEqual({ status: 'ok' });
    expect((await get('/readyz')).json()).toEqual({ status: 'ready' });
    expect((await get('/metrics')).body).toBe('cctv_up 1\n');
    const stranger = await get('/metrics', { 'x-forwarded-for': '203.0.113.7' });
    expect([stranger.statusCode, stranger.body.includes('cctv_up')]).toEqual([403, false]);
  });

  it('answer 503 without a word about the inside when the store is gone', async () => {
    const fail = () => Promise.reject(new AnalysisError('store-failed', 'test', `${folder}: disk full`));
    const failing = createPortal({
      store: { ...store, check: fail, cameras: fail, observations: fail },
      publishToken: TOKEN,
      webDir: join(folder, 'web'),
      clock: () => 0,
    });
    expect((await failing.inject('/readyz')).statusCode).toBe(503);
    for (const url of ['/api/v1/cameras', '/api/v1/observations', '/api/v1/observations?format=csv']) {
      const answer = await failing.inject(url);
      expect(answer.statusCode).toBe(503);
      expect(answer.headers['retry-after']).toBeDefined();
      expect(answer.headers.etag).toBeUndefined();
      expect(answer.body).not.toContain(folder);
    }
    await failing.close();
  });

  it.each([
    [new AnalysisError('store-failed', 'test', 'disk full'), 503, 'Service Unavailable', '5'],
    [new TypeError('disk full'), 500, 'Internal Server Error', undefined],
  ])('tell a store that is gone from a fault of our own in the shape of CKAN', async (error, ...expected) => {
    const failing = createPortal({
      store: { ...store, cameras: () => Promise.reject(error) },
      publishToken: TOKEN,
      webDir: join(folder, 'web'),
      clock: () => 0,
    });
    const answer = await failing.inject('/api/3/action/package_show?id=titik-cctv');
    const { success, error: told } = answer.json();
    expect([answer.statusCode, told.__type, answer.headers['retry-after']]).toEqual(expected);
    expect(success).toBe(false);
    expect(answer.body).not.toContain('disk full');
    await failing.close();
  });

  it('send the page with a policy that allows no inline script, and say 404 in JSON', async () => {
    const page = await get('/');
    expect(page.body).toContain('<title>Pantau</title>');
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|upgrade-insecure/);
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    expect((await get('/assets/page-abc123.js')).headers).toMatchObject({
      'cache-control': expect.stringContaining('immutable'),
      vary: 'accept-encoding',
    });
    expect((await get('/nothing')).json().error.code).toBe('not-found');
    expect((await get('/..%2f..%2fetc/passwd')).statusCode).toBe(404);
  });

  it('give the map tiles only where an operator chose them, and let pictures come from there', async () => {
    expect((await get('/map.json')).json()).toEqual({});
    expect(String((await get('/')).headers['content-security-policy'])).toContain("img-src 'self' data:;");
    const tiles = { url: 'https://{s}.tile.example.org/{z}/{x}/{y}.png', attribution: '© example' };
    const mapped = createPortal({
      ...{ store, publishToken: TOKEN, webDir: join(folder, 'web'), clock: () => 0 },
      map: { tiles },
    });
    expect((await mapped.inject('/map.json')).json()).toEqual({ tiles });
    expect(String((await mapped.inject('/')).headers['content-security-policy'])).toContain(
      "img-src 'self' data: https://*.tile.example.org;",
    );
    await mapped.close();
  });

  it('give the base layer of the map that the city has', async () => {
    expect((await get('/map-base.geojson')).statusCode).toBe(404);
    const base = '{"type":"FeatureCollection","features":[]}';
    const mapped = createPortal({
      ...{ store, publishToken: TOKEN, webDir: join(folder, 'web'), clock: () => 0 },
      map: { base },
    });
    const { base: address } = (await mapped.inject('/map.json')).json<{ base: string }>();
    const answer = await mapped.inject(`/${address}`);
    expect(answer.body).toBe(base);
    expect(answer.headers['content-type']).toMatch(/^application\/geo\+json/);
    const again = await mapped.inject({
      url: `/${address}`,
      headers: { 'if-none-match': String(answer.headers.etag) },
    });
    expect(again.statusCode).toBe(304);
    await mapped.close();
  });

  it('say what to do when the page is not built', async () => {
    const bare = createPortal({ store, publishToken: TOKEN, webDir: join(folder, 'none'), clock: () => 0 });
    expect((await bare.inject('/')).body).toContain('not built');
    expect((await bare.inject('/healthz')).statusCode).toBe(200);
    await bare.close();
  });
});
