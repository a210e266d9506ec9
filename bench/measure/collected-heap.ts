/**
 * Preloaded into a worker that is soaked (`node --expose-gc --import …collected-heap.js?file=…`): on SIGUSR2 it collects
 * all garbage and appends what is left to `file`. What the heap holds then is in use; a leak can't hide behind garbage
 * that was not collected yet, nor behind memory that the allocator keeps.
 */
import { appendFileSync } from 'node:fs';

const file = new URL(import.meta.url).searchParams.get('file');

process.on('SIGUSR2', () => {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  if (file !== null)
    appendFileSync(file, `${JSON.stringify({ atMs: Date.now(), heapUsed, arrayBuffers })}\n`);
});
