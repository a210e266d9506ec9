import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSource } from '../../pipelines/adapters/decode/live-camera.ts';
import type { LiveStatus } from '../../pipelines/adapters/decode/live-source.ts';
import { runningFfmpegs } from '../support/child-processes.ts';
import { footage } from '../support/footage.ts';
import { collect, framesOf, gapsOf, isOrderly, type LiveCollection } from '../support/live-collect.ts';
import { type RtspServer, type RtspServerOptions, startRtspServer } from '../support/rtsp-server.ts';
import { selfSignedCertificate } from '../support/self-signed.ts';

const VIDEO = footage();
const PASSWORD = 'rahasia-Sekali!7';
const NETWORKS = ['127.0.0.0/8'];

const servers: RtspServer[] = [];
const collections: LiveCollection[] = [];

async function startCamera(options: Partial<RtspServerOptions> = {}): Promise<RtspServer> {
  const server = await startRtspServer({ file: VIDEO, maxFrames: 60, widthPx: 320, ...options });
  servers.push(server);
  return server;
}

function play(url: string, options: Partial<Parameters<typeof createSource>[1]> & { delayMs?: number } = {}) {
  const statuses: LiveStatus[] = [];
  const source = createSource(
    { kind: 'rtsp', url },
    {
      allowedNetworks: NETWORKS,
      reconnect: { firstMs: 200 },
      gapIntervalMs: 250,
      stallMs: 1_500,
      random: () => 0.5,
      onStatus: (status) => statuses.push(status),
      ...options,
    },
  );
  const delay = options.delayMs === undefined ? {} : { delayMs: options.delayMs };
  const collection = collect(source, delay);
  collections.push(collection);
  return { collection, statuses, source };
}

const withPassword = (url: string, password = PASSWORD): string =>
  url.replace('//', `//admin:${encodeURIComponent(password)}@`);

afterEach(async () => {
  await Promise.all(collections.splice(0).map((collection) => collection.stop().catch(() => undefined)));
  await Promise.all(servers.splice(0).map((server) => server.close()));
  expect(runningFfmpegs()).toEqual([]);
});

