/** The site file, recordings, dead letters and the machine itself, for operators. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parseBody } from '../identity/body.ts';
import { guarded } from '../identity/route-config.ts';
import type { OperateOptions } from './operate-options.ts';

/** As large as a site file may be. */
const SITE_BODY_LIMIT = 10_000_000;
const RUNS_SHOWN = 50;

const flag = z.enum(['0', '1'], { error: 'allowed is 0 or 1' }).optional();
const importQuery = z.strictObject({ dryRun: flag, replace: flag });
const recordingBody = z.strictObject({
  cameraId: z.string().min(1).max(64),
  file: z.string().min(1).max(1024),
  start: z.string().max(64).optional(),
});

/** Adds the routes to a guarded scope whose prefix is `/api/v1/operate`. */
export function addWorkRoutes(scope: FastifyInstance, options: OperateOptions): void {
  addSite(scope, options);
  addRecordings(scope, options);
  addDeadLetters(scope, options);
  const { store, operations, publishers } = options;
  scope.get(
    '/publishers',
    guarded({ role: 'viewer', tag: 'operate', summary: 'how far each publisher has got' }),
    async () => ({
      publishers: (await publishers?.status()) ?? [],
    }),
  );
  scope.get(
    '/system',
    guarded({ role: 'viewer', tag: 'operate', summary: 'versions, sizes and retention runs' }),
    async () => {
      const [versions, sizes, retention] = await Promise.all([
        operations.versions(),
        store.sizes(),
        store.retentionRuns(RUNS_SHOWN),
      ]);
      const instant = (us: number) => new Date(us / 1000).toISOString();
      return {
        versions,
        store: { engine: store.engine, tables: sizes },
        retention: retention.map(({ level, beforeUs, removed, atUs }) => ({
          ...{ level, removed, before: instant(beforeUs), at: instant(atUs) },
        })),
      };
    },
  );
}

function addSite(scope: FastifyInstance, { operations, note }: OperateOptions): void {
  scope.get(
    '/site',
    guarded({ role: 'operator', tag: 'operate', summary: 'the register as a site file, addresses hidden' }),
    async (_request, reply) => {
      reply.header('content-disposition', 'attachment; filename="pantau-site.json"');
      return await operations.site();
    },
  );

  scope.put(
    '/site',
    {
      ...guarded({
        role: 'operator',
        tag: 'operate',
        summary: 'import a site file, or look at what it would do',
        query: importQuery,
      }),
      bodyLimit: SITE_BODY_LIMIT,
    },
    async (request) => {
      const { dryRun, replace } = parseBody(importQuery, request.query);
      const isDryRun = dryRun === '1';
      const isReplacing = replace === '1';
      const result = await operations.importSite({ site: request.body, isDryRun, isReplacing });
      if (!isDryRun) {
        for (const target of result.added) {
          await note(request, { action: 'camera.put', target, detail: 'import: new' });
        }
        for (const { cameraId, fields } of result.changed) {
          await note(request, {
            action: 'camera.put',
            target: cameraId,
            detail: `import: ${fields.join(', ')}`,
          });
        }
        for (const target of result.removed) {
          await note(request, { action: 'camera.remove', target, detail: 'import' });
        }
        if (result.smallCountBelow !== undefined) {
          const { from, to } = result.smallCountBelow;
          const detail = `smallCountBelow: ${from ?? '–'} → ${to}`;
          await note(request, { action: 'site.put', target: 'privacy', detail });
        }
      }
      return { dryRun: isDryRun, ...result };
    },
  );
}

function addRecordings(scope: FastifyInstance, { operations, note }: OperateOptions): void {
  scope.get(
    '/recordings',
    guarded({ role: 'viewer', tag: 'operate', summary: 'recordings below the media root, and their jobs' }),
    async () => {
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
    async () => ({
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
