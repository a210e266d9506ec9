/** The console's look at the installation: system, publishers at work, the queue view below a proxy's prefix. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Publishing } from '../../portal/publishers/publishing.ts';
import { createLogger } from '../../workers/logger.ts';
import { publicRegister } from '../../workers/operations/public-register.ts';
import { startConfiguredPublishing } from '../../workers/publishing.ts';
import { type ConsoleApp, PREFIX, startConsoleApp } from '../support/console-app.ts';
import { SAMPLE_START_MS, sampleFlow } from '../unit/portal/sample-observations.ts';

/** Nothing listens on the discard port. */
const NOBODY = 'http://127.0.0.1:9/broker';
const SECRET = 'rahasia-penerbit';

let portal: ConsoleApp;
let operator: Record<string, string>;
let publishing: Publishing;

beforeAll(async () => {
  portal = await startConsoleApp({
    publicUrl: 'https://satudata.example.go.id/pantau/',
    publishers: ({ store, register, folder }) => {
      const publishersFile = path.join(folder, 'publishers.json');
      const publishers = [
        { kind: 'files', id: 'berkas', folder: path.join(folder, 'drop'), formats: ['csv'], everySeconds: 1 },
        { kind: 'ngsi-ld', id: 'broker', url: NOBODY, token: { secret: 'BROKER' }, everySeconds: 1 },
      ];
      writeFileSync(publishersFile, JSON.stringify({ portalUrl: 'https://example.go.id', publishers }));
      publishing = startConfiguredPublishing({
        config: { dataDir: folder, publishersFile, publishSecrets: { BROKER: SECRET } },
        ...{ store, register: publicRegister(register), figures: [], smallCountBelow: 0 },
        log: createLogger({ level: 'silent', name: 'test' }),
      })!;
      return publishing;
    },
  });
  operator = await portal.bearer('operate');
});
afterAll(async () => {
  await publishing.close();
  await portal.close();
});

const send = (method: 'GET' | 'POST', url: string, headers = operator) =>
  portal.ask({ method, url: `/api/v1/operate${url}`, headers });

describe('publishers', () => {
  const statusOf = async (id: string) => {
    const { publishers } = (await send('GET', '/publishers')).json();
    return publishers.find((one: { id: string }) => one.id === id);
  };

  it('are shown with cursor, lag, last error and next try, without a secret', async () => {
    const minutes = Array.from({ length: 15 }, (_, minute) => sampleFlow(minute));
    await portal.store.upsert(minutes.map((observation) => ({ observation, fence: 1 })));
    await portal.store.rollUp({ nowUs: (SAMPLE_START_MS + 86_400_000) * 1000, limit: 1000 });
    await expect.poll(async () => (await statusOf('berkas')).cursor, { timeout: 8000 }).toBeGreaterThan(0);
    await expect.poll(async () => (await statusOf('broker')).state, { timeout: 8000 }).toBe('waiting');
    expect(await statusOf('broker')).toMatchObject({
      ...{ kind: 'ngsi-ld', cursor: 0, lagRows: expect.any(Number) },
      lastFailure: { kind: 'connection', reason: expect.any(String) },
      nextAttemptAtMs: expect.any(Number),
    });
    expect((await send('GET', '/publishers')).body).not.toContain(SECRET);
  });

  it('one is let try now, which is audited; a viewer may not, and an unknown one is none', async () => {
    const { failures } = await statusOf('broker');
    expect((await send('POST', '/publishers/broker/try')).statusCode).toBe(202);
    await expect.poll(async () => (await statusOf('broker')).failures).toBeGreaterThan(failures);
    const [deed] = await portal.store.identities.audit({ limit: 1 });
    expect(deed).toMatchObject({ action: 'publisher.try', target: 'broker' });
    expect((await send('POST', '/publishers/lain/try')).json().error.code).toBe('publisher-unknown');
    const viewer = await portal.bearer('read');
    expect((await send('POST', '/publishers/broker/try', viewer)).statusCode).toBe(403);
  });
});

describe('the system', () => {
  it('tells versions, store, queues, disk, models and how long data are kept', async () => {
    const system = (await send('GET', '/system')).json();
    expect(system).toMatchObject({
      versions: { node: process.version, redis: expect.stringMatching(/^\d+\./) },
      store: { engine: 'sqlite', tables: expect.arrayContaining([expect.objectContaining({ rows: 15 })]) },
      queues: { live: expect.objectContaining({ waiting: 0 }) },
      keptDays: { minute: 30 },
      workers: [],
    });
    expect(system.disk.freeBytes).toBeLessThan(system.disk.totalBytes);
    expect(system.models).toContainEqual(
      expect.objectContaining({ id: 'yolox-nano', licence: 'Apache-2.0', isDefault: false }),
    );
    expect((await send('GET', '/models')).json().models).toEqual(system.models);
  });

  it('shows a worker with its last heartbeat', async () => {
    const { host, port } = portal.redis.options;
    const connection = new Redis({ host: host!, port: port!, maxRetriesPerRequest: null });
    const worker = new Worker('live', async () => undefined, {
      connection,
      prefix: PREFIX,
      name: 'simpang-1',
    });
    await worker.waitUntilReady();
    await expect
      .poll(async () => (await send('GET', '/system')).json().workers)
      .toEqual([{ name: 'simpang-1', cameras: 0, seenAt: expect.any(String), silentS: expect.any(Number) }]);
    await worker.close();
    connection.disconnect();
  });
});

describe('the queue view', () => {
  it('names itself by the path that a proxy puts before it', async () => {
    const page = await portal.ask({ method: 'GET', url: '/operate/queues/', headers: operator });
    expect(page.body).toContain('<base href="/pantau/operate/queues/"');
  });
});
