import { createCipheriv, randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSource, type LiveDefinition } from '../../pipelines/adapters/decode/live-camera.ts';
import type { LiveStatus } from '../../pipelines/adapters/decode/live-source.ts';
import { runningFfmpegs } from '../support/child-processes.ts';
import {
  cutHls,
  fixed,
  type HlsMedia,
  type HttpCamera,
  jpegOf,
  mjpegHandler,
  startHlsCamera,
  startHttpCamera,
} from '../support/fake-camera-http.ts';
import { footage } from '../support/footage.ts';
import {
  collect,
  framesOf,
  gapsOf,
  isOrderly,
  type LiveCollection,
  TEST_FORMAT,
} from '../support/live-collect.ts';

const VIDEO = footage();
const LETTERBOX = { ...TEST_FORMAT, fit: 'letterbox' } as const;
const NETWORKS = ['127.0.0.0/8'];
const stops: (() => unknown)[] = [];
let camera: HttpCamera;
let other: HttpCamera;
let red: Buffer;
let green: Buffer;
let transportStream: HlsMedia;
let fragmentedMp4: HlsMedia;

beforeAll(async () => {
  red = await jpegOf({ r: 250, g: 10, b: 20 });
  green = await jpegOf({ r: 10, g: 250, b: 20 });
  transportStream = await cutHls({ file: VIDEO, seconds: 16, segmentSeconds: 1 });
  fragmentedMp4 = await cutHls({ file: VIDEO, seconds: 16, segmentSeconds: 1, type: 'fmp4' });
});

beforeEach(async () => {
  camera = await startHttpCamera();
  other = await startHttpCamera();
});

afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
  await camera.close();
  await other.close();
  expect(runningFfmpegs()).toEqual([]);
});

function play(
  definition: LiveDefinition,
  options: Partial<Parameters<typeof createSource>[1]> = {},
  reading: Parameters<typeof collect>[1] = {},
): { collection: LiveCollection; statuses: LiveStatus[] } {
  const statuses: LiveStatus[] = [];
  const source = createSource(definition, {
    allowedNetworks: NETWORKS,
    reconnect: { firstMs: 200 },
    gapIntervalMs: 200,
    random: () => 0.5,
    onStatus: (status) => statuses.push(status),
    ...options,
  });
  const collection = collect(source, reading);
  stops.push(() => collection.stop().catch(() => undefined));
  return { collection, statuses };
}

const probe = (definition: LiveDefinition): Promise<unknown> =>
  createSource(definition, { allowedNetworks: NETWORKS }).probe(new AbortController().signal);

const until = (statuses: LiveStatus[], collection: LiveCollection, state: string): Promise<void> =>
  collection.until(() => statuses.some((status) => status.state === state));

