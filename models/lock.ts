/** One downloader at a time for one model file, across processes. */
import { open, rm, stat, utimes } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A holder that hasn't touched its lock for so long is dead (it touches it every quarter of that). */
const STALE_MS = 30_000;
const POLL_MS = 200;

async function tryLock(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/**
 * Runs `work` while holding the lock file `path`; waits for another holder, and takes over from a dead one.
 * Age is judged by the file's own clock, so holders may be on other hosts or in other containers. The lock
 * only spares double work: what it guards is checked by sha256 anyway.
 */
export async function withFileLock<T>(
  path: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  while (!(await tryLock(path))) {
    const held = await stat(path).catch(() => undefined);
    if (held !== undefined && Date.now() - held.mtimeMs > STALE_MS) await rm(path, { force: true });
    else await sleep(POLL_MS, undefined, signal === undefined ? {} : { signal });
  }
  const touch = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, STALE_MS / 4);
  touch.unref();
  try {
    return await work();
  } finally {
    clearInterval(touch);
    await rm(path, { force: true });
  }
}
