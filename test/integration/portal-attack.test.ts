/** The public side as somebody meets it who means it harm. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import { openReadsCity, type ReadsCity } from './portal-reads-city.ts';

const STRANGER = '203.0.113.9';
const PROXY = '10.9.8.7';
const LIMIT = 40;
let folder: string;
let city: ReadsCity;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pantau-attack-'));
  const store = createSqliteStore(openPortalDatabase({ file: join(folder, 'portal.db') }));
  city = await openReadsCity(store, { requestsPerMinute: LIMIT, trustedProxies: ['loopback', PROXY] });
});

afterAll(async () => {
  await city.close();
  rmSync(folder, { recursive: true });
});

/** A line of a stack, a path of this machine, or a driver's own words. */
const INSIDE = /\bat \S+ \(|node_modules|\/work\/|\/home\/|SQLITE_|root:x:/;

describe('an address', () => {
  it.each([
    '/../../../../etc/passwd',
    '/..%2f..%2f..%2fetc%2fpasswd',
    '/%2e%2e/%2e%2e/package.json',
    '/assets/..%5c..%5cpackage.json',
    '/%00',
    '/api/v1/cameras/%E0%A4%A',
    '/%ff',
    '/data/..%2f..%2fpackage.csv',
    '/dataset/..%2fx/datapackage.json',
    '/dataset/__proto__',
    '/dataset/constructor.ttl',
    '/data/toString.csv',
    '/datastore/dump/__proto__',
    '/api/3/action/constructor',
    '/api/3/action/datastore_search?resource_id=__proto__',
    '/api/v1/cameras/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '/api/v1/cameras/hasOwnProperty',
    '/data/titik-cctv-daftar.csv?bom=1%0d%0aset-cookie:%20a=b',
    '/data/titik-cctv-daftar.csv?__proto__[x]=1',
    '/api/v1/series?level=1h&kind=flow&columns=__proto__',
    '/catalog.ttl?page=1e9',
  ])('%s leads nowhere, and its answer tells nothing of the inside', async (url) => {
    const answer = await city.get(url);
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.statusCode).toBeLessThan(500);
    expect(answer.body).not.toMatch(INSIDE);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.body).not.toContain('"statusCode"');
  });
});

describe('a body', () => {
  const post = (payload: string, type = 'application/json') =>
    city.app.inject({
      method: 'POST',
      url: '/api/3/action/package_search',
      headers: { 'content-type': type },
      payload,
    });

  it.each([
    '{"__proto__":{"isOwned":true}}',
    '{"constructor":{"prototype":{"isOwned":true}}}',
    '{"q":{"__proto__":{"isOwned":true}}}',
  ])('%s changes no other object', async (payload) => {
    expect((await post(payload)).statusCode).toBeLessThan(500);
    expect((await city.get('/api/3/action/package_search')).json().result.count).toBe(5);
    expect(({} as { isOwned?: boolean }).isOwned).toBeUndefined();
  });

  it('that is too long, too deep or of another kind is refused without a word of the inside', async () => {
    const tooLong = await post(JSON.stringify({ q: 'x'.repeat(80_000) }));
    expect(tooLong.statusCode).toBe(413);
    const tooDeep = await post(`{"q":${'['.repeat(20_000)}${']'.repeat(20_000)}}`);
    const other = await post('<x/>', 'application/xml');
    for (const answer of [tooLong, tooDeep, other]) {
      expect(answer.statusCode).toBeGreaterThanOrEqual(400);
      expect(answer.statusCode).toBeLessThan(500);
      expect(answer.body).not.toMatch(INSIDE);
    }
  });
});

