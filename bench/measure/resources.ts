/** Memory, files and processes of a worker over time, from Linux's `/proc`. */
import { readdirSync } from 'node:fs';
import { descendants, residentMiB, unfiledMiB } from './processes.ts';
import { median, type Slope, theilSen } from './statistics.ts';

/** A worker with its children at one moment. */
export interface ResourceSample {
  readonly atS: number;
  readonly workerMiB: number;
  /** Of it, what belongs to no file. */
  readonly workerUnfiledMiB: number;
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
    workerUnfiledMiB: unfiledMiB(pid),
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
 * Blocks that a curve is cut into. A garbage collection draws a saw-tooth and a pool fills in steps, so neighbouring
 * samples say the same thing twice and would make an interval too narrow; 24 blocks of minutes are nearly independent.
 */
const BLOCKS = 24;

/** Growth of a sampled quantity per second: Theil–Sen over the medians of blocks. */
export function growthOf(points: readonly (readonly [atS: number, value: number])[]): Slope | undefined {
  const [firstS, lastS] = [points[0]?.[0], points.at(-1)?.[0]];
  if (firstS === undefined || lastS === undefined || firstS === lastS) return undefined;
  const blocks = Array.from({ length: BLOCKS }, (): (readonly [atS: number, value: number])[] => []);
  for (const point of points) {
    const share = (point[0] - firstS) / (lastS - firstS);
    blocks[Math.min(BLOCKS - 1, Math.floor(share * BLOCKS))]!.push(point);
  }
  return theilSen(
    blocks
      .filter((members) => members.length > 0)
      .map((members) => [median(members.map(([atS]) => atS)), median(members.map(([, value]) => value))]),
  );
}
