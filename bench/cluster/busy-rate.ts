/** How fast workers are while all of them work: without planning, uneven last segments and the last count. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchWorker } from './bench-cluster.ts';
import { scrapeWorker } from './worker-metrics.ts';

/** All workers at one moment. */
export interface FrameCounts {
  readonly atMs: number;
  /** Pictures each worker has analysed since its start. */
  readonly frames: readonly number[];
}

/** A scrape costs a worker some milliseconds. */
const SCRAPE_MS = 1_000;

/** Looks once a second until `isOver`. */
export async function watchFrames(
  workers: readonly BenchWorker[],
  isOver: () => boolean,
  signal: AbortSignal,
): Promise<FrameCounts[]> {
  const seen: FrameCounts[] = [];
  while (!isOver()) {
    const pages = await Promise.all(workers.map(({ metricsUrl }) => scrapeWorker(metricsUrl)));
    seen.push({ atMs: performance.now(), frames: pages.map(({ detectedFrames }) => detectedFrames) });
    await sleep(SCRAPE_MS, undefined, { signal });
  }
  return seen;
}

/**
 * Pictures per second of all workers together, from when the last of them has begun until the first has nothing left
 * to do; a pause between two segments is in it. Undefined where they never worked at the same time for two looks.
 */
export function busyRate(seen: readonly FrameCounts[]): number | undefined {
  const workers = [...(seen[0]?.frames.keys() ?? [])];
  const from = Math.max(...workers.map((worker) => seen.findIndex((_, at) => hasGrown(seen, at, worker))));
  const to = Math.min(...workers.map((worker) => seen.findLastIndex((_, at) => hasGrown(seen, at, worker))));
  const [first, last] = [seen[from], seen[to]];
  if (first === undefined || last === undefined || from >= to) return undefined;
  return ((sum(last.frames) - sum(first.frames)) * 1_000) / (last.atMs - first.atMs);
}

function hasGrown(seen: readonly FrameCounts[], at: number, worker: number): boolean {
  const before = seen[at - 1]?.frames[worker];
  return before !== undefined && (seen[at]?.frames[worker] ?? 0) > before;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
