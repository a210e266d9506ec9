/** bull-board over our queues, to look at: what changes something is in the console, where it is audited. */
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { FastifyPluginCallback } from 'fastify';
import { QUEUE_VIEW_PATH } from '../../portal/operate/queue-view.ts';
import type { Queues } from '../cluster/queues.ts';
import { redactText } from '../logger.ts';

/**
 * Serves the view below `QUEUE_VIEW_PATH`; who may see it is decided by who registers it. `publicUrl` is the portal's
 * address as browsers reach it: its path is the prefix that a proxy takes off.
 */
export function createQueueView(
  { byName }: Queues,
  { publicUrl }: { readonly publicUrl?: string | undefined } = {},
): FastifyPluginCallback {
  const prefix = publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/+$/, '');
  const serverAdapter = new FastifyAdapter();
  serverAdapter.setBasePath(`${prefix}${QUEUE_VIEW_PATH}`);
  createBullBoard({
    queues: Object.values(byName).map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Pantau: antrean / queues' } },
  });
  // Its own handler would make a refusal of the guard a 500; thrown on, the portal's answers.
  serverAdapter.setErrorHandler((error) => {
    throw error;
  });
  const view = serverAdapter.registerPlugin();
  return (scope, options, done) => {
    scope.addHook('onSend', async (_request, reply, payload) =>
      String(reply.getHeader('content-type')).startsWith('application/json') && typeof payload === 'string'
        ? withoutSecrets(payload)
        : payload,
    );
    view(scope, options, done);
  };
}

/** Workers take credentials out of what they note; a job that another version left may still hold some. */
function withoutSecrets(json: string): string {
  const hide = (_key: string, value: unknown) => (typeof value === 'string' ? redactText(value) : value);
  return JSON.stringify(JSON.parse(json, hide));
}
