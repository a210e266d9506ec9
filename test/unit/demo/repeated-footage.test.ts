/** The cameras that fill the demo's charts are ones a site file may hold, and nobody takes them for a real place. */
import { describe, expect, it } from 'vitest';
import { parseSite } from '../../../pipelines/site-file.ts';
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
