/** Sessions, users, tokens and the audit log over HTTP. */
import type { FastifyInstance } from 'fastify';
import { addAuditRoutes } from './audit-routes.ts';
import type { IdentityOptions } from './identity-options.ts';
import { addSessionRoutes } from './session-routes.ts';
import { addTokenRoutes } from './token-routes.ts';
import { addUserRoutes } from './user-routes.ts';

/** Adds all of them to a guarded scope whose prefix is `/api/v1`. */
export function addIdentityRoutes(scope: FastifyInstance, options: IdentityOptions): void {
  addSessionRoutes(scope, options);
  addUserRoutes(scope, options);
  addTokenRoutes(scope, options);
  addAuditRoutes(scope, options);
}
