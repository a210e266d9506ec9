/** `GET /api/v1/stream`: server-sent events for live tiles. */
import { PassThrough } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { clientNetwork } from '../identity/client-network.ts';
import { listCameras } from '../reads/camera-list.ts';
import { ApiError } from './api-error.ts';
import { healthOf } from './camera-routes.ts';
import { refuseUnknownCameras } from './known-ids.ts';
import { LOOPBACK } from './limits.ts';
import type { PublicOptions } from './public-options.ts';
import { textPart } from './query-parts.ts';
import { documented } from './route-doc.ts';
import { createStreamHub, type Moment, STREAM_BUFFER_BYTES, type StreamLimits } from './stream-hub.ts';

const DEFAULT_LIMITS = { most: 200, mostOfOne: 50, heartbeatMs: 15_000, behindMs: 60_000 } as const;
/** How long a page waits before it comes again. */
const RETRY_MS = 5000;

const querySchema = z.strictObject({ cameraId: textPart.optional() });

/** Adds the route to a scope whose prefix is `/api/v1`. */
export function addStreamRoutes(
  scope: FastifyInstance,
  options: PublicOptions & { readonly streams?: StreamLimits },
): void {
  const { most, mostOfOne, heartbeatMs, behindMs } = { ...DEFAULT_LIMITS, ...options.streams };
  const shares = createShares(mostOfOne);
  const hub = createStreamHub({
    read: () => readMoment(options),
    smallCountBelow: options.reader.smallCountBelow,
    clock: options.clock,
    ...{ most, behindMs },
    onError: (error) => scope.log.error({ err: error }, 'live stream failed'),
    onDrop: (reason, silentMs) => scope.log.info({ reason, silentMs }, 'a live stream was dropped'),
  });
  let unsubscribe = () => {};
  let heartbeat: NodeJS.Timeout | undefined;
  scope.addHook('onReady', async () => {
    unsubscribe = options.changes.subscribe(hub.renew);
    heartbeat = setInterval(hub.beat, heartbeatMs).unref();
  });
  scope.addHook('preClose', async () => {
    unsubscribe();
    clearInterval(heartbeat);
    await hub.close();
  });

  scope.get<{ Querystring: z.infer<typeof querySchema> }>(
    '/stream',
    {
      ...documented({
        summary: 'Live changes as server-sent events',
        description:
          'Events "latest" (as the latest route) and "health": all cameras at first and after every reconnect, then those that changed; a comment each 15 s. A reader that takes nothing for a minute is dropped. 503 with Retry-After when 200 streams are open, 429 when 50 of them are of one address.',
        tag: 'observations',
        query: querySchema,
        answers: { 200: { description: 'events', content: { 'text/event-stream': null } } },
      }),
      compress: false,
    },
    async (request, reply) => {
      const { cameraId } = request.query;
      await refuseUnknownCameras(options, { field: 'cameraId', cameraIds: cameraId });
      if (hub.isFull()) {
        reply.header('retry-after', '30');
        throw new ApiError(503, 'too-many-streams', `${most} streams are open; try again later`);
      }
      const network = clientNetwork(request.ip);
      if (shares.isSpent(network)) {
        reply.header('retry-after', '30');
        throw new ApiError(429, 'too-many-streams', `${mostOfOne} streams of your address are open`);
      }
      const out = new PassThrough({ highWaterMark: STREAM_BUFFER_BYTES });
      reply.headers({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // Proxies would hold events back.
        'x-accel-buffering': 'no',
        // After its stream a connection must not idle and hold a shutdown up.
        connection: 'close',
      });
      if (request.method === 'HEAD') return reply.send(out.end());
      out.write(`retry: ${RETRY_MS}\n\n`);
      shares.take(network, out);
      hub.add(out, cameraId);
      return reply.send(out);
    },
  );
}

/** So that one address does not take the room of all others. */
function createShares(mostOfOne: number) {
  const open = new Map<string, number>();
  return {
    isSpent: (network: string) => !LOOPBACK.test(network) && (open.get(network) ?? 0) >= mostOfOne,
    take(network: string, out: PassThrough): void {
      open.set(network, (open.get(network) ?? 0) + 1);
      out.once('close', () => {
        const left = (open.get(network) ?? 1) - 1;
        if (left === 0) open.delete(network);
        else open.set(network, left);
      });
    },
  };
}

async function readMoment(options: PublicOptions): Promise<Moment> {
  const { reader } = options;
  const latest = new Map<string, string[]>();
  for (const record of await reader.latest()) {
    const records = latest.get(record.cameraId) ?? [];
    latest.set(record.cameraId, records);
    records.push(JSON.stringify(record));
  }
  const { cameras } = healthOf(await listCameras({ ...options, store: reader }));
  return {
    latest: new Map([...latest].map(([cameraId, records]) => [cameraId, records.join(',')])),
    health: new Map(cameras.map((camera) => [camera.cameraId, JSON.stringify(camera)])),
  };
}
