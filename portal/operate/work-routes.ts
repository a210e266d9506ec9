/** Recordings and dead letters, for operators. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parseBody } from '../identity/body.ts';
import { guarded } from '../identity/route-config.ts';
import type { DeadLettersAnswer, RecordingsAnswer } from './answers.ts';
import type { OperateOptions } from './operate-options.ts';

const recordingBody = z.strictObject({
  cameraId: z.string().min(1).max(64),
  file: z.string().min(1).max(1024),
  start: z.string().max(64).optional(),
});

/** Adds `recordings…` and `dead-letters…` to a guarded scope whose prefix is `/api/v1/operate`. */
export function addWorkRoutes(scope: FastifyInstance, options: OperateOptions): void {
  addRecordings(scope, options);
  addDeadLetters(scope, options);
}

function addRecordings(scope: FastifyInstance, { operations, note }: OperateOptions): void {
  scope.get(
    '/recordings',
    guarded({ role: 'viewer', tag: 'operate', summary: 'recordings below the media root, and their jobs' }),
    async (): Promise<RecordingsAnswer> => {
      const [media, jobs] = await Promise.all([operations.media(), operations.recordings()]);
      return { media, jobs };
    },
  );

  scope.post(
    '/recordings',
    guarded({
      role: 'operator',
      tag: 'operate',
      summary: 'queue a recording',
      status: 202,
      body: recordingBody,
    }),
    async (request, reply) => {
      const { cameraId, file, start } = parseBody(recordingBody, request.body);
      const queued = await operations.enqueue({ cameraId, file, ...(start === undefined ? {} : { start }) });
      await note(request, { action: 'recording.enqueue', target: cameraId, detail: queued.id });
      reply.code(queued.isNew ? 202 : 200);
      return queued;
    },
  );
}

function addDeadLetters(scope: FastifyInstance, { operations, note }: OperateOptions): void {
  const params = z.strictObject({ queue: z.string(), id: z.string() });
  type OfJob = { Params: { queue: string; id: string } };

  scope.get(
    '/dead-letters',
    guarded({ role: 'viewer', tag: 'operate', summary: 'jobs that failed for good' }),
    async (): Promise<DeadLettersAnswer> => ({
      jobs: await operations.deadLetters(),
    }),
  );

  scope.post<OfJob>(
    '/dead-letters/:queue/:id/retry',
    guarded({ role: 'operator', tag: 'operate', summary: 'run a failed job again', params }),
    async (request) => {
      const { queue, id } = request.params;
      await operations.retry(queue, id);
      await note(request, { action: 'job.retry', target: id, detail: queue });
      return { queue, id };
    },
  );

  scope.delete<OfJob>(
    '/dead-letters/:queue/:id',
    guarded({ role: 'operator', tag: 'operate', summary: 'throw a failed job away', params }),
    async (request) => {
      const { queue, id } = request.params;
      await operations.removeDeadLetter(queue, id);
      await note(request, { action: 'job.remove', target: id, detail: queue });
      return { queue, id };
    },
  );
}
