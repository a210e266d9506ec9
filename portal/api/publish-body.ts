/** The body of a publishing request: plain or gzip, and never more JSON than a whole batch has. */
import { Readable } from 'node:stream';
import { createGunzip, type Gunzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest, RequestPayload } from 'fastify';
import { ApiError } from './api-error.ts';

/** Bytes of JSON, inflated: 1,000 records of about 1.3 kB, twice over. */
export const PUBLISH_BODY_LIMIT = 3 * 1024 * 1024;

/**
 * Fastify's `preParsing` of the publishing route, which needs `decompress: false`. Inflating stops at the limit, so that a
 * small body that would become a huge one costs no more than a whole batch.
 * @throws ApiError 415 for another encoding, 413 beyond the limit, 400 for what is no gzip or half of one.
 */
export async function publishBody(
  request: FastifyRequest,
  reply: FastifyReply,
  raw: RequestPayload,
): Promise<RequestPayload> {
  const found = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (found === 'identity') return raw;
  if (found === 'gzip' || found === 'x-gzip') return inflated(raw);
  // RFC 9110 §12.5.3: what the client may send instead.
  reply.header('accept-encoding', 'gzip');
  const message = `content-encoding: found ${found.slice(0, 80)}; allowed is gzip, or none`;
  throw new ApiError(415, 'unsupported-encoding', message, { field: 'content-encoding', allowed: 'gzip' });
}

function inflated(raw: RequestPayload): RequestPayload {
  const gunzip = raw.pipe(createGunzip());
  const detach = () => {
    // Not by `pipeline`: that would end the connection before the answer is out.
    raw.unpipe(gunzip);
    gunzip.destroy();
  };
  raw.once('close', () => {
    if (!gunzip.writableEnded) detach();
  });
  const body = Readable.from(bounded(gunzip, detach));
  // Fastify compares it with content-length.
  return Object.defineProperty(body, 'receivedEncodedLength', { get: () => gunzip.bytesWritten });
}

async function* bounded(gunzip: Gunzip, detach: () => void): AsyncGenerator<Buffer> {
  let bytes = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > PUBLISH_BODY_LIMIT) throw tooLarge();
      yield chunk;
    }
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(400, 'invalid-request', 'the body is not the gzip that content-encoding says', {
      field: 'content-encoding',
    });
  } finally {
    detach();
  }
}

function tooLarge(): ApiError {
  return new ApiError(
    413,
    'body-too-large',
    `the body has more than ${PUBLISH_BODY_LIMIT} bytes when inflated; send fewer records at once`,
    { allowed: `${PUBLISH_BODY_LIMIT} bytes` },
  );
}
