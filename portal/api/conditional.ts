/** Lets a reader ask "still the same?" at the price of one small read (RFC 9110 §13). */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ObservationStore } from '../store/store.ts';

/**
 * Sets ETag and Cache-Control. True when the reader already has this answer and 304 was chosen: send nothing.
 * The tag is read before the data, so it can only be too old, never too new.
 */
export async function isStillSame(
  store: ObservationStore,
  request: FastifyRequest,
  reply: FastifyReply,
  variant: string,
): Promise<boolean> {
  const seed = [await store.version(), request.url, variant].join('\n');
  const etag = `W/"${createHash('sha256').update(seed).digest('base64url').slice(0, 22)}"`;
  reply.headers({ etag, 'cache-control': 'public, no-cache', vary: 'Accept' });
  const known = request.headers['if-none-match'];
  if (known === undefined) return false;
  const isSame = known.split(',').some((tag) => tag.trim() === etag || tag.trim() === '*');
  if (isSame) reply.code(304);
  return isSame;
}
