/** Cameras over HTTP that can be made to fail: a snapshot, an MJPEG stream, an HLS playlist made of real segments. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';

/** Answers one request; the path decides which. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A running HTTP server on loopback. */
export interface HttpCamera {
  /** `http://127.0.0.1:port`. */
  readonly origin: string;
  readonly port: number;
  /** Paths asked for, in order. */
  readonly requests: readonly string[];
  /** Sets or replaces what answers a path. */
  on(path: string, handler: Handler): void;
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1; unknown paths get 404. */
export async function startHttpCamera(): Promise<HttpCamera> {
  const handlers = new Map<string, Handler>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    requests.push(path);
    response.on('error', () => response.destroy());
    const handler = handlers.get(path);
    if (handler === undefined) response.writeHead(404).end();
    else handler(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    on: (path, handler) => {
      handlers.set(path, handler);
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A handler for a body that doesn't change. */
export function fixed(body: Buffer | string, contentType: string): Handler {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': contentType });
    response.end(body);
  };
}

/** A JPEG of one colour; the same colour gives the same bytes. */
export function jpegOf(
  colour: { r: number; g: number; b: number },
  size = { width: 64, height: 48 },
): Promise<Buffer> {
  return sharp({ create: { ...size, channels: 3, background: colour } })
    .jpeg()
    .toBuffer();
}

/** MJPEG: a part each `intervalMs`, made by `next`; undefined stops sending but keeps the connection. */
export function mjpegHandler(
  next: (index: number) => Buffer | undefined,
  options: { intervalMs: number; withLength?: boolean; boundary?: string },
): Handler {
  const boundary = options.boundary ?? 'camera';
  return (_request, response) => {
    response.writeHead(200, { 'content-type': `multipart/x-mixed-replace; boundary=${boundary}` });
    let index = 0;
    const timer = setInterval(() => {
      const jpeg = next(index);
      index += 1;
      if (jpeg === undefined) return;
      const length = options.withLength === false ? '' : `Content-Length: ${jpeg.length}\r\n`;
      response.write(`--${boundary}\r\nContent-Type: image/jpeg\r\n${length}\r\n`);
      response.write(jpeg);
      response.write('\r\n');
    }, options.intervalMs);
    response.on('close', () => clearInterval(timer));
  };
}

/** Segments of a clip, cut by ffmpeg. */
export interface HlsMedia {
  readonly segments: readonly Buffer[];
  /** Fragmented MP4 only. */
  readonly init?: Buffer;
  readonly segmentSeconds: number;
}

/** Cuts `seconds` of a file into segments that begin with a keyframe. */
export async function cutHls(options: {
  file: string;
  seconds: number;
  segmentSeconds: number;
  type?: 'mpegts' | 'fmp4';
  /** Default 320 wide. */
  scale?: string;
}): Promise<HlsMedia> {
  const folder = await mkdtemp(join(tmpdir(), 'pantau-hls-'));
  const isMp4 = options.type === 'fmp4';
  try {
    const child = spawn(
      'ffmpeg',
      ['-nostdin', '-loglevel', 'error', '-i', options.file, '-t', String(options.seconds)]
        .concat([
          '-an',
          '-vf',
          `scale=${options.scale ?? '320:-2'}`,
          '-c:v',
          'libx264',
          '-preset',
          'ultrafast',
          '-pix_fmt',
          'yuv420p',
        ])
        .concat(['-force_key_frames', `expr:gte(t,n_forced*${options.segmentSeconds})`, '-f', 'hls'])
        .concat(['-hls_time', String(options.segmentSeconds), '-hls_list_size', '0'])
        .concat(['-hls_segment_type', isMp4 ? 'fmp4' : 'mpegts'])
        .concat(['-hls_segment_filename', join(folder, isMp4 ? 's%04d.m4s' : 's%04d.ts')])
        .concat([join(folder, 'index.m3u8')]),
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`ffmpeg could not cut ${options.file}: exit ${code}`);
    const names = (await readdir(folder)).filter((name) => /^s\d+/.test(name)).sort();
    const segments = await Promise.all(names.map((name) => readFile(join(folder, name))));
    const init = isMp4 ? { init: await readFile(join(folder, 'init.mp4')) } : {};
    return { segments, ...init, segmentSeconds: options.segmentSeconds };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A live HLS camera behind an `HttpCamera`. */
export interface HlsCamera {
  /** Segments published so far. */
  published(): number;
  /** The playlist stops changing. */
  freeze(): void;
  stop(): void;
}

/** Publishes a segment each segment time at `/live/index.m3u8`, with the last `windowSize` in the playlist. */
export function startHlsCamera(
  camera: HttpCamera,
  media: HlsMedia,
  options: {
    windowSize?: number;
    programDate?: (sequence: number) => string;
    first?: number;
    /** This segment begins anew, and the playlist says so. */
    discontinuityAt?: number;
  } = {},
): HlsCamera {
  const windowSize = options.windowSize ?? 5;
  let count = options.first ?? 3;
  let isFrozen = false;
  const timer = setInterval(() => {
    if (!isFrozen && count < media.segments.length) count += 1;
  }, media.segmentSeconds * 1000);
  media.segments.forEach((segment, index) => {
    camera.on(`/live/s${index}`, fixed(segment, 'application/octet-stream'));
  });
  if (media.init !== undefined) camera.on('/live/init.mp4', fixed(media.init, 'video/mp4'));
  camera.on('/live/index.m3u8', (_request, response) => {
    const first = Math.max(0, count - windowSize);
    const lines = ['#EXTM3U', '#EXT-X-VERSION:7', `#EXT-X-TARGETDURATION:${Math.ceil(media.segmentSeconds)}`];
    lines.push(`#EXT-X-MEDIA-SEQUENCE:${first}`);
    if (media.init !== undefined) lines.push('#EXT-X-MAP:URI="init.mp4"');
    for (let sequence = first; sequence < count; sequence += 1) {
      if (sequence === options.discontinuityAt) lines.push('#EXT-X-DISCONTINUITY');
      const date = options.programDate?.(sequence);
      if (date !== undefined) lines.push(`#EXT-X-PROGRAM-DATE-TIME:${date}`);
      lines.push(`#EXTINF:${media.segmentSeconds.toFixed(3)},`, `s${sequence}`);
    }
    response.writeHead(200, { 'content-type': 'application/vnd.apple.mpegurl' });
    response.end(`${lines.join('\n')}\n`);
  });
  return {
    published: () => count,
    freeze: () => {
      isFrozen = true;
    },
    stop: () => clearInterval(timer),
  };
}
