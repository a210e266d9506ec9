/** Real processes to measure: Redis, a portal, and workers that can be told apart, in a temporary folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Observation } from '../../pipelines/domain/types.ts';
import type { SiteCamera } from '../../pipelines/site-file.ts';
import { withCluster, withRegister } from '../../workers/cli/connect.ts';
import { enqueue } from '../../workers/cli/enqueue.ts';
import { freePort, startOwnRedis, stopProcess } from '../../workers/cluster/own-redis.ts';
import { type Config, childEnvironment, readConfig } from '../../workers/config.ts';
import type { Material } from '../material.ts';

/** One worker process. */
export interface BenchWorker {
  readonly pid: number;
  readonly metricsUrl: string;
}

/** A recording that went through the queue. */
export interface QueuedRun {
  readonly frames: number;
  /** From the moment it was enqueued until its last record was accepted by the portal, by the queue's own clock. */
  readonly seconds: number;
}

/** How a worker is started. */
export interface BenchWorkerOptions {
  readonly prefix: string;
  readonly detectors: number;
  readonly name: string;
  /** The only cores it and its children may use, as `taskset -c` takes them. */
  readonly cores?: string;
  /** Options of its Node.js. */
  readonly nodeOptions?: readonly string[];
}

/** How a cluster is started. */
export interface BenchClusterOptions {
  /** How often leases and register are compared. Short by default, so that new cameras start at once. */
  readonly reconcileMs?: number;
  /** Registered before the portal starts, so that it finds them at its first look. */
  readonly cameras?: readonly SiteCamera[];
  readonly windowSeconds?: number;
}

/** A cluster of one machine. */
export interface BenchCluster {
  readonly redisUrl: string;
  readonly redisPid: number;
  readonly portalPid: number;
  /** Where the portal keeps its records. */
  readonly dataDir: string;
  /** Workers of different prefixes do not see each other's jobs. */
  startWorker(options: BenchWorkerOptions): Promise<BenchWorker>;
  register(cameras: readonly SiteCamera[], windowSeconds: number): void;
  unregister(cameraIds: readonly string[]): void;
  /** Enqueues the footage, or another one beside it, for a camera and waits until it is counted. */
  count(options: {
    prefix: string;
    cameraId: string;
    segmentWindows: number;
    footage?: string;
    signal: AbortSignal;
  }): Promise<QueuedRun>;
  records(cameraId: string): Promise<Observation[]>;
  stop(): Promise<void>;
}

/** The prefix the portal looks after: live cameras are found under this one only. */
export const PORTAL_PREFIX = 'bench';

const READY_DEADLINE_MS = 60_000;
const POLL_MS = 100;
/** The queue's own clock says when a job ended, so looking seldom costs no accuracy and the measured workers less. */
const JOB_POLL_MS = 500;
const QUICK_RECONCILE_MS = 500;

