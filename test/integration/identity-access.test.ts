import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { createAccess, hasRole, isCsrfSafe, SESSION_IDLE_MS } from '../../portal/identity/access.ts';
import type { NoteDeed } from '../../portal/identity/audit.ts';
import { clientNetwork, isOwnNetwork } from '../../portal/identity/client-network.ts';
import { createFirstAdmin, FIRST_ADMIN_LINK_MS } from '../../portal/identity/first-admin.ts';
import type { TokenRecord, UserRecord } from '../../portal/identity/identity-store.ts';
import { hashPassword, isPassword, passwordFault } from '../../portal/identity/password.ts';
import { createRefusalNotes, REFUSALS_PER_HOUR } from '../../portal/identity/refusals.ts';
import { newToken } from '../../portal/identity/token.ts';
import { createMemoryIdentityStore } from '../support/memory-identity-store.ts';

const PASSWORD = 'jalan pandanaran 58';
const USER: Omit<UserRecord, 'passwordHash'> = {
  name: 'sari',
  role: 'operator',
  isDisabled: false,
  createdAtMs: 0,
};

async function setUp() {
  let nowMs = 1_000_000;
  const store = createMemoryIdentityStore();
  await store.putUser({ ...USER, passwordHash: await hashPassword(PASSWORD) });
  const clock = () => nowMs;
  const access = createAccess({ store, clock });
  const signIn = (password: string, name = 'sari') => access.signIn({ name, password, address: '10.0.0.1' });
  const later = (ms: number) => {
    nowMs += ms;
  };
  return { store, access, signIn, later, clock };
}

async function signedIn(signIn: () => ReturnType<Awaited<ReturnType<typeof setUp>>['signIn']>) {
  const result = await signIn();
  if (result.outcome !== 'signed-in') throw new Error(`expected to be signed in, was ${result.outcome}`);
  return result;
}

describe('passwords', () => {
  it('are known again, in another way of writing the same letters too', async () => {
    const hash = await hashPassword('café di jalan pemuda');
    expect(await isPassword('cafe\u0301 di jalan pemuda', hash)).toBe(true);
    expect(await isPassword('cafe di jalan pemuda', hash)).toBe(false);
    expect(hash).not.toContain('jalan');
  });

  it.each([
    ['short', 'pendek', /6 characters/],
    ['one letter over and over', 'a'.repeat(20), /repetition/],
    ['too long to be hashed for', 'ab c'.repeat(100), /400 characters/],
  ])('%s: is refused', (_name, password, fault) => {
    expect(passwordFault(password)).toMatch(fault);
  });

  it('of a good length is taken', () => {
    expect(passwordFault(PASSWORD)).toBeUndefined();
  });
});

describe('sessions', () => {
  it('the cookie of a sign-in is known; its text is not in the store', async () => {
    const { access, signIn, store } = await setUp();
    const { cookie, identity } = await signedIn(() => signIn(PASSWORD, ' Sari '));
    expect(await access.ofCookie(cookie)).toEqual(identity);
    expect(await store.session(cookie)).toBeUndefined();
    expect(isCsrfSafe(identity, identity.csrfToken)).toBe(true);
    expect(isCsrfSafe(identity, 'another')).toBe(false);
    expect(isCsrfSafe(identity, undefined)).toBe(false);
  });

  it('ends by signing out, by lying unused, and when its user is disabled', async () => {
    const { access, signIn, store, later } = await setUp();
    const first = await signedIn(() => signIn(PASSWORD));
    await access.signOut(first.cookie);
    expect(await access.ofCookie(first.cookie)).toBeUndefined();

    const second = await signedIn(() => signIn(PASSWORD));
    later(SESSION_IDLE_MS + 1);
    expect(await access.ofCookie(second.cookie)).toBeUndefined();

    const third = await signedIn(() => signIn(PASSWORD));
    const user = await store.user('sari');
    await store.putUser({ ...user!, isDisabled: true });
    expect(await access.ofCookie(third.cookie)).toBeUndefined();
    expect((await signIn(PASSWORD)).outcome).toBe('refused');
  });
});

