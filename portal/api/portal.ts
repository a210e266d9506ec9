/** The portal's HTTP server: API, health, metrics and the page. */
import { tmpdir } from 'node:os';
import fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply } from 'fastify';
import type { AccuracyFigures } from '../../pipelines/domain/accuracy/figures.ts';
import { AnalysisError } from '../../pipelines/errors.ts';
import { addCkanRoutes } from '../ckan/ckan-routes.ts';
import { createPublicReader } from '../privacy/public-reader.ts';
import { DEFAULT_SMALL_COUNT_BELOW } from '../privacy/publish-rows.ts';
import { type CameraRegister, NO_CAMERAS, registerVersion } from '../reads/camera-register.ts';
import { createCatalogueState } from '../reads/catalogue-state.ts';
import { createChangeWatch } from '../reads/change-watch.ts';
import { createVisitCounter } from '../reads/visit-counter.ts';
import type { PortalStore } from '../store/store.ts';
import { addAccuracyRoutes } from './accuracy-routes.ts';
import { createAnswerShelf } from './answer-shelf.ts';
import { addCameraRoutes } from './camera-routes.ts';
import { addCatalogueRoutes } from './catalogue-routes.ts';
import { addDataRoutes } from './data-routes.ts';
import { addErrorAnswers, answerBadAddress } from './error-answers.ts';
import { addLimits } from './limits.ts';
import type { MapBelow } from './map-layers.ts';
import { addOpenApi } from './openapi.ts';
import { addHealthRoutes, addPage } from './page-routes.ts';
import type { PublicOptions } from './public-options.ts';
import { addQualityRoutes } from './quality-routes.ts';
import { release } from './release.ts';
import { checkByZod, collectRoutes, type RegisteredRoute } from './route-doc.ts';
import { addApiRoutes } from './routes.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { addSeriesRoutes } from './series-routes.ts';
import type { StreamLimits } from './stream-hub.ts';
import { addStreamRoutes } from './stream-routes.ts';

/** What a portal is made of. */
export interface PortalOptions {
  readonly store: PortalStore;
  /** The register of cameras; without it only what the store knows is shown. */
  readonly register?: CameraRegister;
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
   * The disclosure rule's threshold for people counts in every answer, default 5 (see `portal/privacy/`). 0 shows the
   * raw numbers: right for an operator's own page on loopback, wrong for anything the public can reach.
   */
  readonly smallCountBelow?: number;
  /** Addresses or CIDR blocks of proxies in front, default `loopback`: their `X-Forwarded-…` headers are believed. */
  readonly trustedProxies?: readonly string[];
  /** What was measured of each model, for `/api/v1/accuracy`. */
  readonly figures?: readonly AccuracyFigures[];
  /** The portal's address as others reach it, e.g. `https://data.example.go.id`; else each request's own is taken. */
  readonly publicUrl?: string;
  /** Requests of one address per minute, default 1200; requests of this machine itself are not counted. */
  readonly requestsPerMinute?: number;
  /** How often the store is asked for changes, milliseconds, default 1000: so late a live tile is at most. */
  readonly watchMs?: number;
  /** What lies below the cameras on the map; by default only graticule and scale. */
  readonly map?: MapBelow;
  /** Folder for answers of which readers fetch parts (1 GiB at most, nothing left behind), default the system's own. */
  readonly spoolDir?: string;
  /** Bounds of `/api/v1/stream`. */
  readonly streams?: StreamLimits;
  /** Adds more of the portal (CKAN, console): called before the page's routes, with what public reads stand on. */
  readonly extend?: (app: FastifyInstance, options: PublicOptions) => void;
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
    // Of silence: a reader that takes nothing holds no connection. Live streams have a heartbeat.
    connectionTimeout: 120_000,
    routerOptions: { maxParamLength: 200 },
    // What a proxy says of who asks (address, https, host) counts only from these.
    trustProxy: [...(options.trustedProxies ?? ['loopback'])],
    // An idle keep-alive connection must not hold a shutdown up.
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    frameworkErrors: (error, request, reply) => answerBadAddress(error, request, reply as FastifyReply),
  });
  // Now, while its files are those that run.
  release();
  const routes = collectRoutes(app);
  addErrorAnswers(app, routes);
  addSecurityHeaders(app, options.map);
  addShelf(app, options);
  addLimits(app, options.requestsPerMinute ?? DEFAULT_REQUESTS_PER_MINUTE);
  const reads = publicOptions(app, options);
  countVisits(app, options);
  void app.register(
    async (scope) => addApi(scope, { ...reads, ...options, figures: reads.figures }, routes),
    {
      prefix: '/api/v1',
    },
  );
  void app.register(async (scope) => {
    checkByZod(scope);
    addDataRoutes(scope, reads);
    addCatalogueRoutes(scope, reads);
  });
  void app.register(async (scope) => addCkanRoutes(scope, reads));
  if (options.extend !== undefined) options.extend(app, reads);
  void app.register(async (scope) => addHealthRoutes(scope, options));
  void app.register(async (scope) => addPage(scope, options));
  return app;
}

