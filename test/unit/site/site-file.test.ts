import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnalysisError } from '../../../pipelines/errors.ts';
import {
  countingSite,
  loadSiteFile,
  MAX_SITE_FILE_BYTES,
  parseSite,
  siteVersion,
} from '../../../pipelines/site-file.ts';
import { syntaxFault } from '../../../pipelines/site-file-syntax.ts';

const LINE = { id: 'l', from: { x: 0.5, y: 0 }, to: { x: 0.5, y: 1 } };
const TRIANGLE = [
  { x: 0, y: 0 },
  { x: 1, y: 0 },
  { x: 0, y: 1 },
];
const ZONE = { id: 'z', polygon: TRIANGLE };
/** Half of `TRIANGLE`; `LINE` reaches out of it. */
const IGNORED = {
  id: 'i',
  polygon: [
    { x: 0, y: 0 },
    { x: 0.7, y: 0 },
    { x: 0, y: 0.7 },
  ],
};
const CAMERA = { id: 'cam', lines: [LINE] };

function parse(value: unknown) {
  return parseSite(JSON.stringify(value), 'site.json');
}

/** A site whose only camera has these parts changed. */
function withCamera(part: object) {
  return { cameras: [{ ...CAMERA, ...part }] };
}

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof AnalysisError && error.code === 'site-invalid') return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a good file', () => {
  it('gets its defaults', () => {
    expect(parse({ cameras: [CAMERA] })).toEqual({
      windowSeconds: 60,
      privacy: { smallCountBelow: 5 },
      cameras: [
        {
          ...CAMERA,
          zones: [],
          groups: ['people', 'vehicles'],
          sampling: { framesPerSecond: 5, keyframesOnly: false },
        },
      ],
    });
  });
  it.each([
    ['recording', { kind: 'recording', path: 'a.mp4', start: '2026-01-05T07:00:00+07:00' }],
    ['rtsp', { kind: 'rtsp', url: 'rtsps://user:secret@camera/1' }],
    ['hls', { kind: 'hls', url: 'https://cctv.example/a.m3u8' }],
    ['mjpeg', { kind: 'mjpeg', url: 'http://camera/a' }],
    ['snapshot', { kind: 'snapshot', url: 'http://camera/a.jpg' }],
  ])('takes a source of kind %s', (_kind, source) => {
    expect(parse(withCamera({ source })).cameras[0]?.source).toEqual(source);
  });
  it('takes operating hours over midnight and a byte-order mark', () => {
    const site = withCamera({ operatingHours: { from: '17:00', to: '05:00' } });
    expect(parseSite(`\uFEFF${JSON.stringify(site)}`, 'x').cameras[0]?.operatingHours).toEqual({
      from: '17:00',
      to: '05:00',
      timeZone: 'Asia/Jakarta',
    });
  });
  it.each(['pets09', 'junction'])('the ready site %s', async (name) => {
    const site = await loadSiteFile(
      new URL(`../../../fixtures/sites/${name}.json`, import.meta.url).pathname,
    );
    const camera = site.cameras[0];
    expect(camera?.zones.length).toBeGreaterThan(0);
    expect(camera?.lines.length).toBeGreaterThan(0);
  });
});