describe('a snapshot camera', () => {
  const url = (): string => `${camera.origin}/snapshot.jpg`;
  const definition = (): LiveDefinition => ({ kind: 'snapshot', url: url() });

  it('is polled at the rate, decoded, and timed by arrival', async () => {
    let asked = 0;
    camera.on('/snapshot.jpg', (_request, response) => {
      asked += 1;
      response.end(asked % 2 === 0 ? red : green);
    });
    const { collection, statuses } = play(definition());
    await collection.until((events) => framesOf(events).length >= 10);
    const frames = framesOf(collection.events);
    expect(isOrderly(collection.events)).toBe(true);
    expect(new Set(frames.map(({ firstBytes }) => firstBytes.split(',')[0]! > '2')).size).toBe(2);
    expect(frames.every(({ atUs, capturedAtUs }) => Math.abs(atUs - capturedAtUs) < 1_000_000)).toBe(true);
    // not asked more often than 5 times a second
    const spanUs = frames.at(-1)!.capturedAtUs - frames[0]!.capturedAtUs;
    expect(asked).toBeLessThanOrEqual(spanUs / 200_000 + 3);
    expect(statuses.map(({ state }) => state)).toEqual(['connecting', 'live']);
    expect(await collection.stop()).toEqual({ outcome: 'abort' });
  });

  it('gives bgr24 and letterbox frames as the model wants them', async () => {
    camera.on('/snapshot.jpg', fixed(red, 'image/jpeg'));
    const source = createSource(definition(), { allowedNetworks: NETWORKS });
    const aborter = new AbortController();
    const format = {
      widthPx: 64,
      heightPx: 64,
      pixelFormat: 'bgr24',
      fit: 'letterbox',
      padValue: 114,
    } as const;
    const frames = source.frames({ format, framesPerSecond: 5, keyframesOnly: false }, aborter.signal);
    let data: Buffer | undefined;
    for await (const event of frames) {
      if (event.kind === 'gap') continue;
      data = Buffer.from(event.frame.data);
      break;
    }
    aborter.abort();
    const pixel = (x: number, y: number): number[] => [
      ...data!.subarray((y * 64 + x) * 3, (y * 64 + x) * 3 + 3),
    ];
    expect(data).toHaveLength(64 * 64 * 3);
    expect(pixel(0, 0)[2]).toBeGreaterThan(240);
    expect(pixel(0, 0)[0]).toBeLessThan(40);
    expect(pixel(63, 47)[2]).toBeGreaterThan(240);
    // 64×48 fills the upper 48 rows
    expect(pixel(0, 48)).toEqual([114, 114, 114]);
    expect(pixel(63, 63)).toEqual([114, 114, 114]);
  });

  it('is frozen: after a while its pictures are a gap, not frames, until they change', async () => {
    let picture = red;
    camera.on('/snapshot.jpg', (_request, response) => response.end(picture));
    const { collection, statuses } = play(definition(), { frozenAfterMs: 800 });
    await collection.until(
      (events) => gapsOf(events).filter(({ reason }) => reason === 'decode-stall').length >= 3,
    );
    expect(statuses.at(-1)?.state).toBe('stalled');
    picture = green;
    const changedUs = Date.now() * 1000;
    await collection.until((events) => framesOf(events).some(({ atUs }) => atUs > changedUs));
    expect(statuses.at(-1)?.state).toBe('live');
    expect(isOrderly(collection.events)).toBe(true);
  });

  it.each([
    ['a page', () => Buffer.from('<html>please log in</html>'), 'source-not-video'],
    [
      'an SVG',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      'source-not-video',
    ],
    ['a PNG', () => sharp(red).png().toBuffer(), 'source-not-video'],
    ['nothing', () => Buffer.alloc(0), 'source-not-video'],
    ['more than 20 MB', () => Buffer.alloc(21_000_000, 0xff), 'source-too-large'],
    [
      'a JPEG of 8000 × 8000',
      () => jpegOf({ r: 1, g: 1, b: 1 }, { width: 8000, height: 8000 }),
      'source-too-large',
    ],
  ])('sends %s', async (_name, make, code) => {
    camera.on('/snapshot.jpg', fixed(await make(), 'image/jpeg'));
    await expect(probe(definition())).rejects.toMatchObject({ code });
    const { collection, statuses } = play(definition());
    await until(statuses, collection, 'refused');
    expect(framesOf(collection.events)).toEqual([]);
  });

  it('sends a cut JPEG now and then: dropped, the rest goes on', async () => {
    let asked = 0;
    camera.on('/snapshot.jpg', (_request, response) => {
      asked += 1;
      const picture = asked % 2 === 0 ? red : green;
      response.end(asked % 3 === 0 ? picture.subarray(0, picture.length / 2) : picture);
    });
    const { collection, statuses } = play(definition());
    await collection.until((events) => framesOf(events).length >= 8);
    expect(statuses.map(({ state }) => state)).toEqual(['connecting', 'live']);
  });

  it('comes back with another shape: told, and none of its pictures is given for one of the old shape', async () => {
    const wide = await jpegOf({ r: 10, g: 10, b: 250 }, { width: 64, height: 36 });
    let picture = red;
    camera.on('/snapshot.jpg', (_request, response) => response.end(picture));
    const source = createSource(definition(), {
      ...{ allowedNetworks: NETWORKS, reconnect: { firstMs: 200 }, gapIntervalMs: 200, random: () => 0.5 },
    });
    const { signal } = new AbortController();
    expect(await source.probe(signal)).toMatchObject({ heightPx: 48 });
    const request = { format: LETTERBOX, framesPerSecond: 5, keyframesOnly: false };
    const frames = source.frames(request, signal);
    const blues: number[] = [];
    let next = await frames.next();
    for (; next.done !== true; next = await frames.next()) {
      if (next.value.kind === 'frame') blues.push(next.value.frame.data[2]!);
      if (blues.length === 2) picture = wide;
    }
    expect(next.value).toEqual({ outcome: 'reshaped', info: { widthPx: 64, heightPx: 36 } });
    expect(Math.max(...blues)).toBeLessThan(40);

    // Asked again, it gives them.
    const again = source.frames(request, signal);
    next = await again.next();
    while (next.done !== true && next.value.kind === 'gap') next = await again.next();
    expect(next.done !== true && next.value.kind === 'frame' && next.value.frame.data[2]).toBeGreaterThan(
      240,
    );
    await again.return({ outcome: 'abort' });
  });

  it('has another shape since it was looked at: not one picture is given for one of the old shape', async () => {
    let picture = red;
    camera.on('/snapshot.jpg', (_request, response) => response.end(picture));
    const source = createSource(definition(), {
      ...{ allowedNetworks: NETWORKS, reconnect: { firstMs: 200 }, gapIntervalMs: 200, random: () => 0.5 },
    });
    const { signal } = new AbortController();
    await source.probe(signal);
    picture = await jpegOf({ r: 10, g: 10, b: 250 }, { width: 64, height: 36 });
    const frames = source.frames({ format: LETTERBOX, framesPerSecond: 5, keyframesOnly: false }, signal);
    const kinds = new Set<string>();
    let next = await frames.next();
    for (; next.done !== true; next = await frames.next()) kinds.add(next.value.kind);
    expect(next.value).toMatchObject({ outcome: 'reshaped', info: { heightPx: 36 } });
    expect([...kinds]).toEqual(['gap']);
  });

  it('turns upright what EXIF says is turned', async () => {
    const turned = await sharp(red).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    camera.on('/snapshot.jpg', fixed(turned, 'image/jpeg'));
    expect(await probe(definition())).toEqual({ widthPx: 48, heightPx: 64 });
  });

  it('redirects: followed within the rule, each hop checked, no password sent on', async () => {
    let seen: string | undefined = 'nothing came';
    other.on('/picture', (request, response) => {
      seen = request.headers.authorization;
      response.end(red);
    });
    camera.on('/snapshot.jpg', (_request, response) => {
      response.writeHead(302, { location: `${other.origin}/picture` }).end();
    });
    const secret = url().replace('//', '//admin:geheim@');
    expect(await probe({ kind: 'snapshot', url: secret })).toEqual({ widthPx: 64, heightPx: 48 });
    expect(seen).toBeUndefined();
    for (const location of [
      'http://169.254.169.254/latest',
      'file:///etc/passwd',
      'http://10.1.1.1/',
      undefined,
    ]) {
      camera.on('/snapshot.jpg', (_request, response) => {
        response.writeHead(302, location === undefined ? {} : { location }).end();
      });
      await expect(probe(definition())).rejects.toMatchObject({ code: 'source-refused' });
    }
    camera.on('/snapshot.jpg', (_request, response) => {
      response.writeHead(302, { location: '/snapshot.jpg' }).end();
    });
    await expect(probe(definition())).rejects.toMatchObject({ code: 'source-refused' });
  });

  it.each([
    [401, 'source-auth-failed', 'auth-failed'],
    [404, 'source-missing', 'unreachable'],
    [503, 'source-unreachable', 'unreachable'],
  ])('answers %i', async (status, code, state) => {
    camera.on('/snapshot.jpg', (_request, response) => response.writeHead(status).end());
    await expect(probe(definition())).rejects.toMatchObject({ code });
    const { collection, statuses } = play(definition());
    await until(statuses, collection, state);
  });

  it('wants a password by Basic', async () => {
    camera.on('/snapshot.jpg', (request, response) => {
      const wanted = `Basic ${Buffer.from('admin:p@ss:1').toString('base64')}`;
      if (request.headers.authorization === wanted) response.end(red);
      else response.writeHead(401, { 'www-authenticate': 'Basic realm="cam"' }).end();
    });
    const secret = url().replace('//', `//admin:${encodeURIComponent('p@ss:1')}@`);
    expect(await probe({ kind: 'snapshot', url: secret })).toEqual({ widthPx: 64, heightPx: 48 });
  });
});

