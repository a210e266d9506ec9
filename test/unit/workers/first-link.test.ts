import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createFirstAdmin } from '../../../portal/identity/first-admin.ts';

import { announceFirstAdmin } from '../../../workers/operations/first-link.ts';
import { createMemoryIdentityStore } from '../../support/memory-identity-store.ts';

/** Starts a portal's announcement; what the terminal and the log were told. */
async function announced(options: { isTTY: boolean; hasAdmin?: boolean }) {
  const firstAdmin = createFirstAdmin({ store: createMemoryIdentityStore(), clock: () => 0 });
  const person = { name: 'ratna', password: 'kata sandi yang panjang' };
  if (options.hasAdmin === true) await firstAdmin.create({ ...person, token: firstAdmin.token });
  const shown: string[] = [];
  const logged: string[] = [];
  const stream = { write: (text: string) => logged.push(text) };
  await announceFirstAdmin({
    firstAdmin,
    portalUrl: 'http://127.0.0.1:8080',
    terminal: { isTTY: options.isTTY, write: (text) => shown.push(text) },
    log: pino({}, stream),
  });
  return { token: firstAdmin.token, shown: shown.join(''), logged: logged.join('') };
}

describe('the first start', () => {
  it('prints the one-time link on a terminal, and in no log', async () => {
    const { token, shown, logged } = await announced({ isTTY: true });
    expect(shown).toContain(`http://127.0.0.1:8080/#/admin-pertama?token=${token}\n`);
    expect(logged).toBe('');
  });

  it('prints nothing secret where its words end in a file', async () => {
    const { token, shown, logged } = await announced({ isTTY: false });
    expect(shown).toBe('');
    expect(logged).toContain('pantau user add');
    expect(logged).not.toContain(token);
  });

  it('says nothing once somebody is admin', async () => {
    const { shown, logged } = await announced({ isTTY: true, hasAdmin: true });
    expect([shown, logged]).toEqual(['', '']);
  });
});
