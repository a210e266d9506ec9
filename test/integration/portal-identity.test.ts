/** Who may do what over HTTP: sessions, users, tokens, the guard of every route, the audit log. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ConsoleApp, PASSWORD, startConsoleApp } from '../support/console-app.ts';

let portal: ConsoleApp;
let admin: Record<string, string>;

beforeAll(async () => {
  portal = await startConsoleApp();
});
afterAll(() => portal.close());

const send = (
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET',
  url: string,
  payload?: object,
  headers = {},
) => portal.ask({ method, url: `/api/v1${url}`, headers, ...(payload === undefined ? {} : { payload }) });

describe('the first admin', () => {
  it('is made with the one-time link, once, and is signed in', async () => {
    const { oneTimeToken } = portal;
    expect((await send('GET', '/session')).json()).toEqual({ user: null, needsFirstAdmin: true });
    const wish = { oneTimeToken, name: 'Kepala', password: PASSWORD };
    expect((await send('POST', '/session/first', { ...wish, oneTimeToken: 'guess' })).statusCode).toBe(401);
    const weak = await send('POST', '/session/first', { ...wish, password: 'pendek' });
    expect(weak.json().error).toMatchObject({ field: 'password', found: '6 characters' });
    const made = await send('POST', '/session/first', wish);
    expect(made.json()).toMatchObject({ user: { name: 'kepala', role: 'admin' }, needsFirstAdmin: false });
    const cookie = String(made.headers['set-cookie']);
    expect(cookie).toMatch(/^pantau_session=\S+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/);
    const session = await send('GET', '/session', undefined, { cookie: cookie.split(';')[0] });
    expect(session.json()).toMatchObject({ user: { name: 'kepala' }, csrfToken: made.json().csrfToken });
    expect(session.headers['cache-control']).toBe('no-store');
    expect((await send('POST', '/session/first', { ...wish, name: 'kedua' })).statusCode).toBe(401);
  });

  it('gets a Secure cookie where a proxy in front speaks https', async () => {
    const answer = await send(
      'POST',
      '/session',
      { name: 'kepala', password: PASSWORD },
      { 'x-forwarded-proto': 'https' },
    );
    expect(answer.headers['set-cookie']).toMatch(/^__Host-pantau_session=\S+; .*Path=\/; .*Secure/);
    // A page of a neighbouring subdomain can set a cookie without the prefix; by https it is nobody's.
    const tossed = String(answer.headers['set-cookie']).split(';')[0]!.replace('__Host-', '');
    const session = await send('GET', '/session', undefined, {
      cookie: tossed,
      'x-forwarded-proto': 'https',
    });
    expect(session.json().user).toBeNull();
  });
});

describe('the guard', () => {
  const fill = (url: string) => url.replace(/:[a-zA-Z]+|\*/g, 'x');

  it('lets nobody pass any route of the console without signing in, and has a role for each', async () => {
    const console = portal.routes.filter(({ role }) => role !== undefined && role !== 'anyone');
    expect(console.length).toBeGreaterThan(60);
    const unguarded = portal.routes.filter(
      ({ url, role }) =>
        role === undefined && /^\/(api\/v1\/(operate|users|tokens|audit|session)|operate)/.test(url),
    );
    expect(unguarded).toEqual([]);
    for (const { method, url } of console) {
      const answer = await portal.ask({ method: method as 'GET', url: fill(url) });
      expect([method, url, answer.statusCode]).toEqual([method, url, 401]);
    }
  });

  it('leaves no write of the whole portal without a role, but for these', async () => {
    const writes = portal.routes.filter(({ method }) => !['GET', 'HEAD', 'OPTIONS'].includes(method));
    expect(writes.length).toBeGreaterThan(20);
    const open = writes.filter(({ role }) => role === undefined || role === 'anyone');
    expect(open.map(({ method, url }) => `${method} ${url}`).sort()).toEqual([
      // CKAN's reads by POST: a write answers "access denied" (portal-ckan.test.ts).
      'POST /api/3/action/:name',
      'POST /api/action/:name',
      'POST /api/v1/session',
      'POST /api/v1/session/first',
      // The workers' own token.
      'PUT /api/v1/observations',
    ]);
    for (const headers of [{}, await portal.bearer('admin')]) {
      expect((await send('PUT', '/observations', { records: [] }, headers)).statusCode).toBe(401);
    }
  });

  it('keeps each route for its role', async () => {
    const [read, operate] = [await portal.bearer('read'), await portal.bearer('operate')];
    for (const { method, url, role } of portal.routes) {
      if (role !== 'operator' && role !== 'admin') continue;
      const headers = role === 'admin' ? operate : read;
      const answer = await portal.ask({ method: method as 'GET', url: fill(url), headers });
      expect([method, url, answer.statusCode]).toEqual([method, url, 403]);
    }
  });

  it.each([
    ['no csrf token', {}, 'csrf'],
    ['another csrf token', { 'x-csrf-token': 'x' }, 'csrf'],
    ['another origin', { origin: 'https://jahat.example' }, 'other-site'],
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:80' }, 'other-site'],
  ])('refuses a write of a signed-in browser with %s', async (_name, extra, code) => {
    const { cookie, csrf } = await portal.signIn('wati', 'admin');
    const headers = { cookie, ...(code === 'csrf' ? {} : { 'x-csrf-token': csrf }), ...extra };
    const answer = await send('POST', '/tokens', { label: 'x', scope: 'read' }, headers);
    expect([answer.statusCode, answer.json().error.code]).toEqual([403, code]);
  });

  it('takes the same write with its token, from its own page', async () => {
    const { cookie, csrf } = await portal.signIn('wati', 'admin');
    const headers = { cookie, 'x-csrf-token': csrf, origin: 'http://localhost:80', host: 'localhost:80' };
    expect((await send('POST', '/tokens', { label: 'x', scope: 'read' }, headers)).statusCode).toBe(201);
  });

  it('ends the session that a browser had before it signs in anew', async () => {
    const { cookie } = await portal.signIn('wati', 'admin');
    await send('POST', '/session', { name: 'wati', password: PASSWORD }, { cookie });
    expect((await send('GET', '/session', undefined, { cookie })).json().user).toBeNull();
  });

  it('refuses a sign-in that another site sends', async () => {
    const body = { name: 'wati', password: PASSWORD };
    const from = { 'sec-fetch-site': 'cross-site' };
    for (const headers of [from, { ...from, authorization: 'Bearer made-up' }]) {
      expect((await send('POST', '/session', body, headers)).statusCode).toBe(403);
    }
    const preflight = await portal.ask({
      method: 'OPTIONS',
      url: '/api/v1/session',
      headers: {
        origin: 'https://jahat.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
    expect(String(preflight.headers['access-control-allow-headers'])).not.toMatch(/authorization/i);
  });
});

describe('people and programs', () => {
  beforeEach(async () => {
    admin = await portal.bearer('admin');
  });

  it('a user is added with a first password, changes it, is locked out', async () => {
    const added = await send('POST', '/users', { name: 'Budi', role: 'viewer' }, admin);
    expect(added.statusCode).toBe(201);
    const { password } = added.json();
    const first = await send('POST', '/session', { name: 'budi', password });
    const cookie = String(first.headers['set-cookie']).split(';')[0];
    const headers = { cookie, 'x-csrf-token': first.json().csrfToken };
    const change = { currentPassword: password, newPassword: 'simpang lima malam hari' };
    const changed = await send('PUT', '/session/password', change, headers);
    expect(changed.statusCode).toBe(200);
    expect((await send('GET', '/session', undefined, { cookie })).json().user).toBeNull();
    expect((await send('POST', '/session', { name: 'budi', password })).statusCode).toBe(401);
    const second = String(changed.headers['set-cookie']).split(';')[0];
    await send('PATCH', '/users/budi', { disabled: true }, admin);
    expect((await send('GET', '/session', undefined, { cookie: second })).json().user).toBeNull();
    expect((await send('POST', '/users', { name: 'budi', role: 'viewer' }, admin)).statusCode).toBe(409);
  });

  it('somebody stays admin', async () => {
    for (const { name } of await portal.store.identities.users()) {
      if (name !== 'kepala') await send('PATCH', `/users/${name}`, { role: 'viewer' }, admin);
    }
    const answer = await send('PATCH', '/users/kepala', { role: 'operator' }, admin);
    expect([answer.statusCode, answer.json().error.code]).toEqual([409, 'last-admin']);
  });

  it('a token works until it is revoked, and its text is nowhere', async () => {
    const made = await send('POST', '/tokens', { label: 'satudata', scope: 'admin' }, admin);
    const { token, id } = made.json();
    const headers = { authorization: `Bearer ${token}` };
    const listed = await send('GET', '/tokens', undefined, headers);
    expect(listed.json().tokens).toContainEqual(expect.objectContaining({ id, scope: 'admin' }));
    expect(listed.body).not.toContain(token.split('_')[2]);
    expect((await send('DELETE', `/tokens/${id}`, undefined, admin)).statusCode).toBe(200);
    expect((await send('GET', '/tokens', undefined, headers)).statusCode).toBe(401);
    const past = { label: 'x', scope: 'read', expiresAt: '2020-01-01T00:00:00Z' };
    expect((await send('POST', '/tokens', past, admin)).json().error.field).toBe('expiresAt');
  });

  it('a wrong body names field and what is allowed, and repeats no password', async () => {
    const unknown = await send('POST', '/tokens', { label: 'x', scope: 'root' }, admin);
    expect(unknown.json().error).toMatchObject({
      field: 'scope',
      allowed: expect.stringContaining('operate'),
    });
    const named = await send('POST', '/users', { name: 'Å', role: 'viewer', password: 'x' }, admin);
    // "allowed: …" stands before it on the console's page.
    expect(named.json().error.allowed).toMatch(/^a-z, 0-9/);
    expect(named.json().error.message).toContain('; allowed are a-z, 0-9');
    const secret = { name: 'x', role: 'viewer', password: 12_345_678 };
    expect((await send('POST', '/users', secret, admin)).body).not.toContain('12345678');
  });
});

describe('guessing passwords', () => {
  it('takes no name that a store could not look up', async () => {
    const refused = await send('POST', '/session', { name: 'ratna\0', password: 'salah' });
    expect([refused.statusCode, refused.json().error.field]).toEqual([400, 'name']);
  });

  it('is answered alike for who exists and who does not, then has to wait', async () => {
    await portal.signIn('ratna', 'viewer');
    const refused = await send('POST', '/session', { name: 'ratna', password: 'salah' });
    const nobody = await send('POST', '/session', { name: 'tidak-ada', password: 'salah' });
    expect([refused.statusCode, refused.body]).toEqual([401, nobody.body]);
    for (let i = 0; i < 5; i++) await send('POST', '/session', { name: 'ratna', password: 'salah' });
    const wait = await send('POST', '/session', { name: 'ratna', password: PASSWORD });
    expect(wait.statusCode).toBe(429);
    expect(Number(wait.headers['retry-after'])).toBeGreaterThan(0);
  });
});

describe('the audit log', () => {
  it('tells who did what, in pages, and holds no password', async () => {
    const headers = await portal.bearer('admin');
    const first = (await send('GET', '/audit?limit=3', undefined, headers)).json();
    expect(first.entries).toHaveLength(3);
    const all = await send('GET', `/audit?limit=500&cursor=${first.nextCursor}`, undefined, headers);
    const { entries } = all.json();
    expect(entries).toContainEqual(
      expect.objectContaining({ actor: 'kepala', action: 'session.begin', target: 'kepala' }),
    );
    expect(entries).toContainEqual(expect.objectContaining({ action: 'token.revoke' }));
    expect(entries).toContainEqual(
      expect.objectContaining({ action: 'user.put', target: 'budi', detail: 'disabled' }),
    );
    expect(all.body).not.toContain(PASSWORD);
    expect((await send('GET', '/audit?limit=0', undefined, headers)).json().error.field).toBe('limit');
  });
});
