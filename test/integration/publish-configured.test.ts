import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RESOURCES } from '../../portal/datasets/data-sets.ts';
import type { Publishing } from '../../portal/publishers/publishing.ts';
import type { PublisherStatus } from '../../portal/publishers/runner.ts';
import { startConfiguredPublishing } from '../../workers/publishing.ts';
import { FAKE_CKAN_TOKEN, type FakeCkan, startFakeCkan } from '../support/fake-ckan.ts';
import { type FakeBroker, startFakeBroker } from '../support/fake-ngsi-ld.ts';
import {
  cityRegister,
  eventually,
  isIdle,
  lastSequence,
  type PublishingCity,
  publishingCity,
} from '../support/publishing-city.ts';

let city: PublishingCity;
let ckan: FakeCkan;
let broker: FakeBroker;
let started: Publishing[];
let logged: string;

beforeEach(async () => {
  city = await publishingCity(3);
  ckan = await startFakeCkan();
  broker = await startFakeBroker();
  started = [];
  logged = '';
});
afterEach(async () => {
  await Promise.all(started.map((one) => one.close()));
  await Promise.all([ckan.close(), broker.close()]);
  await city.close();
});

/** The publishing of a portal whose data folder is the city's, by a publishers file with all three kinds. */
function start(): Publishing {
  const publishersFile = join(city.folder, 'publishers.json');
  const shared = { everySeconds: 1, listsEverySeconds: 60 };
  const publishers = [
    {
      ...shared,
      id: 'kota',
      kind: 'ckan',
      url: ckan.url,
      organization: 'dishub',
      token: { secret: 'CKAN' },
      timeoutSeconds: 60,
    },
    { id: 'broker', kind: 'ngsi-ld', everySeconds: 1, url: broker.url },
    { ...shared, id: 'drop', kind: 'files', folder: join(city.folder, 'drop') },
  ];
  writeFileSync(publishersFile, JSON.stringify({ portalUrl: 'https://pantau.example.go.id', publishers }));
  const publishing = startConfiguredPublishing({
    config: { dataDir: city.folder, publishersFile, publishSecrets: { CKAN: FAKE_CKAN_TOKEN } },
    store: city.store,
    register: cityRegister(city),
    figures: [],
    smallCountBelow: 0,
    log: pino({ level: 'debug' }, { write: (line: string) => (logged += line) }),
  });
  if (publishing === undefined) throw new Error('nothing was started');
  started.push(publishing);
  return publishing;
}

async function statusOf(publishing: Publishing, id: string): Promise<PublisherStatus> {
  const found = (await publishing.status()).find((one) => one.id === id);
  if (found === undefined) throw new Error(`no publisher ${id}`);
  return found;
}

const isDone = async (publishing: Publishing, id: string) => {
  const status = await statusOf(publishing, id);
  return isIdle(status) && (status.kind === 'ngsi-ld' || status.listsKeptAtMs !== undefined);
};

it('publishes to every target of the file at once, lists included', async () => {
  const publishing = start();
  for (const id of ['kota', 'broker', 'drop']) await eventually(() => isDone(publishing, id));
  for (const { id } of RESOURCES) {
    expect([id, ckan.tableOf(id) !== undefined]).toEqual([id, true]);
    expect([id, existsSync(join(city.folder, 'drop', id, 'tableschema.json'))]).toEqual([id, true]);
  }
  expect(broker.entities.size).toBeGreaterThan(0);
  expect(ckan.tableOf('titik-cctv-daftar')?.rows).toMatchObject([{ kode_titik: 'cam-1' }]);
  expect(logged).toContain('publishers started');
  expect(logged).not.toContain(FAKE_CKAN_TOKEN);
});

it('lets one that is away, and one that hangs, hold up neither the others nor counting', async () => {
  await broker.down();
  ckan.failNext(['hang'], ({ path }) => path.endsWith('datastore_upsert'));
  const publishing = start();
  await eventually(() => ckan.faultsLeft() === 0);
  await eventually(async () => (await statusOf(publishing, 'broker')).failures > 0);
  await eventually(() => isDone(publishing, 'drop'));
  // A record is stored, rolled up and dropped while CKAN owes an answer and the broker is away.
  await city.putHour(3);
  await eventually(async () => (await statusOf(publishing, 'drop')).cursor === (await lastSequence(city)));
  expect(await statusOf(publishing, 'kota')).toMatchObject({ state: 'sending', cursor: 0 });
  expect(await statusOf(publishing, 'broker')).toMatchObject({
    cursor: 0,
    lastFailure: { kind: 'connection' },
  });
  const { files } = JSON.parse(readFileSync(join(city.folder, 'drop', 'manifest.json'), 'utf8'));
  expect(files.length).toBeGreaterThan(0);
});

it('stops while a request hangs, and goes on from there without loss', async () => {
  ckan.failNext(['hang'], ({ path }) => path.endsWith('datastore_upsert'));
  const first = start();
  await eventually(() => ckan.faultsLeft() === 0);
  await eventually(() => isDone(first, 'drop'));
  await first.close();
  const dropped = await city.reader.cursor('drop');
  const asked = ckan.requests.length;
  await city.putHour(3);
  expect(ckan.requests.length).toBe(asked);
  const second = start();
  for (const id of ['kota', 'broker', 'drop']) await eventually(() => isDone(second, id));
  expect(await city.reader.cursor('drop')).toBeGreaterThan(dropped);
  for (const id of ['kepadatan-lalu-lintas-15-menit', 'tingkat-keramaian-hari']) {
    expect([id, ckan.tableOf(id)?.rows.length]).toEqual([id, (await city.expected(id)).size]);
  }
});

it('starts nothing without a file, and says which secret is missing', () => {
  const rest = { store: city.store, register: cityRegister(city), figures: [], smallCountBelow: 0 };
  const log = pino({ level: 'silent' });
  const config = { dataDir: city.folder, publishersFile: undefined, publishSecrets: {} };
  expect(startConfiguredPublishing({ ...rest, log, config })).toBeUndefined();
  const publishersFile = join(city.folder, 'publishers.json');
  const target = { id: 'k', kind: 'ckan', url: ckan.url, organization: 'x', token: { secret: 'KOTA' } };
  writeFileSync(
    publishersFile,
    JSON.stringify({ portalUrl: 'https://pantau.example.go.id', publishers: [target] }),
  );
  expect(() => startConfiguredPublishing({ ...rest, log, config: { ...config, publishersFile } })).toThrow(
    expect.objectContaining({
      code: 'config-invalid',
      message: expect.stringContaining('PANTAU_PUBLISH_SECRET_KOTA'),
    }),
  );
});
