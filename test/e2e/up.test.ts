/** One machine kept by `pantau up`: what dies comes back, Ctrl-C stops everything in order. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { lockDataFolder } from '../../workers/cluster/data-lock.ts';
import { freePort } from '../../workers/cluster/own-redis.ts';
import { waitFor } from '../support/cluster.ts';

const PUBLIC_URL = 'https://pantau.example.go.id';
const root = path.resolve(import.meta.dirname, '../..');

it('keeps Redis alive and, on Ctrl-C, stops workers before the portal before Redis, leaving nothing', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pantau-up-'));
  const port = await freePort();
  // A process group of its own stands for the terminal: Ctrl-C reaches every process of it at once.
  const up = spawn(process.execPath, ['--import', 'tsx', path.join(root, 'workers/cli/main.ts'), 'up'], {
    cwd: root,
    detached: true,
    env: {
      ...process.env,
      PANTAU_DATA_DIR: folder,
      PANTAU_MODEL_DIR: path.join(root, 'var', 'models'),
      PANTAU_PORT: String(port),
      PANTAU_PORTAL_URL: PUBLIC_URL,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  up.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  up.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const exited = new Promise<number | string>((resolve) =>
    up.once('exit', (code, signal) => resolve(code ?? signal ?? '')),
  );
  try {
    await waitFor('the dashboard’s address', () => output.includes(`Dasbor / dashboard: ${PUBLIC_URL}`));
    // Started past the proxy that is not there, and yet called by the city's name.
    const catalogue = await (await fetch(`http://127.0.0.1:${port}/catalog.jsonld`)).text();
    expect(catalogue).toContain(`${PUBLIC_URL}/`);
    expect(catalogue).not.toContain('127.0.0.1');
    const second = pantau('up', { PANTAU_DATA_DIR: folder, PANTAU_PORT: '0' });
    expect(second.stderr).toContain(
      `found another Pantau at work on it (process ${up.pid} on ${hostname()} since`,
    );
    expect(second.status).toBe(78);
    const note = async () =>
      JSON.parse(await readFile(path.join(folder, 'run', 'redis.json'), 'utf8')) as {
        url: string;
        pid: number;
      };
    const before = await note();
    process.kill(before.pid, 'SIGKILL');
    await waitFor('another Redis on the same port', async () => (await note()).pid !== before.pid);
    const redis = new Redis((await note()).url);
    expect(await redis.ping()).toBe('PONG');
    await redis.quit();
    expect((await note()).url).toBe(before.url);

    process.kill(-(up.pid as number), 'SIGINT');
    expect(await exited).toBe(0);
    expect(output).not.toContain('second signal');
    expect(await processesOf(folder)).toEqual([]);
  } catch (error) {
    throw new Error(`${String(error)}\n${output.slice(-4_000)}`);
  } finally {
    if (up.exitCode === null) up.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
});

it('leaves its data folder to the next one when it is killed, once its Redis has saved and left', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pantau-lock-'));
  const held = `
    const { lockDataFolder } = await import(${JSON.stringify(`${root}/workers/cluster/data-lock.ts`)});
    const { startOwnRedis } = await import(${JSON.stringify(`${root}/workers/cluster/own-redis.ts`)});
    const { fd: lockFd } = await lockDataFolder(${JSON.stringify(folder)});
    const { process: redis } = await startOwnRedis(${JSON.stringify(folder)}, { lockFd });
    console.log(redis.pid);`;
  const holder = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', held], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const redis = Number(await new Promise((resolve) => holder.stdout.once('data', resolve)));
  process.kill(redis, 'SIGSTOP');
  holder.kill('SIGKILL');
  let isLocked = false;
  const next = lockDataFolder(folder).then((lock) => {
    isLocked = true;
    return lock;
  });
  try {
    await sleep(500);
    expect(isLocked).toBe(false);
  } finally {
    process.kill(redis, 'SIGCONT');
    (await next).release();
    await rm(folder, { recursive: true });
  }
});

it('refuses a port on which somebody else answers, before it starts anything', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const folder = await mkdtemp(path.join(tmpdir(), 'pantau-up-'));
  const done = pantau('up', { PANTAU_DATA_DIR: folder, PANTAU_PORT: String(port) });
  expect(done.stderr).toBe(`pantau: port ${port} on 127.0.0.1 is taken; set PANTAU_PORT to a free one\n`);
  expect(done.status).toBe(78);
  expect(await readdir(folder)).not.toContain('redis');
  other.close();
  await rm(folder, { recursive: true });
});

function pantau(command: string, settings: Record<string, string>) {
  const entry = path.join(root, 'workers/cli/main.ts');
  return spawnSync(process.execPath, ['--import', 'tsx', entry, command], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...settings },
    // One that is not refused would run for ever, and vitest's own deadline can't end it.
    timeout: 60_000,
  });
}

async function processesOf(folder: string): Promise<string[]> {
  const left: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
    if (environment.includes(folder))
      left.push(await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => pid));
  }
  return left;
}
