/**
 * ffmpeg's only way to an RTSP camera: a relay on loopback for one connection.
 *
 * ffmpeg follows RTSP redirects to any host and has no switch against it, shows the URL with its password in `ps`
 * and in its errors, and knows Digest with MD5 only. Behind the relay it knows neither the camera's address nor
 * its password: the relay connects to the pinned address, answers challenges itself, and cuts the connection at a
 * redirect, also at one that comes after the preflight.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { AnalysisError } from '../../errors.ts';
import { answerChallenge, credentialsOf } from './access-auth.ts';
import type { PinnedUrl } from './egress.ts';
import {
  createRtspCutter,
  formatMessage,
  headerValues,
  type RtspMessage,
  type RtspPiece,
  statusOf,
} from './rtsp-message.ts';
import { connectPinned, describeStatus, requestUri } from './rtsp-preflight.ts';

/** A relay that waits for its one client. */
export interface RtspRelay {
  /** What ffmpeg opens; holds a one-time token, so that no other user of the machine gets the camera's pictures. */
  readonly url: string;
  /** Why the relay cut the connection; undefined while it has no reason of its own. */
  failure(): AnalysisError | undefined;
  close(): void;
}

interface Exchange {
  readonly message: RtspMessage;
  hasAnsweredChallenge: boolean;
}

/** Listens on a free port of 127.0.0.1; connects to the camera when ffmpeg comes. */
export async function openRtspRelay(target: PinnedUrl): Promise<RtspRelay> {
  const token = randomBytes(16).toString('hex');
  const sockets = new Set<Socket>();
  let failure: AnalysisError | undefined;
  let localUrl = '';
  const server = createServer((client) => {
    // One client only: whoever comes second is not ffmpeg.
    server.close();
    sockets.add(client);
    const cut = (reason?: AnalysisError): void => {
      failure ??= reason;
      for (const socket of sockets) socket.destroy();
    };
    relay({ client, target, localUrl, sockets, cut });
  });
  server.maxConnections = 1;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  localUrl = `rtsp://127.0.0.1:${port}/${token}`;
  return {
    url: localUrl,
    failure: () => failure,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

interface RelayContext {
  readonly client: Socket;
  readonly target: PinnedUrl;
  readonly localUrl: string;
  readonly sockets: Set<Socket>;
  cut(reason?: AnalysisError): void;
}

function relay(context: RelayContext): void {
  const { client, target, cut } = context;
  const camera = connectPinned(target);
  context.sockets.add(camera);
  const exchanges = new Map<string, Exchange>();
  const sign = createSigner(target);
  const toCamera = createRtspCutter();
  const toClient = createRtspCutter();

  const onRequest = (piece: RtspPiece): void => {
    if (piece.kind === 'packet') {
      camera.write(piece.bytes);
      return;
    }
    const message = rewriteRequest(piece.message, context);
    if (message === undefined) {
      cut();
      return;
    }
    exchanges.set(sequenceOf(message), { message, hasAnsweredChallenge: false });
    camera.write(sign(message));
  };

  const onAnswer = (piece: RtspPiece): void => {
    if (piece.kind === 'packet') {
      forward(piece.bytes);
      return;
    }
    const status = statusOf(piece.message) ?? 0;
    const sequence = sequenceOf(piece.message);
    const exchange = exchanges.get(sequence);
    if (status === 401 && exchange?.hasAnsweredChallenge === false) {
      exchange.hasAnsweredChallenge = true;
      if (sign.learn(headerValues(piece.message, 'www-authenticate'))) {
        camera.write(sign(exchange.message));
        return;
      }
    }
    exchanges.delete(sequence);
    if (status >= 300 && status < 500 && isFatal(status)) cut(describeStatus(status, target));
    else forward(piece.bytes);
  };

  const forward = (bytes: Buffer): void => {
    // TCP's own back-pressure: the camera waits when ffmpeg does.
    if (!client.write(bytes)) camera.pause();
  };

  client.on('drain', () => camera.resume());
  client.on('data', (chunk: Buffer) => handle(() => toCamera.push(chunk).forEach(onRequest), cut));
  camera.on('data', (chunk: Buffer) => handle(() => toClient.push(chunk).forEach(onAnswer), cut));
  for (const [socket, other] of [
    [client, camera],
    [camera, client],
  ] as const) {
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      context.sockets.delete(socket);
      other.end();
    });
  }
}

/** What the other side of a session can't mend; other refusals (e.g. OPTIONS 405, GET_PARAMETER 454) ffmpeg bears. */
function isFatal(status: number): boolean {
  return status < 400 || status === 401 || status === 403 || status === 404;
}

/** Bytes that are no RTSP end the connection: ffmpeg's parser is not to see them. */
function handle(work: () => void, cut: () => void): void {
  try {
    work();
  } catch {
    cut();
  }
}

function sequenceOf(message: RtspMessage): string {
  return headerValues(message, 'cseq')[0] ?? '';
}

/** The client's request with the camera's URL in it; undefined when it lacks the token and so isn't ffmpeg's. */
function rewriteRequest(message: RtspMessage, context: RelayContext): RtspMessage | undefined {
  const [method = '', uri = '', version = ''] = message.startLine.split(' ');
  const isLocal = uri.startsWith(context.localUrl);
  // After DESCRIBE, ffmpeg uses the addresses that the camera gave (Content-Base, a=control) as mere names.
  const isLaterRequest = method !== 'OPTIONS' && method !== 'DESCRIBE';
  if (!isLocal && !isLaterRequest) return undefined;
  const rest = uri.slice(context.localUrl.length);
  const target = isLocal ? `${requestUri(context.target)}${rest}` : uri;
  const headers = message.headers.filter(([name]) => name !== 'authorization');
  return { ...message, startLine: `${method} ${target} ${version}`, headers };
}

/** Writes requests with the answer to the last challenge. */
function createSigner(target: PinnedUrl) {
  const credentials = credentialsOf(target.url);
  let challenges: readonly string[] = [];
  const sign = (message: RtspMessage): Buffer => {
    const [method = '', uri = ''] = message.startLine.split(' ');
    const answer =
      credentials === undefined ? undefined : answerChallenge(challenges, credentials, { method, uri });
    const headers = message.headers.map(([name, value]) => [WIRE_NAMES[name] ?? name, value] as const);
    if (answer !== undefined) headers.push(['Authorization', answer]);
    return formatMessage(message.startLine, headers, message.body);
  };
  /** Keeps the challenge; false when it can't be answered. */
  sign.learn = (given: readonly string[]): boolean => {
    challenges = given;
    if (credentials === undefined) return false;
    return answerChallenge(given, credentials, { method: 'DESCRIBE', uri: '' }) !== undefined;
  };
  return sign;
}

/** Some cameras compare header names with case. */
const WIRE_NAMES: Readonly<Record<string, string>> = {
  cseq: 'CSeq',
  accept: 'Accept',
  'user-agent': 'User-Agent',
  transport: 'Transport',
  session: 'Session',
  range: 'Range',
  require: 'Require',
  'content-length': 'Content-Length',
  'content-type': 'Content-Type',
};
