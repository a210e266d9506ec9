/** What both engines keep about people, tokens and the audit log. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IdentityStore, SessionRecord, TokenRecord } from '../../portal/identity/identity-store.ts';
import type { PortalStore } from '../../portal/store/store.ts';

const USER = {
  name: 'sari',
  role: 'operator',
  passwordHash: 'scrypt$x',
  isDisabled: false,
  createdAtMs: 1,
} as const;
const SESSION: SessionRecord = {
  ...{ idHash: 'ab', userName: 'sari', csrfToken: 'c' },
  ...{ createdAtMs: 1_700_000_000_000, usedAtMs: 1_700_000_000_000 },
};
const TOKEN: TokenRecord = {
  ...{ id: '0a', label: 'satudata', scope: 'read', secretHash: 'ff', createdBy: 'sari' },
  ...{ createdAtMs: 5, expiresAtMs: 9 },
};

/** The cases; `open` gives a new empty store. */
export function identityContract(open: () => Promise<PortalStore>): void {
  describe('identities', () => {
    let store: PortalStore;
    let identities: IdentityStore;
    beforeEach(async () => {
      store = await open();
      identities = store.identities;
    });
    afterEach(() => store.close());

    it('keeps users by name', async () => {
      await identities.putUser(USER);
      await identities.putUser({ ...USER, name: 'budi' });
      await identities.putUser({ ...USER, role: 'admin', isDisabled: true });
      expect(await identities.user('sari')).toEqual({ ...USER, role: 'admin', isDisabled: true });
      expect((await identities.users()).map(({ name }) => name)).toEqual(['budi', 'sari']);
      expect(await identities.user('nobody')).toBeUndefined();
    });

    it('has one first user, also when two ask at once, and none beside others', async () => {
      const made = await Promise.all(
        ['a', 'b', 'c'].map((name) => identities.addFirstUser({ ...USER, name })),
      );
      expect(made.filter(Boolean)).toHaveLength(1);
      expect(await identities.users()).toHaveLength(1);
      const other = await open();
      await other.identities.putUser(USER);
      expect(await other.identities.addFirstUser({ ...USER, name: 'late' })).toBe(false);
      await other.close();
    });

    it('forgets sessions one by one, of a user, and by age; a late use brings none back', async () => {
      for (const idHash of ['a', 'b', 'c']) await identities.addSession({ ...SESSION, idHash });
      await identities.addSession({ ...SESSION, idHash: 'd', userName: 'budi' });
      await identities.noteSessionUse('b', SESSION.usedAtMs + 5);
      expect(await identities.session('b')).toEqual({
        ...SESSION,
        idHash: 'b',
        usedAtMs: SESSION.usedAtMs + 5,
      });
      await identities.deleteSession('a');
      await identities.noteSessionUse('a', SESSION.usedAtMs + 9);
      expect(await identities.session('a')).toBeUndefined();
      await identities.deleteSessionsBefore(SESSION.usedAtMs + 1, 0);
      expect(await identities.session('c')).toBeUndefined();
      expect(await identities.session('b')).toBeDefined();
      await identities.deleteSessionsOf('sari');
      expect(await identities.session('b')).toBeUndefined();
    });

    it('keeps tokens; what was revoked stays revoked through a use', async () => {
      await identities.addToken(TOKEN);
      const { expiresAtMs: _never, ...lasting } = TOKEN;
      await identities.addToken({ ...lasting, id: '0b', createdAtMs: 6 });
      expect((await identities.tokens()).map(({ id }) => id)).toEqual(['0b', '0a']);
      expect(await identities.token('0a')).toEqual(TOKEN);
      expect(await identities.revokeToken('0a', 7)).toBe(true);
      await identities.noteTokenUse('0a', 8);
      expect(await identities.revokeToken('0a', 9)).toBe(true);
      expect(await identities.token('0a')).toEqual({ ...TOKEN, usedAtMs: 8, revokedAtMs: 7 });
      expect(await identities.revokeToken('none', 7)).toBe(false);
    });

    it('pages the audit log, newest first', async () => {
      for (const target of ['1', '2', '3', '4', '5']) {
        await identities.addAudit({ atMs: 1, actor: 'sari', action: 'camera.put', target, detail: '' });
      }
      const first = await identities.audit({ limit: 2 });
      expect(first.map(({ target }) => target)).toEqual(['5', '4']);
      const next = await identities.audit({ limit: 9, beforeId: first[1]!.id });
      expect(next.map(({ target }) => target)).toEqual(['3', '2', '1']);
    });

    it('removes old entries of the audit log and notes it in the same step', async () => {
      for (const atMs of [1, 2, 3]) {
        await identities.addAudit({
          atMs,
          actor: 'sari',
          action: 'camera.put',
          target: `${atMs}`,
          detail: '',
        });
      }
      const note = { atMs: 9, actor: 'portal', action: 'audit.remove', target: 'audit' };
      const noteOf = (removed: number) => ({ ...note, detail: String(removed) });
      expect(await identities.removeAudit(1, noteOf)).toBe(0);
      expect(await identities.removeAudit(3, noteOf)).toBe(2);
      const left = await identities.audit({ limit: 9 });
      expect(left.map(({ target, detail }) => [target, detail])).toEqual([
        ['audit', '2'],
        ['3', ''],
      ]);
      const broken = identities.removeAudit(9, () => ({ ...note, detail: null as unknown as string }));
      await expect(broken).rejects.toThrow();
      expect(await identities.audit({ limit: 9 })).toEqual(left);
    });

    it('narrows the audit log to who, what and to whom', async () => {
      const deeds = [
        ['sari', 'camera.put', 'a'],
        ['budi', 'camera.remove', 'a'],
        ['sari', 'user.put', 'budi'],
      ] as const;
      for (const [actor, action, target] of deeds) {
        await identities.addAudit({ atMs: 1, actor, action, target, detail: '' });
      }
      const found = async (filter: object) =>
        (await identities.audit({ limit: 9, ...filter })).map(({ action }) => action);
      expect(await found({ actor: 'sari' })).toEqual(['user.put', 'camera.put']);
      expect(await found({ action: 'camera' })).toEqual(['camera.remove', 'camera.put']);
      expect(await found({ action: 'camera', actor: 'budi', target: 'a' })).toEqual(['camera.remove']);
      expect(await found({ action: '%', target: 'a' })).toEqual([]);
    });
  });
}
