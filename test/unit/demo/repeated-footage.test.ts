/**
 * The cameras that fill the demo's charts are ones a site file may hold, and nobody takes them for a real place; their
 * recordings are quarter hours to the picture.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRecordingSource } from '../../../pipelines/adapters/decode/recording-source.ts';
import { parseSite } from '../../../pipelines/site-file.ts';
import { quarterHourOf } from '../../../workers/cli/demo-repeat.ts';
import { demoSite, repeatedFootage } from '../../../workers/cli/demo-site.ts';
import { footage, sharedFile } from '../../support/footage.ts';

describe('repeatedFootage', () => {
  it('adds the junction beside the demo’s own footage, both named as repeated', async () => {
    const junction = sharedFile('clips/junction.mp4');
    const [camera] = (await demoSite({})).cameras;
    if (camera === undefined) throw new Error('the demo has no camera');
    const repeated = await repeatedFootage(camera, footage());

    expect(repeated.map(({ video }) => video)).toEqual([footage(), junction]);
    const cameras = repeated.map((item) => item.camera);
    expect(cameras.every(({ id, name }) => id.endsWith('-diulang') && /repeated/.test(name ?? ''))).toBe(
      true,
    );
    expect(parseSite(JSON.stringify({ version: 1, cameras }), 'demo').cameras).toEqual(cameras);
  });
});

describe('quarterHourOf', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'pantau-quarters-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('fills the quarter hour to the picture and leaves nothing else behind', async () => {
    sharedFile('clips/junction.mp4');
    const [camera] = (await demoSite({})).cameras;
    const { signal } = new AbortController();
    for (const one of await repeatedFootage(camera!, footage())) {
      const file = await quarterHourOf(one, folder, signal);
      const source = createRecordingSource({ path: file, startUs: 0 });
      expect(await source.describe(signal), file).toMatchObject({ startUs: 0, endUs: 900_000_000 });
      const shownS = picturesOf(file);
      const intervalS = 900 / shownS.length;
      expect(shownS.every((atS, index) => Math.abs(atS - index * intervalS) < 0.001)).toBe(true);
    }
    expect(await readdir(folder)).toHaveLength(2);
  });
});

/** Seconds at which the pictures of a recording are shown, in order. */
function picturesOf(file: string): number[] {
  const ask = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0'];
  const answer = execFileSync('ffprobe', [...ask, file], { encoding: 'utf8' });
  return answer
    .trim()
    .split('\n')
    .map(Number.parseFloat)
    .sort((a, b) => a - b);
}
