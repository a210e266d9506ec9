/** The reconciler on a real Redis: one camera's trouble never keeps the others from being watched. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseSite } from '../../pipelines/site-file.ts';
import { wholePicture } from '../../workers/cli/camera.ts';
import { createCameraDirectory } from '../../workers/cluster/cameras.ts';
import { leaseId } from '../../workers/cluster/jobs.ts';
import { type OwnRedis, startOwnRedis } from '../../workers/cluster/own-redis.ts';
import { openQueues } from '../../workers/cluster/queues.ts';
import { reconcile } from '../../workers/live/reconciler.ts';
import { createLogger } from '../../workers/logger.ts';
import { openRegister } from '../../workers/register/register.ts';
import { loadSecrets } from '../../workers/secrets.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'pantau-reconciler-'));
let server: OwnRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startOwnRedis(folder);
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
  rmSync(folder, { recursive: true });
});

it('queues each camera that should run once, whatever ids they have and whatever lies in the dead letter', async () => {
  const register = openRegister({
    file: path.join(folder, 'register.db'),
    secrets: loadSecrets({ key: 'ab'.repeat(32), keyFile: '' }),
  });
  const camera = (id: string, more: object = {}) => ({
    id,
    source: { kind: 'rtsp', url: 'rtsp://10.1.2.3/1' },
    ...wholePicture,
    ...more,
  });
  const closed = { operatingHours: { from: '05:00', to: '05:01' } };
  const site = parseSite(
    JSON.stringify({
      version: 1,
      cameras: [camera('CCTV_01'), camera('simpang-6'), camera('malam', closed), camera('jeda')],
    }),
    'test',
  );
  for (const one of site.cameras) register.put(one, site.windowSeconds);
  register.setEnabled('jeda', false);
  const queues = openQueues(redis, 'pantau');
  const directory = createCameraDirectory(redis, 'pantau');
  // A failed job of a payload that no program of this version would make.
  const bad = await queues.byName.live.add('lease', { cameraId: 'simpang-6', lat: 1 }, { jobId: 'live_bad' });
  await redis.lrem('pantau:live:wait', 0, 'live_bad');
  await redis.zadd('pantau:live:failed', Date.now(), bad.id ?? '');
  const noon = Date.parse('2026-11-21T12:00:00+07:00');
  const run = {
    cameras: () => register.list(),
    directory,
    liveQueue: queues.byName.live,
    nowMs: () => noon,
    log: createLogger({ level: 'silent', name: 'test' }),
  };
  expect(await reconcile(run)).toEqual(['CCTV_01', 'simpang-6']);
  expect(await reconcile(run)).toEqual([]);
  expect(await queues.byName.live.getDeduplicationJobId(leaseId('CCTV_01'))).toMatch(/^live_CCTV_01_/);
  expect(await directory.takePausedSince('jeda')).toBe(noon);
  expect(await directory.takePausedSince('malam')).toBe(noon);
  expect(await directory.takePausedSince('malam')).toBeUndefined();

  // Adding a paused camera again is no resume.
  const again = register.put(site.cameras[3] as (typeof site.cameras)[number], site.windowSeconds);
  expect(again).toMatchObject({ changed: false, entry: { enabled: false } });

  await redis.flushall();
  expect(await reconcile(run)).toEqual(['CCTV_01', 'simpang-6']);
  await queues.close();
  register.close();
});
