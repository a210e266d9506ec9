/** The portal's HTTP server: API, health, metrics and the page. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply } from 'fastify';
import type { AccuracyFigures } from '../../pipelines/domain/accuracy/figures.ts';
import { AnalysisError } from '../../pipelines/errors.ts';
import { DEFAULT_SMALL_COUNT_BELOW } from '../privacy.ts';
import type { ObservationStore } from '../store/store.ts';
import { addAccuracyRoutes } from './accuracy-routes.ts';
import { ApiError } from './api-error.ts';
import { addApiRoutes } from './routes.ts';

/** What a portal is made of. */
export interface PortalOptions {
  readonly store: ObservationStore;
  /** Bearer token of those who may publish, at least 16 characters. */
  readonly publishToken: string;
  /** Folder of the built page (`dist/portal/web`). */
  readonly webDir: string;
  /** Text of `/metrics` and its content type; without it the route does not exist. */
  readonly metrics?: { readonly contentType: string; readonly text: () => Promise<string> };
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** A pino logger; none is silent. Query strings hold nothing secret; headers are never logged. */
  readonly logger?: FastifyBaseLogger;
  /**
   * People counts above 0 and below this are withheld in every answer, default 5. 0 shows the raw numbers: right for
   * an operator's own page on loopback, wrong for anything the public can reach.
   */
  readonly smallCountBelow?: number;
  /** What was measured of each model, for `/api/v1/accuracy`. */
  readonly figures?: readonly AccuracyFigures[];
}

const MIN_TOKEN_LENGTH = 16;

/** Builds the server; the caller calls `listen` and `close`. Throws `config-invalid` for a token that is too short. */
export function createPortal(options: PortalOptions): FastifyInstance {
  if (options.publishToken.length < MIN_TOKEN_LENGTH) {
    throw new AnalysisError(
      'config-invalid',
      'create-portal',
      `the publish token has ${options.publishToken.length} characters, at least ${MIN_TOKEN_LENGTH} are needed`,
    );
  }
  const app: FastifyInstance = fastify({
    ...(options.logger === undefined ? { logger: false } : { loggerInstance: options.logger }),
    logController: new fastify.LogController({ disableRequestLogging: true }),
    bodyLimit: 64 * 1024,
    requestTimeout: 30_000,
    // An idle keep-alive connection must not hold a shutdown up.
    forceCloseConnections: 'idle',
    return503OnClosing: true,
  });
  addErrorAnswers(app);
  void app.register(helmet, HELMET);
  void app.register(
    async (scope) => {
      addAccuracyRoutes(scope, options.figures);
      addApiRoutes(scope, {
        ...options,
        smallCountBelow: options.smallCountBelow ?? DEFAULT_SMALL_COUNT_BELOW,
      });
    },
    { prefix: '/api/v1' },
  );
  void app.register(async (scope) => addHealthRoutes(scope, options));
  addPage(app, options.webDir);
  return app;
}

/**
 * TLS ends at a proxy in front, which sets HSTS; over plain HTTP in a LAN `upgrade-insecure-requests` would break the
 * page and the isolation headers only fill the console.
 */
const HELMET = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'self'"],
    },
  },
  strictTransportSecurity: false,
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
} as const;

function addErrorAnswers(app: FastifyInstance): void {
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

function answer(reply: FastifyReply, { statusCode, code, message, detail }: ApiError): FastifyReply {
  reply.removeHeader('etag').removeHeader('content-disposition').header('cache-control', 'no-store');
  return reply
    .code(statusCode)
    .type('application/json; charset=utf-8')
    .send({ error: { code, message, ...detail } });
}

function addHealthRoutes(scope: FastifyInstance, options: PortalOptions): void {
  scope.get('/healthz', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    return { status: 'ok' };
  });
  scope.get('/readyz', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    try {
      await options.store.check();
      return { status: 'ready' };
    } catch (error) {
      request.log.error({ err: error }, 'not ready');
      return reply.code(503).send({ status: 'not-ready', reason: 'store-failed' });
    }
  });
  const { metrics } = options;
  if (metrics === undefined) return;
  scope.get('/metrics', async (_request, reply) => {
    reply.header('cache-control', 'no-store').type(metrics.contentType);
    return metrics.text();
  });
}

function addPage(app: FastifyInstance, webDir: string): void {
  if (!existsSync(join(webDir, 'index.html'))) {
    app.get('/', async (_request, reply) =>
      reply
        .code(503)
        .type('text/plain; charset=utf-8')
        .send(`The page is not built: ${webDir} has no index.html. Build it with "npm run setup".\n`),
    );
    return;
  }
  void app.register(fastifyStatic, {
    root: webDir,
    cacheControl: false,
    setHeaders: (response, path) => {
      // Vite names every file below assets/ after its content.
      const isHashed = path.includes('/assets/');
      response.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
