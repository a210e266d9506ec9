/** Cameras, their health, and the current state of the city. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { PAIR_US } from '../privacy/publish-rows.ts';
import type { HEALTH_STATES } from '../reads/camera-health.ts';
import { type ListedCamera, listCameras } from '../reads/camera-list.ts';
import { registerVersion } from '../reads/camera-register.ts';
import { cityState, type StateRow } from '../reads/city-state.ts';
import { cameraAnswer, camerasAnswer, healthAnswer, stateAnswer } from './answer-schemas.ts';
import { sendJson } from './conditional.ts';
import { listedIds } from './known-ids.ts';
import type { PublicOptions } from './public-options.ts';
import { textPart } from './query-parts.ts';
import { documented, notFound } from './route-doc.ts';
import { sendShared } from './send-answer.ts';

const oneCamera = z.strictObject({ cameraId: textPart });
const TAG = 'cameras';

/** Adds the routes to a scope whose prefix is `/api/v1`. */
export function addCameraRoutes(scope: FastifyInstance, options: PublicOptions): void {
  const list = () => listCameras({ ...options, store: options.reader });

  scope.get(
    '/cameras',
    documented({
      summary: 'Every camera that is registered or has data',
      tag: TAG,
      answers: { 200: { description: 'by id', content: { 'application/json': camerasAnswer } } },
    }),
    async (request, reply) => sendJson(request, reply, { cameras: await list() }),
  );

  scope.get<{ Params: z.infer<typeof oneCamera> }>(
    '/cameras/:cameraId',
    documented({
      summary: 'One camera with its lines and zones',
      tag: TAG,
      params: oneCamera,
      answers: { 200: { description: 'the camera', content: { 'application/json': cameraAnswer } } },
    }),
    async (request, reply) => {
      const cameras = await list();
      const { cameraId } = request.params;
      const camera = cameras.find((one) => one.cameraId === cameraId);
      if (camera === undefined) {
        throw notFound('cameraId', cameraId, listedIds(cameras.map((one) => one.cameraId)));
      }
      return sendJson(request, reply, camera);
    },
  );

  scope.get(
    '/health',
    documented({
      summary: 'How the cameras are',
      tag: TAG,
      answers: { 200: { description: 'by camera', content: { 'application/json': healthAnswer } } },
    }),
    async (request, reply) => sendJson(request, reply, healthOf(await list())),
  );

  scope.get(
    '/state.geojson',
    documented({
      summary: 'The current state of every camera as GeoJSON',
      description:
        'Of the newest quarter hour that is over, else of the newest base window. People are released by half hours: where what is in the zones is of an earlier quarter hour, `presenceWindowStart` and `presenceWindowEnd` say so. Where less than half of a window was seen, its measures are absent and `tooLittleSeen` names whose: lines (`flow`), zones (`presence`). Where the window ended more than two hours ago they are absent as well, and `isOutdated` is true.',
      tag: TAG,
      answers: { 200: { description: 'points', content: { 'application/geo+json': stateAnswer } } },
    }),
    async (request, reply) => {
      return sendShared(request, reply, {
        type: 'application/geo+json; charset=utf-8',
        // Health is a matter of time as well.
        version: `${await options.reader.version()} ${registerVersion(options.register)} ${Math.floor(options.clock() / 1000)}`,
        make: async () => JSON.stringify(cityState(await list(), await stateRows(options), options.clock())),
      });
    },
  );
}

/** The health of every camera and the city's as a whole: `down` when every camera that should see sees nothing. */
export function healthOf(cameras: readonly ListedCamera[]) {
  const expected = cameras.filter(({ health }) => health.state !== 'paused' && health.state !== 'no-data');
  const isDown = expected.length > 0 && expected.every(({ health }) => health.state === 'down');
  const isOk = expected.every(({ health }) => health.state === 'ok');
  const status: (typeof HEALTH_STATES)[number] = isDown ? 'down' : isOk ? 'ok' : 'degraded';
  return {
    status,
    cameras: cameras.map(({ cameraId, name, health }) => ({
      cameraId,
      ...(name === undefined ? {} : { name }),
      ...health,
    })),
  };
}

/** Newest quarter hours; for cameras that have none yet their newest base window. */
async function stateRows({ reader, clock }: PublicOptions): Promise<readonly StateRow[]> {
  const nowUs = clock() * 1000;
  // Counts of people come by half hours; a quarter hour before that would show a zone without anybody known in it.
  const releasedUs = reader.smallCountBelow <= 1 ? nowUs : Math.floor(nowUs / PAIR_US) * PAIR_US;
  const quarters = await Promise.all([
    reader.latestSeries({ level: 'quarter-hour', kind: 'flow', endedByUs: nowUs }),
    reader.latestSeries({ level: 'quarter-hour', kind: 'presence', endedByUs: releasedUs }),
  ]);
  const rows: StateRow[] = quarters.flat();
  const known = new Set(rows.map(({ cameraId }) => cameraId));
  const fresh = (await reader.latest()).filter(({ cameraId }) => !known.has(cameraId));
  return [...rows, ...fresh];
}
