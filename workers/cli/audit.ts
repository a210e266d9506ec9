/** The portal's identities and its audit log, for commands that work on the store directly. */
import { userInfo } from 'node:os';
import path from 'node:path';
import { AnalysisError } from '../../pipelines/errors.ts';
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

/** What an entry of the audit log tells besides who and when. */
export interface Deed {
  readonly action: string;
  readonly target: string;
  readonly detail?: string;
}

/**
 * Makes a change that is kept elsewhere, then notes its deeds. The audit log is opened first: where it is away, nothing is
 * changed.
 * @throws AnalysisError as the store does, saying as well what became of the change.
 */
export async function withNotedChange<T>(
  change: () => { readonly result: T; readonly deeds: readonly Deed[] },
): Promise<T> {
  let left: Deed[] | undefined;
  try {
    return await withIdentities(async (store) => {
      const { result, deeds } = change();
      left = [...deeds];
      for (const { action, target, detail } of deeds) {
        await noteDeed(store, action, target, detail);
        left.shift();
      }
      return result;
    });
  } catch (error) {
    if (!(error instanceof AnalysisError) || error.code !== 'store-failed') throw error;
    const { code, operation, message } = error;
    throw new AnalysisError(code, operation, `${message}; ${outcomeOf(left)}`, { cause: error });
  }
}

/** `left` are deeds without an entry; undefined before anything was done. */
function outcomeOf(left: readonly Deed[] | undefined): string {
  if (left === undefined) return 'nothing was changed';
  if (left.length === 0) return 'the change was made and noted';
  const missing = left.map(({ action, target }) => `${action} ${target}`).join(', ');
  return `the change was made, but the audit log has no entry of ${missing}`;
}