describe('an MJPEG camera', () => {
  const definition = (): LiveDefinition => ({ kind: 'mjpeg', url: `${camera.origin}/video` });

  it.each([true, false])('gives the due pictures only (Content-Length: %s)', async (withLength) => {
    let sent = 0;
    const next = (index: number): Buffer => {
      sent += 1;
      return index % 2 === 0 ? red : green;
    };
    camera.on('/video', mjpegHandler(next, { intervalMs: 40, withLength }));
    const { collection, statuses } = play(definition());
    await collection.until((events) => framesOf(events).length >= 10);
    // 25 a second come, 5 are wanted
    expect(sent).toBeGreaterThan(25);
    expect(isOrderly(collection.events)).toBe(true);
    expect(statuses.map(({ state }) => state)).toEqual(['connecting', 'live']);
  });

  it('falls silent: stalled, decode-stall, and taken up again', async () => {
    const next = (index: number): Buffer | undefined =>
      index > 30 ? undefined : index % 2 === 0 ? red : green;
    camera.on('/video', mjpegHandler(next, { intervalMs: 40 }));
    const { collection, statuses } = play(definition(), { stallMs: 700 });
    await collection.until((events) => gapsOf(events).some(({ reason }) => reason === 'decode-stall'));
    await collection.until(() => statuses.filter(({ state }) => state === 'live').length >= 2);
    expect(isOrderly(collection.events)).toBe(true);
  });

  it('drips bytes that are no picture: stalled all the same', async () => {
    camera.on('/video', (_request, response) => {
      response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=x' });
      const timer = setInterval(() => response.write('not a part\r\n'), 50);
      response.on('close', () => clearInterval(timer));
    });
    const { collection, statuses } = play(definition(), { stallMs: 600 });
    await until(statuses, collection, 'stalled');
  });

  it('closes: source-down, then again', async () => {
    camera.on('/video', (_request, response) => {
      response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=x' });
      response.end(Buffer.concat([Buffer.from(`--x\r\nContent-Length: ${red.length}\r\n\r\n`), red]));
    });
    const { collection, statuses } = play(definition());
    await collection.until((events) => framesOf(events).length >= 3);
    expect(statuses.map(({ state }) => state).slice(0, 3)).toEqual(['connecting', 'live', 'unreachable']);
    expect(isOrderly(collection.events)).toBe(true);
  });

  it('is a plain JPEG or announces a monster: refused', async () => {
    camera.on('/video', fixed(red, 'image/jpeg'));
    await expect(probe(definition())).rejects.toMatchObject({ code: 'source-not-video' });
    camera.on('/video', (_request, response) => {
      response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=x' });
      response.write('--x\r\nContent-Length: 999999999\r\n\r\n');
    });
    await expect(probe(definition())).rejects.toMatchObject({ code: 'source-too-large' });
  });
});

