/** The site file through the console: out and in again, nothing lost. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type ConsoleApp, startConsoleApp } from '../support/console-app.ts';

let portal: ConsoleApp;
let operator: Record<string, string>;

beforeAll(async () => {
  portal = await startConsoleApp();
  operator = await portal.bearer('operate');
});
afterAll(() => portal.close());

const send = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string, payload?: object) =>
  portal.ask({
    ...{ method, url: `/api/v1/operate${url}`, headers: operator },
    ...(payload === undefined ? {} : { payload }),
  });

const road = {
  ...{ type: '2/2-TT', lanes: 1, carriagewayWidthM: 7, directionalSplitPercent: 55, sideFriction: 'S' },
  ...{ edge: 'kerb', edgeDistanceM: 1, cityPopulationMillions: 1.7 },
};
const square = (at: number, side: number) => [
  { x: at, y: at },
  { x: at + side, y: at },
  { x: at + side, y: at + side },
];

/** A camera with everything a site file can say. */
const FULL = {
  id: 'simpang-5',
  name: 'Simpang Lima',
  windowSeconds: 300,
  source: { kind: 'rtsp', url: 'rtsp://admin:rahasia@127.0.0.9/1' },
  location: { lat: -6.99, lon: 110.42, road: 'Jl. Pandanaran', kecamatan: '33.74.01' },
  roadClass: 'arteri primer',
  roadLengthM: 850,
  notice: { purpose: 'lalu lintas', legalBasis: 'Perwal 1', hasSignage: true, contact: 'halo@example.go.id' },
  sampling: { framesPerSecond: 1, keyframesOnly: true, keyframeIntervalS: 2, motionGate: false },
  model: 'yolox-nano',
  groups: ['vehicles'],
  operatingHours: { from: '05:00', to: '23:00', timeZone: 'Asia/Jakarta' },
  zones: [
    {
      ...{ id: 'simpang', name: 'Tengah', polygon: square(0.2, 0.5), groundAreaM2: 900, groundLengthM: 60 },
      ...{
        lanes: 2,
        fruinTable: 'queue',
        road,
        roadAxis: { from: { x: 0.2, y: 0.9 }, to: { x: 0.3, y: 0.1 } },
      },
    },
  ],
  lines: [
    {
      ...{ id: 'utara', name: 'Utara', from: { x: 0.1, y: 0.5 }, to: { x: 0.9, y: 0.5 }, road },
      directionNames: { in: 'ke utara', out: 'ke selatan' },
    },
  ],
  ignore: [{ id: 'pohon', polygon: square(0.8, 0.1), classes: ['person'] }],
  calibration: { kind: 'length', from: { x: 0.1, y: 0.9 }, to: { x: 0.2, y: 0.3 }, lengthM: 20 },
};
const MINUTES = { ...FULL, id: 'menit', windowSeconds: 60 };
const HOURLY = { ...FULL, id: 'rekaman', windowSeconds: 60, source: undefined };
const SITE = {
  version: 1,
  city: 'Kota Semarang',
  windowSeconds: 60,
  privacy: { smallCountBelow: 7 },
  publisher: { id: 'dishub-semarang', name: 'Dinas Perhubungan', email: 'dishub@example.go.id' },
  contact: { name: 'Dishub', email: 'dishub@example.go.id' },
  dataSteward: 'Diskominfo',
  activityCode: 'V-25.0',
  majorStreetsKm: 790.4,
  cameras: [FULL, MINUTES, HOURLY],
};

it('comes out as it went in, addresses hidden, and goes in again as no change', async () => {
  const first = (await send('PUT', '/site', SITE)).json();
  expect(first).toMatchObject({ added: ['simpang-5', 'menit', 'rekaman'], publishing: expect.any(Array) });
  const out = (await send('GET', '/site')).json();
  const hidden = { kind: 'rtsp', url: 'rtsp://127.0.0.9/***' };
  const { windowSeconds: _files, source: _none, ...hourly } = HOURLY;
  const { windowSeconds: _same, ...minutes } = MINUTES;
  const byId = [{ ...minutes, source: hidden }, hourly, { ...FULL, source: hidden }];
  expect(out).toEqual({ ...SITE, cameras: byId });
  const again = (await send('PUT', '/site?dryRun=1&replace=1', out)).json();
  expect(again).toEqual({
    ...{ dryRun: true, added: [], changed: [], removed: [], publishing: [] },
    unchanged: ['menit', 'rekaman', 'simpang-5'],
  });
});

