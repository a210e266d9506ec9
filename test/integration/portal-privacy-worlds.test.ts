/**
 * Two cities that differ in hidden small counts alone: nothing that anybody may ask, in any form, at any time, tells one
 * from the other. What the rule hides is so safe from every way of asking, also from those nobody thought of.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Observation } from '../../pipelines/domain/types.ts';
import { createPortal } from '../../portal/api/portal.ts';
import { RESOURCES } from '../../portal/datasets/data-sets.ts';
import type { CameraRegister } from '../../portal/reads/camera-register.ts';
import { createSqliteStore, openPortalDatabase } from '../../portal/store/sqlite-store.ts';
import type { PortalStore } from '../../portal/store/store.ts';
import { SAMPLE_START_MS, sampleFlow, samplePresence } from '../unit/portal/sample-observations.ts';

const MINUTE_MS = 60_000;
const QUARTER = 15;

/**
 * What each quarter hour counts, by turns: of the first pair both are small and together told by the hour, of the second
 * one is small, the third is shown, the fourth is small together.
 */
const QUARTERS = [2, 3, 1, 12, 14, 9, 1, 2] as const;
/** The other city swaps the quarter hours of each pair that is hidden. */
const SWAPPED = [3, 2, 12, 1, 14, 9, 2, 1] as const;

const box = (left: number, right: number) => [
  { x: left, y: 0 },
  { x: right, y: 0 },
  { x: right, y: 1 },
  { x: left, y: 1 },
];
const ZONES = [
  { id: 'zone-1', polygon: box(0, 0.5), groundAreaM2: 20 },
  { id: 'zone-2', polygon: box(0.5, 1), groundAreaM2: 20 },
  { id: 'zone-3', polygon: box(0.3, 0.7), groundAreaM2: 20 },
];
const REGISTER: CameraRegister = {
  cameras: () =>
    ['cam-1', 'cam-2'].map((id) => ({
      definition: {
        id,
        name: id,
        location: { lat: -6.99, lon: 110.42, road: 'Jl. Pahlawan', kecamatan: '33.74.01' },
        groups: ['people', 'vehicles'],
        sampling: { framesPerSecond: 5 },
        lines: [{ id: 'line-1', from: { x: 0, y: 0.5 }, to: { x: 1, y: 0.5 } }],
        zones: ZONES,
      },
      windowSeconds: 60,
      isEnabled: true,
      isLive: true,
      revision: 1,
    })),
};

interface World {
  readonly store: PortalStore;
  readonly app: FastifyInstance;
  readonly minuteOf: (minute: number) => readonly Observation[];
}

let folder: string;
let nowMs = SAMPLE_START_MS;
let worlds: readonly World[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pantau-worlds-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Pantau</title>');
  worlds = await Promise.all([QUARTERS, SWAPPED].map((quarters, i) => openWorld(`${i}.sqlite`, quarters)));
});

afterAll(async () => {
  for (const { app, store } of worlds) {
    await app.close();
    await store.close();
  }
  rmSync(folder, { recursive: true });
});

