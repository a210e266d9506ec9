/** How the installation is: system, models, publishers. For operators. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ApiError } from '../api/api-error.ts';
import { guarded } from '../identity/route-config.ts';
import type { ModelsAnswer, PublishersAnswer, SystemAnswer } from './answers.ts';
import type { OperateOptions } from './operate-options.ts';

const RUNS_SHOWN = 20;
const byId = z.strictObject({ id: z.string() });

/** Adds `system`, `models` and `publishers…` to a guarded scope whose prefix is `/api/v1/operate`. */
export function addSystemRoutes(scope: FastifyInstance, options: OperateOptions): void {
  const { store, operations } = options;
  scope.get(
    '/system',
    guarded({
      role: 'viewer',
      tag: 'operate',
      summary: 'versions, queues, workers, disk, models, store and retention',
    }),
    async (): Promise<SystemAnswer> => {
      const [machine, sizes, runs] = await Promise.all([
        operations.machine(),
        store.sizes(),
        store.retentionRuns(RUNS_SHOWN),
      ]);
      const instant = (us: number) => new Date(us / 1000).toISOString();
      return {
        ...machine,
        store: { engine: store.engine, tables: sizes },
        retention: runs.map(({ level, beforeUs, removed, atUs }) => ({
          ...{ level, removed, before: instant(beforeUs), at: instant(atUs) },
        })),
      };
    },
  );
  scope.get(
    '/models',
    guarded({ role: 'viewer', tag: 'operate', summary: 'models a camera may be given' }),
    async (): Promise<ModelsAnswer> => ({ models: await operations.models() }),
  );
  addPublishers(scope, options);
}

function addPublishers(scope: FastifyInstance, { publishers, note }: OperateOptions): void {
  scope.get(
    '/publishers',
    guarded({ role: 'viewer', tag: 'operate', summary: 'how far each publisher has got' }),
    async (): Promise<PublishersAnswer> => ({ publishers: (await publishers?.status()) ?? [] }),
  );

  scope.post<{ Params: { id: string } }>(
    '/publishers/:id/try',
    guarded({
      role: 'operator',
      tag: 'operate',
      summary: 'let a publisher send at once instead of waiting',
      status: 202,
      params: byId,
    }),
    async (request, reply) => {
      const { id } = request.params;
      const known = (await publishers?.status()) ?? [];
      if (publishers === undefined || !known.some((one) => one.id === id)) {
        throw new ApiError(404, 'publisher-unknown', 'there is no publisher of that id');
      }
      publishers.tryNow(id);
      await note(request, { action: 'publisher.try', target: id });
      reply.code(202);
      return { id };
    },
  );
}
