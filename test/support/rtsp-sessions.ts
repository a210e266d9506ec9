/** The fake camera's connections: RTSP requests in, RTP out, with the faults applied on the way. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { describeMedia, type H264Media, isParameterSet, packetize, type RtpState } from './h264-media.ts';

/** The password the camera wants. */
export interface CameraAuth {
  readonly scheme: 'basic' | 'digest';
  readonly user: string;
  readonly password: string;
  /** Default MD5, the only one ffmpeg 5.1 knows. */
  readonly algorithm?: 'MD5' | 'SHA-256';
}

/** Faults in force; changed from outside while the camera runs. */
export interface RtspFaults {
  isFrozen: boolean;
  flipRate: number;
  redirectFrom: number;
  redirectUrl?: string | undefined;
  bytesPerSecond?: number | undefined;
}

interface CameraOptions {
  readonly media: H264Media;
  readonly faults: RtspFaults;
  readonly loop: boolean;
  readonly auth?: CameraAuth;
  readonly tls?: { readonly key: string; readonly cert: string };
}

interface Client {
  readonly socket: Socket;
  readonly rtp: RtpState;
  readonly sessionId: string;
  /** Bytes not yet understood. */
  inbox: Buffer;
  rtpChannel: number;
  isPlaying: boolean;
  /** A client joins at a keyframe. */
  hasKeyframe: boolean;
  /** For the slow-bytes fault. */
  outbox: Buffer;
}

const PATH = '/stream';
const REALM = 'fake camera';
const TICKS_PER_SECOND = 90_000;

