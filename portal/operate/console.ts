/** The signed-in part of the portal: identities, operators' routes, the queue view. */
import cookie from '@fastify/cookie';
import type { FastifyInstance, FastifyPluginCallback } from 'fastify';
import { createAccess } from '../identity/access.ts';
import { createAudit } from '../identity/audit.ts';
import type { FirstAdmin } from '../identity/first-admin.ts';
import { addGuard } from '../identity/guard.ts';
import { addIdentityRoutes } from '../identity/identity-routes.ts';
import type { PortalStore } from '../store/store.ts';
import { addCameraRoutes } from './camera-routes.ts';
import type { OperateOptions } from './operate-options.ts';
import { addQueueView } from './queue-view.ts';
import { toApiError } from './site-fault.ts';
import { addSiteRoutes } from './site-routes.ts';
import { addSystemRoutes } from './system-routes.ts';
import { addWorkRoutes } from './work-routes.ts';

/** What the console is made of. */
export interface ConsoleOptions extends Omit<OperateOptions, 'note' | 'store'> {
  readonly store: PortalStore;
  readonly firstAdmin: FirstAdmin;
  /** Serves bull-board below `QUEUE_VIEW_PATH`. */
  readonly queueView?: FastifyPluginCallback;
}

/** Adds the console to a portal that does not listen yet. */
export function addConsole(app: FastifyInstance, options: ConsoleOptions): void {
  const { firstAdmin, clock } = options;
  const store = options.store.identities;
  const access = createAccess({ store, clock });
  const note = createAudit({ store, clock });
  void app.register(async (scope) => {
    await scope.register(cookie);
    addGuard(scope, access);
    // Thrown on to the portal's own handler, which says it in the API's form.
    scope.setErrorHandler((error, { params }) => {
      throw toApiError(error, params);
    });
    await scope.register(
      async (api) => {
        addIdentityRoutes(api, { store, access, firstAdmin, note, clock });
      },
      { prefix: '/api/v1' },
    );
    await scope.register(
      async (operate) => {
        addCameraRoutes(operate, { ...options, note });
        addSiteRoutes(operate, { ...options, note });
        addWorkRoutes(operate, { ...options, note });
        addSystemRoutes(operate, { ...options, note });
      },
      { prefix: '/api/v1/operate' },
    );
    if (options.queueView !== undefined) addQueueView(scope, options.queueView);
  });
}