describe('an HLS camera', () => {
  const definition = (path = '/live/index.m3u8'): LiveDefinition => ({
    kind: 'hls',
    url: camera.origin + path,
  });
  const publish = (media: HlsMedia, options: Parameters<typeof startHlsCamera>[2] = {}) => {
    const live = startHlsCamera(camera, media, options);
    stops.push(live.stop);
    return live;
  };

  it.each(['mpegts', 'fmp4'] as const)('%s: frames by the camera’s own clock', async (type) => {
    // the camera says that its first segment began 10 s before now
    const startMs = Date.now() - 10_000;
    publish(type === 'mpegts' ? transportStream : fragmentedMp4, {
      programDate: (sequence) => new Date(startMs + sequence * 1000).toISOString(),
    });
    expect(await probe(definition())).toMatchObject({ widthPx: 320, heightPx: 240 });
    const { collection, statuses } = play(definition());
    await collection.until((events) => framesOf(events).length >= 20);
    expect(isOrderly(collection.events)).toBe(true);
    const offsets = framesOf(collection.events).map(({ capturedAtUs }) => capturedAtUs / 1000 - startMs);
    // the 5 per second of media time: each 200 ms of the camera's clock, from a segment's edge
    expect(offsets[0]! % 1000).toBeLessThan(1);
    offsets.slice(1).forEach((offset, index) => {
      expect(Math.abs(offset - offsets[index]! - 200)).toBeLessThan(110);
    });
    expect(statuses.map(({ state }) => state)).toEqual(['connecting', 'live']);
  });

  it('without a clock: by arrival, and stopped: source-down, never the same pictures again', async () => {
    const live = publish(transportStream);
    const { collection, statuses } = play(definition());
    await collection.until((events) => framesOf(events).length >= 15);
    const first = framesOf(collection.events)[0]!;
    expect(first.atUs - first.capturedAtUs).toBeGreaterThan(2_000_000);
    expect(first.atUs - first.capturedAtUs).toBeLessThan(8_000_000);
    live.freeze();
    await collection.until(() => statuses.some(({ reason }) => /stopped changing/.test(reason ?? '')));
    const seen = framesOf(collection.events).length;
    await collection.until(() => statuses.filter(({ reason }) => /stopped/.test(reason ?? '')).length >= 2);
    expect(framesOf(collection.events).length).toBe(seen);
    expect(isOrderly(collection.events)).toBe(true);
  });

  it.each([
    ['and says so', 5],
    ['without a word', undefined],
  ])(
    'changes the shape of its picture %s: none of it is given for one of the old shape',
    async (_how, at) => {
      const wide = await cutHls({ file: VIDEO, seconds: 4, segmentSeconds: 1, scale: '320:180' });
      const segments = [...transportStream.segments.slice(0, 5), ...wide.segments];
      publish({ ...wide, segments }, { first: 5, ...(at === undefined ? {} : { discontinuityAt: at }) });
      const source = createSource(definition(), {
        ...{ allowedNetworks: NETWORKS, reconnect: { firstMs: 200 }, gapIntervalMs: 200, random: () => 0.5 },
      });
      const { signal } = new AbortController();
      expect(await source.probe(signal)).toMatchObject({ widthPx: 320, heightPx: 240 });
      const frames = source.frames({ format: LETTERBOX, framesPerSecond: 5, keyframesOnly: false }, signal);
      /** Rows at the bottom that are padding, of each picture. */
      const padded = new Set<boolean>();
      let next = await frames.next();
      for (; next.done !== true; next = await frames.next()) {
        if (next.value.kind === 'gap') continue;
        padded.add(next.value.frame.data.subarray(-64 * 3).every((byte) => byte === 0));
        next.value.frame.release();
      }
      expect(next.value).toMatchObject({ outcome: 'reshaped', info: { widthPx: 320, heightPx: 180 } });
      expect([...padded]).toEqual([false]);
    },
  );

  it('AES-128: decrypted', async () => {
    const key = randomBytes(16);
    const iv = randomBytes(16);
    camera.on('/key', fixed(key, 'application/octet-stream'));
    const segments = transportStream.segments.slice(0, 4).map((segment) => {
      const cipher = createCipheriv('aes-128-cbc', key, iv);
      return Buffer.concat([cipher.update(segment), cipher.final()]);
    });
    segments.forEach((segment, index) => {
      camera.on(`/e${index}`, fixed(segment, 'application/octet-stream'));
    });
    const list = [
      '#EXTM3U',
      '#EXT-X-TARGETDURATION:1',
      `#EXT-X-KEY:METHOD=AES-128,URI="/key",IV=0x${iv.toString('hex')}`,
    ];
    for (const index of segments.keys()) list.push('#EXTINF:1,', `e${index}`);
    camera.on('/e.m3u8', fixed(`${list.join('\n')}\n`, 'application/vnd.apple.mpegurl'));
    const { collection } = play(definition('/e.m3u8'));
    await collection.until((events) => framesOf(events).length >= 5);
  });

  it('a missing segment is a gap, the rest has its right place', async () => {
    const startMs = Date.now() - 3_000;
    publish(transportStream, {
      programDate: (sequence) => new Date(startMs + sequence * 1000).toISOString(),
    });
    camera.on('/live/s4', (_request, response) => response.writeHead(404).end());
    const { collection } = play(definition());
    await collection.until((events) =>
      framesOf(events).some(({ capturedAtUs }) => capturedAtUs / 1000 > startMs + 5500),
    );
    const inHole = framesOf(collection.events).filter(({ capturedAtUs }) => {
      const offset = capturedAtUs / 1000 - startMs;
      return offset >= 4000 && offset < 5000;
    });
    expect(inHole).toEqual([]);
    const gap = gapsOf(collection.events).find(({ toUs }) => Math.abs(toUs / 1000 - startMs - 5000) < 50);
    expect(gap?.reason).toBe('source-down');
    expect(isOrderly(collection.events)).toBe(true);
  });

  it('a slow detector: skips to the live edge and says backlog', async () => {
    publish(transportStream, { windowSize: 8 });
    const { collection } = play(definition(), {}, { delayMs: 700 });
    await collection.until((events) => gapsOf(events).some(({ reason }) => reason === 'backlog'), 45_000);
    expect(isOrderly(collection.events)).toBe(true);
  });

  it.each([
    [
      'a host that is not allowed',
      () => `${other.origin.replace('127.0.0.1', 'localhost')}/s`,
      'not among the allowed',
    ],
    ['a local file', () => 'file:///etc/passwd', 'scheme file:'],
    ['a metadata service', () => 'http://169.254.169.254/latest', 'not among the allowed'],
  ])('segments on %s: refused before any byte', async (_name, make, words) => {
    const list = `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${make()}\n`;
    camera.on('/bad.m3u8', fixed(list, 'application/vnd.apple.mpegurl'));
    await expect(probe(definition('/bad.m3u8'))).rejects.toMatchObject({ code: 'source-refused' });
    const { collection, statuses } = play(definition('/bad.m3u8'));
    await until(statuses, collection, 'refused');
    expect(statuses.at(-1)?.reason).toContain(words);
    expect(framesOf(collection.events)).toEqual([]);
    expect(other.requests).toEqual([]);
  });

  it('a host that the operator allows is fetched from', async () => {
    other.on('/s0', fixed(transportStream.segments[0]!, 'video/mp2t'));
    const list = `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${other.origin.replace('127.0.0.1', 'localhost')}/s0\n`;
    camera.on('/cdn.m3u8', fixed(list, 'application/vnd.apple.mpegurl'));
    const source = createSource(
      { ...definition('/cdn.m3u8'), allowedHosts: ['localhost'] },
      { allowedNetworks: NETWORKS, lookup: async () => ['127.0.0.1'] },
    );
    expect(await source.probe(new AbortController().signal)).toMatchObject({ widthPx: 320 });
    expect(other.requests).toEqual(['/s0']);
  });

  it.each([
    ['a playlist as a segment', Buffer.from('#EXTM3U\n#EXTINF:1,\nhttp://10.0.0.1/x\n')],
    ['a page as a segment', Buffer.from('<html></html>')],
    ['a fragment without its initialisation', Buffer.from('\0\0\0\x08moof', 'latin1')],
  ])('%s never reaches ffmpeg', async (_name, body) => {
    camera.on('/s0', fixed(body, 'video/mp2t'));
    camera.on(
      '/x.m3u8',
      fixed('#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\ns0\n', 'application/vnd.apple.mpegurl'),
    );
    await expect(probe(definition('/x.m3u8'))).rejects.toMatchObject({ code: 'source-refused' });
  });

  it('a finished recording is no live camera', async () => {
    const list = '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\ns0\n#EXT-X-ENDLIST\n';
    camera.on('/vod.m3u8', fixed(list, 'application/vnd.apple.mpegurl'));
    await expect(probe(definition('/vod.m3u8'))).rejects.toMatchObject({ code: 'source-unreachable' });
  });

  it('a master playlist leads to the cheapest variant that is wide enough', async () => {
    publish(transportStream);
    const list = ['#EXTM3U', '#EXT-X-STREAM-INF:BANDWIDTH=5000000,RESOLUTION=1920x1080', 'dear.m3u8'];
    list.push('#EXT-X-STREAM-INF:BANDWIDTH=500000,RESOLUTION=320x240', '/live/index.m3u8');
    camera.on('/master.m3u8', fixed(`${list.join('\n')}\n`, 'application/vnd.apple.mpegurl'));
    const { collection } = play(definition('/master.m3u8'));
    await collection.until((events) => framesOf(events).length >= 3);
    expect(camera.requests).not.toContain('/dear.m3u8');
  });
});
