/** A live camera's life with real processes: it plays, dies, comes back; workers die and stop. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Observation, PresenceObservation } from '../../pipelines/domain/types.ts';
import { wholePicture } from '../../workers/cli/camera.ts';
import { startTestCluster, type TestCluster, type TestProcess, waitFor } from '../support/cluster.ts';
import { footage } from '../support/footage.ts';
import { type RtspServer, startRtspServer } from '../support/rtsp-server.ts';

const WINDOW_SECONDS = 5;
const PASSWORD = 'rahasia-Dishub-77';

let camera: RtspServer;
let cluster: TestCluster;
let worker: TestProcess;

beforeAll(async () => {
  camera = await startRtspServer({
    file: footage(),
    fps: 10,
    auth: { scheme: 'digest', user: 'operator', password: PASSWORD },
  });
  cluster = await startTestCluster();
  const url = camera.url.replace('rtsp://', `rtsp://operator:${PASSWORD}@`);
  const site = {
    version: 1,
    windowSeconds: WINDOW_SECONDS,
    cameras: [
      { id: 'cam-1', source: { kind: 'rtsp', url }, sampling: { framesPerSecond: 5 }, ...wholePicture },
    ],
  };
  const siteFile = path.join(cluster.dataDir, 'site.json');
  await writeFile(siteFile, JSON.stringify(site));
  const added = await cluster.run(['camera', 'add', '--site', siteFile]);
  expect(added.code, added.stderr).toBe(0);
  worker = await cluster.startWorker({ PANTAU_WORKER_NAME: 'w1' });
});

afterAll(async () => {
  await cluster?.stop();
  await camera?.close();
});

const presence = async (): Promise<PresenceObservation[]> =>
  (await cluster.observations('&kind=presence')).filter((record) => record.kind === 'presence');

async function waitForWindow(
  what: string,
  isIt: (record: PresenceObservation) => boolean,
): Promise<PresenceObservation> {
  let found: PresenceObservation | undefined;
  await waitFor(what, async () => {
    found = (await presence()).find(isIt);
    return found !== undefined;
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${cluster.logs().slice(-4_000)}`);
  });
  return found as PresenceObservation;
}

/** Every window once, without holes between the first and the last, none claiming more than it can hold. */
function expectSoundSeries(records: readonly Observation[]): void {
  const presences = records.filter((record) => record.kind === 'presence');
  const starts = presences.map((record) => Date.parse(record.windowStart));
  expect(new Set(starts).size).toBe(starts.length);
  for (const [index, start] of starts.slice(1).entries())
    expect(start - (starts[index] ?? 0)).toBe(WINDOW_SECONDS * 1_000);
  for (const record of records) {
    expect(record.coverage).toBeLessThanOrEqual(1);
    // A camera's sampling grid begins with its stream: a step that straddles the edge may give its picture to either window.
    expect(record.framesAnalysed).toBeLessThanOrEqual(record.framesExpected + 1);
    expect(record.reasons.length > 0).toBe(record.coverage < 1);
    if (record.coverage === 0) expect(record).not.toHaveProperty('present');
  }
}

