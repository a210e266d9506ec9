/** What everybody gets and nobody may overdo: compression, reads from other origins, a limit per address. */
import compress from '@fastify/compress';
import cors from '@fastify/cors';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { clientNetwork } from '../identity/client-network.ts';
import { ApiError } from './api-error.ts';

/** Addresses of this machine's own programs, which no limit counts. */
export const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/** Headers that scripts of other origins may read. */
const EXPOSED = [
  ...['ETag', 'Last-Modified', 'Link', 'Content-Disposition', 'Retry-After'],
  // DuckDB in a page of another origin reads Parquet by its parts.
  ...['Accept-Ranges', 'Content-Length', 'Content-Range'],
  ...['X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset'],
];

/** What scripts of other origins may send: no `Authorization`, so that no page but ours writes, whatever it knows. */
const TAKEN = ['Accept', 'Content-Type', 'If-None-Match', 'If-Modified-Since', 'Range', 'If-Range'];

/** Adds them to the whole app, before any route. 0 requests per minute is no limit. */
export function addLimits(app: FastifyInstance, requestsPerMinute: number): void {
  // Any page may read; none may write: no cookie and no token goes along, and no method but POST passes without asking.
  void app.register(cors, {
    ...{ origin: '*', methods: ['GET', 'HEAD'] },
    ...{ allowedHeaders: TAKEN, exposedHeaders: EXPOSED, maxAge: 86_400 },
  });
  // Bodies that come compressed are the ingest route's own matter (`publish-body.ts`): nobody else sends large ones.
  void app.register(compress, { encodings: ['br', 'gzip'], threshold: 1024, globalDecompression: false });
  if (requestsPerMinute === 0) return;
  void app.register(rateLimit, {
    max: requestsPerMinute,
    timeWindow: 60_000,
    keyGenerator: (request) => clientNetwork(request.ip),
    // `request.ip` is what a trusted proxy says; this machine's own programs are not the public.
    allowList: (request) => LOOPBACK.test(request.ip),
    errorResponseBuilder: (_request, { after, max }) =>
      new ApiError(429, 'too-many-requests', `more than ${max} requests in a minute; wait ${after}`, {
        allowed: `${max} requests a minute`,
      }),
  });
}
