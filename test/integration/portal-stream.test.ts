import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPortal } from '../../portal/api/portal.ts';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import type { PortalStore } from '../../portal/store/store.ts';
import { SAMPLE_START_MS, sampleFlow } from '../unit/portal/sample-observations.ts';

let folder: string;
let store: PortalStore;
let app: FastifyInstance;
let address: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pantau-stream-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Pantau</title>');
  store = createSqliteStore(openPortalDatabase({ file: join(folder, 'portal.sqlite') }));
  app = createPortal({
    store,
    publishToken: 'a-token-of-the-tests-0123456789',
    webDir: folder,
    clock: () => SAMPLE_START_MS,
    smallCountBelow: 0,
    watchMs: 20,
    streams: { most: 2, mostOfOne: 1, heartbeatMs: 50 },
  });
  address = await app.listen({ host: '127.0.0.1', port: 0 });
});

afterEach(async () => {
  await app.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

const publish = (minute: number, cameraId: string) =>
  store.upsert([{ fence: 1, observation: sampleFlow(minute, { cameraId, cars: minute + 1 }) }]);

/** Reads events until `isEnough`; what follows stays unread. */
async function* eventsOf(response: Response): AsyncGenerator<{ event: string; data: never }> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const found = /^event: (\w+)\ndata: (.*)$/.exec(text.slice(0, end));
      text = text.slice(end + 2);
      if (found !== null) yield { event: found[1]!, data: JSON.parse(found[2]!) as never };
    }
  }
}

interface Latest {
  readonly observations: readonly { readonly cameraId: string; readonly volume: number }[];
}

async function nextLatest(
  events: AsyncGenerator<{ event: string; data: never }>,
): Promise<[string, number][]> {
  for (;;) {
    const { value, done } = await events.next();
    if (done === true) throw new Error('the stream ended');
    if (value.event !== 'latest') continue;
    const { observations } = value.data as Latest;
    return observations.map(({ cameraId, volume }) => [cameraId, volume]);
  }
}

it('sends what is, then only the cameras that change, and ends with the portal', async () => {
  await publish(0, 'cam-1');
  await publish(0, 'cam-2');
  const response = await fetch(`${address}/api/v1/stream`, { headers: { 'accept-encoding': 'gzip' } });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  expect(response.headers.get('content-encoding')).toBeNull();
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  const events = eventsOf(response);
  expect(await nextLatest(events)).toEqual([
    ['cam-1', 1],
    ['cam-2', 1],
  ]);
  await publish(1, 'cam-2');
  expect(await nextLatest(events)).toEqual([['cam-2', 2]]);
  const closing = app.close();
  while ((await events.next()).done !== true);
  await closing;
});

it('sends one camera to who asked for one', async () => {
  await publish(0, 'cam-1');
  await publish(0, 'cam-2');
  const events = eventsOf(await fetch(`${address}/api/v1/stream?cameraId=cam-2`));
  expect(await nextLatest(events)).toEqual([['cam-2', 1]]);
  await publish(1, 'cam-1');
  await publish(2, 'cam-2');
  expect(await nextLatest(events)).toEqual([['cam-2', 3]]);
});

it('does not stay open for a camera that nobody knows', async () => {
  await publish(0, 'cam-1');
  const refused = await fetch(`${address}/api/v1/stream?cameraId=nope`);
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ error: { field: 'cameraId', allowed: 'cam-1' } });
});

it('leaves room for others when one address takes all it may', async () => {
  // A proxy on this machine is believed.
  const from = (ip: string) =>
    fetch(`${address}/api/v1/stream`, { headers: { 'x-forwarded-for': ip } }).then(({ status }) => status);
  expect(await from('203.0.113.7')).toBe(200);
  expect(await from('203.0.113.7')).toBe(429);
  expect(await from('203.0.113.8')).toBe(200);
});

it('refuses one stream too many so that it may come again, and takes it when one has left', async () => {
  await publish(0, 'cam-1');
  const leaving = new AbortController();
  await fetch(`${address}/api/v1/stream`, { signal: leaving.signal });
  await fetch(`${address}/api/v1/stream`);
  const refused = await fetch(`${address}/api/v1/stream`);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('30');
  expect(await refused.json()).toMatchObject({ error: { code: 'too-many-streams' } });
  leaving.abort();
  for (;;) {
    const again = await fetch(`${address}/api/v1/stream`);
    if (again.status === 200) {
      expect(await nextLatest(eventsOf(again))).toEqual([['cam-1', 1]]);
      return;
    }
    await again.text();
    await sleep(20);
  }
});

it('breaks its silence', async () => {
  const response = await fetch(`${address}/api/v1/stream`);
  let text = '';
  for await (const chunk of response.body!) {
    text += new TextDecoder().decode(chunk as Uint8Array);
    if (text.split(': \n\n').length > 3) break;
  }
  expect(text).toMatch(/^retry: \d+\n\n/);
});

it('writes visits down at the latest when it stops', async () => {
  await fetch(`${address}/`);
  await fetch(`${address}/data/titik-cctv-daftar.csv`).then((response) => response.text());
  await fetch(`${address}/catalog.ttl`, { method: 'HEAD' });
  await fetch(`${address}/api/v1/cameras`).then((response) => response.text());
  // One visit each: a redirect with what it leads to, and a file that is read by its parts.
  await fetch(`${address}/dataset/titik-cctv/resource/titik-cctv-daftar`).then((response) => response.text());
  for (const range of ['bytes=-8', 'bytes=0-9', 'bytes=10-19']) {
    const part = await fetch(`${address}/data/titik-cctv-daftar.parquet`, { headers: { range } });
    expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, range.endsWith('8') ? 8 : 10]);
  }
  await app.close();
  expect(await store.visits('2026-01-01', '2026-12-31')).toEqual([{ day: '2026-01-31', visits: 4 }]);
});
