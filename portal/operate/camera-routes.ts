/** Cameras for operators: list, edit, pause, look through, watch the counters. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ApiError } from '../api/api-error.ts';
import { parseBody } from '../identity/body.ts';
import { guarded } from '../identity/route-config.ts';
import { listCameras } from '../reads/camera-list.ts';
import type { CameraRow, EditedCamera } from './answers.ts';
import { type ServerEvent, sendEvents } from './event-stream.ts';
import type { OperateOptions } from './operate-options.ts';
import type { LiveEvent, OperatedCamera } from './operations.ts';
import { createSnapshots, TooManySnapshots } from './snapshots.ts';

type ById = { Params: { id: string } };

/** A camera of 64 zones of 64 points, its scene reference included. */
const CAMERA_BODY_LIMIT = 1024 * 1024;
/** A stream ends then, so that a session that is over does not watch on for long. */
const LONGEST_STREAM_MS = 10 * 60_000;

const byId = z.strictObject({ id: z.string() });
const windowRule = 'allowed is a whole number of seconds that divides 3600';
const putBody = z.strictObject({
  camera: z.record(z.string(), z.unknown(), { error: 'allowed is a camera as in the site file' }),
  windowSeconds: z
    .int({ error: windowRule })
    .min(1, windowRule)
    .max(3600, windowRule)
    .refine((seconds) => 3600 % seconds === 0, windowRule)
    .optional(),
  revision: z.int({ error: 'allowed is the revision that was read, 0 for a new camera' }).optional(),
});

/** Adds `cameras…` to a guarded scope whose prefix is `/api/v1/operate`. */
export function addCameraRoutes(scope: FastifyInstance, options: OperateOptions): void {
  const { operations, note, reads } = options;

  scope.get(
    '/cameras',
    guarded({ role: 'viewer', tag: 'operate', summary: 'cameras with health and lease' }),
    async (): Promise<{ cameras: CameraRow[] }> => {
      const [operated, listed] = await Promise.all([operations.cameras(), listCameras(reads)]);
      const known = new Map(listed.map((camera) => [camera.cameraId, camera]));
      return { cameras: operated.map((camera) => ({ ...known.get(camera.cameraId), ...row(camera) })) };
    },
  );

  scope.get<ById>(
    '/cameras/:id',
    guarded({
      role: 'viewer',
      tag: 'operate',
      summary: 'one camera as the site file has it, without its address',
      params: byId,
    }),
    async ({ params }): Promise<EditedCamera> => {
      const { definition, revision, enabled, ...camera } = await operations.camera(params.id);
      const { sourceKind, sourceShown, windowSeconds } = camera;
      return { camera: definition, revision, enabled, sourceKind, sourceShown, windowSeconds };
    },
  );

  scope.put<ById>(
    '/cameras/:id',
    {
      ...guarded({
        role: 'operator',
        tag: 'operate',
        summary: 'add or change a camera',
        params: byId,
        body: putBody,
      }),
      bodyLimit: CAMERA_BODY_LIMIT,
    },
    async (request, reply) => {
      const { camera, windowSeconds, revision } = parseBody(putBody, request.body);
      const cameraId = request.params.id;
      const change = await operations.putCamera({
        ...{ cameraId, camera },
        ...(windowSeconds === undefined ? {} : { windowSeconds }),
        ...(revision === undefined ? {} : { revision }),
      });
      if (change.outcome === 'conflict') {
        throw revision === 0 ? alreadyThere(cameraId) : changedMeanwhile(revision, change.revision);
      }
      if (change.outcome !== 'unchanged') {
        await note(request, { action: 'camera.put', target: cameraId, detail: change.fields.join(', ') });
      }
      reply.code(change.outcome === 'added' ? 201 : 200);
      return change;
    },
  );

  scope.delete<ById>(
    '/cameras/:id',
    guarded({ role: 'operator', tag: 'operate', summary: 'remove a camera; its data stay', params: byId }),
    async (request) => {
      await operations.removeCamera(request.params.id);
      await note(request, { action: 'camera.remove', target: request.params.id });
      return { cameraId: request.params.id };
    },
  );

  for (const [verb, enabled] of [
    ['pause', false],
    ['resume', true],
  ] as const) {
    scope.post<ById>(
      `/cameras/:id/${verb}`,
      guarded({ role: 'operator', tag: 'operate', summary: `${verb} a camera`, params: byId }),
      async (request) => {
        const { revision } = await operations.setEnabled(request.params.id, enabled);
        await note(request, { action: `camera.${verb}`, target: request.params.id });
        return { cameraId: request.params.id, enabled, revision };
      },
    );
  }
  addLooking(scope, options);
}

function addLooking(scope: FastifyInstance, options: OperateOptions): void {
  const { operations, note } = options;
  const snapshots = createSnapshots(options);

  scope.get<ById>(
    '/cameras/:id/snapshot',
    guarded({
      role: 'operator',
      tag: 'operate',
      summary: 'one picture; nothing is kept',
      type: 'image/jpeg',
      params: byId,
    }),
    async (request, reply) => {
      try {
        const picture = await snapshots.picture(request.params.id);
        await note(request, { action: 'camera.look', target: request.params.id });
        return reply.type('image/jpeg').send(Buffer.from(picture));
      } catch (error) {
        if (error instanceof TooManySnapshots)
          reply.header('retry-after', String(Math.ceil(error.waitMs / 1000)));
        throw error;
      }
    },
  );

  const closing = new AbortController();
  scope.addHook('preClose', async () => closing.abort());
  scope.get<ById>(
    '/cameras/:id/live',
    guarded({
      role: 'operator',
      tag: 'operate',
      summary: 'counters of a held camera as server-sent events',
      type: 'text/event-stream',
      params: byId,
    }),
    async (request, reply) => {
      const cameraId = request.params.id;
      await operations.camera(cameraId);
      await sendEvents(request, reply, {
        events: (signal) => named(operations.live(cameraId, signal)),
        longestMs: LONGEST_STREAM_MS,
        closing: closing.signal,
      });
    },
  );
}

async function* named(events: AsyncIterable<LiveEvent>): AsyncGenerator<ServerEvent, void, void> {
  for await (const event of events) {
    yield event.kind === 'counters'
      ? { event: 'counters', data: event.counters }
      : { event: 'idle', data: {} };
  }
}

/** The parts of the definition that a list needs, beside what everybody sees. */
function row({ definition, ...camera }: OperatedCamera) {
  const { sampling, model, operatingHours, calibration, name } = definition;
  const shown = { name, sampling, model, operatingHours, calibration };
  return {
    ...camera,
    ...Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined)),
  };
}

function alreadyThere(cameraId: string): ApiError {
  const message = `sudah ada kamera "${cameraId}" / there is a camera of that id already`;
  return new ApiError(409, 'camera-exists', message, { field: 'id' });
}

function changedMeanwhile(found: number | undefined, now: number): ApiError {
  const message = 'kamera sudah diubah orang lain / somebody changed this camera meanwhile: read it again';
  return new ApiError(409, 'changed-meanwhile', message, {
    field: 'revision',
    found: String(found),
    allowed: String(now),
  });
}
