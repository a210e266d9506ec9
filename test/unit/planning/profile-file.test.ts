import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planCameras } from '../../../pipelines/domain/planning/plan.ts';
import { parseSite } from '../../../pipelines/site-file.ts';
import { groupOf, groupsOfSite, parseResolution } from '../../../workers/planning/demand.ts';
import { planText } from '../../../workers/planning/plan-text.ts';
import { readProfile, writeProfile } from '../../../workers/planning/profile-file.ts';
import { PROFILE } from './profile-example.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pantau-profile-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the profile on disk', () => {
  it('comes back as it was written, into a folder that is made', async () => {
    const file = path.join(folder, 'deep/profile.json');
    await writeProfile(file, PROFILE);
    expect(await readProfile(file)).toEqual(PROFILE);
  });

  it('says how to make one where there is none', async () => {
    const reading = readProfile(path.join(folder, 'none.json'));
    await expect(reading).rejects.toMatchObject({ code: 'source-missing' });
    await expect(reading).rejects.toThrow('pantau bench --profile');
  });

  it('says so where it is a folder', async () => {
    await expect(readProfile(folder)).rejects.toMatchObject({
      code: 'source-missing',
      message: expect.stringMatching(
        /this is a folder; give the profile file in it, such as .*profile\.json/,
      ) as string,
    });
  });

  it.each([
    ['no JSON', 'x', 'not JSON'],
    ['another version', JSON.stringify({ ...PROFILE, version: 9 }), 'version'],
    ['a negative cost', JSON.stringify({ ...PROFILE, inferenceMs: -1 }), 'inferenceMs'],
    ['sizes that do not grow', JSON.stringify({ ...PROFILE, decode: [...PROFILE.decode].reverse() }), 'grow'],
  ])('refuses %s', async (_name, content, message) => {
    const file = path.join(folder, 'bad.json');
    await writeFile(file, content);
    await expect(readProfile(file)).rejects.toThrow(message);
  });
});

const SENDING = { widthPx: 1920, heightPx: 1080, sourceFramesPerSecond: 25, keyframeIntervalS: 1 };

describe('what has to be carried', () => {
  it.each([
    ['density', undefined, { framesPerSecond: 1, keyframesOnly: true, zones: 1, lines: 0 }],
    ['density', 2, { framesPerSecond: 2, keyframesOnly: false }],
    ['flow', undefined, { framesPerSecond: 5, keyframesOnly: false, zones: 0, lines: 1 }],
    ['both', 10, { framesPerSecond: 10, keyframesOnly: false, zones: 1, lines: 1 }],
  ] as const)('%s at %s', (measure, framesPerSecond, expected) => {
    expect(groupOf(SENDING, { count: 3, measure, framesPerSecond })).toMatchObject({ ...expected, count: 3 });
  });

  it('joins a site’s live cameras that are alike and leaves its recordings out', () => {
    const rtsp = { kind: 'rtsp', url: 'rtsp://10.0.0.1/a' };
    const lines = [{ id: 'garis', from: { x: 0.1, y: 0.5 }, to: { x: 0.9, y: 0.5 } }];
    const slow = { framesPerSecond: 1, keyframesOnly: true, keyframeIntervalS: 2 };
    const cameras = [
      { id: 'a', lines, source: rtsp },
      { id: 'b', lines, source: rtsp },
      { id: 'c', lines, source: rtsp, sampling: slow, windowSeconds: 300 },
      { id: 'd', lines, source: { kind: 'recording', path: 'd.mp4' } },
    ];
    const site = parseSite(JSON.stringify({ cameras }), 'situs.json');
    const groups = groupsOfSite(site, SENDING);
    expect(
      groups.map(({ count, framesPerSecond, keyframeIntervalS, windowSeconds }) => [
        ...[count, framesPerSecond, keyframeIntervalS, windowSeconds],
      ]),
    ).toEqual([
      [2, 5, 1, 60],
      [1, 1, 2, 300],
    ]);
    expect(groupsOfSite(site, SENDING, 15).map(({ windowSeconds }) => windowSeconds)).toEqual([15, 15]);
  });

  it.each(['1920', '1920x', 'hd', '1920x1080x3', '-1x5'])('refuses the resolution %s', (text) => {
    expect(() => parseResolution(text)).toThrow('1920x1080');
  });

  it('is told in both languages with what binds', () => {
    const groups = [groupOf(SENDING, { count: 100, measure: 'density' })];
    const demand = { groups, headroom: 0.7, linkMbitPerSecond: 1_000, keepDays: { minute: 30 } };
    const plan = planCameras(PROFILE, demand);
    const text = planText({ profile: PROFILE, profileFile: '/p.json', demand, plan });
    expect(text).toContain(`${plan.machines} mesin seperti ini / machines like this one`);
    expect(text).toContain('pembatas / what binds: inti CPU / CPU cores');
    expect(text).toContain('setelah setahun · after a year (menit disimpan / minutes kept 30 hari/days)');
    expect(text).toContain('/p.json');
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });
});