/** Starts Redis and the portal. */
export async function startBenchCluster(
  material: Material,
  options: BenchClusterOptions = {},
): Promise<BenchCluster> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'pantau-bench-'));
  const redis = await startOwnRedis(dataDir);
  const port = await freePort();
  const base = readConfig();
  const config: Config = {
    ...base,
    dataDir,
    keyFile: path.join(dataDir, 'pantau.key'),
    redisUrl: redis.url,
    portalUrl: `http://127.0.0.1:${port}`,
    mediaRoot: path.dirname(material.footage),
    prefix: PORTAL_PREFIX,
    reconcileMs: options.reconcileMs ?? QUICK_RECONCILE_MS,
  };
  const children: ChildProcess[] = [];
  const start = async (command: string, options: PantauStart) => {
    const settings = { ...environmentOf(config), ...options.settings };
    const child = startPantau(command, { ...options, settings });
    children.push(child);
    await waitUntilReady(child, options.readyUrl, command);
    return child;
  };
  const register = (cameras: readonly SiteCamera[], windowSeconds: number): void =>
    withRegister((opened) => {
      for (const camera of cameras) opened.put(camera, windowSeconds);
    }, config);
  if (options.cameras !== undefined) register(options.cameras, options.windowSeconds ?? 60);
  const portal = await start('portal', {
    settings: { PANTAU_PORT: String(port) },
    readyUrl: `${config.portalUrl}/readyz`,
  });
  return {
    ...{ redisUrl: redis.url, redisPid: redis.process.pid ?? 0, portalPid: portal.pid ?? 0, dataDir },
    async startWorker({ prefix, detectors, name, cores, nodeOptions }) {
      const workerPort = await freePort();
      const url = `http://127.0.0.1:${workerPort}`;
      const settings = {
        PANTAU_PREFIX: prefix,
        PANTAU_DETECTORS: String(detectors),
        PANTAU_WORKER_NAME: name,
        PANTAU_WORKER_PORT: String(workerPort),
        PANTAU_LEASES: '256',
      };
      const child = await start('worker', {
        settings,
        readyUrl: `${url}/readyz`,
        ...(cores === undefined ? {} : { cores }),
        ...(nodeOptions === undefined ? {} : { nodeOptions }),
      });
      return { pid: child.pid ?? 0, metricsUrl: `${url}/metrics` };
    },
    register,
    unregister: (cameraIds) =>
      withRegister((opened) => {
        for (const id of cameraIds) opened.remove(id);
      }, config),
    count: async ({ prefix, footage = material.footage, ...job }) =>
      await countFootage({ ...config, prefix }, footage, job),
    records: async (cameraId) => await fetchRecords(`${config.portalUrl}`, cameraId),
    async stop() {
      // Workers first, so that their last records still find the portal.
      for (const child of children.reverse()) await stopProcess(child, config.shutdownMs + 5_000);
      await redis.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** What portal and workers share; the camera of the live scenario is on loopback, which is a private network. */
function environmentOf(config: Config): Record<string, string> {
  return {
    PANTAU_DATA_DIR: config.dataDir,
    PANTAU_MODEL_DIR: config.modelDir,
    PANTAU_MEDIA_ROOT: config.mediaRoot,
    PANTAU_REDIS_URL: config.redisUrl ?? '',
    PANTAU_PORTAL_URL: config.portalUrl ?? '',
    PANTAU_PREFIX: config.prefix,
    PANTAU_CAMERA_NETWORKS: '127.0.0.0/8',
    PANTAU_RECONCILE_MS: String(config.reconcileMs),
    PANTAU_LOG_LEVEL: 'error',
  };
}

interface PantauStart {
  readonly settings: Record<string, string>;
  readonly readyUrl: string;
  readonly cores?: string;
  readonly nodeOptions?: readonly string[];
}

function startPantau(command: string, { settings, cores, nodeOptions = [] }: PantauStart): ChildProcess {
  const isSource = import.meta.filename.endsWith('.ts');
  const entry = path.resolve(import.meta.dirname, '../../workers/cli', isSource ? 'main.ts' : 'main.js');
  const node = [process.execPath, ...(isSource ? ['--import', 'tsx'] : []), ...nodeOptions, entry, command];
  const [program = '', ...args] = cores === undefined ? node : ['taskset', '-c', cores, ...node];
  return spawn(program, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: childEnvironment(settings),
  });
}

async function waitUntilReady(child: ChildProcess, url: string, command: string): Promise<void> {
  const deadlineMs = performance.now() + READY_DEADLINE_MS;
  while (performance.now() < deadlineMs) {
    if (child.exitCode !== null) throw new Error(`${command} ended with exit code ${child.exitCode}`);
    const isReady = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await sleep(POLL_MS);
  }
  throw new Error(`${command} was not ready after ${READY_DEADLINE_MS / 1_000} s`);
}

async function countFootage(
  config: Config,
  footage: string,
  { cameraId, segmentWindows, signal }: { cameraId: string; segmentWindows: number; signal: AbortSignal },
): Promise<QueuedRun> {
  return await withCluster(async (connection) => {
    const start = '1970-01-01T00:00:00Z';
    const { id } = await enqueue(connection, footage, {
      camera: cameraId,
      segmentWindows,
      start,
      again: true,
    });
    for (;;) {
      signal.throwIfAborted();
      const job = await connection.queues.byName.recordings.getJob(id);
      if (job?.failedReason !== undefined && (await job.isFailed()))
        throw new Error(`${id} failed: ${job.failedReason}`);
      if (job?.finishedOn !== undefined) {
        const { frames } = job.returnvalue as { frames: number };
        return { frames, seconds: (job.finishedOn - job.timestamp) / 1_000 };
      }
      await sleep(JOB_POLL_MS);
    }
  }, config);
}

async function fetchRecords(portalUrl: string, cameraId: string): Promise<Observation[]> {
  const response = await fetch(`${portalUrl}/api/v1/observations?cameraId=${cameraId}&limit=10000`);
  if (!response.ok) throw new Error(`the portal answered ${response.status}`);
  return ((await response.json()) as { observations: Observation[] }).observations;
}
