/** The headers that keep the page to itself. */
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import { type MapBelow, tileSource } from './map-layers.ts';

/** Adds them to every answer. Pictures may also come from the host of the map's tiles, nothing else from elsewhere. */
export function addSecurityHeaders(app: FastifyInstance, map: MapBelow = {}): void {
  const tiles = map.tiles === undefined ? [] : [tileSource(map.tiles.url)];
  void app.register(helmet, headersOf(tiles.filter((source) => source !== "'self'")));
}

/**
 * TLS ends at a proxy in front, which sets HSTS; over plain HTTP in a LAN `upgrade-insecure-requests` would break the
 * page and the isolation headers only fill the console.
 */
function headersOf(pictures: readonly string[]) {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', ...pictures],
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
}