/** Far above what pages and scripts need, far below what hurts. */
const DEFAULT_REQUESTS_PER_MINUTE = 1200;
const DEFAULT_WATCH_MS = 1000;
const QUARTER_MS = 900_000;
const VISITS_MS = 30_000;

function addApi(
  scope: FastifyInstance,
  options: Parameters<typeof addApiRoutes>[1],
  routes: readonly RegisteredRoute[],
): void {
  checkByZod(scope);
  addAccuracyRoutes(scope, options.figures);
  addApiRoutes(scope, options);
  addCameraRoutes(scope, options);
  addSeriesRoutes(scope, options);
  addQualityRoutes(scope, options);
  addStreamRoutes(scope, options);
  addOpenApi(scope, options, routes);
}

/** What every public read stands on, started and stopped with the app. */
function publicOptions(app: FastifyInstance, options: PortalOptions): PublicOptions {
  const { store, clock, publicUrl, register = NO_CAMERAS, figures = [] } = options;
  const reader = createPublicReader({
    store,
    clock,
    smallCountBelow: options.smallCountBelow ?? DEFAULT_SMALL_COUNT_BELOW,
    figures,
  });
  const changes = createChangeWatch({
    version: () => store.version(),
    // Measures of people are released, and a live camera's silence grows, by the quarter hour.
    circumstances: () => `${registerVersion(register)} ${Math.floor(clock() / QUARTER_MS)}`,
    service: store,
    clock,
    everyMs: options.watchMs ?? DEFAULT_WATCH_MS,
    onError: (error) => app.log.error({ err: error }, 'the store was not watched; tried again'),
  });
  app.addHook('onReady', () => changes.start());
  app.addHook('preClose', () => changes.stop());
  const reads = { reader, register, service: store, figures, changes, clock };
  return {
    ...reads,
    catalogue: createCatalogueState({ ...reads, changedAtMs: changes.changedAtMs }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
  };
}

function countVisits(app: FastifyInstance, { store, clock }: PortalOptions): void {
  const visits = createVisitCounter({
    service: store,
    clock,
    everyMs: VISITS_MS,
    onError: (error) => app.log.error({ err: error }, 'visits were not written; tried again'),
  });
  app.addHook('onReady', async () => visits.start());
  app.addHook('onClose', () => visits.stop());
  app.addHook('onResponse', async (request, reply) => {
    const { config } = request.routeOptions;
    const isRead = request.method === 'GET' && isOneVisit(reply);
    const isPage = config.isApi === false && String(reply.getHeader('content-type')).startsWith('text/html');
    if (isRead && (config.isVisit === true || isPage)) visits.add();
  });
}

/** A redirect leads to what counts; of a file that is read by its parts, the one that holds its end counts. */
function isOneVisit(reply: FastifyReply): boolean {
  if (reply.statusCode !== 206) return reply.statusCode === 200 || reply.statusCode === 304;
  const [, last, size] = /-(\d+)\/(\d+)$/.exec(String(reply.getHeader('content-range'))) ?? [];
  return Number(last) + 1 === Number(size);
}

function addShelf(app: FastifyInstance, { clock, spoolDir = tmpdir() }: PortalOptions): void {
  const shelf = createAnswerShelf({
    folder: spoolDir,
    clock,
    onSpoolError: (error) => app.log.warn({ err: error }, 'an answer was not spooled; sent as a whole'),
  });
  app.decorate('answerShelf', shelf);
  app.addHook('onClose', async () => shelf.close());
}