describe('what is wrong is told with path, what was found and what is allowed', () => {
  it.each([
    [
      'coordinate outside',
      { lines: [{ ...LINE, from: { x: 1.2, y: 0 } }] },
      'cameras[0].lines[0].from.x: found 1.2; allowed is a number from 0 to 1 (share of the picture, y down)',
    ],
    [
      'line without length',
      { lines: [{ ...LINE, to: LINE.from }] },
      'cameras[0].lines[0]: found an object; the line is 0.0000 long; allowed is a distance of 0.01 or more between from and to',
    ],
    [
      'bow tie',
      {
        zones: [
          {
            id: 'z',
            polygon: [
              { x: 0, y: 0 },
              { x: 1, y: 1 },
              { x: 1, y: 0 },
              { x: 0, y: 1 },
            ],
          },
        ],
      },
      'cameras[0].zones[0].polygon: found a list of 4; the outline crosses or touches itself',
    ],
    [
      'two points',
      { zones: [{ id: 'z', polygon: TRIANGLE.slice(1) }] },
      'cameras[0].zones[0].polygon: found a list of 2; allowed are 3 points or more',
    ],
    [
      'misspelt key',
      { zones: [{ ...ZONE, groundAreaM: 3 }] },
      'cameras[0].zones[0]: found unknown key "groundAreaM"; allowed are id, name, polygon, groundAreaM2, groundLengthM, lanes, fruinTable, road, roadAxis (did you mean "groundAreaM2"?)',
    ],
    [
      'neither zone nor line',
      { lines: [] },
      'cameras[0]: found neither a zone nor a line; allowed are cameras with at least one of them',
    ],
    [
      'zone ids twice',
      { zones: [ZONE, ZONE] },
      'cameras[0].zones[1].id: found "z", which cameras[0].zones[0] has too; allowed is each id once',
    ],
    [
      'id with a colon',
      { id: 'a:b' },
      'cameras[0].id: found "a:b"; allowed are letters, digits, dot, dash and underscore',
    ],
    ['missing id', { id: undefined }, 'cameras[0].id: found nothing; allowed are letters'],
    [
      'unknown source kind',
      { source: { kind: 'youtube', url: 'https://x' } },
      'cameras[0].source.kind: found "youtube"; allowed is an object whose kind is one of "recording", "rtsp", "hls", "mjpeg", "snapshot"',
    ],
    [
      'path for an address',
      { source: { kind: 'rtsp' } },
      'cameras[0].source.url: found nothing; allowed is an address that begins with rtsp:// or rtsps://',
    ],
    [
      'start without offset',
      { source: { kind: 'recording', path: 'x', start: '2026-01-05T07:00:00' } },
      'cameras[0].source.start: found "2026-01-05T07:00:00"; instant "2026-01-05T07:00:00": allowed is',
    ],
    [
      'no rate',
      { sampling: { framesPerSecond: 0 } },
      'cameras[0].sampling.framesPerSecond: found 0; allowed is a number from 0.01 to 60 frames per second',
    ],
    [
      'keyframes without interval',
      { sampling: { keyframesOnly: true } },
      'cameras[0].sampling.keyframeIntervalS: found nothing; needed with keyframesOnly',
    ],
    [
      'motion gate by a word',
      { sampling: { motionGate: 'off' } },
      'cameras[0].sampling.motionGate: found "off"; allowed is true or false',
    ],
    [
      'groups empty',
      { groups: [] },
      'cameras[0].groups: found a list of 0; allowed is a list with "people", "vehicles" or both',
    ],
    [
      '25 o’clock',
      { operatingHours: { from: '25:00', to: '23:00' } },
      'cameras[0].operatingHours.from: found "25:00"; allowed is a time of day "HH:MM"',
    ],
    [
      'no such zone',
      { operatingHours: { from: '05:00', to: '23:00', timeZone: 'Asia/Semarang' } },
      'cameras[0].operatingHours.timeZone: found "Asia/Semarang"; allowed is an IANA time zone',
    ],
    [
      'kecamatan 17',
      { location: { lat: -7, lon: 110, kecamatan: '33.74.17' } },
      'cameras[0].location.kecamatan: found "33.74.17"; allowed is the Kemendagri code',
    ],
    [
      'latitude',
      { location: { lat: 110, lon: -7 } },
      'cameras[0].location.lat: found 110; allowed is a number from -90 to 90 degrees',
    ],
    [
      'half a coordinate',
      { location: { lat: -7, road: 'Jl. Pemuda' } },
      'cameras[0].location.lon: found nothing; allowed is a number beside lat, or neither of the two',
    ],
    [
      'road type',
      { lines: [{ ...LINE, road: { type: '4/2', lanes: 2 } }] },
      'cameras[0].lines[0].road.type: found "4/2"; allowed is one of "2/2-TT"',
    ],
    [
      'area to ignore that crosses itself',
      { ignore: [{ id: 'i', polygon: [TRIANGLE[0], { x: 1, y: 1 }, TRIANGLE[1], TRIANGLE[2]] }] },
      'cameras[0].ignore[0].polygon: found a list of 4; the outline crosses or touches itself',
    ],
    [
      'area to ignore of no class',
      { ignore: [{ id: 'i', polygon: TRIANGLE, classes: [] }] },
      'cameras[0].ignore[0].classes: found a list of 0; allowed is a list of some of "person", "bicycle"',
    ],
    [
      'area to ignore of an unknown class',
      { ignore: [{ id: 'i', polygon: TRIANGLE, classes: ['becak'] }] },
      'cameras[0].ignore[0].classes[0]: found "becak"; allowed is one of "person", "bicycle"',
    ],
    [
      'areas to ignore of one id',
      { ignore: [IGNORED, IGNORED] },
      'cameras[0].ignore[1].id: found "i", which cameras[0].ignore[0] has too; allowed is each id once',
    ],
    [
      'a zone that could count nothing',
      { zones: [ZONE], ignore: [{ ...IGNORED, polygon: TRIANGLE }] },
      'cameras[0].zones[0]: found an object; it lies wholly in the area to ignore "i" and could count nothing',
    ],
    [
      'a line that could count nothing',
      { lines: [{ id: 'l', from: { x: 0.1, y: 0.1 }, to: { x: 0.3, y: 0.3 } }], ignore: [IGNORED] },
      'cameras[0].lines[0]: found an object; it lies wholly in the area to ignore "i" and could count nothing',
    ],
    [
      'lanes as text',
      { lines: [{ ...LINE, road: { type: '2/1', lanes: '2' } }] },
      'cameras[0].lines[0].road.lanes: found "2"; allowed is a whole number from 1 to 8',
    ],
  ])('%s', (_name, part, expected) => {
    const message = messageOf(() => parse(withCamera(part)));
    expect(message).toContain(`site.json: 1 problem\n  ${expected}`);
  });

  it.each([
    [
      'window',
      { windowSeconds: 7, cameras: [CAMERA] },
      'windowSeconds: found 7; allowed is a whole number of seconds that divides 3600',
    ],
    ['no cameras', { cameras: [] }, 'cameras: found a list of 0; allowed is a list of 1 to 5000 cameras'],
    [
      'a list',
      [CAMERA],
      '(the whole file): found a list of 1; allowed is an object with version, city, windowSeconds, privacy, publisher, contact, dataSteward, activityCode, majorStreetsKm, cameras',
    ],
    [
      'camera ids twice',
      { cameras: [CAMERA, CAMERA] },
      'cameras[1].id: found "cam", which cameras[0] has too',
    ],
    ['a camera that is a text', { cameras: ['x'] }, 'cameras[0]: found "x"; allowed is an object with id'],
    [
      'small count',
      { privacy: { smallCountBelow: -1 }, cameras: [CAMERA] },
      'privacy.smallCountBelow: found -1; allowed is a whole number from 1 to 1000',
    ],
  ])('whole file: %s', (_name, site, expected) => {
    expect(messageOf(() => parse(site))).toContain(`1 problem\n  ${expected}`);
  });

  it('all at once', () => {
    const message = messageOf(() =>
      parse({
        windowSeconds: 0,
        cameras: [{ id: 'a', zones: [ZONE, { ...ZONE, polygon: [] }], colour: 1 }, { id: 'a' }],
      }),
    );
    expect(message.split('\n').map((text) => text.trim().split(':')[0])).toEqual([
      'site.json',
      'windowSeconds',
      'cameras[0].zones[1].polygon',
      'cameras[0]',
      'cameras[1].id',
      'cameras[0].zones[1].id',
      'cameras[1]',
    ]);
  });

  it('never shows an address, which may hold a password', () => {
    const source = { kind: 'rtsp', url: 'http://admin:s3cret@camera/1' };
    expect(messageOf(() => parse(withCamera({ source })))).not.toContain('s3cret');
    const broken = '{"cameras":[{"source":{"url":"rtsp://admin:s3cret@camera" oops';
    expect(messageOf(() => parseSite(broken, 'site.json'))).not.toContain('s3cret');
  });
});

