/** The queue view (bull-board) behind the guard: for looking only, with a policy of its own. */
import type { FastifyInstance, FastifyPluginCallback, FastifyRequest } from 'fastify';
import { ApiError } from '../api/api-error.ts';

/** Where it lives. Its page knows this address; a proxy's prefix before it comes from the portal's public address. */
export const QUEUE_VIEW_PATH = '/operate/queues';

/**
 * bull-board's page has style in its markup, a `<base>` and its settings in a script element of type JSON (data, which
 * no policy counts as a script). Scripts stay files of its own.
 */
const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join(';');

/** Its page asks Google for a typeface; nobody else has to know who looks at the queues. */
const FOREIGN_LINK = /<link[^>]+href="https:[^>]*>/g;

/** Adds the view to a guarded scope. `plugin` serves bull-board below `QUEUE_VIEW_PATH`. */
export function addQueueView(scope: FastifyInstance, plugin: FastifyPluginCallback): void {
  void scope.register(async (view) => {
    // Its routes are not ours, so each gets its role when it is made.
    view.addHook('onRoute', (route) => {
      route.config = { ...route.config, role: 'viewer', isApi: false };
    });
    view.addHook('onRequest', async (_request, reply) => {
      reply.header('content-security-policy', POLICY);
    });
    view.setErrorHandler((error, request, reply) => {
      const isSignedOut = error instanceof ApiError && error.statusCode === 401;
      if (!isSignedOut || !isPage(request)) throw error;
      return reply.removeHeader('www-authenticate').redirect(signInPage(request), 303);
    });
    view.addHook('onSend', async (_request, _reply, payload) =>
      typeof payload === 'string' ? payload.replace(FOREIGN_LINK, '') : payload,
    );
    await view.register(plugin, { prefix: QUEUE_VIEW_PATH });
  });
}

/** A browser opens a page; a program, and the page's own script, ask for JSON and are told what is wrong. */
function isPage({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && /\btext\/html\b/.test(headers.accept ?? '');
}

/** The console's place with the link to this view, relative, as a proxy's prefix stands before both. */
function signInPage({ url }: FastifyRequest): string {
  const [path = ''] = url.split('?');
  return `${'../'.repeat(path.split('/').length - 2)}#/operator/gagal`;
}
