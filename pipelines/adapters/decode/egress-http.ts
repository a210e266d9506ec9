/** HTTP through the egress check: pinned addresses, redirects by hand with a check at each hop, limits on all. */
import type { LookupFunction } from 'node:net';
import { Agent, type Dispatcher, request } from 'undici';
import { AnalysisError } from '../../errors.ts';
import { linkAbort } from '../linked-abort.ts';
import { answerChallenge, type Credentials, credentialsOf } from './access-auth.ts';
import { type EgressPolicy, type PinnedUrl, pinUrl } from './egress.ts';

/** Limits of every request of one fetcher. */
export interface HttpLimits {
  /** To connect, and to see the answer's head. */
  readonly headersTimeoutMs: number;
  /** Between two pieces of a body. */
  readonly bodyTimeoutMs: number;
  readonly maxRedirects: number;
}

/** Numbers of RELIABILITY §6: connect deadline 15 s, frame watchdog 10 s; three hops are enough for any CDN. */
export const HTTP_LIMITS: HttpLimits = { headersTimeoutMs: 15_000, bodyTimeoutMs: 10_000, maxRedirects: 3 };

/** What to fetch. */
export interface HttpGet {
  readonly url: string;
  readonly signal: AbortSignal;
  /** Bytes `[offset, offset + length)` only. */
  readonly range?: { readonly offset: number; readonly length: number };
}

/** An answer with status 200 or 206, body unread. */
export interface HttpAnswer {
  /** Address of the last hop. */
  readonly url: URL;
  readonly isPartial: boolean;
  header(name: string): string | undefined;
  readonly body: AsyncIterable<Buffer> & { destroy(): void };
}

/** One fetcher is one connection attempt to a camera: names are resolved once and stay pinned while it lives. */
export interface HttpFetcher {
  /** Throws typed errors: refused, auth-failed, missing, unreachable. The caller reads or destroys the body. */
  open(get: HttpGet): Promise<HttpAnswer>;
  /** The whole body; `source-too-large` above `maxBytes`, and `deadlineMs` over all of it. */
  read(get: HttpGet & { maxBytes: number; deadlineMs: number }): Promise<{ url: URL; body: Buffer }>;
  close(): Promise<void>;
}

