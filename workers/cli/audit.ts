/** The portal's identities and its audit log, for commands that work on the store directly. */
import { userInfo } from 'node:os';
import path from 'node:path';
import type { IdentityStore } from '../../portal/identity/identity-store.ts';
import { openPortalStore } from '../../portal/store/open-store.ts';
import { readConfig } from '../config.ts';
import { makeFolder } from '../make-folder.ts';

/** Runs `work` on the portal's store and closes it. */
export async function withIdentities<T>(work: (store: IdentityStore) => Promise<T>): Promise<T> {
  const config = readConfig();
  makeFolder(config.dataDir);
  const file = path.join(config.dataDir, 'portal.db');
  const store = await openPortalStore({ file, url: config.portalDatabaseUrl });
  try {
    return await work(store.identities);
  } finally {
    await store.close();
  }
}

/**
 * Whoever may write the store is told from others by their account on this machine; by its number where that has no name, as
 * in a container that runs as another user than its image's.
 */
export function commandActor(): string {
  try {
    return `cli:${userInfo().username}`;
  } catch {
    return `cli:${process.getuid?.()}`;
  }
}

/** An entry of the audit log: `commandActor` did `action` just now. */
export async function noteDeed(
  store: IdentityStore,
  action: string,
  target: string,
  detail = '',
): Promise<void> {
  await store.addAudit({ atMs: Date.now(), actor: commandActor(), action, target, detail });
}
