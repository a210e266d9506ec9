/** Starting and keeping the processes of one machine: Redis, portal, workers. Used by `up` and `demo`. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AnalysisError } from '../pipelines/errors.ts';
import { type DataLock, lockDataFolder } from './cluster/data-lock.ts';
import { freePort, isPortTaken, startOwnRedis, stopProcess } from './cluster/own-redis.ts';
import { type Config, childEnvironment } from './config.ts';
import type { Logger } from './logger.ts';

const READY_DEADLINE_MS = 60_000;
const RESTART_FIRST_MS = 500;
const RESTART_MAX_MS = 30_000;
const MAX_PORT = 65_535;
/** A process that lived this long starts its back-off anew. */
const HEALTHY_MS = 60_000;

export interface Cluster {
  readonly redisUrl: string;
  /** On this machine, whatever the portal is called outside. */
  readonly portalUrl: string;
  /** Stops workers, then the portal (so that last records arrive), then Redis. */
  stop(): Promise<void>;
}

export interface ClusterOptions {
  readonly config: Config;
  readonly workers: number;
  readonly log: Logger;
  /** Settings for the children beside the parent's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Told when each part is up. */
  readonly onReady?: (part: 'redis' | 'portal' | 'worker') => void;
}

/**
 * Starts everything and waits until it is ready. What dies later is started again with back-off.
 * @throws AnalysisError `config-invalid` when another Pantau works on the data folder, or a part does not come up; what was
 *   started is stopped again.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { config, log } = options;
  let lock: DataLock | undefined;
  let redis: KeptRedis | undefined;
  const kept: KeptProcess[] = [];
  const stop = async (): Promise<void> => {
    const [portal, ...workers] = kept;
    await Promise.all(workers.map((worker) => worker.stop()));
    await portal?.stop();
    await redis?.stop();
    lock?.release();
  };
  try {
    requirePortsFor(options.workers, config.workerPort);
    lock = await lockDataFolder(config.dataDir);
    await requireFreePort(config.port, config.host, 'PANTAU_PORT');
    if (config.redisUrl === undefined) redis = await keepRedis(config.dataDir, lock, log);
    const redisUrl = config.redisUrl ?? (redis as KeptRedis).url;
    options.onReady?.('redis');
    const port = config.port === 0 ? await freePort() : config.port;
    const portalUrl = localUrl(config.host, port);
    const environment = {
      ...options.environment,
      PANTAU_DATA_DIR: config.dataDir,
      PANTAU_REDIS_URL: redisUrl,
    };
    // The portal keeps the city's own address for its catalogue; workers publish past the proxy.
    const portal = { ...environment, PANTAU_PORTAL_URL: config.portalUrl ?? '', PANTAU_PORT: String(port) };
    kept.push(keepProcess('portal', portal, options));
    await waitUntilReady(`${portalUrl}/readyz`, kept[0] as KeptProcess, 'portal');
    options.onReady?.('portal');
    for (let index = 0; index < options.workers; index++) {
      const workerPort = config.workerPort === 0 ? await freePort() : config.workerPort + index;
      await requireFreePort(workerPort, config.host, 'PANTAU_WORKER_PORT');
      const worker = keepProcess(
        'worker',
        { ...environment, PANTAU_PORTAL_URL: portalUrl, PANTAU_WORKER_PORT: String(workerPort) },
        options,
      );
      kept.push(worker);
      await waitUntilReady(`${localUrl(config.host, workerPort)}/readyz`, worker, 'worker');
      options.onReady?.('worker');
    }
    log.debug({ portalUrl }, 'cluster up');
    return { redisUrl, portalUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Further workers listen on the ports after the first one's. */
function requirePortsFor(workers: number, first: number): void {
  const highest = MAX_PORT - workers + 1;
  if (first <= highest) return;
  const message = `PANTAU_WORKER_PORT: found ${first}, from which --workers ${workers} would reach port ${first + workers - 1}; allowed is at most ${highest}, or 0 for free ones`;
  throw new AnalysisError('config-invalid', 'start', message);
}

/** Whoever listens there would answer for a process of ours that can't start; of a portal, take the workers' records too. */
async function requireFreePort(port: number, host: string, setting: string): Promise<void> {
  if (port === 0 || !(await isPortTaken(port, host))) return;
  const message = `port ${port} on ${host} is taken; set ${setting} to a free one`;
  throw new AnalysisError('config-invalid', 'start', message);
}

