/** Lets a reader ask "still the same?" at the price of one small read (RFC 9110 §13). */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What tells two answers to one address apart. */
export interface Freshness {
  /** Another text whenever the answer may differ; read before the data, so it can only be too old, never too new. */
  readonly version: string;
  /** When the content last changed, milliseconds since 1970. */
  readonly changedAtMs?: number | undefined;
}

/**
 * Sets ETag, Last-Modified and Cache-Control. True when the reader already has this answer and 304 was chosen: send
 * nothing.
 */
export function isStillSame(
  request: FastifyRequest,
  reply: FastifyReply,
  { version, changedAtMs }: Freshness,
): boolean {
  const etag = tagOf(`${version}\n${request.url}`);
  reply.headers({ etag, 'cache-control': 'public, no-cache', vary: 'Accept' });
  if (changedAtMs !== undefined) reply.header('last-modified', new Date(changedAtMs).toUTCString());
  const isSame = isKnown(request, etag, changedAtMs);
  if (isSame) reply.code(304);
  return isSame;
}

/** Sends a small document that was made anew, or 304 when the reader has it: its tag is its content's. */
export function sendDocument(
  request: FastifyRequest,
  reply: FastifyReply,
  { type, body }: { readonly type: string; readonly body: string },
): FastifyReply {
  const etag = tagOf(body);
  reply.headers({ etag, 'cache-control': 'public, no-cache', vary: 'Accept' }).type(type);
  return isKnown(request, etag, undefined) ? reply.code(304).send() : reply.send(body);
}

/** Sends an object as JSON the same way. */
export function sendJson(request: FastifyRequest, reply: FastifyReply, answer: object): FastifyReply {
  return sendDocument(request, reply, { type: JSON_TYPE, body: JSON.stringify(answer) });
}

const JSON_TYPE = 'application/json; charset=utf-8';

function tagOf(seed: string): string {
  return `W/"${createHash('sha256').update(seed).digest('base64url').slice(0, 22)}"`;
}

/** What a tag says of the version: a finished answer's digest follows it after a dot. */
export function versionOfTag(tag: string): string {
  return tag
    .trim()
    .replace(/^W\/(?=")/, '')
    .replaceAll('"', '')
    .replace(/\..*$/, '');
}

/** True when the reader has this version, by its tag or, without one, since `changedAtMs`. */
export function isKnown({ headers }: FastifyRequest, etag: string, changedAtMs: number | undefined): boolean {
  const known = headers['if-none-match'];
  if (known !== undefined) {
    const version = versionOfTag(etag);
    return known.split(',').some((tag) => tag.trim() === '*' || versionOfTag(tag) === version);
  }
  const since = headers['if-modified-since'];
  // HTTP dates have whole seconds.
  return (
    since !== undefined &&
    changedAtMs !== undefined &&
    Date.parse(since) >= Math.floor(changedAtMs / 1000) * 1000
  );
}
