/** Pictures to draw on, from every kind of source, through the real portal; nothing of them stays anywhere. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type ConsoleApp, startConsoleApp } from '../support/console-app.ts';
import {
  cutHls,
  type HlsCamera,
  type HttpCamera,
  jpegOf,
  mjpegHandler,
  startHlsCamera,
  startHttpCamera,
} from '../support/fake-camera-http.ts';
import { type RtspServer, startRtspServer } from '../support/rtsp-server.ts';

/** What each camera looks at, so that a picture tells whose it is. */
const COLOURS = {
  rtsp: { r: 200, g: 20, b: 20 },
  hls: { r: 20, g: 160, b: 20 },
  mjpeg: { r: 20, g: 20, b: 200 },
  recording: { r: 200, g: 200, b: 20 },
} as const;
type Kind = keyof typeof COLOURS;
const SIZE = { width: 320, height: 240 };
const AUTH = { scheme: 'digest', user: 'operator', password: 'rahasia-Dishub-77' } as const;
/** What every JPEG begins with. */
const JPEG_START = Buffer.from('ffd8ff', 'hex');

/** Everything that this test's programs may write to. */
const folder = mkdtempSync(path.join(tmpdir(), 'pantau-pictures-'));
let portal: ConsoleApp;
let operator: Record<string, string>;
let rtsp: RtspServer;
let web: HttpCamera;
let hls: HlsCamera;

beforeAll(async () => {
  vi.stubEnv('TMPDIR', folder);
  portal = await startConsoleApp();
  operator = await portal.bearer('operate');
  rtsp = await startRtspServer({ file: clipOf('rtsp'), fps: 10, auth: AUTH });
  web = await startHttpCamera();
  const jpeg = await jpegOf(COLOURS.mjpeg, SIZE);
  web.on(
    '/mjpeg',
    mjpegHandler(() => jpeg, { intervalMs: 100 }),
  );
  hls = startHlsCamera(web, await cutHls({ file: clipOf('hls'), seconds: 4, segmentSeconds: 1 }));
  clipOf('recording');
});

afterAll(async () => {
  hls?.stop();
  await web?.close();
  await rtsp?.close();
  await portal?.close();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Four seconds of one colour below the media root. */
function clipOf(kind: Kind): string {
  const file = path.join(portal.mediaRoot, `${kind}.mp4`);
  const { r, g, b } = COLOURS[kind];
  const colour = [r, g, b].map((part) => part.toString(16).padStart(2, '0')).join('');
  const input = [
    '-f',
    'lavfi',
    '-i',
    `color=0x${colour}:size=${SIZE.width}x${SIZE.height}:rate=10:duration=4`,
  ];
  execFileSync('ffmpeg', ['-nostdin', '-v', 'error', ...input, '-pix_fmt', 'yuv420p', file]);
  return file;
}

function sourceOf(kind: Kind): object {
  switch (kind) {
    case 'rtsp':
      return { kind, url: rtsp.url.replace('rtsp://', `rtsp://${AUTH.user}:${AUTH.password}@`) };
    case 'hls':
      return { kind, url: `${web.origin}/live/index.m3u8` };
    case 'mjpeg':
      return { kind, url: `${web.origin}/mjpeg` };
    case 'recording':
      return { kind, path: 'recording.mp4' };
  }
}

it.each(Object.keys(COLOURS) as Kind[])('is taken from a camera of kind %s', async (kind) => {
  const zones = [
    {
      id: 'a',
      polygon: [
        { x: 0, y: 0 },
        { x: 1, y: 0 },
        { x: 1, y: 1 },
      ],
    },
  ];
  const url = `/api/v1/operate/cameras/${kind}`;
  const camera = { source: sourceOf(kind), zones };
  const put = await portal.ask({ method: 'PUT', url, headers: operator, payload: { camera } });
  expect(put.statusCode, put.body).toBe(201);
  const answer = await portal.ask({ method: 'GET', url: `${url}/snapshot`, headers: operator });
  expect(answer.statusCode, answer.body).toBe(200);
  expect(answer.headers).toMatchObject({ 'content-type': 'image/jpeg', 'cache-control': 'no-store' });
  const { width, height } = await sharp(answer.rawPayload).metadata();
  expect([width, height]).toEqual([SIZE.width, SIZE.height]);
  const { channels } = await sharp(answer.rawPayload).stats();
  const { r, g, b } = COLOURS[kind];
  for (const [index, wanted] of [r, g, b].entries()) {
    expect(Math.abs(channels[index]!.mean - wanted)).toBeLessThan(12);
  }
});

it('is kept nowhere: not in a file of the portal, of Redis or of ffmpeg, not in a key of Redis', async () => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(portal.mediaRoot))
    .map((entry) => path.join(entry.parentPath, entry.name));
  // The search is of use only where the data are.
  expect(files.map((file) => path.basename(file))).toEqual(
    expect.arrayContaining(['portal.db', 'register.db']),
  );
  expect(files.filter((file) => readFileSync(file).includes(JPEG_START))).toEqual([]);
  expect(readdirSync(portal.mediaRoot).sort()).toEqual(['hls.mp4', 'recording.mp4', 'rtsp.mp4']);
  for (const key of await portal.redis.keys('*')) {
    expect((await portal.redis.dumpBuffer(key))?.includes(JPEG_START), key).toBe(false);
  }
  const { entries } = (
    await portal.ask({ url: '/api/v1/audit', headers: await portal.bearer('admin') })
  ).json();
  const looked = (entries as { action: string; target: string }[]).filter(
    ({ action }) => action === 'camera.look',
  );
  expect(looked.map(({ target }) => target).sort()).toEqual(['hls', 'mjpeg', 'recording', 'rtsp']);
});
