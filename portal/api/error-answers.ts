/** How the API says that something is not there, wrong or broken. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { AnalysisError } from '../../pipelines/errors.ts';
import { ApiError } from './api-error.ts';

/** Sets the app's handlers; nothing of the inside is told but to the log. */
export function addErrorAnswers(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) =>
    answer(
      reply,
      new ApiError(
        404,
        'not-found',
        `${request.method} ${request.url.split('?')[0]} is not a route of this portal`,
      ),
    ),
  );
  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, request, reply) => {
    if (error instanceof ApiError) return answer(reply, error);
    if (error instanceof AnalysisError) {
      request.log.error({ err: error, operation: error.operation }, 'store failed');
      reply.header('retry-after', '5');
      return answer(reply, new ApiError(503, error.code, 'the store is not available; try again later'));
    }
    const status = error.statusCode ?? 500;
    if (status < 500) {
      return answer(reply, new ApiError(status, error.code ?? 'bad-request', error.message));
    }
    request.log.error({ err: error, url: request.url }, 'request failed');
    return answer(reply, new ApiError(500, 'internal', 'the portal failed; its log says why'));
  });
}

/** Answers what fails before any route is found: an address that can't be decoded. */
export function answerBadAddress(
  error: { readonly statusCode?: number; readonly message: string },
  _request: unknown,
  reply: FastifyReply,
): void {
  void answer(reply, new ApiError(error.statusCode ?? 400, 'bad-request', error.message));
}

function answer(reply: FastifyReply, { statusCode, code, message, detail }: ApiError): FastifyReply {
  reply.removeHeader('etag').removeHeader('content-disposition').header('cache-control', 'no-store');
  return reply
    .code(statusCode)
    .type('application/json; charset=utf-8')
    .send({ error: { code, message, ...detail } });
}