/** Cameras' certificates are self-signed as a rule; `isTlsVerified` false takes them (the address is pinned). */
export interface HttpFetcherOptions {
  readonly policy: EgressPolicy;
  readonly limits?: Partial<HttpLimits>;
  readonly isTlsVerified?: boolean;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Opens nothing until asked. Close it, or sockets stay. */
export function createHttpFetcher(options: HttpFetcherOptions): HttpFetcher {
  const limits = { ...HTTP_LIMITS, ...options.limits };
  const pins = new Map<string, PinnedUrl>();
  const agent = new Agent({
    connect: {
      lookup: pinnedLookup(pins),
      timeout: limits.headersTimeoutMs,
      rejectUnauthorized: options.isTlsVerified ?? true,
    },
    headersTimeout: limits.headersTimeoutMs,
    bodyTimeout: limits.bodyTimeoutMs,
    maxHeaderSize: 16_384,
    keepAliveTimeout: 10_000,
  });
  const pin = async (text: string): Promise<PinnedUrl> => {
    const fresh = await pinUrl(text, 'http', options.policy);
    const known = pins.get(fresh.hostname);
    const pinned = known === undefined ? fresh : { ...fresh, address: known.address };
    pins.set(pinned.hostname, pinned);
    return pinned;
  };
  const open = (get: HttpGet): Promise<HttpAnswer> => openUrl({ get, pin, agent, limits });
  return {
    open,
    read: (get) => readAll(open, get),
    close: () => agent.destroy(),
  };
}

/** Knows only what was checked, so that no code path can connect by name to anything else. */
function pinnedLookup(pins: ReadonlyMap<string, PinnedUrl>): LookupFunction {
  return (hostname, options, callback) => {
    const address = pins.get(hostname.toLowerCase().replace(/\.$/, ''))?.address;
    if (address === undefined) {
      callback(new Error(`host ${hostname} was not checked`), '', 4);
      return;
    }
    const family = address.includes(':') ? 6 : 4;
    if (options.all === true) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
}

interface OpenContext {
  readonly get: HttpGet;
  readonly pin: (text: string) => Promise<PinnedUrl>;
  readonly agent: Agent;
  readonly limits: HttpLimits;
}

async function openUrl(context: OpenContext): Promise<HttpAnswer> {
  let target = await context.pin(context.get.url);
  const credentials = credentialsOf(target.url);
  const origin = target.url.origin;
  for (let hop = 0; ; hop += 1) {
    // Credentials go to the camera they belong to, never to where it redirects.
    const secret = target.url.origin === origin ? credentials : undefined;
    const response = await requestWithAuth(context, target, secret);
    if (!REDIRECTS.has(response.statusCode)) return toAnswer(response, target);
    response.body.destroy();
    const location = headerOf(response, 'location');
    if (location === undefined || hop >= context.limits.maxRedirects) {
      const why = location === undefined ? 'a redirect without a target' : `more than ${hop} redirects`;
      throw new AnalysisError('source-refused', 'http', `${nameOf(target)} answered with ${why}`);
    }
    target = await context.pin(absoluteUrl(location, target.url));
  }
}

/** Resolves a reference of a redirect or playlist; `source-refused` when it is no URL at all. */
export function absoluteUrl(reference: string, base: URL): string {
  try {
    return new URL(reference, base).href;
  } catch {
    throw new AnalysisError(
      'source-refused',
      'http',
      `host ${base.hostname} gave a reference that is not a URL`,
    );
  }
}

async function requestWithAuth(
  context: OpenContext,
  target: PinnedUrl,
  credentials: Credentials | undefined,
): Promise<Dispatcher.ResponseData> {
  const first = await send(context, target, undefined);
  if (first.statusCode !== 401 || credentials === undefined) return first;
  first.body.destroy();
  const given = first.headers['www-authenticate'];
  const challenges = given === undefined ? [] : [given].flat();
  const uri = `${target.url.pathname}${target.url.search}`;
  const authorization = answerChallenge(challenges, credentials, { method: 'GET', uri });
  return authorization === undefined ? first : send(context, target, authorization);
}

async function send(
  context: OpenContext,
  target: PinnedUrl,
  authorization: string | undefined,
): Promise<Dispatcher.ResponseData> {
  const clean = new URL(target.url);
  clean.username = '';
  clean.password = '';
  clean.hash = '';
  const { range, signal } = context.get;
  const headers: Record<string, string> = { 'user-agent': 'pantau', 'accept-encoding': 'identity' };
  if (authorization !== undefined) headers.authorization = authorization;
  if (range !== undefined) headers.range = `bytes=${range.offset}-${range.offset + range.length - 1}`;
  try {
    const response = await request(clean, { method: 'GET', dispatcher: context.agent, signal, headers });
    // A body that is thrown away unread reports its abort as an error, which without a listener ends the process.
    response.body.on('error', () => undefined);
    return response;
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw unreachable(target, describeFault(cause));
  }
}

function toAnswer(response: Dispatcher.ResponseData, target: PinnedUrl): HttpAnswer {
  const status = response.statusCode;
  if (status !== 200 && status !== 206) {
    response.body.destroy();
    throw statusError(status, target);
  }
  const encoding = headerOf(response, 'content-encoding');
  if (encoding !== undefined && encoding !== 'identity') {
    response.body.destroy();
    // Unpacking would need its own bomb limit; nothing a camera sends gets smaller by it.
    throw new AnalysisError('source-refused', 'http', `${nameOf(target)} answered with encoding ${encoding}`);
  }
  return {
    url: target.url,
    isPartial: status === 206,
    header: (name) => headerOf(response, name),
    body: response.body as unknown as HttpAnswer['body'],
  };
}

function statusError(status: number, target: PinnedUrl): AnalysisError {
  if (status === 401 || status === 403) {
    const message = `${nameOf(target)} answered ${status}: user or password is wrong or missing`;
    return new AnalysisError('source-auth-failed', 'http', message);
  }
  if (status === 404 || status === 410) {
    const message = `${nameOf(target)} answered ${status}: nothing is at this path`;
    return new AnalysisError('source-missing', 'http', message);
  }
  return unreachable(target, `it answered ${status}`);
}

function headerOf(response: Dispatcher.ResponseData, name: string): string | undefined {
  const value = response.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

async function readAll(
  open: (get: HttpGet) => Promise<HttpAnswer>,
  get: HttpGet & { maxBytes: number; deadlineMs: number },
): Promise<{ url: URL; body: Buffer }> {
  const limit = linkAbort(get.signal);
  let isOverdue = false;
  const deadline = setTimeout(() => {
    isOverdue = true;
    limit.abort();
  }, get.deadlineMs);
  try {
    const answer = await open({ ...get, signal: limit.signal });
    return { url: answer.url, body: await collect(answer, get) };
  } catch (cause) {
    if (cause instanceof AnalysisError || get.signal.aborted) throw cause;
    const what = isOverdue ? `not done within ${get.deadlineMs} ms` : describeFault(cause);
    throw new AnalysisError('source-unreachable', 'http', `host ${hostOf(get.url)}: ${what}`);
  } finally {
    clearTimeout(deadline);
    limit.unlink();
  }
}

async function collect(
  answer: HttpAnswer,
  get: { maxBytes: number; range?: { offset: number; length: number } },
): Promise<Buffer> {
  // A server that ignores Range sends the whole file; the wanted part is cut out of it.
  const skip = get.range !== undefined && !answer.isPartial ? get.range.offset : 0;
  const tooLarge = (): AnalysisError => {
    answer.body.destroy();
    const message = `host ${answer.url.hostname} sent more than ${get.maxBytes} bytes`;
    return new AnalysisError('source-too-large', 'http', message);
  };
  if (Number(answer.header('content-length') ?? 0) > get.maxBytes + skip) throw tooLarge();
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of answer.body) {
    total += chunk.length;
    if (total > get.maxBytes + skip) throw tooLarge();
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  return get.range === undefined ? body : body.subarray(skip, skip + get.range.length);
}

function unreachable(target: PinnedUrl, what: string): AnalysisError {
  return new AnalysisError('source-unreachable', 'http', `${nameOf(target)}: ${what}`);
}

function nameOf(target: PinnedUrl): string {
  return `${target.url.protocol}//${target.hostname}:${target.port}`;
}

function hostOf(text: string): string {
  return URL.canParse(text) ? new URL(text).host : 'unknown';
}

/** A fault's code or name, never its message, which may repeat the URL. */
export function describeFault(cause: unknown): string {
  if (!(cause instanceof Error)) return 'failed';
  const { code } = cause as { code?: unknown };
  if (typeof code === 'string') return code;
  return cause.cause instanceof Error ? describeFault(cause.cause) : cause.name;
}
