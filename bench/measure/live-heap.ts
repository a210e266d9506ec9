/** What a worker's heap holds after a full collection, over time: see `collected-heap.ts`. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Heap after a full collection. */
export interface HeapSample {
  readonly atS: number;
  readonly heapMiB: number;
  /** Pictures and other buffers outside the heap. */
  readonly buffersMiB: number;
}

/** A worker's heap that can be asked. */
export interface LiveHeap {
  /** Options for the worker's Node.js. */
  readonly nodeOptions: readonly string[];
  /** Asks the worker `pid` to collect and to write what is left; it does so in its own time, within a second. */
  ask(pid: number): void;
  /** All answers so far. */
  samples(): HeapSample[];
  close(): void;
}

/** Makes the file the worker writes to. */
export function openLiveHeap(): LiveHeap {
  const folder = mkdtempSync(path.join(tmpdir(), 'pantau-heap-'));
  const file = path.join(folder, 'heap.ndjson');
  const extension = import.meta.filename.endsWith('.ts') ? 'ts' : 'js';
  const preload = new URL(`./collected-heap.${extension}`, import.meta.url);
  preload.searchParams.set('file', file);
  return {
    nodeOptions: ['--expose-gc', '--import', preload.href],
    ask: (pid) => process.kill(pid, 'SIGUSR2'),
    samples: () => readSamples(file),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function readSamples(file: string): HeapSample[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { atMs: number; heapUsed: number; arrayBuffers: number })
    .map(({ atMs, heapUsed, arrayBuffers }) => ({
      atS: atMs / 1_000,
      heapMiB: heapUsed / 2 ** 20,
      buffersMiB: arrayBuffers / 2 ** 20,
    }));
}
