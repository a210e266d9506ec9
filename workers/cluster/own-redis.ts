/** The Redis of one machine: append-only file on, no eviction, loopback only, on a free port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { AnalysisError } from '../../pipelines/errors.ts';
import { makeFolder } from '../make-folder.ts';
import { ownRedisFile } from './redis.ts';

const START_DEADLINE_MS = 15_000;
const STOP_DEADLINE_MS = 10_000;

/** A running Redis of our own. */
export interface OwnRedis {
  readonly url: string;
  readonly process: ChildProcess;
  /** Saves, stops and waits until the process is gone. */
  stop(): Promise<void>;
}

/** A TCP port of this machine that was free a moment ago: `wanted` when nobody holds it, else any. */
export async function freePort(wanted = 0): Promise<number> {
  return (await listenOnce(wanted, '127.0.0.1')).port ?? (await listenOnce(0, '127.0.0.1')).port ?? 0;
}

/** Whether somebody listens already where `port` of `host` is wanted. */
export async function isPortTaken(port: number, host: string): Promise<boolean> {
  return (await listenOnce(port, host)).fault === 'EADDRINUSE';
}

/** Listens and stops at once: the port that it was, or why it could not. */
async function listenOnce(
  port: number,
  host: string,
): Promise<{ port?: number; fault?: string | undefined }> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve({ fault: error.code }));
    server.listen(port, host, () => {
      const address = server.address();
      server.close(() =>
        resolve(typeof address === 'object' && address !== null ? { port: address.port } : {}),
      );
    });
  });
}

/**
 * Starts `redis-server` on data that outlives it (`<dataDir>/redis`) and notes its address for the other commands. Two on the
 * same data would spoil the append-only file: with `lockFd` (see `lockDataFolder`) it holds the folder's lock till its end.
 * @throws AnalysisError `config-invalid` when `redis-server` is missing or does not come up.
 */
export async function startOwnRedis(
  dataDir: string,
  options: { port?: number; lockFd?: number } = {},
): Promise<OwnRedis> {
  const folder = path.join(dataDir, 'redis');
  makeFolder(folder);
  const port = options.port ?? (await freePort());
  // With its parent gone, even by kill -9, it saves and leaves.
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', 'redis-server', ...redisArguments(folder, port)], {
    // Not in the terminal's group: Ctrl-C must not stop it before those that still write to it.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', ...(options.lockFd === undefined ? [] : [options.lockFd])],
  });
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2_000);
  });
  const url = `redis://127.0.0.1:${port}`;
  await waitUntilReady(child, url, () => complaint);
  const noteFile = ownRedisFile(dataDir);
  makeFolder(path.dirname(noteFile));
  writeFileSync(noteFile, JSON.stringify({ url, pid: child.pid }));
  return {
    url,
    process: child,
    stop: async () => {
      rmSync(noteFile, { force: true });
      await stopProcess(child);
    },
  };
}

function redisArguments(folder: string, port: number): string[] {
  return [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--daemonize', 'no'],
    ...['--appendonly', 'yes', '--appendfsync', 'everysec', '--maxmemory-policy', 'noeviction'],
    ...['--save', '', '--logfile', path.join(folder, 'redis.log')],
  ];
}

async function waitUntilReady(child: ChildProcess, url: string, complaint: () => string): Promise<void> {
  let failed: Error | undefined;
  child.once('error', (error) => {
    failed = error;
  });
  const probe = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  probe.on('error', () => undefined);
  const deadline = Date.now() + START_DEADLINE_MS;
  try {
    while (Date.now() < deadline && failed === undefined && child.exitCode === null) {
      try {
        if (probe.status === 'wait' || probe.status === 'end') await probe.connect();
        // A big append-only file answers LOADING for a while.
        if ((await probe.ping()) === 'PONG') return;
      } catch {
        await sleep(50);
      }
    }
  } finally {
    probe.disconnect();
  }
  child.kill('SIGKILL');
  // setpriv ends with 127 when it cannot find the program.
  const missing = (failed as NodeJS.ErrnoException | undefined)?.code === 'ENOENT' || child.exitCode === 127;
  throw new AnalysisError(
    'config-invalid',
    'start-redis',
    missing
      ? 'redis-server or setpriv is not installed: apt-get install redis-server util-linux, or set PANTAU_REDIS_URL'
      : `redis-server did not come up: ${complaint() || (failed?.message ?? `exit code ${child.exitCode}`)}; redis/redis.log in the data folder tells more, unless the disk is full`,
  );
}

/** SIGTERM, then SIGKILL after a deadline; resolves when the process is gone. */
export async function stopProcess(child: ChildProcess, deadlineMs = STOP_DEADLINE_MS): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
  await gone;
  clearTimeout(timer);
}
