/**
 * A camera that can be made to fail: a small RTSP server (RTP interleaved over TCP) that plays a file in a loop.
 *
 * As a module: `startRtspServer({ file })`. As a command:
 * `npx tsx test/support/rtsp-server.ts --file vtest.avi --port 8554 [--fps 10] [--user u --password p]`,
 * which takes faults as lines on stdin: freeze, resume, drop, refuse, accept, flip RATE, reset-pts, quit.
 */
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { encodeH264 } from './h264-media.ts';
import { type CameraAuth, createCameraSessions, type RtspFaults } from './rtsp-sessions.ts';

/** What the camera plays and how it guards itself. */
export interface RtspServerOptions {
  readonly file: string;
  /** Play for ever with continuous timestamps (default true); else the server closes the session at the end. */
  readonly loop?: boolean;
  /** Rate of the encoded stream; default 10. */
  readonly fps?: number;
  /** Pictures between keyframes; default 10. */
  readonly gop?: number;
  readonly maxFrames?: number;
  readonly widthPx?: number;
  /** 0 (default) takes a free one. */
  readonly port?: number;
  readonly auth?: CameraAuth;
  /** Serve rtsps with this certificate. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** A running camera and its faults. */
export interface RtspServer {
  /** Address without credentials. */
  readonly url: string;
  readonly port: number;
  /** Pictures encoded from the file, i.e. the length of one loop. */
  readonly frameCount: number;
  /** Every request line seen, e.g. `DESCRIBE rtsp://…`. */
  readonly requests: readonly string[];
  /** TCP connections accepted so far. */
  connections(): number;
  /** Sends no byte and answers nothing, TCP stays open. */
  freeze(): void;
  resume(): void;
  /** Resets all connections; new ones are served. */
  drop(): void;
  /** Resets all connections and, while on, refuses new ones. */
  refuse(on: boolean): Promise<void>;
  /** Chance 0..1 that an RTP packet gets one flipped bit in its payload. */
  flipBits(rate: number): void;
  /** Answers DESCRIBE with 302 to this address. */
  redirect(url: string | undefined): void;
  /** Like `redirect`, but only from the n-th DESCRIBE on: a camera that turns hostile after the check. */
  redirectAfter(describes: number, url: string): void;
  /** At most this many bytes a second for each client. */
  slow(bytesPerSecond: number | undefined): void;
  /** Timestamps start again at zero. */
  resetPts(): void;
  close(): Promise<void>;
}

/** Encodes the file (a second or two), then listens on 127.0.0.1. */
export async function startRtspServer(options: RtspServerOptions): Promise<RtspServer> {
  const media = await encodeH264({
    file: options.file,
    framesPerSecond: options.fps ?? 10,
    gop: options.gop ?? 10,
    ...(options.maxFrames === undefined ? {} : { maxFrames: options.maxFrames }),
    ...(options.widthPx === undefined ? {} : { widthPx: options.widthPx }),
  });
  const faults: RtspFaults = { isFrozen: false, flipRate: 0, redirectFrom: 1 };
  const sessions = createCameraSessions({
    media,
    faults,
    loop: options.loop ?? true,
    ...(options.auth === undefined ? {} : { auth: options.auth }),
    ...(options.tls === undefined ? {} : { tls: options.tls }),
  });
  const port = await sessions.listen(options.port ?? 0);
  const scheme = options.tls === undefined ? 'rtsp' : 'rtsps';
  return {
    url: `${scheme}://127.0.0.1:${port}/stream`,
    port,
    frameCount: media.units.length,
    requests: sessions.requests,
    connections: sessions.connections,
    freeze: () => {
      faults.isFrozen = true;
    },
    resume: () => {
      faults.isFrozen = false;
      sessions.answerPending();
    },
    drop: sessions.dropAll,
    refuse: async (on) => {
      if (on) await sessions.stopListening();
      else await sessions.listen(port);
    },
    flipBits: (rate) => {
      faults.flipRate = rate;
    },
    redirect: (url) => {
      faults.redirectFrom = 1;
      faults.redirectUrl = url;
    },
    redirectAfter: (describes, url) => {
      faults.redirectFrom = describes;
      faults.redirectUrl = url;
    },
    slow: (bytesPerSecond) => {
      faults.bytesPerSecond = bytesPerSecond;
    },
    resetPts: sessions.resetPts,
    close: sessions.close,
  };
}

function obey(server: RtspServer, line: string): void {
  const [command = '', argument = ''] = line.trim().split(/\s+/);
  const faults: Record<string, () => unknown> = {
    freeze: server.freeze,
    resume: server.resume,
    drop: server.drop,
    refuse: () => server.refuse(true),
    accept: () => server.refuse(false),
    flip: () => server.flipBits(Number(argument)),
    'reset-pts': server.resetPts,
    quit: () => process.kill(process.pid, 'SIGTERM'),
  };
  const fault = faults[command];
  if (fault === undefined)
    console.error(`unknown fault ${command}; known: ${Object.keys(faults).join(', ')}`);
  else fault();
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      file: { type: 'string' },
      port: { type: 'string', default: '8554' },
      fps: { type: 'string', default: '10' },
      frames: { type: 'string' },
      user: { type: 'string' },
      password: { type: 'string' },
    },
  });
  if (values.file === undefined) throw new Error('--file is missing: name the video to play');
  const server = await startRtspServer({
    file: values.file,
    port: Number(values.port),
    fps: Number(values.fps),
    ...(values.frames === undefined ? {} : { maxFrames: Number(values.frames) }),
    ...(values.user === undefined
      ? {}
      : { auth: { scheme: 'digest' as const, user: values.user, password: values.password ?? '' } }),
  });
  console.log(server.url);
  const input = createInterface({ input: process.stdin });
  input.on('line', (line) => obey(server, line));
  const stop = (): void => {
    input.close();
    void server.close();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
