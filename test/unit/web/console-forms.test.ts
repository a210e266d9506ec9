import { describe, expect, it } from 'vitest';
import type { Role } from '../../../portal/identity/identity-store.ts';
import type { EditedCamera } from '../../../portal/operate/answers.ts';
import { draftOf, EMPTY_DRAFT, editOf } from '../../../portal/web/src/console/cameras/camera-draft.ts';
import { ENGLISH } from '../../../portal/web/src/console/english.ts';
import { fieldFaultText, jobFaultText } from '../../../portal/web/src/console/fault-text.ts';
import { INDONESIAN } from '../../../portal/web/src/console/indonesian.ts';
import { numberOrText } from '../../../portal/web/src/console/numbers.ts';
import { consoleHref, isOpenTo, PLACES, placeOf } from '../../../portal/web/src/console/places.ts';
import { parseRoute } from '../../../portal/web/src/route.ts';

const REGISTERED: EditedCamera = {
  camera: {
    id: 'a',
    name: 'Alun-alun',
    source: { kind: 'rtsp', url: 'rtsp://10.0.0.1/***' },
    notice: { purpose: 'lalu lintas', hasSignage: false },
    roadClass: 'kolektor',
    roadLengthM: 850,
    model: 'yolox-nano',
    operatingHours: { from: '05:00', to: '23:00', timeZone: 'Asia/Jakarta' },
    sceneReference: '1.abc',
    ignore: [{ id: 'pohon', polygon: [] }],
    location: { lat: -6.99, lon: 110.42, road: 'Jl. Pemuda' },
    sampling: { framesPerSecond: 4, keyframesOnly: false, motionGate: false },
    groups: ['vehicles'],
    lines: [{ id: 'l', from: { x: 0, y: 0 }, to: { x: 1, y: 1 } }],
    zones: [],
  },
  revision: 7,
  enabled: true,
  sourceKind: 'rtsp',
  sourceShown: 'rtsp://10.0.0.1/***',
  windowSeconds: 60,
};

describe('an edited camera', () => {
  it('keeps what the form does not know, and the source by leaving it out', () => {
    const { source: _kept, ...rest } = REGISTERED.camera;
    expect(editOf(draftOf(REGISTERED), REGISTERED)).toEqual({ camera: rest, windowSeconds: 60, revision: 7 });
  });

  it('takes back what is emptied', () => {
    const empty = { name: ' ', road: '', purpose: '', signage: 'unknown', roadClass: '', model: '' } as const;
    const draft = { ...draftOf(REGISTERED), ...empty, hasHours: false, motionGate: true };
    const { camera } = editOf(draft, REGISTERED);
    for (const field of ['name', 'notice', 'roadClass', 'model', 'operatingHours']) {
      expect(camera).not.toHaveProperty(field);
    }
    expect(camera['location']).toEqual({ lat: -6.99, lon: 110.42 });
    expect(camera['sampling']).toEqual({ framesPerSecond: 4, keyframesOnly: false });
  });

  it('has a road without coordinates', () => {
    const draft = { ...draftOf(REGISTERED), lat: ' ', lon: '' };
    expect(editOf(draft, REGISTERED).camera['location']).toEqual({ road: 'Jl. Pemuda' });
  });

  it.each([
    ['the same kind without an address', {}, undefined],
    ['another kind without an address', { sourceKind: 'hls' }, { kind: 'hls', url: '' }],
    ['no source any more', { sourceKind: 'none' }, null],
    ['a new address', { address: ' rtsp://10.0.0.3/y ' }, { kind: 'rtsp', url: 'rtsp://10.0.0.3/y' }],
  ] as const)('sends %s as it is meant', (_name, change, source) => {
    expect(editOf({ ...draftOf(REGISTERED), ...change }, REGISTERED).camera['source']).toEqual(source);
  });

  it('gives a recording another start without its path', () => {
    const source = { kind: 'recording', path: '***/a.mp4', start: '2026-01-05T07:00:00+07:00' };
    const recording = {
      ...REGISTERED,
      ...{ camera: { ...REGISTERED.camera, source }, sourceKind: 'recording', sourceShown: source.path },
    };
    expect(editOf(draftOf(recording), recording).camera).not.toHaveProperty('source');
    const later = { ...draftOf(recording), start: '2026-01-06T07:00:00+07:00' };
    expect(editOf(later, recording).camera['source']).toEqual({ ...source, start: later.start });
  });

  it('begins with a zone of the whole picture under a free id, and hands wrong numbers to the server', () => {
    const draft = { ...EMPTY_DRAFT, id: 'b', address: 'rtsp://10.0.0.2/x', lat: 'utara' };
    expect(editOf(draft)).toMatchObject({
      camera: { id: 'b', zones: [{ id: 'seluruh-gambar' }], location: { lat: 'utara' } },
      windowSeconds: 60,
      revision: 0,
    });
  });
});

it.each([
  ['-6,99', -6.99],
  [' 12.5 ', 12.5],
  ['', undefined],
  ['5 meter', '5 meter'],
])('reads the number %j', (text, value) => {
  expect(numberOrText(text)).toBe(value);
});

it('shows viewers no place whose data they may not read', () => {
  const openTo = (role: Role) => PLACES.filter((place) => !isOpenTo(role, place));
  expect([openTo('viewer'), openTo('operator'), openTo('admin')]).toEqual([
    ['situs', 'orang', 'kunci', 'catatan'],
    ['orang', 'kunci', 'catatan'],
    [],
  ]);
});

it('finds places of the console by their address, the one-time link among them', () => {
  const { page, rest } = parseRoute(consoleHref('kamera', 'simpang-5', 'gambar'));
  expect([page, placeOf(rest)]).toEqual(['operator', { place: 'kamera', parts: ['simpang-5', 'gambar'] }]);
  expect(parseRoute('#/admin-pertama?token=abc')).toEqual({
    page: 'operator',
    rest: '/admin-pertama',
    choices: { token: 'abc' },
  });
  expect(placeOf('/%zz')).toEqual({ place: 'kamera', parts: [] });
});

describe('a fault beside its field', () => {
  const fault = (code: string) => ({ code, message: 'n: found 2; …', allowed: '0 or 1' });

  it('says so in the reader’s language first, and the portal’s words in brackets', () => {
    expect(fieldFaultText(INDONESIAN, fault('site-invalid'))).toBe(
      'Isiannya belum benar. (Yang diizinkan: 0 or 1)',
    );
    expect(fieldFaultText(ENGLISH, fault('site-invalid'))).toBe('Allowed: 0 or 1');
    expect(fieldFaultText(INDONESIAN, fault('unheard-of'))).toBe('Yang diizinkan: 0 or 1');
  });

  it('says why a job failed in the reader’s language, where it knows the code', () => {
    const reason = 'source-not-video: a.mp4: no video';
    expect(jobFaultText(INDONESIAN, reason)).toBe('Berkas ini bukan video. (a.mp4: no video)');
    expect(jobFaultText(ENGLISH, reason)).toBe('a.mp4: no video');
    expect(jobFaultText(INDONESIAN, 'job stalled: too often')).toBe('job stalled: too often');
  });
});
