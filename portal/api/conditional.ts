/** Lets a reader ask "still the same?" at the price of one small read (RFC 9110 §13). */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { release } from './release.ts';

/**
 * What answers of one address differ by. Said of plain ones as well: a cache that keeps one must not take it for all. In
 * small letters the compression plugin finds its own part and does not add it again.
 */
export const VARY = 'Accept, accept-encoding';

/** What tells two answers to one address apart. */
export interface Freshness {
  /**
   * Another text whenever the data of the answer may differ; read before the data, so it can only be too old, never too new.
   * The program's release is added to it here.
   */
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
  const etag = tagOf(`${release()}\n${version}\n${request.url}`);
  reply.headers({ etag, 'cache-control': 'public, no-cache', vary: VARY });
  if (changedAtMs !== undefined) reply.header('last-modified', new Date(changedAtMs).toUTCString());
  const known = knownTag(request, etag, changedAtMs);
  if (known === undefined) return false;
  reply.header('etag', known).code(304);
  return true;
}

/** Sends a small document that was made anew, or 304 when the reader has it: its tag is its content's. */
export function sendDocument(
  request: FastifyRequest,
  reply: FastifyReply,
  { type, body }: { readonly type: string; readonly body: string },
): FastifyReply {
  const etag = tagOf(body);
  reply.headers({ etag, 'cache-control': 'public, no-cache', vary: VARY }).type(type);
  return knownTag(request, etag) === undefined ? reply.send(body) : reply.code(304).send();
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

/**
 * The tag under which the reader has this version, as it names it, or the version's own where it goes by the date alone;
 * undefined when it has another one or none. A cache finds by it which of its answers is still good.
 */
export function knownTag(
  { headers }: FastifyRequest,
  etag: string,
  changedAtMs?: number,
): string | undefined {
  const known = headers['if-none-match'];
  if (known !== undefined) {
    const version = versionOfTag(etag);
    const tags = known.split(',').map((tag) => tag.trim());
    const same = tags.find((tag) => tag === '*' || versionOfTag(tag) === version);
    return same === '*' ? etag : same;
  }
  const since = headers['if-modified-since'];
  // HTTP dates have whole seconds.
  const isSame =
    since !== undefined &&
    changedAtMs !== undefined &&
    Date.parse(since) >= Math.floor(changedAtMs / 1000) * 1000;
  return isSame ? etag : undefined;
}
