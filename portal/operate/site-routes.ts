/** The site file, out and in, for operators. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { NoteDeed } from '../identity/audit.ts';
import { parseBody } from '../identity/body.ts';
import { guarded } from '../identity/route-config.ts';
import type { OperateOptions } from './operate-options.ts';
import type { SiteImport } from './operations.ts';

/** As large as a site file may be. */
const SITE_BODY_LIMIT = 10_000_000;

const flag = z.enum(['0', '1'], { error: 'allowed is 0 or 1' }).optional();
const importQuery = z.strictObject({ dryRun: flag, replace: flag });

/** Adds `site` to a guarded scope whose prefix is `/api/v1/operate`. */
export function addSiteRoutes(scope: FastifyInstance, { operations, note }: OperateOptions): void {
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
      if (!isDryRun) await noteImport(request, note, result);
      return { dryRun: isDryRun, ...result };
    },
  );
}

async function noteImport(request: FastifyRequest, note: NoteDeed, result: SiteImport): Promise<void> {
  for (const target of result.added) {
    await note(request, { action: 'camera.put', target, detail: 'import: new' });
  }
  for (const { cameraId: target, fields } of result.changed) {
    await note(request, { action: 'camera.put', target, detail: `import: ${fields.join(', ')}` });
  }
  for (const target of result.removed) {
    await note(request, { action: 'camera.remove', target, detail: 'import' });
  }
  if (result.publishing.length > 0) {
    await note(request, { action: 'site.put', target: 'publishing', detail: result.publishing.join(', ') });
  }
  if (result.smallCountBelow !== undefined) {
    const { from, to } = result.smallCountBelow;
    const detail = `smallCountBelow: ${from ?? '–'} → ${to}`;
    await note(request, { action: 'site.put', target: 'privacy', detail });
  }
}
