/** One set-up at a time per clone. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const RETRY_MS = 250;

/**
 * Waits until no other set-up of the same clone runs. The lock is a socket in Linux's abstract namespace: the kernel
 * frees it when its holder ends in whatever way, so that no stale lock can remain.
 * @param {string} root the clone
 * @param {{ onWait: () => void }} options `onWait` is called once when somebody else holds the lock
 * @returns {Promise<() => Promise<void>>} gives the lock back
 */
export async function takeSetupLock(root, { onWait }) {
  const { dev, ino } = statSync(root);
  const key = createHash('sha256').update(`${dev}:${ino}:${root}`).digest('hex').slice(0, 32);
  for (let hasWaited = false; ; hasWaited = true) {
    const release = await tryListen(`\0pantau-setup-${key}`);
    if (release !== undefined) return release;
    if (!hasWaited) onWait();
    await sleep(RETRY_MS);
  }
}

/** @param {string} address @returns {Promise<(() => Promise<void>) | undefined>} undefined when it is taken */
function tryListen(address) {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) => {
      if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => {
      server.unref();
      resolve(() => new Promise((done) => server.close(() => done())));
    });
  });
}
