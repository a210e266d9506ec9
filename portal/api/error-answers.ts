/** How the API says that something is not there, wrong or broken. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { AnalysisError } from '../../pipelines/errors.ts';
import { ApiError } from './api-error.ts';
import { methodsAt, type RegisteredRoute } from './route-doc.ts';

/** Sets the app's handlers; nothing of the inside is told but to the log. `routes` is filled until the app is ready. */
export function addErrorAnswers(app: FastifyInstance, routes: readonly RegisteredRoute[]): void {
  app.setNotFoundHandler(({ method, url }, reply) => {
    const [path = ''] = url.split('?');
    const methods = methodsAt(routes, path);
    // A path that its route refused (too long a part) is not there either.
    if (methods.length === 0 || methods.includes(method)) {
      return answer(reply, new ApiError(404, 'not-found', `${method} ${path} is not a route of this portal`));
    }
    const allowed = methods.join(', ');
    reply.header('allow', allowed);
    const message = `${method} ${path}: allowed: ${allowed}`;
    return answer(reply, new ApiError(405, 'method-not-allowed', message, { found: method, allowed }));
  });
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