/** Where a server that listens on `host` is asked from this machine. */
function localUrl(host: string, port: number): string {
  const address = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

interface KeptRedis {
  readonly url: string;
  stop(): Promise<void>;
}

/** Our own Redis, started again on the same port and data when it dies. */
async function keepRedis(dataDir: string, { fd: lockFd }: DataLock, log: Logger): Promise<KeptRedis> {
  let redis = await startOwnRedis(dataDir, { lockFd });
  const { url } = redis;
  const port = Number(new URL(url).port);
  let isStopping = false;
  const again = async (): Promise<void> => {
    while (!isStopping) {
      await sleep(RESTART_FIRST_MS);
      try {
        redis = await startOwnRedis(dataDir, { port, lockFd });
        return watch();
      } catch (error) {
        log.error({ error: String(error) }, 'redis does not start, trying again');
      }
    }
  };
  const watch = (): void => {
    redis.process.once('exit', (code, signal) => {
      if (isStopping) return;
      log.error({ code, signal }, 'redis died, starting again');
      void again();
    });
  };
  watch();
  return {
    url,
    stop: async () => {
      isStopping = true;
      await redis.stop();
    },
  };
}

interface KeptProcess {
  /** Set when the process ended before it was ever ready. */
  failedEarly(): string | undefined;
  markReady(): void;
  stop(): Promise<void>;
}

/** Runs `pantau <command>` and starts it again when it dies. */
function keepProcess(
  command: 'portal' | 'worker',
  environment: Record<string, string>,
  options: ClusterOptions,
): KeptProcess {
  let child: ChildProcess | undefined;
  let isStopping = false;
  let isReady = false;
  let failed: string | undefined;
  let backOffMs = RESTART_FIRST_MS;
  let timer: NodeJS.Timeout | undefined;
  const start = (): void => {
    const startedAtMs = Date.now();
    child = startSelf(command, environment);
    child.once('exit', (code, signal) => {
      if (isStopping) return;
      if (!isReady) {
        failed = `${command} ended with ${signal ?? `exit code ${code}`}`;
        return;
      }
      backOffMs =
        Date.now() - startedAtMs > HEALTHY_MS ? RESTART_FIRST_MS : Math.min(backOffMs * 2, RESTART_MAX_MS);
      options.log.error({ command, code, signal, backOffMs }, 'process died, starting again');
      timer = setTimeout(start, backOffMs);
    });
  };
  start();
  return {
    failedEarly: () => failed,
    markReady: () => {
      isReady = true;
    },
    stop: async () => {
      isStopping = true;
      clearTimeout(timer);
      if (child !== undefined) await stopProcess(child, options.config.shutdownMs + 5_000);
    },
  };
}

/** An answer of the portal is thousands of rows: V8's 16 MiB of young memory copies them while they are being made. */
const PORTAL_FLAGS = ['--max-semi-space-size=64'];

/** Both from `dist/` and from sources (tests), where Node needs the TypeScript loader. */
function startSelf(command: string, environment: Record<string, string>): ChildProcess {
  const isSource = import.meta.filename.endsWith('.ts');
  const entry = path.join(import.meta.dirname, 'cli', isSource ? 'main.ts' : 'main.js');
  const flags = [...(command === 'portal' ? PORTAL_FLAGS : []), ...(isSource ? ['--import', 'tsx'] : [])];
  return spawn(process.execPath, [...flags, entry, command], {
    // A session of its own: Ctrl-C reaches only this process, which then stops its children in order.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: childEnvironment(environment),
  });
}

async function waitUntilReady(url: string, kept: KeptProcess, command: string): Promise<void> {
  const deadline = Date.now() + READY_DEADLINE_MS;
  while (Date.now() < deadline) {
    const early = kept.failedEarly();
    if (early !== undefined)
      throw new AnalysisError('config-invalid', 'start', `${early}; its message is above`);
    const isReady = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return kept.markReady();
    await sleep(100);
  }
  throw new AnalysisError(
    'config-invalid',
    'start',
    `${command} was not ready after ${READY_DEADLINE_MS / 1_000} s`,
  );
}
