/** Real processes for end-to-end tests: Redis, portal and workers in a temporary folder on free ports. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Observation } from '../../pipelines/domain/types.ts';
import { freePort, type OwnRedis, startOwnRedis } from '../../workers/cluster/own-redis.ts';

const root = path.resolve(import.meta.dirname, '../..');
const entry = path.join(root, 'workers', 'cli', 'main.ts');

/** Short leases, so that a fail-over takes seconds; the production numbers are ten times these. */
const QUICK = {
  PANTAU_LOCK_MS: '3000',
  PANTAU_STALLED_CHECK_MS: '1000',
  PANTAU_RECONCILE_MS: '500',
  PANTAU_CHECKPOINT_MS: '500',
  PANTAU_STALL_MS: '3000',
  PANTAU_DETECTORS: '1',
  PANTAU_CAMERA_NETWORKS: '127.0.0.0/8',
  PANTAU_LOG_LEVEL: 'info',
};

export interface TestProcess {
  readonly child: ChildProcess;
  /** Everything it wrote so far, stdout and stderr. */
  output(): string;
  /** Exit code, or the signal's name. */
  readonly exited: Promise<number | string>;
}

export interface TestCluster {
  readonly dataDir: string;
  readonly portalUrl: string;
  readonly redisUrl: string;
  readonly environment: Readonly<Record<string, string>>;
  startWorker(settings?: Record<string, string>): Promise<TestProcess>;
  /** Runs a `pantau` command to its end, with `input` on its standard input. */
  run(
    args: readonly string[],
    input?: string,
  ): Promise<{ code: number | string; stdout: string; stderr: string }>;
  observations(query?: string): Promise<Observation[]>;
  /** All output of all processes so far. */
  logs(): string;
  stop(): Promise<void>;
}

/** Starts Redis and the portal; workers are started by the test. */
export async function startTestCluster(settings: Record<string, string> = {}): Promise<TestCluster> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'pantau-e2e-'));
  const redis: OwnRedis = await startOwnRedis(dataDir);
  const port = await freePort();
  const portalUrl = `http://127.0.0.1:${port}`;
  const environment = {
    ...QUICK,
    PANTAU_DATA_DIR: dataDir,
    PANTAU_MODEL_DIR: path.join(root, 'var', 'models'),
    PANTAU_REDIS_URL: redis.url,
    PANTAU_PORTAL_URL: portalUrl,
    PANTAU_PORT: String(port),
    ...settings,
  };
  const processes: TestProcess[] = [];
  const start = async (
    args: string[],
    extra: Record<string, string>,
    readyUrl: string,
  ): Promise<TestProcess> => {
    const started = startPantau(args, { ...environment, ...extra });
    processes.push(started);
    await waitFor(`${args[0]} ready`, async () => {
      if (started.child.exitCode !== null) throw new Error(`${args[0]} ended early:\n${started.output()}`);
      return await fetch(readyUrl).then(
        (response) => response.ok,
        () => false,
      );
    });
    return started;
  };
  await start(['portal'], {}, `${portalUrl}/readyz`);
  return {
    dataDir,
    portalUrl,
    redisUrl: redis.url,
    environment,
    async startWorker(extra = {}) {
      const workerPort = await freePort();
      return await start(
        ['worker'],
        { PANTAU_WORKER_PORT: String(workerPort), ...extra },
        `http://127.0.0.1:${workerPort}/readyz`,
      );
    },
    run: async (args, input) => await runPantau(args, environment, input),
    async observations(query = '') {
      const response = await fetch(`${portalUrl}/api/v1/observations?limit=10000${query}`);
      if (!response.ok) throw new Error(`portal answered ${response.status}: ${await response.text()}`);
      return ((await response.json()) as { observations: Observation[] }).observations;
    },
    logs: () => processes.map((one) => one.output()).join('\n'),
    async stop() {
      for (const { child, exited } of processes.reverse()) {
        if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
        await exited;
      }
      await redis.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Starts `pantau` from its sources. */
export function startPantau(args: readonly string[], environment: Record<string, string>): TestProcess {
  if (!existsSync(entry)) throw new Error(`${entry} is missing`);
  const child = spawn(process.execPath, ['--import', 'tsx', entry, ...args], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const exited = new Promise<number | string>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown')),
  );
  return { child, output: () => text, exited };
}

async function runPantau(args: readonly string[], environment: Record<string, string>, input?: string) {
  const child = spawn(process.execPath, ['--import', 'tsx', entry, ...args], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(input);
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout as never).text(),
    new Response(child.stderr as never).text(),
    new Promise<number | string>((resolve) =>
      child.once('exit', (exitCode, signal) => resolve(exitCode ?? signal ?? 'unknown')),
    ),
  ]);
  return { code, stdout, stderr };
}

/** Polls until `isTrue`; fails by name after the deadline, which is a guard against hanging, not a measurement. */
export async function waitFor(
  what: string,
  isTrue: () => Promise<boolean> | boolean,
  deadlineMs = 90_000,
): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (Date.now() < end) {
    if (await isTrue()) return;
    await sleep(100);
  }
  throw new Error(`timed out waiting for: ${what}`);
}
