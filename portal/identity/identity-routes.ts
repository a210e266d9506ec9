/** Sessions, users, tokens and the audit log over HTTP. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parseBody } from './body.ts';
import type { IdentityOptions } from './identity-options.ts';
import { guarded } from './route-config.ts';
import { addSessionRoutes } from './session-routes.ts';
import { addTokenRoutes } from './token-routes.ts';
import { addUserRoutes } from './user-routes.ts';

const wholeNumber = (allowed: string) =>
  z
    .string()
    .regex(/^[1-9][0-9]{0,14}$/, allowed)
    .transform(Number);
const limitRule = 'expected a whole number from 1 to 500';
const auditQuery = z.strictObject({
  limit: wholeNumber(limitRule)
    .refine((limit) => limit <= 500, limitRule)
    .optional(),
  cursor: wholeNumber('expected the nextCursor of an earlier answer').optional(),
});

/** Adds all of them to a guarded scope whose prefix is `/api/v1`. */
export function addIdentityRoutes(scope: FastifyInstance, options: IdentityOptions): void {
  addSessionRoutes(scope, options);
  addUserRoutes(scope, options);
  addTokenRoutes(scope, options);
  scope.get(
    '/audit',
    guarded({
      role: 'admin',
      tag: 'identities',
      summary: 'who changed what, newest first',
      query: auditQuery,
    }),
    async (request) => {
      const { limit = 100, cursor } = parseBody(auditQuery, request.query);
      const entries = await options.store.audit({
        limit,
        ...(cursor === undefined ? {} : { beforeId: cursor }),
      });
      const last = entries.at(-1);
      return {
        entries: entries.map(({ atMs, actor, action, target, detail }) => ({
          at: new Date(atMs).toISOString(),
          ...{ actor, action, target, detail },
        })),
        ...(entries.length < limit || last === undefined ? {} : { nextCursor: String(last.id) }),
      };
    },
  );
}
