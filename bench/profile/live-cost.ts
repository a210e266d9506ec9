/** One live load of the profile: what a few cameras of one kind use, all stages together. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import type { CameraClip } from '../cluster/camera-clip.ts';
import { splitCores } from '../cluster/cores.ts';
import { type LiveLoad, type LiveRate, liveCameraId, startLiveLoad } from '../cluster/live-load.ts';
import { type LiveSpan, measureLiveSpan } from '../cluster/live-span.ts';
import type { Material } from '../material.ts';
import { meanMiB, proportionalMiB } from './proportional-memory.ts';
import { lookAtRedis, type RedisLook } from './redis-load.ts';

/** What was measured. */
export interface LiveCost {
  readonly clip: CameraClip;
  readonly rate: LiveRate;
  readonly span: LiveSpan;
  /** What one simulated camera sent, Mbit/s. */
  readonly mbitPerSecond: number;
  readonly redis: { readonly before: RedisLook; readonly after: RedisLook };
  readonly memoryMiB: {
    readonly workerEmpty: number;
    readonly worker: number;
    readonly detector: number;
    readonly decoder: number;
    readonly services: number;
  };
  /** Records that the portal took, and by how much its file grew with them. */
  readonly store: { readonly records: number; readonly bytes: number };
}

/** Cameras of one kind. */
export interface LiveCostOptions {
  readonly material: Material;
  readonly clip: CameraClip;
  readonly rate: LiveRate;
  readonly cameras: number;
  readonly signal: AbortSignal;
}

const WINDOW_S = 5;
const WINDOWS = 3;
/** The product's own defaults: how often Redis is asked depends on it. */
const RECONCILE_MS = 15_000;

/** Starts the cameras, measures 15 s, stops everything. */
export async function measureLiveCost(options: LiveCostOptions): Promise<LiveCost> {
  const { material, clip, rate, cameras, signal } = options;
  const split = splitCores();
  const load = await startLiveLoad({
    ...{ material, clip, rate, mostCameras: cameras, startWith: cameras, windowSeconds: WINDOW_S, split },
    ...{ reconcileMs: RECONCILE_MS, detectors: split === undefined ? material.cores : 1 },
  });
  try {
    const { worker, cluster, fleet } = load;
    const [workerEmpty, bytesEmpty] = [proportionalMiB(worker.pid), storeBytes(cluster.dataDir)];
    if (!(await load.setCameras(cameras, signal))) throw new Error(`${cameras} cameras did not all play`);
    const [before, sentBefore] = [await lookAtRedis(cluster), sentBytes(fleet.pid)];
    const span = await measureLiveSpan(load, { cameras, windows: WINDOWS, signal });
    const [after, sentAfter] = [await lookAtRedis(cluster), sentBytes(fleet.pid)];
    const seconds = (after.atMs - before.atMs) / 1_000;
    return {
      ...{ clip, rate, span },
      mbitPerSecond: ((sentAfter - sentBefore) * 8) / 1e6 / seconds / cameras,
      redis: { before, after },
      memoryMiB: {
        workerEmpty,
        worker: proportionalMiB(worker.pid),
        detector: meanMiB(worker.pid, ({ name }) => name.startsWith('pantau-detect')),
        decoder: meanMiB(worker.pid, ({ name }) => name === 'ffmpeg'),
        services: proportionalMiB(cluster.redisPid) + proportionalMiB(cluster.portalPid),
      },
      store: {
        records: await storedRecords(load, cameras),
        bytes: storeBytes(cluster.dataDir) - bytesEmpty,
      },
    };
  } finally {
    await load.stop();
  }
}

/** Bytes a process has written; the simulated cameras write to nothing but their sockets. */
function sentBytes(pid: number): number {
  return Number(/^wchar: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? 0);
}

/** Bytes in use in the portal's file, whatever its tables are called; a page's free part is not used. */
function storeBytes(dataDir: string): number {
  const database = new Database(path.join(dataDir, 'portal.db'), { readonly: true });
  try {
    return Number(database.prepare('SELECT sum(pgsize - unused) FROM dbstat').pluck().get());
  } finally {
    database.close();
  }
}

async function storedRecords({ cluster }: LiveLoad, cameras: number): Promise<number> {
  let records = 0;
  for (let index = 0; index < cameras; index++)
    records += (await cluster.records(liveCameraId(index))).length;
  return records;
}
