/** The image's HEALTHCHECK against real HTTP servers on loopback. */
import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const SCRIPT = path.resolve(import.meta.dirname, '../../workers/setup/container-health.mjs');

let servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  servers = [];
});

/** A process that answers /healthz with `status`; 0 stands for none. */
async function processWith(status: number): Promise<number> {
  const server = createServer((request, response) =>
    response.writeHead(request.url === '/healthz' ? status : 404, { connection: 'close' }).end(),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  if (status === 0) await new Promise((resolve) => server.close(resolve));
  else servers.push(server);
  return port;
}

async function health(portal: number, worker: number): Promise<number | null> {
  const env = {
    PANTAU_PORT: String(await processWith(portal)),
    PANTAU_WORKER_PORT: String(await processWith(worker)),
  };
  const child = spawn(process.execPath, [SCRIPT], { env, stdio: 'ignore' });
  return await new Promise((resolve) => child.once('close', resolve));
}

describe('container health', () => {
  it.each([
    ['portal only', 200, 0, 0],
    ['worker only', 0, 200, 0],
    ['one machine: both well', 200, 200, 0],
    ['one machine: the worker is unwell', 200, 503, 1],
    ['portal unwell', 503, 0, 1],
    ['nothing runs', 0, 0, 1],
  ])('%s', async (_name, portal, worker, expected) => {
    expect(await health(portal, worker)).toBe(expected);
  });
});