describe('a live camera', () => {
  it('gives complete windows at their own time', async () => {
    const record = await waitForWindow('a complete window', ({ status }) => status === 'complete');
    expect(record.peoplePresent?.mean).toBeGreaterThan(0);
    expect(Math.abs(Date.parse(record.windowEnd) - Date.now())).toBeLessThan(60_000);
  });

  it('dies and returns: the gap has its reason, the windows after it are right', async () => {
    await camera.refuse(true);
    const downAt = Date.now();
    const lost = await waitForWindow(
      'a window lost to the camera',
      (record) => Date.parse(record.windowStart) >= downAt && record.coverage === 0,
    );
    expect(lost).toMatchObject({ status: 'disrupted', framesAnalysed: 0 });
    expect(lost.reasons).toContain('source-down');
    expect(lost).not.toHaveProperty('peoplePresent');
    await camera.refuse(false);
    const backAt = Date.now();
    const back = await waitForWindow(
      'a complete window after the return',
      (record) => Date.parse(record.windowStart) >= backAt && record.status === 'complete',
    );
    expect(back.peoplePresent?.mean).toBeGreaterThan(0);
  });

  it('is taken over when its worker is killed, and no window is counted twice', async () => {
    const second = await cluster.startWorker({ PANTAU_WORKER_NAME: 'w2' });
    worker.child.kill('SIGKILL');
    const killedAt = Date.now();
    const next = await waitForWindow(
      'a complete window of the second worker',
      (record) => Date.parse(record.windowStart) > killedAt && record.status === 'complete',
    );
    expect(next.lineage.jobId).toBe('live_cam-1');
    const records = await cluster.observations();
    expectSoundSeries(records);
    const between = records.filter(
      (record) => Date.parse(record.windowEnd) > killedAt && record.windowStart < next.windowStart,
    );
    expect(between.some((record) => record.reasons.includes('worker-down'))).toBe(true);
    worker = second;
  });

  it('is handed over on SIGTERM: the open window is published as partial, then completed by the next holder', async () => {
    const third = await cluster.startWorker({ PANTAU_WORKER_NAME: 'w3' });
    // Well inside a window, so that there is something to hand over.
    await waitFor('the middle of a window', () => {
      const into = Date.now() % (WINDOW_SECONDS * 1_000);
      return into > 2_000 && into < 3_000;
    });
    const stoppedAt = Date.now();
    worker.child.kill('SIGTERM');
    expect(await worker.exited).toBe(0);
    expect(Date.now() - stoppedAt).toBeLessThan(15_000);
    const windowStart = new Date(Math.floor(stoppedAt / (WINDOW_SECONDS * 1_000)) * WINDOW_SECONDS * 1_000);
    const isThatWindow = (record: PresenceObservation): boolean =>
      Date.parse(record.windowStart) === windowStart.getTime();
    const partial = await waitForWindow('the partial window', isThatWindow);
    expect(partial.coverage).toBeGreaterThan(0.2);
    await waitForWindow(
      'a complete window of the third worker',
      (record) => Date.parse(record.windowStart) > stoppedAt && record.status === 'complete',
    );
    const final = (await presence()).find(isThatWindow);
    // What the first holder saw is still in it: never less than what it had published.
    expect(final?.framesAnalysed).toBeGreaterThanOrEqual(partial.framesAnalysed);
    expect(final?.reasons).toContain('worker-down');
    expectSoundSeries(await cluster.observations());
    worker = third;
  });

  it('is repaired by the reconciler when Redis loses everything', async () => {
    const { Redis } = await import('ioredis');
    const redis = new Redis(cluster.redisUrl);
    await redis.flushall();
    await redis.quit();
    const wipedAt = Date.now();
    await waitForWindow(
      'a complete window after the wipe',
      (record) => Date.parse(record.windowStart) > wipedAt && record.status === 'complete',
    );
    const status = await cluster.run(['status', '--json']);
    expect(JSON.parse(status.stdout).cameras).toMatchObject([{ cameraId: 'cam-1', lease: 'active' }]);
  });

  it('is watched while Redis is full, and what was counted meanwhile is not taken back', async () => {
    const { Redis } = await import('ioredis');
    const redis = new Redis(cluster.redisUrl);
    const fullAt = Date.now();
    const whileFull = async () => {
      // The lock can't be renewed: it ends before this window does.
      const during = await waitForWindow(
        'a complete window while Redis is full',
        (record) => Date.parse(record.windowStart) > fullAt && record.status === 'complete',
      );
      const port = [...cluster.logs().matchAll(/"port":(\d+),"detectors"/g)].at(-1)?.[1];
      expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
      return during;
    };
    await redis.config('SET', 'maxmemory', '1');
    const during = await whileFull().finally(async () => {
      await redis.config('SET', 'maxmemory', '0');
      await redis.quit();
    });
    const roomAt = Date.now();
    await waitForWindow(
      'a complete window afterwards',
      (record) => Date.parse(record.windowStart) > roomAt && record.status === 'complete',
    );
    expect((await presence()).find(({ windowStart }) => windowStart === during.windowStart)).toEqual(during);
    expectSoundSeries(await cluster.observations());
  });

  it('goes on with a changed definition from the next window; the open one is not lost', async () => {
    const siteFile = path.join(cluster.dataDir, 'site.json');
    const site = JSON.parse(await readFile(siteFile, 'utf8'));
    site.cameras[0].sampling.framesPerSecond = 4;
    await writeFile(siteFile, JSON.stringify(site));
    expect((await cluster.run(['camera', 'add', '--site', siteFile])).code).toBe(0);
    const changed = await waitForWindow(
      'a complete window by the new definition',
      (record) => record.lineage.framesPerSecond === 4 && record.status === 'complete',
    );
    const before = (await presence()).filter(
      (record) => record.lineage.framesPerSecond === 5 && record.windowStart < changed.windowStart,
    );
    expect(before.at(-1)?.coverage).toBeGreaterThan(0.9);
  });

  it('stops when it is paused and says so', async () => {
    expect((await cluster.run(['camera', 'pause', 'cam-1'])).code).toBe(0);
    await waitFor(
      'the lease to end',
      async () => JSON.parse((await cluster.run(['status', '--json'])).stdout).cameras[0].lease === 'none',
    );
    const last = (await presence()).at(-1);
    expect(last?.reasons).toContain('paused');
    await sleep(500);
  });

  it('never shows the password: not in logs, jobs, the register, API answers or metrics', async () => {
    const { Redis } = await import('ioredis');
    const redis = new Redis(cluster.redisUrl);
    const keys = await redis.keys('*');
    const dumps = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
    await redis.quit();
    const answers = await Promise.all(
      ['/api/v1/cameras', '/api/v1/latest', '/metrics', '/readyz'].map(
        async (route) => await (await fetch(cluster.portalUrl + route)).text(),
      ),
    );
    const listed = await cluster.run(['camera', 'list', '--json']);
    const register = await readFile(path.join(cluster.dataDir, 'register.db'), 'latin1');
    const places = [
      cluster.logs(),
      listed.stdout,
      register,
      ...answers,
      ...dumps.map((dump) => dump?.toString('latin1') ?? ''),
      ...keys,
    ];
    for (const place of places) expect(place).not.toContain(PASSWORD);
  });
});
