/** What runs here and how it is: versions, queues, workers, disk, models. Read from what there is, nothing is measured. */
import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Redis } from 'ioredis';
import { PIPELINE_VERSION } from '../../pipelines/version.ts';
import type { Machine, WorkerSeen } from '../../portal/operate/operations.ts';
import type { Queues } from '../cluster/queues.ts';
import { type Config, PACKAGE_ROOT } from '../config.ts';
import { listModels } from './known-models.ts';

/** What is looked at. */
export interface MachineOptions {
  readonly config: Pick<Config, 'dataDir' | 'modelDir' | 'keepDays'>;
  readonly redis: Redis;
  readonly queues: Queues;
  /** Live cameras by worker. */
  readonly held: () => Promise<ReadonlyMap<string, number>>;
}

/** Redis away leaves out what only it knows: the page is looked at when something is wrong. */
export async function lookAtMachine(options: MachineOptions): Promise<Machine> {
  const { config } = options;
  const [disk, models, cluster] = await Promise.all([
    statfs(config.dataDir),
    listModels(config),
    lookAtCluster(options).catch(() => undefined),
  ]);
  const { redisVersion, ...seen } = cluster ?? {};
  return {
    versions: {
      ...{ pantau: packageVersion(), pipeline: PIPELINE_VERSION, node: process.version },
      ...(redisVersion === undefined ? {} : { redis: redisVersion }),
    },
    ...seen,
    disk: { freeBytes: disk.bavail * disk.bsize, totalBytes: disk.blocks * disk.bsize },
    models,
    keptDays: config.keepDays,
  };
}

async function lookAtCluster({ redis, queues, held }: MachineOptions) {
  const [info, counts, cameras, clients] = await Promise.all([
    redis.info('server'),
    queues.counts(),
    held(),
    Promise.all(Object.values(queues.byName).map((queue) => queue.getWorkers())),
  ]);
  return {
    redisVersion: /^redis_version:(.*)$/m.exec(info)?.[1]?.trim() ?? 'unknown',
    queues: counts,
    workers: workersOf(clients.flat(), cameras, Date.now()),
  };
}

/**
 * A worker asks each queue for work every few seconds and renews the locks of its jobs: how long its newest connection
 * has been silent is its heartbeat.
 */
function workersOf(
  clients: readonly Readonly<Record<string, string>>[],
  cameras: ReadonlyMap<string, number>,
  nowMs: number,
): readonly WorkerSeen[] {
  const silentS = new Map<string, number>();
  for (const { rawname = '', idle } of clients) {
    const name = rawname.split(':w:')[1] ?? '–';
    silentS.set(name, Math.min(Number(idle ?? 0), silentS.get(name) ?? Number.POSITIVE_INFINITY));
  }
  return [...silentS]
    .map(([name, idleS]) => ({
      ...{ name, seenAt: new Date(nowMs - idleS * 1000).toISOString(), silentS: idleS },
      cameras: cameras.get(name) ?? 0,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function packageVersion(): string {
  const text = readFileSync(path.join(PACKAGE_ROOT, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
