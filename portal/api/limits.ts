/** What everybody gets and nobody may overdo: compression, reads from other origins, a limit per address. */
import compress from '@fastify/compress';
import cors from '@fastify/cors';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { ApiError } from './api-error.ts';

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/** Headers that scripts of other origins may read. */
const EXPOSED = ['ETag', 'Last-Modified', 'Link', 'Content-Disposition', 'Retry-After'];

/** Adds them to the whole app, before any route. 0 requests per minute is no limit. */
export function addLimits(app: FastifyInstance, requestsPerMinute: number): void {
  // Any page may read; none may write: no other method passes a preflight, and cookies are never sent along.
  void app.register(cors, { origin: '*', methods: ['GET', 'HEAD'], exposedHeaders: EXPOSED, maxAge: 86_400 });
  void app.register(compress, { encodings: ['br', 'gzip'], threshold: 1024 });
  if (requestsPerMinute === 0) return;
  void app.register(rateLimit, {
    max: requestsPerMinute,
    timeWindow: 60_000,
    // `request.ip` is what a trusted proxy says; this machine's own programs are not the public.
    allowList: (request) => LOOPBACK.test(request.ip),
    errorResponseBuilder: (_request, { after, max }) =>
      new ApiError(429, 'too-many-requests', `more than ${max} requests in a minute; wait ${after}`, {
        allowed: `${max} requests a minute`,
      }),
  });
}
