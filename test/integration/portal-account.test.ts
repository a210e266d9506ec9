/** One's own password and sessions, and the whole audit log. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleApp, PASSWORD, startConsoleApp } from '../support/console-app.ts';

const NEW_PASSWORD = 'simpang lima malam hari';

let portal: ConsoleApp;
beforeAll(async () => {
  portal = await startConsoleApp();
});
afterAll(() => portal.close());

interface Browser {
  readonly cookie: string;
  readonly csrf: string;
}

const send = (method: 'GET' | 'PUT' | 'DELETE' | 'POST', url: string, by: Browser, payload?: object) =>
  portal.ask({
    ...{ method, url: `/api/v1${url}`, headers: { cookie: by.cookie, 'x-csrf-token': by.csrf } },
    ...(payload === undefined ? {} : { payload }),
  });
const whoIs = async (by: Browser) => (await send('GET', '/session', by)).json().user?.name;
const afterwards = (answer: Awaited<ReturnType<typeof send>>): Browser => ({
  cookie: String(answer.headers['set-cookie']).split(';')[0]!,
  csrf: answer.json().csrfToken,
});

describe('one’s own account', () => {
  it('changes its password with the current one, and other browsers are out', async () => {
    const [here, there] = [await portal.signIn('sari', 'viewer'), await portal.signIn('sari', 'viewer')];
    const wrong = await send('PUT', '/session/password', here, {
      ...{ currentPassword: 'bukan ini kata sandinya', newPassword: NEW_PASSWORD },
    });
    expect([wrong.statusCode, wrong.json().error]).toMatchObject([
      403,
      { code: 'wrong-password', field: 'currentPassword' },
    ]);
    const weak = await send('PUT', '/session/password', here, {
      ...{ currentPassword: PASSWORD, newPassword: 'pendek' },
    });
    expect(weak.json().error).toMatchObject({ field: 'newPassword', found: '6 characters' });
    expect(await whoIs(there)).toBe('sari');
    const changed = await send('PUT', '/session/password', here, {
      ...{ currentPassword: PASSWORD, newPassword: NEW_PASSWORD },
    });
    expect([await whoIs(there), await whoIs(afterwards(changed))]).toEqual([undefined, 'sari']);
    const signIn = { name: 'sari', password: NEW_PASSWORD };
    expect((await portal.ask({ method: 'POST', url: '/api/v1/session', payload: signIn })).statusCode).toBe(
      200,
    );
  });

  it('signs other browsers out and stays', async () => {
    const [here, there] = [await portal.signIn('budi', 'viewer'), await portal.signIn('budi', 'viewer')];
    const answer = await send('DELETE', '/session/others', here);
    expect([await whoIs(there), await whoIs(here), await whoIs(afterwards(answer))]).toEqual([
      undefined,
      undefined,
      'budi',
    ]);
    const audit = await portal.store.identities.audit({ limit: 9, action: 'session.end' });
    expect(audit).toEqual([expect.objectContaining({ actor: 'budi', detail: 'others' })]);
  });

  it('is for people, not for tokens', async () => {
    const headers = await portal.bearer('admin');
    const answer = await portal.ask({ method: 'DELETE', url: '/api/v1/session/others', headers });
    expect(answer.statusCode).toBe(403);
  });
});

describe('the audit log', () => {
  it('is narrowed down, paged, and comes whole as a CSV that no spreadsheet runs', async () => {
    const { identities } = portal.store;
    for (let index = 0; index < 600; index++) {
      const target = index === 0 ? '=HYPERLINK("http://jahat")' : `kamera-${index}`;
      await identities.addAudit({ atMs: index, actor: 'wati', action: 'camera.put', target, detail: 'a, b' });
    }
    const headers = await portal.bearer('admin');
    const ask = (url: string) => portal.ask({ method: 'GET', url: `/api/v1${url}`, headers });
    const first = (await ask('/audit?actor=wati&action=camera&limit=500')).json();
    const { entries } = (
      await ask(`/audit?actor=wati&action=camera&limit=500&cursor=${first.nextCursor}`)
    ).json();
    expect([first.entries.length, entries.length, entries.at(-1).target]).toEqual([
      500,
      100,
      '=HYPERLINK("http://jahat")',
    ]);
    expect((await ask('/audit?actor=wati&target=kamera-7')).json().entries).toHaveLength(1);
    expect((await ask('/audit?actor=')).json().error.field).toBe('actor');

    const csv = await ask('/audit.csv?actor=wati');
    const lines = csv.body.trimEnd().split('\r\n');
    expect(csv.headers['content-disposition']).toContain('pantau-audit.csv');
    expect([lines.length, lines[0]]).toEqual([601, 'at,actor,action,target,detail']);
    expect(lines[1]).toBe('1970-01-01T00:00:00.599Z,wati,camera.put,kamera-599,"a, b"');
    expect(lines.at(-1)).toContain(`"'=HYPERLINK(""http://jahat"")"`);
  });

  it('is for admins', async () => {
    const headers = await portal.bearer('operate');
    const answer = await portal.ask({ method: 'GET', url: '/api/v1/audit.csv', headers });
    expect(answer.statusCode).toBe(403);
  });
});