/** Everything behind the listening port. */
export function createCameraSessions(options: CameraOptions) {
  const { media, faults } = options;
  const clients = new Set<Client>();
  const requests: string[] = [];
  const nonce = randomBytes(8).toString('hex');
  let accepted = 0;
  let describes = 0;
  let server: Server | undefined;
  let nextFrame = 0;
  // Continuous over loops, and beginning near the 32-bit wrap so that every test run passes it.
  let timestampBase = 2 ** 32 - 20 * TICKS_PER_SECOND;
  let baseFrame = 0;
  const startedAt = performance.now();

  const timestampOf = (frame: number): number =>
    timestampBase + Math.round(((frame - baseFrame) * TICKS_PER_SECOND) / media.framesPerSecond);

  const onTick = (): void => {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * media.framesPerSecond);
    // A frozen camera's scene goes on: the pictures of that time are lost, not late.
    if (faults.isFrozen) nextFrame = due;
    for (; nextFrame < due; nextFrame += 1) sendFrame(nextFrame);
    for (const client of clients) drain(client);
  };
  const timer = setInterval(onTick, 10);

  const sendFrame = (frame: number): void => {
    if (!options.loop && frame >= media.units.length) {
      for (const client of clients) client.socket.end();
      return;
    }
    const unit = media.units[frame % media.units.length];
    if (unit === undefined) return;
    for (const client of clients) {
      if (!client.isPlaying) continue;
      client.hasKeyframe ||= unit.isKeyframe;
      if (!client.hasKeyframe) continue;
      const packets = packetize(unit, client.rtp, timestampOf(frame) % 2 ** 32).map(damage);
      write(client, Buffer.concat(packets.map((packet) => interleave(client.rtpChannel, packet))));
    }
  };

  const damage = (packet: Buffer): Buffer => {
    if (faults.flipRate === 0 || Math.random() >= faults.flipRate || isParameterSet(packet)) return packet;
    const copy = Buffer.from(packet);
    const at = 14 + Math.floor(Math.random() * Math.max(1, copy.length - 14));
    if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(Math.random() * 8));
    return copy;
  };

  const write = (client: Client, bytes: Buffer): void => {
    if (faults.bytesPerSecond === undefined && client.outbox.length === 0) client.socket.write(bytes);
    else client.outbox = Buffer.concat([client.outbox, bytes]);
  };

  const drain = (client: Client): void => {
    if (client.outbox.length === 0 || faults.isFrozen) return;
    const allowed = faults.bytesPerSecond === undefined ? client.outbox.length : faults.bytesPerSecond / 100;
    client.socket.write(client.outbox.subarray(0, Math.ceil(allowed)));
    client.outbox = client.outbox.subarray(Math.ceil(allowed));
  };

  const onData = (client: Client, chunk: Buffer): void => {
    client.inbox = Buffer.concat([client.inbox, chunk]);
    if (!faults.isFrozen) answerInbox(client);
  };

  const answerInbox = (client: Client): void => {
    for (;;) {
      if (client.inbox[0] === 0x24) {
        // RTCP from the player: of no interest.
        if (client.inbox.length < 4) return;
        const end = 4 + client.inbox.readUInt16BE(2);
        if (client.inbox.length < end) return;
        client.inbox = client.inbox.subarray(end);
        continue;
      }
      const end = client.inbox.indexOf('\r\n\r\n');
      if (end < 0) return;
      const text = client.inbox.subarray(0, end).toString('latin1');
      client.inbox = client.inbox.subarray(end + 4);
      answer(client, text);
    }
  };

  const answer = (client: Client, text: string): void => {
    const [requestLine = '', ...headerLines] = text.split('\r\n');
    const [method = '', uri = ''] = requestLine.split(' ');
    requests.push(`${method} ${uri}`);
    const headers = new Map<string, string>();
    for (const line of headerLines) {
      const colon = line.indexOf(':');
      headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
    }
    const reply = replyTo(client, { method, uri, headers });
    const lines = [
      `RTSP/1.0 ${reply.status}`,
      `CSeq: ${headers.get('cseq') ?? '0'}`,
      ...(reply.headers ?? []),
    ];
    const body = reply.body ?? '';
    if (body !== '') lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
    write(client, Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`));
    if (reply.isLast === true) client.socket.end();
  };

  const replyTo = (client: Client, request: Request): Reply => {
    if (request.method === 'OPTIONS') {
      return {
        status: '200 OK',
        headers: ['Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER'],
      };
    }
    if (!isAllowed(request, options.auth, nonce)) {
      return { status: '401 Unauthorized', headers: [challenge(options.auth, nonce)] };
    }
    const session = `Session: ${client.sessionId};timeout=60`;
    if (request.method === 'DESCRIBE') return describe(request);
    if (request.method === 'SETUP') {
      const channels = /interleaved=(\d+)-(\d+)/.exec(request.headers.get('transport') ?? '');
      if (channels === null) return { status: '461 Unsupported Transport' };
      client.rtpChannel = Number(channels[1]);
      const transport = `Transport: RTP/AVP/TCP;unicast;interleaved=${channels[1]}-${channels[2]}`;
      return { status: '200 OK', headers: [transport, session] };
    }
    if (request.method === 'PLAY') {
      client.isPlaying = true;
      return { status: '200 OK', headers: [session, 'Range: npt=now-'] };
    }
    if (request.method === 'TEARDOWN') return { status: '200 OK', headers: [session], isLast: true };
    if (request.method === 'GET_PARAMETER') return { status: '200 OK', headers: [session] };
    return { status: '501 Not Implemented' };
  };

  const describe = (request: Request): Reply => {
    describes += 1;
    if (faults.redirectUrl !== undefined && describes >= faults.redirectFrom) {
      return { status: '302 Found', headers: [`Location: ${faults.redirectUrl}`] };
    }
    if (!request.uri.replace(/\/$/, '').endsWith(PATH)) return { status: '404 Not Found' };
    const headers = ['Content-Type: application/sdp', `Content-Base: ${request.uri.replace(/\/$/, '')}/`];
    return { status: '200 OK', headers, body: describeMedia(media) };
  };

  const onConnection = (socket: Socket): void => {
    accepted += 1;
    const client: Client = {
      socket,
      rtp: { sequence: Math.floor(Math.random() * 65536), ssrc: 0x50414e54 },
      sessionId: randomBytes(4).toString('hex'),
      inbox: Buffer.alloc(0),
      rtpChannel: 0,
      isPlaying: false,
      hasKeyframe: false,
      outbox: Buffer.alloc(0),
    };
    clients.add(client);
    socket.on('data', (chunk: Buffer) => onData(client, chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => clients.delete(client));
  };

  const dropAll = (): void => {
    for (const client of clients) client.socket.destroy();
    clients.clear();
  };

  const listen = async (port: number): Promise<number> => {
    const made = options.tls === undefined ? createServer() : createTlsServer({ ...options.tls });
    made.on(options.tls === undefined ? 'connection' : 'secureConnection', onConnection);
    made.listen(port, '127.0.0.1');
    await once(made, 'listening');
    server = made;
    const address = made.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  };

  const stopListening = async (): Promise<void> => {
    const old = server;
    server = undefined;
    const closed = old === undefined ? undefined : once(old, 'close');
    old?.close();
    dropAll();
    await closed;
  };

  return {
    requests,
    connections: (): number => accepted,
    listen,
    stopListening,
    dropAll,
    answerPending: (): void => {
      for (const client of clients) answerInbox(client);
    },
    resetPts: (): void => {
      baseFrame = nextFrame;
      timestampBase = 0;
    },
    close: async (): Promise<void> => {
      clearInterval(timer);
      await stopListening();
    },
  };
}

interface Request {
  readonly method: string;
  readonly uri: string;
  readonly headers: ReadonlyMap<string, string>;
}

interface Reply {
  readonly status: string;
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly isLast?: boolean;
}

function interleave(channel: number, packet: Buffer): Buffer {
  const head = Buffer.from([0x24, channel, packet.length >> 8, packet.length & 0xff]);
  return Buffer.concat([head, packet]);
}

function challenge(auth: CameraAuth | undefined, nonce: string): string {
  if (auth?.scheme === 'digest') {
    return `WWW-Authenticate: Digest realm="${REALM}", nonce="${nonce}", algorithm=${auth.algorithm ?? 'MD5'}`;
  }
  return `WWW-Authenticate: Basic realm="${REALM}"`;
}

function isAllowed(request: Request, auth: CameraAuth | undefined, nonce: string): boolean {
  if (auth === undefined) return true;
  const given = request.headers.get('authorization') ?? '';
  if (auth.scheme === 'basic') {
    return given === `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}`;
  }
  const uri = /uri="([^"]*)"/.exec(given)?.[1] ?? '';
  const response = /response="([^"]*)"/.exec(given)?.[1] ?? '';
  const hash = (text: string): string =>
    createHash(auth.algorithm === 'SHA-256' ? 'sha256' : 'md5')
      .update(text)
      .digest('hex');
  const expected = hash(
    `${hash(`${auth.user}:${REALM}:${auth.password}`)}:${nonce}:${hash(`${request.method}:${uri}`)}`,
  );
  return given.startsWith('Digest ') && response === expected;
}
