/** Memory, files and processes of a worker over time, from Linux's `/proc`. */
import { readdirSync } from 'node:fs';
import { descendants, residentMiB } from './process-cpu.ts';
import { median, type Slope, theilSen } from './statistics.ts';

/** A worker with its children at one moment. */
export interface ResourceSample {
  readonly atS: number;
  readonly workerMiB: number;
  readonly detectorsMiB: number;
  readonly decodersMiB: number;
  /** Open files of the worker process. */
  readonly files: number;
  /** The worker and all it started. */
  readonly processes: number;
}

/** Looks once. */
export function sampleResources(pid: number, atS: number): ResourceSample {
  const family = descendants(pid);
  const sum = (isMeant: (name: string) => boolean): number =>
    family.filter(({ name }) => isMeant(name)).reduce((total, row) => total + residentMiB(row.pid), 0);
  return {
    atS,
    workerMiB: residentMiB(pid),
    detectorsMiB: sum((name) => name.startsWith('pantau-detect')),
    decodersMiB: sum((name) => name === 'ffmpeg'),
    files: openFiles(pid),
    processes: family.length + 1,
  };
}

function openFiles(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

/**
 * Growth of a sampled quantity per second. Garbage collection draws a saw-tooth, so neighbouring samples are not
 * independent: Theil–Sen runs over the medians of blocks of `blockS` seconds.
 */
export function growthOf(
  points: readonly (readonly [atS: number, value: number])[],
  blockS: number,
): Slope | undefined {
  const blocks = new Map<number, (readonly [number, number])[]>();
  for (const point of points) {
    const block = Math.floor(point[0] / blockS);
    const members = blocks.get(block) ?? [];
    members.push(point);
    blocks.set(block, members);
  }
  return theilSen(
    [...blocks.values()].map((members) => [
      median(members.map(([atS]) => atS)),
      median(members.map(([, value]) => value)),
    ]),
  );
}