describe('JSON’s own rules', () => {
  it('are followed to the letter', () => {
    const texts = ['\u007f\u2028', '\\"', '\ud800', '', '\u0001'].map((text) =>
      JSON.stringify({ text: [text] }),
    );
    const change = fc.tuple(
      fc.nat(),
      fc.nat(2),
      fc.constantFrom('', '}', ',', ']', '"', 'x', '1', '\u0001', '\\', '\u0085'),
    );
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.constantFrom(...texts)), change, (json, [n, cut, put]) => {
        const at = n % (json.length + 1);
        const changed = json.slice(0, at) + put + json.slice(at + cut);
        const fault = syntaxFault(changed);
        expect(fault === undefined || fault.key !== undefined, changed).toBe(
          isJson(changed) || fault?.key !== undefined,
        );
      }),
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('hostile files', () => {
  it.each([
    [
      '__proto__',
      '{"cameras":[{"id":"a","lines":[],"__proto__":{"x":1}}]}',
      'cameras[0]: found key "__proto__"',
    ],
    ['constructor', '{"constructor":{"prototype":{"x":1}},"cameras":[]}', 'found key "constructor"'],
    ['deep nesting', `${'['.repeat(5000)}${']'.repeat(5000)}`, 'more than 32 levels'],
    // More than 8 MB: a pattern that repeats for each letter runs out of memory.
    ['a very long text', `{"city":"${'a'.repeat(9e6)}"}`, 'city: found "aaa'],
    ['a very long key', `{"${'k'.repeat(9e6)}":1}`, 'found unknown key "kkk'],
    [
      'a very long text that is not closed',
      `{"city":"${'a'.repeat(9e6)}`,
      'line 1, column 9: found a syntax',
    ],
    [
      'many unknown keys',
      `{${Array.from({ length: 1e4 }, (_, i) => `"k${i}":1`).join()}}`,
      '"k19", … and 9980 more;',
    ],
    ['cut off', '{"cameras": [', 'line 1, column 14: the file ends here and is incomplete'],
    ['a trailing comma', '{\n  "cameras": [],\n}', 'line 3, column 1: found a syntax error'],
    ['a trailing comma in a list', '{"cameras": [\n  1,\n]}', 'line 3, column 1: found a syntax error'],
    ['a comment', '{\n  // situs\n  "cameras": []}', 'line 2, column 3: found a syntax error'],
    ['YAML', 'version: 1\ncameras: []', 'line 1, column 1: found a syntax error'],
    ['a word for a number', '{"windowSeconds": satu}', 'line 1, column 19: found a syntax error'],
    ['a second object', '{} {}', 'line 1, column 4: found a syntax error'],
    ['a key twice', '{"cameras": [],\n "cameras": []}', 'line 2, column 2: found the key "cameras" a second'],
    ['empty', '', 'the file ends here and is incomplete'],
    ['too large', ' '.repeat(MAX_SITE_FILE_BYTES + 1), 'found 10.0 MB, a site file may have at most 10 MB'],
  ])('%s', (_name, text, expected) => {
    expect(messageOf(() => parseSite(text, 'site.json'))).toContain(expected);
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });

  it('refuses a large file before reading it, another encoding, a directory and a missing file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pantau-site-'));
    try {
      const large = join(folder, 'large.json');
      await writeFile(large, '{');
      await truncate(large, 5e9);
      await expect(loadSiteFile(large)).rejects.toThrow(/found 5000\.0 MB/);
      const windows = join(folder, 'windows.json');
      await writeFile(windows, JSON.stringify({ city: 'Kot\u00e9', cameras: [CAMERA] }), 'latin1');
      await expect(loadSiteFile(windows)).rejects.toThrow(/found bytes that are no UTF-8/);
      await expect(loadSiteFile(folder)).rejects.toThrow(/not a file/);
      await expect(loadSiteFile(join(folder, 'none.json'))).rejects.toThrow(/ENOENT/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('what the catalogue says', () => {
  const publisher = { id: 'dishub-semarang', name: 'Dinas Perhubungan', url: 'https://dishub.example.go.id' };
  const contact = { name: 'Seksi Data', email: 'data@example.go.id' };

  it('is kept as it is written', () => {
    const said = { publisher, contact, dataSteward: 'Diskominfo', majorStreetsKm: 112.5 };
    expect(parse({ ...said, cameras: [CAMERA] })).toMatchObject(said);
    const notice = { purpose: 'lalu lintas', legalBasis: 'Perwal 1/2026', hasSignage: true };
    const traffic = { speedSizesPerSecond: 8, secondsInView: 1.5 };
    const camera = { roadClass: 'arteri sekunder', roadLengthM: 850, notice, traffic };
    expect(parse(withCamera(camera)).cameras[0]).toMatchObject(camera);
  });
  it.each([
    [
      { publisher: { ...publisher, id: 'Dishub Kota' } },
      'publisher.id: found "Dishub Kota"; allowed are a-z',
    ],
    [
      { publisher: { ...publisher, url: 'ftp://x' } },
      'allowed is an address that begins with http:// or https://',
    ],
    [{ publisher: { ...publisher, mail: 'x' } }, 'did you mean "email"?'],
    [{ contact: { ...contact, email: 'nobody' } }, 'contact.email: found "nobody"; allowed is an e-mail'],
    [{ majorStreetsKm: 0 }, 'majorStreetsKm: found 0; allowed is a number from 0.1'],
  ])('refuses %j', (part, message) => {
    expect(messageOf(() => parse({ ...part, cameras: [CAMERA] }))).toContain(message);
  });
  it.each([
    [{ roadLengthM: -1 }, 'cameras[0].roadLengthM: found -1; allowed is a number from 1'],
    [
      { notice: { hasSignage: 'yes' } },
      'cameras[0].notice.hasSignage: found "yes"; allowed is true or false',
    ],
    [
      { traffic: {} },
      'cameras[0].traffic: found an object; allowed is speedSizesPerSecond, secondsInView or both',
    ],
    [
      { traffic: { speedSizesPerSecond: 0 } },
      'cameras[0].traffic.speedSizesPerSecond: found 0; allowed is a number from 0.1',
    ],
    [{ traffic: { speedKmPerHour: 50 } }, 'allowed are speedSizesPerSecond, secondsInView'],
    [{ notice: { purpose: '' } }, 'cameras[0].notice.purpose: found ""; allowed is a text of 1 to 300'],
  ])('refuses of a camera %j', (part, message) => {
    expect(messageOf(() => parse(withCamera(part)))).toContain(message);
  });
});

describe('site version', () => {
  const version = (part: object = {}, windowSeconds = 60) => {
    const camera = parse(withCamera(part)).cameras[0];
    if (camera === undefined) throw new Error('no camera');
    return siteVersion(camera, windowSeconds);
  };

  it('is 16 hex digits and pinned, so that records stay comparable over releases', () => {
    expect(version()).toMatch(/^[0-9a-f]{16}$/);
    expect(version()).toBe('499c25ee4db61b62');
  });
  it.each([
    ['name', { name: 'Simpang Lima' }],
    ['name of a line', { lines: [{ ...LINE, name: 'x', directionNames: { in: 'ke utara' } }] }],
    ['location', { location: { lat: -7, lon: 110 } }],
    ['source', { source: { kind: 'rtsp', url: 'rtsp://a/b' } }],
    ['operating hours', { operatingHours: { from: '05:00', to: '23:00' } }],
    ['the road of the catalogue', { roadClass: 'arteri sekunder', roadLengthM: 850 }],
    ['how road users pass, which only the sampling rule reads', { traffic: { speedSizesPerSecond: 8 } }],
    ['the notice', { notice: { purpose: 'lalu lintas', hasSignage: true } }],
    ['order of groups', { groups: ['vehicles', 'people'] }],
    ['no area to ignore, written out', { ignore: [] }],
    ['defaults written out', { sampling: { framesPerSecond: 5, motionGate: true } }],
  ])('does not change with %s', (_name, part) => {
    expect(version(part)).toBe(version());
  });
  it.each([
    ['a line', { lines: [{ ...LINE, to: { x: 0.5, y: 0.9 } }] }],
    ['road data', { lines: [{ ...LINE, road: { type: '2/1', lanes: 2 } }] }],
    ['a zone', { zones: [ZONE] }],
    ['sampling', { sampling: { framesPerSecond: 4 } }],
    ['the motion gate switched off', { sampling: { motionGate: false } }],
    ['an area to ignore', { ignore: [IGNORED] }],
    ['the model', { model: 'yolox-nano' }],
    ['groups', { groups: ['people'] }],
  ])('changes with %s', (_name, part) => {
    expect(version(part)).not.toBe(version());
  });
  it('knows an area to ignore by its outline and classes, not by its name', () => {
    const area = { ...IGNORED, classes: ['car', 'bus'] };
    const named = { ...area, id: 'j', name: 'papan iklan', classes: ['bus', 'car'] };
    expect(version({ ignore: [named] })).toBe(version({ ignore: [area] }));
    expect(version({ ignore: [IGNORED] })).not.toBe(version({ ignore: [area] }));
  });
  it('changes with the window length', () => {
    expect(version({}, 300)).not.toBe(version({}, 60));
  });
});

describe('areas to ignore', () => {
  it('may lie over part of a zone and, for some classes, over all of it', () => {
    const whole = { id: 'all', polygon: TRIANGLE, classes: ['person'] };
    const site = parse(withCamera({ zones: [ZONE], ignore: [IGNORED, whole] }));
    expect(site.cameras[0]?.ignore).toEqual([IGNORED, whole]);
  });
});

describe('counting site', () => {
  it('holds what counting needs and no source', () => {
    const camera = parse(withCamera({ source: { kind: 'rtsp', url: 'rtsp://a:b@c' } })).cameras[0];
    if (camera === undefined) throw new Error('no camera');
    const site = {
      cameraId: 'cam',
      lines: [LINE],
      zones: [],
      groups: ['people', 'vehicles'],
      windowSeconds: 60,
    };
    expect(countingSite(camera, 60)).toEqual(site);
    const ignore = [IGNORED];
    expect(countingSite({ ...camera, ignore }, 60)).toEqual({ ...site, ignore });
  });
});