describe('an RTSP camera', () => {
  it('gives frames with the time they were taken, over the loop of the file and the wrap of RTP time', async () => {
    const camera = await startCamera({ maxFrames: 40 });
    const { collection, statuses, source } = play(camera.url);
    expect(await source.probe(new AbortController().signal)).toMatchObject({ widthPx: 320, heightPx: 240 });
    // 12 s is three loops of 4 s
    await collection.until((events) => framesOf(events).length >= 60);
    const frames = framesOf(collection.events);
    expect(isOrderly(collection.events)).toBe(true);
    // 5 per second of media time, none missed
    const distances = frames.slice(1).map((frame, index) => frame.capturedAtUs - frames[index]!.capturedAtUs);
    expect(distances.filter((distanceUs) => distanceUs < 100_000 || distanceUs > 300_000)).toEqual([]);
    // the anchor: never more than a moment before or after the arrival at this reader
    const late = frames.map((frame) => frame.atUs - frame.capturedAtUs).toSorted((a, b) => a - b);
    expect(late[Math.floor(late.length / 2)]).toBeLessThan(1_500_000);
    expect(late[0]).toBeGreaterThan(-600_000);
    expect(statuses.map(({ state }) => state)).toEqual(['connecting', 'live']);
    expect(await collection.stop()).toEqual({ outcome: 'abort' });
  });

  it('dies and returns: a gap that closes windows meanwhile, then frames with right times', async () => {
    const camera = await startCamera();
    const { collection, statuses } = play(camera.url);
    await collection.until((events) => framesOf(events).length >= 8);
    await camera.refuse(true);
    const diedUs = Date.now() * 1000;
    await collection.until((events) => gapsOf(events).filter(({ atUs }) => atUs > diedUs).length >= 4);
    await camera.refuse(false);
    const backUs = Date.now() * 1000;
    await collection.until((events) => framesOf(events).filter(({ atUs }) => atUs > backUs).length >= 8);
    expect(isOrderly(collection.events)).toBe(true);
    const gaps = gapsOf(collection.events).filter(({ toUs }) => toUs > diedUs);
    expect(gaps.every(({ reason }) => reason === 'source-down')).toBe(true);
    // gaps follow each other without a hole, from the last frame to the first
    gaps.slice(1).forEach((gap, index) => {
      expect(gap.fromUs).toBe(gaps[index]!.toUs);
    });
    const firstAgain = framesOf(collection.events).find(({ atUs }) => atUs > backUs)!;
    expect(gaps.at(-1)!.toUs).toBe(firstAgain.capturedAtUs);
    expect(Math.abs(firstAgain.atUs - firstAgain.capturedAtUs)).toBeLessThan(1_500_000);
    expect(statuses.map(({ state }) => state)).toContain('unreachable');
    expect(statuses.at(-1)?.state).toBe('live');
  });

  it('freezes (no bytes, TCP open): noticed, killed, told as decode-stall, and taken up again', async () => {
    const camera = await startCamera();
    const { collection, statuses } = play(camera.url);
    await collection.until((events) => framesOf(events).length >= 5);
    camera.freeze();
    await collection.until((events) => gapsOf(events).some(({ reason }) => reason === 'decode-stall'));
    expect(statuses.map(({ state }) => state)).toContain('stalled');
    camera.resume();
    const resumedUs = Date.now() * 1000;
    await collection.until((events) => framesOf(events).filter(({ atUs }) => atUs > resumedUs).length >= 5);
    expect(isOrderly(collection.events)).toBe(true);
    expect(statuses.at(-1)?.state).toBe('live');
  });

  it('starts its timestamps again: the times stay right', async () => {
    const camera = await startCamera();
    const { collection } = play(camera.url);
    await collection.until((events) => framesOf(events).length >= 8);
    camera.resetPts();
    const resetUs = Date.now() * 1000;
    await collection.until((events) => framesOf(events).filter(({ atUs }) => atUs > resetUs).length >= 15);
    expect(isOrderly(collection.events)).toBe(true);
    const last = framesOf(collection.events).at(-1)!;
    expect(Math.abs(last.atUs - last.capturedAtUs)).toBeLessThan(1_500_000);
  });

  it('sends damaged packets: goes on', async () => {
    const camera = await startCamera();
    camera.flipBits(0.05);
    const { collection } = play(camera.url, { stallMs: 5_000 });
    await collection.until((events) => framesOf(events).length >= 20);
    expect(isOrderly(collection.events)).toBe(true);
  });

  it('is faster than the detector: drops the oldest and says backlog', async () => {
    const camera = await startCamera();
    const { collection } = play(camera.url, { delayMs: 900 });
    await collection.until((events) => gapsOf(events).some(({ reason }) => reason === 'backlog'));
    await collection.until((events) => framesOf(events).length >= 6);
    expect(isOrderly(collection.events)).toBe(true);
    // what is given is fresh, not the end of a queue
    const last = framesOf(collection.events).at(-1)!;
    expect(last.atUs - last.capturedAtUs).toBeLessThan(2_000_000);
  });
});

