/**
 * Asks the camera once (DESCRIBE) before ffmpeg starts. ffmpeg's exit says nothing of the kind of failure
 * (RELIABILITY §2.2) and it follows redirects anywhere (§2.4); this tells a wrong password, a wrong path, a
 * redirect and a dead camera apart.
 */
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AnalysisError } from '../../errors.ts';
import { answerChallenge, type Credentials, credentialsOf } from './access-auth.ts';
import type { PinnedUrl } from './egress.ts';
import { describeFault } from './egress-http.ts';
import {
  createRtspCutter,
  formatMessage,
  headerValues,
  type RtspMessage,
  RtspSyntaxError,
  statusOf,
} from './rtsp-message.ts';

/** How long the camera may take. */
export interface PreflightOptions {
  /** Over connecting and both questions. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What the camera said it sends. */
export interface RtspDescription {
  readonly sdp: string;
}

/** The camera's URL as it stands in requests: never with user or password. */
export function requestUri(target: PinnedUrl): string {
  const { url } = target;
  const host = isIP(target.hostname) === 6 ? `[${target.hostname}]` : target.hostname;
  const port = url.port === '' ? '' : `:${url.port}`;
  // rtsps is a transport; cameras know their path by the scheme rtsp or rtsps alike, and most compare it whole.
  return `${url.protocol}//${host}${port}${url.pathname}${url.search}`;
}

/** Opens a connection to the pinned address; TLS where the scheme says so. */
export function connectPinned(target: PinnedUrl): Socket {
  const { address: host, port } = target;
  if (target.url.protocol !== 'rtsps:') return connectTcp({ host, port });
  // Cameras carry self-signed certificates; like ffmpeg, we take them. The address is pinned, and Digest keeps the
  // password off the wire where the camera offers it.
  const name = isIP(target.hostname) === 0 ? { servername: target.hostname } : {};
  return connectTls({ host, port, rejectUnauthorized: false, ...name });
}

/**
 * DESCRIBE with the URL's credentials. Throws `source-auth-failed` (401, 403), `source-missing` (404),
 * `source-refused` (30x, not followed), `source-not-video` (no video in the description) or `source-unreachable`.
 */
export async function describeRtsp(target: PinnedUrl, options: PreflightOptions): Promise<RtspDescription> {
  const deadline = AbortSignal.timeout(options.timeoutMs);
  const signal = AbortSignal.any([options.signal, deadline]);
  const socket = connectPinned(target);
  const ask = createAsker(socket, signal);
  try {
    const answer = await describeWithAuth(ask, target);
    return readDescription(answer, target);
  } catch (cause) {
    options.signal.throwIfAborted();
    if (cause instanceof AnalysisError) throw cause;
    const what = deadline.aborted ? `no answer within ${options.timeoutMs} ms` : faultOf(cause);
    throw new AnalysisError('source-unreachable', 'describe', `camera ${nameOf(target)}: ${what}`);
  } finally {
    socket.destroy();
  }
}

function faultOf(cause: unknown): string {
  return cause instanceof RtspSyntaxError
    ? `it does not speak RTSP (${cause.message})`
    : describeFault(cause);
}

type Ask = (request: Buffer) => Promise<RtspMessage>;

function createAsker(socket: Socket, signal: AbortSignal): Ask {
  const cutter = createRtspCutter();
  let settle: { resolve: (message: RtspMessage) => void; reject: (cause: unknown) => void } | undefined;
  let failure: unknown;
  const fail = (cause: unknown): void => {
    failure ??= cause;
    settle?.reject(cause);
  };
  socket.on('error', fail);
  socket.on('close', () =>
    fail(Object.assign(new Error('closed'), { code: 'the camera closed the connection' })),
  );
  signal.addEventListener('abort', () => fail(signal.reason), { once: true });
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const piece of cutter.push(chunk)) {
        if (piece.kind === 'message') settle?.resolve(piece.message);
      }
    } catch (cause) {
      fail(cause);
    }
  });
  return (request) =>
    new Promise((resolve, reject) => {
      if (failure !== undefined || signal.aborted) {
        reject(failure ?? signal.reason);
        return;
      }
      settle = { resolve, reject };
      socket.write(request);
    });
}

async function describeWithAuth(ask: Ask, target: PinnedUrl): Promise<RtspMessage> {
  const uri = requestUri(target);
  const first = await ask(describeRequest(uri, '1'));
  const credentials: Credentials | undefined = credentialsOf(target.url);
  if (statusOf(first) !== 401 || credentials === undefined) return first;
  const challenges = headerValues(first, 'www-authenticate');
  const authorization = answerChallenge(challenges, credentials, { method: 'DESCRIBE', uri });
  return authorization === undefined ? first : ask(describeRequest(uri, '2', authorization));
}

function describeRequest(uri: string, sequence: string, authorization?: string): Buffer {
  const headers: [string, string][] = [
    ['CSeq', sequence],
    ['Accept', 'application/sdp'],
    ['User-Agent', 'pantau'],
  ];
  if (authorization !== undefined) headers.push(['Authorization', authorization]);
  return formatMessage(`DESCRIBE ${uri} RTSP/1.0`, headers);
}

function readDescription(answer: RtspMessage, target: PinnedUrl): RtspDescription {
  const status = statusOf(answer);
  if (status === 200) {
    const sdp = answer.body.toString('utf8');
    if (!/^m=video /m.test(sdp)) {
      throw new AnalysisError(
        'source-no-video-stream',
        'describe',
        `camera ${nameOf(target)} offers no video`,
      );
    }
    return { sdp };
  }
  throw describeStatus(status ?? 0, target);
}

/** The typed error for a status that is not 200. */
export function describeStatus(status: number, target: PinnedUrl): AnalysisError {
  const camera = `camera ${nameOf(target)} answered ${status}`;
  if (status === 401 || status === 403) {
    const given = target.url.username === '' ? 'it wants a user and a password' : 'user or password is wrong';
    return new AnalysisError('source-auth-failed', 'describe', `${camera}: ${given}`);
  }
  if (status === 404) {
    return new AnalysisError('source-missing', 'describe', `${camera}: it has no stream at this path`);
  }
  if (status >= 300 && status < 400) {
    const advice = 'redirects are not followed, give the camera its final address';
    return new AnalysisError('source-refused', 'describe', `${camera}: ${advice}`);
  }
  return new AnalysisError('source-unreachable', 'describe', camera);
}

function nameOf(target: PinnedUrl): string {
  return `${target.hostname}:${target.port}`;
}
