/** Basic (RFC 7617) and Digest (RFC 2617, RFC 7616) answers to a 401; RTSP and HTTP cameras share them. */
import { createHash, randomBytes } from 'node:crypto';

/** What the operator stored for the camera. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** The request the answer is for. */
export interface AuthRequest {
  readonly method: string;
  /** Exactly as it stands in the request line. */
  readonly uri: string;
}

/** User and password of a URL, percent-decoded; undefined when it has none. */
export function credentialsOf(url: URL): Credentials | undefined {
  if (url.username === '' && url.password === '') return undefined;
  return { user: decodeLoosely(url.username), password: decodeLoosely(url.password) };
}

function decodeLoosely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A bare % in a password that was typed by hand.
    return text;
  }
}

/**
 * The `Authorization` value for one of the challenges (values of `WWW-Authenticate`), the strongest we know:
 * Digest SHA-256, Digest MD5, Basic. Undefined when we know none of them.
 */
export function answerChallenge(
  challenges: readonly string[],
  credentials: Credentials,
  request: AuthRequest,
): string | undefined {
  const digests = challenges.filter((text) => /^digest\s/i.test(text)).map(parseParameters);
  const known = digests.filter((digest) => hashNameOf(digest) !== undefined);
  const best = known.find((digest) => hashNameOf(digest) === 'sha256') ?? known[0];
  if (best !== undefined) return digestAnswer(best, credentials, request);
  if (!challenges.some((text) => /^basic\b/i.test(text))) return undefined;
  const token = Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
  return `Basic ${token}`;
}

function parseParameters(challenge: string): ReadonlyMap<string, string> {
  const found = challenge.matchAll(/([a-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/gi);
  return new Map(
    Array.from(found, ([, name = '', quoted, bare]) => [name.toLowerCase(), quoted ?? bare ?? '']),
  );
}

function hashNameOf(digest: ReadonlyMap<string, string>): 'md5' | 'sha256' | undefined {
  const algorithm = (digest.get('algorithm') ?? 'MD5').toUpperCase();
  if (algorithm === 'MD5' || algorithm === 'MD5-SESS') return 'md5';
  return algorithm === 'SHA-256' || algorithm === 'SHA-256-SESS' ? 'sha256' : undefined;
}

function digestAnswer(
  digest: ReadonlyMap<string, string>,
  credentials: Credentials,
  request: AuthRequest,
): string {
  const hashName = hashNameOf(digest) ?? 'md5';
  const hash = (text: string): string => createHash(hashName).update(text).digest('hex');
  const realm = digest.get('realm') ?? '';
  const nonce = digest.get('nonce') ?? '';
  const algorithm = digest.get('algorithm');
  const clientNonce = randomBytes(8).toString('hex');
  const hasQop = /(^|[\s,])auth([\s,]|$)/.test(digest.get('qop') ?? '');
  let secret = hash(`${credentials.user}:${realm}:${credentials.password}`);
  if (algorithm?.toUpperCase().endsWith('-SESS') === true) secret = hash(`${secret}:${nonce}:${clientNonce}`);
  const what = hash(`${request.method}:${request.uri}`);
  const count = '00000001';
  const response = hasQop
    ? hash(`${secret}:${nonce}:${count}:${clientNonce}:auth:${what}`)
    : hash(`${secret}:${nonce}:${what}`);
  const fields = [
    `username="${quoteSafe(credentials.user)}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${request.uri}"`,
    `response="${response}"`,
  ];
  if (algorithm !== undefined) fields.push(`algorithm=${algorithm}`);
  if (hasQop) fields.push('qop=auth', `nc=${count}`, `cnonce="${clientNonce}"`);
  else if (algorithm?.toUpperCase().endsWith('-SESS') === true) fields.push(`cnonce="${clientNonce}"`);
  const opaque = digest.get('opaque');
  if (opaque !== undefined) fields.push(`opaque="${opaque}"`);
  return `Digest ${fields.join(', ')}`;
}

function quoteSafe(text: string): string {
  return text.replace(/(["\\])/g, '\\$1');
}
