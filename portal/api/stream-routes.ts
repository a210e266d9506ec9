/** `GET /api/v1/stream`: server-sent events for live tiles. */
import { PassThrough } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { listCameras } from '../reads/camera-list.ts';
import { ApiError } from './api-error.ts';
import { healthOf } from './camera-routes.ts';
import type { PublicOptions } from './public-options.ts';
import { textPart } from './query-parts.ts';
import { documented } from './route-doc.ts';

/** Streams that are served at once; a city's wall screens and offices are far fewer. */
export const MAX_STREAMS = 200;
const HEARTBEAT_MS = 15_000;
/** How long a page waits before it comes again. */
const RETRY_MS = 5000;
/** A reader that has not taken this much is behind: it gets the newest state when it is free again. */
const BUFFER_BYTES = 64 * 1024;

const querySchema = z.strictObject({ cameraId: textPart.optional() });

interface Client {
  readonly cameraId: string | undefined;
  readonly out: PassThrough;
  /** What was sent last, by event and camera. */
  readonly sent: Map<string, string>;
}

/** Events of the moment: name, camera and data. */
interface Moment {
  readonly latest: ReadonlyMap<string, string>;
  readonly health: ReadonlyMap<string, string>;
}

/** Adds the route to a scope whose prefix is `/api/v1`. */
export function addStreamRoutes(scope: FastifyInstance, options: PublicOptions): void {
  const clients = new Set<Client>();
  let reading: Promise<void> | undefined;
  let isStale = false;

  const sendAll = async () => {
    if (clients.size === 0) return;
    const moment = await readMoment(options);
    for (const client of clients) sendChanges(client, moment, options.reader.smallCountBelow);
  };
  // One read at a time serves every client; what changes meanwhile is read once more after it.
  const renew = () => {
    if (reading !== undefined) {
      isStale = true;
      return;
    }
    reading = sendAll()
      .catch((error: unknown) => scope.log.error({ err: error }, 'live stream failed'))
      .finally(() => {
        reading = undefined;
        if (!isStale) return;
        isStale = false;
        renew();
      });
  };
  const beat = () => {
    for (const { out } of clients) if (!isBehind(out)) out.write(': \n\n');
    renew();
  };

  let unsubscribe = () => {};
  let heartbeat: NodeJS.Timeout | undefined;
  scope.addHook('onReady', async () => {
    unsubscribe = options.changes.subscribe(renew);
    heartbeat = setInterval(beat, HEARTBEAT_MS).unref();
  });
  scope.addHook('preClose', async () => {
    unsubscribe();
    clearInterval(heartbeat);
    for (const { out } of clients) out.end();
    await reading;
  });

  scope.get<{ Querystring: z.infer<typeof querySchema> }>(
    '/stream',
    {
      ...documented({
        summary: 'Live changes as server-sent events',
        description:
          'Events "latest" (as the latest route, of the cameras that changed) and "health"; a comment each 15 s.',
        tag: 'observations',
        query: querySchema,
        answers: { 200: { description: 'events', content: { 'text/event-stream': null } } },
      }),
      compress: false,
    },
    async (request, reply) => {
      if (clients.size >= MAX_STREAMS) {
        reply.header('retry-after', '30');
        throw new ApiError(503, 'too-many-streams', `${MAX_STREAMS} streams are open; try again later`);
      }
      const out = new PassThrough({ highWaterMark: BUFFER_BYTES });
      reply.headers({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // Proxies would hold events back.
        'x-accel-buffering': 'no',
      });
      if (request.method === 'HEAD') return reply.send(out.end());
      const client: Client = { cameraId: request.query.cameraId, out, sent: new Map() };
      clients.add(client);
      out.once('close', () => clients.delete(client));
      out.on('drain', renew);
      out.write(`retry: ${RETRY_MS}\n\n`);
      renew();
      return reply.send(out);
    },
  );
}

function isBehind(out: PassThrough): boolean {
  return out.writableNeedDrain || out.destroyed || out.writableEnded;
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

/** Sends a client what is new to it since its last event, all cameras in one event. */
function sendChanges(client: Client, moment: Moment, smallCountBelow: number): void {
  if (isBehind(client.out)) return;
  const changed = (event: 'latest' | 'health') => {
    const news: string[] = [];
    for (const [cameraId, text] of moment[event]) {
      if (client.cameraId !== undefined && client.cameraId !== cameraId) continue;
      const key = `${event} ${cameraId}`;
      if (client.sent.get(key) === text) continue;
      client.sent.set(key, text);
      news.push(text);
    }
    return news.join(',');
  };
  const latest = changed('latest');
  const health = changed('health');
  if (latest !== '') {
    client.out.write(
      `event: latest\ndata: {"observations":[${latest}],"smallCountBelow":${smallCountBelow}}\n\n`,
    );
  }
  if (health !== '') client.out.write(`event: health\ndata: {"cameras":[${health}]}\n\n`);
}