it('leaves alone since when the catalogue is there', async () => {
  const shown = await portal.ask({ method: 'GET', url: '/api/3/action/package_show?id=titik-cctv' });
  const { metadata_created: created } = shown.json().result;
  expect(Date.now() - Date.parse(`${created}Z`)).toBeLessThan(3_600_000);
  expect(`${portal.register.issued().replace('Z', '')}.000000`).toBe(created);
});

it('brings back what was changed or removed since, where the address is known', async () => {
  const before = (await send('GET', '/site')).json();
  const { camera } = (await send('GET', '/cameras/simpang-5')).json();
  await send('PUT', '/cameras/simpang-5', { camera: { ...camera, lines: [] }, windowSeconds: 60 });
  await send('PUT', '/site', { ...SITE, majorStreetsKm: 1, cameras: [{ ...MINUTES, name: 'Lain' }] });
  await send('DELETE', '/cameras/rekaman');
  const back = (await send('PUT', '/site', before)).json();
  expect(back).toMatchObject({ added: ['rekaman'], publishing: ['majorStreetsKm'] });
  expect(back.changed).toContainEqual({ cameraId: 'simpang-5', fields: ['lines.utara', 'windowSeconds'] });
  expect((await send('GET', '/site')).json()).toEqual(before);
  expect(portal.register.get('simpang-5')).toMatchObject({ windowSeconds: 300 });
  expect(portal.register.get('simpang-5')?.definition).not.toHaveProperty('windowSeconds');
});

it('comes in whole or not at all', async () => {
  const before = (await send('GET', '/site')).json();
  // The last of the changes to cameras: the added and the changed one are written by then.
  const broken = vi.spyOn(portal.register, 'remove').mockImplementationOnce(() => {
    throw new Error('disk I/O error');
  });
  const cameras = [
    { ...MINUTES, name: 'Lain' },
    { ...MINUTES, id: 'baru' },
  ];
  const answer = await send('PUT', '/site?replace=1', { ...SITE, majorStreetsKm: 1, cameras });
  expect([answer.statusCode, broken.mock.calls.length]).toEqual([500, 1]);
  broken.mockRestore();
  expect((await send('GET', '/site')).json()).toEqual(before);
});

it('says that another small-count threshold waits for the next start', async () => {
  const plan = (await send('PUT', '/site?dryRun=1', { ...SITE, privacy: { smallCountBelow: 10 } })).json();
  expect(plan.smallCountBelow).toEqual({ from: 7, to: 10, effect: 'next-start' });
});

it('a source is kept, given another start, or taken away', async () => {
  const source = { kind: 'recording', path: 'pagi.mp4', start: '2026-01-05T07:00:00+07:00' };
  const { source: _left, ...bare } = MINUTES;
  await send('PUT', '/cameras/pagi', { camera: { ...bare, id: 'pagi', source } });
  const { camera } = (await send('GET', '/cameras/pagi')).json();
  expect(camera.source).toEqual({ ...source, path: '***/pagi.mp4' });
  const later = { ...camera.source, start: '2026-01-06T07:00:00+07:00' };
  const moved = await send('PUT', '/cameras/pagi', { camera: { ...camera, source: later } });
  expect(moved.json().fields).toEqual(['source']);
  expect((await send('GET', '/cameras/pagi')).json().camera.source).toEqual(later);
  const wrong = { ...camera, source: { ...later, start: 'kemarin' } };
  expect((await send('PUT', '/cameras/pagi', { camera: wrong })).json().error.field).toBe('source.start');
  await send('PUT', '/cameras/pagi', { camera: { ...camera, source: null } });
  expect(portal.register.get('pagi')?.sourceKind).toBe('none');
});