describe('a value that nobody means', () => {
  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  const NO_TEXT = '{"toString":1,"valueOf":1}';
  const VALUES = [
    ...[nested(10_000), `${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}`, NO_TEXT, `[${NO_TEXT}]`, '1e400'],
    ...['('.repeat(20_000), 'x'.repeat(60_000), '\ud800'].map((text) => JSON.stringify(text)),
    JSON.stringify(Array.from({ length: 10_000 }, (_, i) => `${i}`)),
  ];
  const TABLE = '"resource_id":"kepadatan-lalu-lintas-jam","limit":1';
  const SEARCHED = [
    'filters',
    'q',
    'full_text',
    'fields',
    'sort',
    'distinct',
    'limit',
    'include_total',
    'plain',
  ];
  const bodiesOf = (value: string): [action: string, body: string][] => [
    ['package_search', value],
    ...['q', 'fq', 'fq_list', 'sort', 'rows', 'facet.field'].map((name): [string, string] => [
      'package_search',
      `{"${name}":${value}}`,
    ]),
    ...['language', 'records_format', ...SEARCHED].map((name): [string, string] => [
      'datastore_search',
      `{${TABLE},"${name}":${value}}`,
    ]),
    ...['"kode_titik":', '"_id":{"gt":'].flatMap((name): [string, string][] => {
      const inner = `{${name}${value}${'}'.repeat(name.split('{').length)}`;
      return [
        ['datastore_search', `{${TABLE},"filters":${inner}}`],
        ['datastore_search', `{${TABLE},"q":${inner}}`],
      ];
    }),
  ];

  it.each(VALUES.map((value, i) => [value.slice(0, 20), i] as const))(
    'such as %s is no fault of ours wherever it stands',
    async (_shown, i) => {
      const value = VALUES[i]!;
      const faults: unknown[] = [];
      const note = (what: string, answer: { statusCode: number; body: string }) => {
        if (answer.statusCode >= 500) faults.push([what.slice(0, 80), answer.body.slice(0, 200)]);
      };
      for (const [action, payload] of bodiesOf(value)) {
        const headers = { 'content-type': 'application/json' };
        const url = `/api/3/action/${action}`;
        note(payload, await city.app.inject({ method: 'POST', url, headers, payload }));
      }
      for (const name of SEARCHED) {
        const query = new URLSearchParams({ resource_id: 'kepadatan-lalu-lintas-jam', [name]: value });
        note(`${query}`, await city.get(`/api/3/action/datastore_search?${query}`));
      }
      for (const name of ['cameraId', 'columns', 'cursor', 'from', 'limit', 'lineId']) {
        note(name, await city.get(`/api/v1/series?${new URLSearchParams({ [name]: value })}`));
      }
      for (const body of [
        value,
        `{"records":${value}}`,
        `{"records":[{"fence":1,"observation":${value}}]}`,
      ]) {
        note(body, await publish(body));
      }
      expect(faults).toEqual([]);
    },
  );

  it('is refused by its depth, as deep as a body may be', async () => {
    const answer = await publish(`{"records":[{"fence":${nested(1_000_000)},"observation":{}}]}`);
    expect([answer.statusCode, answer.json().error]).toMatchObject([
      400,
      { field: 'records.0.fence', found: 'lists or objects nested too deep' },
    ]);
  });

  function publish(payload: string) {
    const headers = {
      'content-type': 'application/json',
      authorization: 'Bearer a-token-of-the-tests-0123456789',
    };
    return city.app.inject({ method: 'PUT', url: '/api/v1/observations', headers, payload });
  }
});

it('a request that comes drop by drop is cut off, and so is who reads nothing', () => {
  const { requestTimeout, headersTimeout, timeout } = city.app.server;
  expect([requestTimeout, headersTimeout, timeout]).toEqual([30_000, expect.any(Number), 120_000]);
  expect(headersTimeout).toBeLessThanOrEqual(60_000);
});

describe('who says to be somebody else', () => {
  const ask = (remoteAddress: string, headers: Record<string, string>) =>
    city.app.inject({ url: '/catalog.ttl', remoteAddress, headers });

  it('gives the documents no other name, unless a trusted proxy says so', async () => {
    const forwarded = { 'x-forwarded-host': 'jahat.example', 'x-forwarded-proto': 'https' };
    expect((await ask(STRANGER, forwarded)).body).not.toContain('jahat.example');
    expect((await ask(PROXY, forwarded)).body).toContain('<https://jahat.example/catalog>');
    const markup = await ask(PROXY, { 'x-forwarded-host': 'a"><script>alert(1)</script>' });
    expect(markup.body).not.toContain('<script');
  });

  it('is counted by its own address; behind a trusted proxy everybody by theirs', async () => {
    const codes = async (remoteAddress: string, names: (i: number) => string) => {
      const answers = [];
      for (let i = 0; i <= LIMIT; i++) {
        answers.push((await ask(remoteAddress, { 'x-forwarded-for': names(i) })).statusCode);
      }
      return answers;
    };
    expect((await codes('203.0.113.10', (i) => `198.51.100.${i}`)).at(-1)).toBe(429);
    expect(new Set(await codes(PROXY, (i) => `198.51.100.${i}`))).toEqual(new Set([200]));
    // What a client wrote before the proxy added the address it saw is not believed.
    expect((await codes(PROXY, (i) => `192.0.2.${i}, 198.51.101.7`)).at(-1)).toBe(429);
    // One network of IPv6 is one asker.
    expect((await codes(PROXY, (i) => `2001:db8::${i.toString(16)}`)).at(-1)).toBe(429);
  });
});
