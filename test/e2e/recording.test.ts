/** Recordings through the real queue: the same records however they are cut, whoever works, whatever dies. */
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { encodeTimeline } from '../../pipelines/domain/timeline-codec.ts';
import type { Observation } from '../../pipelines/domain/types.ts';
import { startTestCluster, type TestCluster, waitFor } from '../support/cluster.ts';
import { footage } from '../support/footage.ts';

const root = path.resolve(import.meta.dirname, '../..');
const START = '2009-02-12T09:00:00Z';
const CAMERA = 'pets09-s2l1';

let siteText: string;
let reference: string[];
let cluster: TestCluster | undefined;

/** 20 windows of 4 s at 2 pictures a second: enough to cut in many ways, quick to detect. */
beforeAll(async () => {
  const site = JSON.parse(await readFile(path.join(root, 'fixtures/sites/pets09.json'), 'utf8'));
  site.windowSeconds = 4;
  site.cameras[0].sampling = { framesPerSecond: 2 };
  site.cameras[0].source = { kind: 'recording', path: 'vtest.avi', start: START };
  siteText = JSON.stringify(site);
});

afterEach(async () => {
  await cluster?.stop();
  cluster = undefined;
});

async function prepare(): Promise<TestCluster> {
  cluster = await startTestCluster();
  const media = path.join(cluster.dataDir, 'media');
  await mkdir(media, { recursive: true });
  await copyFile(footage(), path.join(media, 'vtest.avi'));
  await writeFile(path.join(cluster.dataDir, 'site.json'), siteText);
  const added = await cluster.run(['camera', 'add', '--site', path.join(cluster.dataDir, 'site.json')]);
  expect(added.code, added.stderr).toBe(0);
  return cluster;
}

/** Makes one of the kept segments look like what an older version left, which saw nothing there; its index. */
async function keepAsOtherVersion(redisUrl: string, id: string): Promise<string> {
  const redis = new Redis(redisUrl);
  const key = `pantau:detections:${id}`;
  const [field = ''] = await redis.hkeys(key);
  const [index = ''] = field.split(':');
  await redis.hdel(key, field);
  await redis.hset(key, `${index}:pipeline 0.0.1`, Buffer.from(encodeTimeline([])));
  await redis.quit();
  return index;
}

const media = (running: TestCluster): string => path.join(running.dataDir, 'media', 'vtest.avi');
/** Key order is the store's business; everything else must be equal. */
const canonical = (records: readonly Observation[]): string[] =>
  records.map((record) => JSON.stringify(sorted(record))).sort();

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

