/** What is no API: health, metrics, the page and its map. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { isOwnNetwork } from '../identity/client-network.ts';
import type { PortalStore } from '../store/store.ts';
import { ApiError } from './api-error.ts';
import { isStillSame } from './conditional.ts';
import { MAP_BASE_PATH } from './map-base.ts';
import type { MapBelow, MapLayers } from './map-layers.ts';

/** What they stand on; fields as in `PortalOptions`. */
export interface PageOptions {
  readonly store: Pick<PortalStore, 'check'>;
  readonly webDir: string;
  readonly metrics?: { readonly contentType: string; readonly text: () => Promise<string> };
  readonly map?: MapBelow;
}

/** Adds `/healthz` (alive), `/readyz` (the store answers) and, for this machine and private networks, `/metrics`. */
export function addHealthRoutes(scope: FastifyInstance, options: PageOptions): void {
  scope.addHook('onRoute', markPage);
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
  scope.get('/metrics', async (request, reply) => {
    // Versions, load and whom we publish to are for who runs the portal.
    if (!isOwnNetwork(request.ip)) {
      throw new ApiError(403, 'forbidden', '/metrics answers this machine and private networks only');
    }
    reply.header('cache-control', 'no-store').type(metrics.contentType);
    return metrics.text();
  });
}

/** Megabytes that are packed anew for each reader, and change once in years. */
const BASE_KEPT = 'public, max-age=3600';

function addMap(app: FastifyInstance, { base, tiles }: MapBelow): void {
  const layers: MapLayers = {
    ...(base === undefined ? {} : { base: MAP_BASE_PATH }),
    ...(tiles === undefined ? {} : { tiles }),
  };
  app.get('/map.json', async (_request, reply) => {
    reply.header('cache-control', 'no-cache');
    return layers;
  });
  if (base === undefined) return;
  const version = createHash('sha256').update(base).digest('base64url');
  app.get(`/${MAP_BASE_PATH}`, async (request, reply) => {
    if (isStillSame(request, reply, { version })) return reply.send();
    return reply.header('cache-control', BASE_KEPT).type('application/geo+json').send(base);
  });
}

/** Routes of a scope that are no API. */
function markPage(route: RouteOptions): void {
  route.config = { ...route.config, isApi: false };
}

/** Adds the built page, or what to do where it is not built. */
export function addPage(app: FastifyInstance, { webDir, map = {} }: PageOptions): void {
  app.addHook('onRoute', markPage);
  if (!existsSync(join(webDir, 'index.html'))) {
    app.get('/', async (_request, reply) =>
      reply
        .code(503)
        .type('text/plain; charset=utf-8')
        .send(`The page is not built: ${webDir} has no index.html. Build it with "npm run setup".\n`),
    );
    return;
  }
  addMap(app, map);
  void app.register(fastifyStatic, {
    root: webDir,
    cacheControl: false,
    setHeaders: (response, path) => {
      // Vite names every file below assets/ after its content.
      const isHashed = path.includes('/assets/');
      response.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      response.header('vary', 'accept-encoding');
    },
  });
}
