import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClipName, makeClip } from '../../fixtures/make-clip.ts';
import { footage } from '../support/footage.ts';
import { clipFolder, pictureTimesUs, readAll } from './decode-recording-support.ts';

const folder = clipFolder();
afterAll(folder.remove);

/** Real CCTV out of Debian's opencv-doc: AVI, msmpeg4v3, one keyframe per 25 s. */
const VTEST = footage();

/** Reads the parts between neighbouring edges and joins what they give. */
async function readParts(path: string, edgesS: readonly number[], request: Parameters<typeof readAll>[1]) {
  const pictures: string[] = [];
  for (const [i, fromS] of edgesS.slice(0, -1).entries()) {
    const part = await readAll({ path, part: [fromS, edgesS[i + 1]!] }, request);
    expect(part.end, `part from ${fromS} s`).toEqual({ outcome: 'end' });
    pictures.push(...part.pictures);
  }
  return pictures;
}

/** Uneven edges: within a GOP, on a picture, on a keyframe, before the start, beyond the end. */
const EDGES_S = [-1, 3.333333, 7.77, 9.12, 11.04, 20];

describe('parts of a recording are its pictures, byte for byte', () => {
  const clips: ClipName[] = [
    'b-frames',
    'late-start',
    'open-gop',
    'open-gop-ts',
    'variable-rate',
    'hevc',
    'mpeg4',
    'no-timestamps',
  ];
  it.each(clips)('%s', async (name) => {
    const path = await makeClip(name, folder.path);
    const whole = await readAll({ path });
    expect(whole.end).toEqual({ outcome: 'end' });
    expect(whole.gaps).toEqual([]);
    expect(whole.pictures.length).toBeGreaterThan(25);
    expect(await readParts(path, EDGES_S, {})).toEqual(whole.pictures);
  });

  it('keyframes only', async () => {
    const path = await makeClip('b-frames', folder.path);
    const request = { keyframesOnly: true, framesPerSecond: 0.5 };
    const whole = await readAll({ path }, request);
    expect(whole.mediaTimesUs).toEqual([0, 2_000_000, 4_000_000, 6_000_000, 8_000_000, 10_000_000]);
    expect(await readParts(path, EDGES_S, request)).toEqual(whole.pictures);
  });

  it('real footage: vtest.avi', async () => {
    expect(existsSync(VTEST), `${VTEST} is missing: apt-get install opencv-doc`).toBe(true);
    const request = { framesPerSecond: 5 };
    const whole = await readAll({ path: VTEST }, request);
    expect(whole.pictures).toHaveLength(398);
    expect(whole.mediaTimesUs.slice(0, 3)).toEqual([0, 200_000, 400_000]);
    expect(await readParts(VTEST, [0, 13.05, 27, 52.2, 60, 80], request)).toEqual(whole.pictures);
  });
});

describe('times', () => {
  let times: Record<'b-frames' | 'late-start' | 'variable-rate' | 'open-gop', { path: string; us: number[] }>;
  beforeAll(async () => {
    const load = async (name: ClipName) => {
      const path = await makeClip(name, folder.path);
      return { path, us: pictureTimesUs(path) };
    };
    times = {
      'b-frames': await load('b-frames'),
      'late-start': await load('late-start'),
      'variable-rate': await load('variable-rate'),
      'open-gop': await load('open-gop'),
    };
  });

  it.each(['b-frames', 'late-start', 'variable-rate', 'open-gop'] as const)(
    '%s: every picture once, at its own time',
    async (name) => {
      const { path, us } = times[name];
      // More ticks than pictures: all are selected, and none is doubled to fill the rate up.
      const { mediaTimesUs } = await readAll({ path }, { framesPerSecond: 100 });
      expect(mediaTimesUs).toHaveLength(us.length);
      const errors = mediaTimesUs.map((timeUs, i) => Math.abs(timeUs - us[i]!));
      expect(Math.max(...errors)).toBeLessThanOrEqual(1);
    },
  );

  it('a file without time stamps is numbered at its rate', async () => {
    const path = await makeClip('no-timestamps', folder.path);
    const { mediaTimesUs } = await readAll({ path }, { framesPerSecond: 20 });
    expect(mediaTimesUs).toEqual(Array.from({ length: 80 }, (_, i) => i * 50_000));
  });

  it('a part before the recording, and one after it, are empty and sound', async () => {
    const { path } = times['b-frames'];
    for (const part of [
      [-10, 0],
      [12, 30],
      [100, 101],
    ] as const) {
      expect(await readAll({ path, part })).toEqual({
        pictures: [],
        mediaTimesUs: [],
        gaps: [],
        end: { outcome: 'end' },
      });
    }
  });
});