describe('a recording', () => {
  it('gives with `pantau analyze` the records of one segment on one worker', async () => {
    const running = await prepare();
    const out = path.join(running.dataDir, 'records.ndjson');
    const analyzed = await running.run([
      'analyze',
      media(running),
      '--site',
      path.join(running.dataDir, 'site.json'),
      '--out',
      out,
      '--quiet',
    ]);
    expect(analyzed.code, analyzed.stderr).toBe(0);
    const records = (await readFile(out, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Observation);
    expect(records).toHaveLength(20 * 4);
    reference = canonical(records);
    await running.startWorker();
    const queued = await running.run([
      'enqueue',
      media(running),
      '--camera',
      CAMERA,
      '--segment-windows',
      '60',
      '--wait',
    ]);
    expect(queued.code, queued.stderr).toBe(0);
    expect(canonical(await running.observations())).toEqual(reference);
  });

  it('gives byte-equal records cut into twenty segments on four workers, one of which is killed', async () => {
    const running = await prepare();
    const workers = [];
    for (let index = 0; index < 4; index++)
      workers.push(await running.startWorker({ PANTAU_WORKER_NAME: `w${index}` }));
    const queued = await running.run([
      'enqueue',
      media(running),
      '--camera',
      CAMERA,
      '--segment-windows',
      '1',
      '--json',
    ]);
    const { id } = JSON.parse(queued.stdout) as { id: string };
    const segments = async (state: string): Promise<number> =>
      JSON.parse((await running.run(['status', '--json'])).stdout).queues.segments[state];
    await waitFor('some segments to be detected', async () => (await segments('completed')) >= 3);
    expect(await segments('completed')).toBeLessThan(20);
    workers[0]?.child.kill('SIGKILL');
    await waitFor('all records', async () => (await running.observations()).length === 80, 180_000);
    expect(canonical(await running.observations())).toEqual(reference);

    // Once more, on the workers that are left: nothing is added, nothing changes, not even a revision.
    const again = await running.run(['enqueue', media(running), '--camera', CAMERA, '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ id, isNew: false });
    const forced = await running.run([
      'enqueue',
      media(running),
      '--camera',
      CAMERA,
      '--again',
      '--wait',
      '--segment-windows',
      '3',
    ]);
    expect(forced.code, forced.stderr).toBe(0);
    expect(canonical(await running.observations())).toEqual(reference);
  });

  it('that can never succeed ends in the dead letter, once, with its reason, and can be run again when mended', async () => {
    const running = await prepare();
    const queued = await running.run(['enqueue', media(running), '--camera', CAMERA, '--json']);
    expect(queued.code, queued.stderr).toBe(0);
    const { id } = JSON.parse(queued.stdout) as { id: string };
    await rm(media(running));
    await running.startWorker();
    const dead = async (): Promise<{ id: string; reason: string; attempts: number }[]> =>
      JSON.parse((await running.run(['status', '--json'])).stdout).dead;
    await waitFor('the dead letter', async () => (await dead()).length > 0);
    expect(await dead()).toMatchObject([
      { id, attempts: 1, reason: expect.stringContaining('source-missing') },
    ]);
    await copyFile(footage(), media(running));
    expect((await running.run(['retry', id])).code).toBe(0);
    await waitFor('all records', async () => (await running.observations()).length === 80);
    expect(await dead()).toEqual([]);
  });

  it('whose file vanishes half-way names the reason, and goes on from what was detected by this method when it is back', async () => {
    const running = await prepare();
    await running.startWorker();
    const queued = await running.run([
      ...['enqueue', media(running), '--camera', CAMERA, '--segment-windows', '1', '--json'],
    ]);
    const { id } = JSON.parse(queued.stdout) as { id: string };
    const status = async (): Promise<{
      dead: { id: string; reason: string }[];
      queues: Record<string, Record<string, number>>;
    }> => JSON.parse((await running.run(['status', '--json', '--dead', '100'])).stdout);
    await waitFor('some segments', async () => ((await status()).queues.segments?.completed ?? 0) >= 2);
    await rm(media(running));
    await waitFor('the recording to be given up', async () =>
      (await status()).dead.some((job) => job.id === id),
    );
    const dead = (await status()).dead;
    expect(dead.some((job) => job.id.startsWith(`${id}_s`) && job.reason.includes('source-missing'))).toBe(
      true,
    );
    expect(await running.observations()).toEqual([]);
    await copyFile(footage(), media(running));
    await waitFor('the segments to settle', async () => {
      const { active = 0, waiting = 0 } = (await status()).queues.segments ?? {};
      return active + waiting === 0;
    });
    const other = await keepAsOtherVersion(running.redisUrl, id);
    expect((await running.run(['retry', id])).code).toBe(0);
    await waitFor('all records', async () => (await running.observations()).length === 80);
    expect(canonical(await running.observations())).toEqual(reference);
    expect(running.logs()).toContain(
      `segments ${other} are detected again: they were detected by pipeline 0.0.1`,
    );
  });

  it('survives SIGTERM half-way: the segment is handed back and another worker finishes', async () => {
    const running = await prepare();
    const first = await running.startWorker({ PANTAU_WORKER_NAME: 'first' });
    await running.run(['enqueue', media(running), '--camera', CAMERA, '--segment-windows', '60']);
    await waitFor(
      'detection to be under way',
      async () => JSON.parse((await running.run(['status', '--json'])).stdout).queues.segments.active === 1,
    );
    first.child.kill('SIGTERM');
    expect(await first.exited).toBe(0);
    await running.startWorker({ PANTAU_WORKER_NAME: 'second' });
    await waitFor('all records', async () => (await running.observations()).length === 80);
    expect(canonical(await running.observations())).toEqual(reference);
  });
});