describe('a password', () => {
  it.each([
    ['Basic', { scheme: 'basic' }],
    ['Digest MD5', { scheme: 'digest' }],
    // ffmpeg itself knows no SHA-256: the relay answers for it
    ['Digest SHA-256', { scheme: 'digest', algorithm: 'SHA-256' }],
  ] as const)('%s opens the camera and is in no command line', async (_name, auth) => {
    const camera = await startCamera({ auth: { ...auth, user: 'admin', password: PASSWORD } });
    const { collection } = play(withPassword(camera.url));
    await collection.until((events) => framesOf(events).length >= 3);
    const commands = runningFfmpegs().join('\n');
    expect(commands).toContain('rtsp://127.0.0.1');
    expect(commands).not.toContain(PASSWORD);
    expect(commands).not.toContain(encodeURIComponent(PASSWORD));
  });

  it('that is wrong gives auth-failed, is tried once, and is nowhere to be seen', async () => {
    const camera = await startCamera({ auth: { scheme: 'digest', user: 'admin', password: 'another' } });
    const { collection, statuses, source } = play(withPassword(camera.url));
    await collection.until((events) => gapsOf(events).length >= 6);
    expect(statuses.map(({ state }) => state)).toEqual(['connecting', 'auth-failed']);
    // one connection, asked without and with the password
    expect(camera.connections()).toBe(1);
    expect(camera.requests).toHaveLength(2);
    const error = await source.probe(new AbortController().signal).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'source-auth-failed' });
    const told = JSON.stringify(statuses) + String(error) + JSON.stringify(error) + (error as Error).stack;
    expect(told).not.toContain(PASSWORD);
    expect(told).not.toContain(encodeURIComponent(PASSWORD));
  });

  it('works over rtsps with a self-signed certificate', async () => {
    const camera = await startCamera({
      tls: selfSignedCertificate(),
      auth: { scheme: 'basic', user: 'admin', password: PASSWORD },
    });
    const { collection } = play(withPassword(camera.url));
    await collection.until((events) => framesOf(events).length >= 3);
  });
});

describe('an address that leads elsewhere', () => {
  let target: Server;
  let targetConnections = 0;
  let targetUrl = '';

  beforeAll(async () => {
    target = createServer((socket) => {
      targetConnections += 1;
      socket.destroy();
    });
    target.listen(0, '127.0.0.1');
    await once(target, 'listening');
    targetUrl = `rtsp://127.0.0.1:${(target.address() as { port: number }).port}/stream`;
  });
  afterAll(() => {
    target.close();
  });

  it('302 at once: refused, the target sees no connection', async () => {
    const camera = await startCamera();
    camera.redirect(targetUrl);
    const { collection, statuses } = play(camera.url);
    await collection.until((events) => gapsOf(events).length >= 3);
    expect(statuses.at(-1)).toMatchObject({ state: 'refused' });
    expect(statuses.at(-1)?.reason).toContain('302');
    expect(targetConnections).toBe(0);
  });

  it('302 only after the check: cut by the relay, the target sees no connection', async () => {
    const camera = await startCamera();
    camera.redirectAfter(2, targetUrl);
    const { collection, statuses } = play(camera.url);
    await collection.until(() => statuses.some(({ state }) => state === 'refused'));
    await collection.until((events) => gapsOf(events).length >= 3);
    expect(camera.requests.filter((request) => request.startsWith('DESCRIBE')).length).toBe(2);
    expect(targetConnections).toBe(0);
  });

  it.each([
    [
      'a loopback address outside the camera networks',
      (url: string) => url,
      [] as string[],
      'source-refused',
    ],
    ['a path that is not there', (url: string) => `${url}/other`, NETWORKS, 'source-missing'],
    ['another scheme', (url: string) => url.replace('rtsp:', 'http:'), NETWORKS, 'source-refused'],
  ] as const)('%s', async (_name, change, allowedNetworks, code) => {
    const camera = await startCamera();
    const source = createSource({ kind: 'rtsp', url: change(camera.url) }, { allowedNetworks });
    await expect(source.probe(new AbortController().signal)).rejects.toMatchObject({ code });
    expect(camera.connections()).toBe(code === 'source-missing' ? 1 : 0);
  });

  it('a port where something else answers is unreachable, not a hang', async () => {
    const source = createSource({ kind: 'rtsp', url: targetUrl }, { allowedNetworks: NETWORKS });
    await expect(source.probe(new AbortController().signal)).rejects.toMatchObject({
      code: 'source-unreachable',
    });
  });
});