describe('guessing', () => {
  it('has to wait after five tries, also with the right password, and then goes on', async () => {
    const { signIn, later } = await setUp();
    for (let i = 0; i < 5; i++) expect((await signIn('salah')).outcome).toBe('refused');
    const sixth = await signIn(PASSWORD);
    expect(sixth).toEqual({ outcome: 'wait', waitMs: 2_000 });
    later(2_001);
    expect((await signIn(PASSWORD)).outcome).toBe('signed-in');
  });

  it('of strangers does not lock out who has signed in from their own network', async () => {
    const { access, signIn } = await setUp();
    const from = (address: string, password: string) => access.signIn({ name: 'sari', password, address });
    expect((await signIn(PASSWORD)).outcome).toBe('signed-in');
    for (let i = 1; i <= 5; i++) await from(`203.0.113.${i}`, 'salah');
    expect((await from('203.0.113.99', PASSWORD)).outcome).toBe('wait');
    expect((await signIn(PASSWORD)).outcome).toBe('signed-in');
    for (let i = 0; i < 5; i++) await signIn('salah');
    expect((await signIn(PASSWORD)).outcome).toBe('wait');
  });

  it('is held back by address when the names change', async () => {
    const { signIn } = await setUp();
    for (let i = 0; i < 5; i++) await signIn('salah', `nama-${i}`);
    expect((await signIn(PASSWORD)).outcome).toBe('wait');
  });

  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:0:1:2:3:4:5', '2001:db8:0:1::/64'],
    ['2001:DB8:0:1::5', '2001:db8:0:1::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::203.0.113.7', '64:ff9b:0:0::/64'],
  ])('counts %s as %s', (address, network) => {
    expect(clientNetwork(address)).toBe(network);
  });

  it.each([
    ['127.0.0.1', true],
    ['::1', true],
    ['::ffff:172.18.0.5', true],
    ['fd00::7', true],
    ['172.32.0.1', false],
    ['2001:db8::1', false],
    ['not an address', false],
  ])('takes %s for a neighbour: %s', (address, isOwn) => {
    expect(isOwnNetwork(address)).toBe(isOwn);
  });

  it('fills no disk: an hour has so many entries of a name, the next one tells of the rest', async () => {
    const { clock, later } = await setUp();
    const deeds: (readonly [target: string, detail: string | undefined])[] = [];
    const note: NoteDeed = async (_request, { target, detail }) => void deeds.push([target, detail]);
    const noteRefusal = createRefusalNotes({ note, clock });
    const refuse = (target: string) => noteRefusal({} as FastifyRequest, { target });
    for (let i = 0; i < REFUSALS_PER_HOUR + 500; i++) await refuse('-');
    expect(deeds).toHaveLength(REFUSALS_PER_HOUR);
    await refuse('sari');
    expect(deeds.at(-1)).toEqual(['sari', undefined]);
    later(3_600_000);
    await refuse('-');
    await refuse('-');
    expect(deeds.slice(-2)).toEqual([
      ['-', '500 more before, not noted one by one'],
      ['-', undefined],
    ]);
  });

  it('from another address of the same IPv6 network is no way around', async () => {
    const { access } = await setUp();
    const from = (host: number, name: string) =>
      access.signIn({ name, password: 'salah', address: `2001:db8::${host}` });
    for (let i = 1; i <= 5; i++) await from(i, `nama-${i}`);
    expect((await from(6, 'nama-6')).outcome).toBe('wait');
  });

  it('all at once is no way around', async () => {
    const { signIn } = await setUp();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => signIn('salah')));
    expect(outcomes.filter(({ outcome }) => outcome === 'refused')).toHaveLength(5);
  });
});

describe('tokens', () => {
  it('are known by their secret until they end or are revoked', async () => {
    const { access, store, clock, later } = await setUp();
    const { id, secretHash, text } = newToken();
    const record: TokenRecord = {
      id,
      secretHash,
      label: 'satudata',
      scope: 'operate',
      createdBy: 'sari',
      createdAtMs: clock(),
      expiresAtMs: clock() + 1_000,
    };
    await store.addToken(record);
    const identity = await access.ofToken(text);
    expect(identity).toMatchObject({ actor: `token:${id}`, role: 'operator' });
    expect(hasRole(identity!, 'operator') && !hasRole(identity!, 'admin')).toBe(true);
    expect(isCsrfSafe(identity!, undefined)).toBe(true);
    expect(await access.ofToken(`ptu_${id}_${'0'.repeat(64)}`)).toBeUndefined();
    expect(await access.ofToken('ptu_x')).toBeUndefined();
    later(1_000);
    expect(await access.ofToken(text)).toBeUndefined();
    const other = newToken();
    const { expiresAtMs: _never, ...lasting } = record;
    await store.addToken({ ...lasting, id: other.id, secretHash: other.secretHash });
    expect(await access.ofToken(other.text)).toBeDefined();
    expect(await store.revokeToken(other.id, clock())).toBe(true);
    expect(await access.ofToken(other.text)).toBeUndefined();
  });
});

describe('the first admin', () => {
  it('is made once, by who read the link', async () => {
    const store = createMemoryIdentityStore();
    const first = createFirstAdmin({ store, clock: () => 0 });
    expect(await first.isNeeded()).toBe(true);
    const request = { name: 'admin', password: PASSWORD };
    expect(await first.create({ ...request, token: 'guess' })).toBeUndefined();
    expect(await first.create({ ...request, token: first.token })).toMatchObject({ role: 'admin' });
    expect(await first.create({ ...request, token: first.token, name: 'second' })).toBeUndefined();
    expect(await first.isNeeded()).toBe(false);
  });

  it('is not made with a link that is a day old', async () => {
    let nowMs = 0;
    const first = createFirstAdmin({ store: createMemoryIdentityStore(), clock: () => nowMs });
    nowMs = FIRST_ADMIN_LINK_MS + 1;
    const request = { token: first.token, name: 'admin', password: PASSWORD };
    expect(await first.create(request)).toBeUndefined();
  });
});