async function openWorld(file: string, quarters: readonly number[]): Promise<World> {
  const store = createSqliteStore(openPortalDatabase({ file: join(folder, file) }));
  const app = createPortal({
    store,
    register: REGISTER,
    publishToken: 'a-token-of-the-tests-0123456789',
    webDir: folder,
    clock: () => nowMs,
    smallCountBelow: 5,
    requestsPerMinute: 0,
    publicUrl: 'https://data.example.go.id',
    spoolDir: folder,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { store, app, minuteOf: (minute) => recordsOf(minute, quarters) };
}

/** The people of a quarter hour cross in its first minutes, one by one, and stand about as many all the time. */
function recordsOf(minute: number, quarters: readonly number[]): readonly Observation[] {
  const people = quarters[Math.floor(minute / QUARTER) % quarters.length]!;
  const crossed = minute % QUARTER < people ? 1 : 0;
  return ['cam-1', 'cam-2'].flatMap((cameraId) => [
    sampleFlow(minute, { cameraId, people: crossed, cars: 2 }),
    sampleFlow(minute, { cameraId, people: 2, cars: 1, direction: 'out' }),
    ...ZONES.map(({ id }): Observation => {
      const stood = id === 'zone-2' ? 20 : people;
      const { entered, ...rest } = samplePresence(minute, {
        ...{ cameraId, zoneId: id, mean: stood, max: stood, cars: 1 },
      });
      const density = { peoplePerM2: stood / 20, fruinLevel: 'B', fruinTable: 'Fruin-1971-walkway' };
      return { ...rest, ...density, entered: { ...entered!, person: crossed } };
    }),
  ]);
}

async function countUpTo(world: World, fromMinute: number, toMinute: number): Promise<void> {
  for (let minute = fromMinute; minute < toMinute; minute += 200) {
    const minutes = Array.from({ length: Math.min(200, toMinute - minute) }, (_, i) => minute + i);
    const records = minutes.flatMap(world.minuteOf);
    await world.store.upsert(records.map((observation) => ({ fence: 1, observation })));
  }
  while ((await world.store.rollUp({ nowUs: nowMs * 1000, limit: 500 })) > 0);
}

/** Every address that tells of people, in every form. */
function addresses(): readonly string[] {
  const series = ['1m', '15m', '1h', '1d'].flatMap((level) =>
    ['flow', 'presence'].flatMap((kind) =>
      ['', '&groupBy=camera', '&groupBy=road', '&groupBy=kecamatan', '&groupBy=city'].map(
        (grouping) => `/api/v1/series?level=${level}&kind=${kind}&format=csv${grouping}`,
      ),
    ),
  );
  const tables = RESOURCES.flatMap(({ id }) => [
    ...['csv', 'json', 'parquet'].map((form) => `/data/${id}.${form}`),
    `/datastore/dump/${id}?format=tsv`,
  ]);
  const people = ['orang_hadir_rata', 'orang_hadir_maks', 'jumlah_orang', 'orang_masuk', 'orang_keluar'];
  const searches = RESOURCES.flatMap(({ id, columns }) =>
    columns
      .filter(({ name }) => people.includes(name))
      .flatMap(({ name }) => [
        `resource_id=${id}&sort=${name}+desc&limit=5`,
        `resource_id=${id}&filters=${encodeURIComponent(JSON.stringify({ [name]: { lt: 5 } }))}`,
        `resource_id=${id}&fields=${name}&distinct=true`,
      ]),
  ).map((query) => `/api/3/action/datastore_search?${query}`);
  return [
    ...series,
    ...tables,
    ...searches,
    ...['csv', 'ndjson', 'parquet'].map((form) => `/api/v1/series?level=15m&kind=presence&format=${form}`),
    ...['state.geojson', 'latest', 'observations?limit=500', 'cameras', 'health', 'gaps', 'quality'].map(
      (path) => `/api/v1/${path}`,
    ),
    ...['/api/v1/indicators', '/api/v1/method-breaks', '/catalog.ttl'],
  ];
}

/** The first events of a live stream: all cameras, latest and health. */
async function firstEvents({ app }: World): Promise<string> {
  const { port } = app.server.address() as { port: number };
  const ending = new AbortController();
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/stream`, { signal: ending.signal });
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body!) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (/event: health\ndata: .*\n\n/.test(text)) break;
  }
  ending.abort();
  return text;
}

it.each([
  ['within the first pair', { from: 0, to: 20, nowMinute: 20 }],
  ['when the second pair is over', { from: 20, to: 60, nowMinute: 60 }],
  ['in the second hour', { from: 60, to: 110, nowMinute: 110 }],
  ['when two hours are over', { from: 110, to: 135, nowMinute: 135 }],
  ['when the day is over, of which a part was counted', { from: 135, to: 300, nowMinute: 24 * 60 + 20 }],
])('%s nothing tells them apart', async (_when, { from, to, nowMinute }) => {
  nowMs = SAMPLE_START_MS + nowMinute * MINUTE_MS;
  for (const world of worlds) await countUpTo(world, from, to);
  const [one, other] = worlds as [World, World];
  for (const url of addresses()) {
    const [answer, twin] = await Promise.all([one, other].map(({ app }) => app.inject({ url })));
    expect([url, answer!.statusCode]).toEqual([url, 200]);
    if (!answer!.rawPayload.equals(twin!.rawPayload)) expect([url, answer!.body]).toEqual([url, twin!.body]);
  }
  expect(await firstEvents(one)).toBe(await firstEvents(other));
});

it('though they differ, and much of them is shown', async () => {
  const [raw, twin] = await Promise.all(
    worlds.map(({ store }) => store.series({ level: 'quarter-hour', kind: 'flow' }, { limit: 500 })),
  );
  expect(raw).not.toEqual(twin);
  const shown = await worlds[0]!.app.inject({ url: '/api/v1/series?level=1h&kind=flow&limit=500' });
  const counts = (shown.json() as { rows: { people_volume: number | null }[] }).rows.map(
    ({ people_volume: people }) => people,
  );
  expect(counts.some((count) => count !== null && count > 5)).toBe(true);
  expect(new Set(counts).size).toBeGreaterThan(2);
});
