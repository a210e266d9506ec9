/** Programs' keys: list, make, revoke. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ApiError } from '../api/api-error.ts';
import type { TokenAnswer } from '../operate/answers.ts';
import { parseBody } from './body.ts';
import { identityOf } from './guard.ts';
import type { IdentityOptions } from './identity-options.ts';
import { TOKEN_SCOPES, type TokenRecord } from './identity-store.ts';
import { guarded } from './route-config.ts';
import { newToken } from './token.ts';

const byId = z.strictObject({ id: z.string() });
const labelRule = 'allowed is a text of 1 to 120 characters';
const addBody = z.strictObject({
  label: z.string({ error: labelRule }).trim().min(1, labelRule).max(120, labelRule),
  scope: z.enum(TOKEN_SCOPES, { error: `allowed is one of ${TOKEN_SCOPES.join(', ')}` }),
  expiresAt: z.iso
    .datetime({ offset: true, error: 'expected an ISO 8601 instant with offset, e.g. 2027-01-31T00:00:00Z' })
    .optional(),
});

/** Adds `tokens…` to a guarded scope whose prefix is `/api/v1`. */
export function addTokenRoutes(scope: FastifyInstance, { store, note, clock }: IdentityOptions): void {
  scope.get(
    '/tokens',
    guarded({ role: 'admin', tag: 'identities', summary: 'keys of programs' }),
    async (): Promise<{ tokens: TokenAnswer[] }> => ({ tokens: (await store.tokens()).map(shown) }),
  );

  scope.post(
    '/tokens',
    guarded({
      role: 'admin',
      tag: 'identities',
      summary: 'make a key; its text is shown once',
      status: 201,
      body: addBody,
    }),
    async (request, reply) => {
      const { label, scope: tokenScope, expiresAt } = parseBody(addBody, request.body);
      const expiresAtMs = expiresAt === undefined ? undefined : Date.parse(expiresAt);
      if (expiresAtMs !== undefined && expiresAtMs <= clock()) {
        const allowed = 'an instant in the future';
        throw new ApiError(400, 'invalid-request', `expiresAt: found ${expiresAt}; allowed is ${allowed}`, {
          ...{ field: 'expiresAt', found: String(expiresAt), allowed },
        });
      }
      const { id, secretHash, text } = newToken();
      const token: TokenRecord = {
        ...{ id, secretHash, label, scope: tokenScope, createdBy: identityOf(request).actor },
        createdAtMs: clock(),
        ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
      };
      await store.addToken(token);
      await note(request, { action: 'token.add', target: id, detail: `${tokenScope}: ${label}` });
      reply.code(201);
      return { token: text, ...shown(token) };
    },
  );

  scope.delete<{ Params: { id: string } }>(
    '/tokens/:id',
    guarded({ role: 'admin', tag: 'identities', summary: 'revoke a key', params: byId }),
    async (request) => {
      const { id } = request.params;
      if (!(await store.revokeToken(id, clock()))) {
        throw new ApiError(404, 'token-unknown', 'there is no token of that id');
      }
      await note(request, { action: 'token.revoke', target: id });
      return { id };
    },
  );
}

function shown(token: TokenRecord): TokenAnswer {
  const { id, label, scope, createdBy, createdAtMs } = token;
  const instants = { expiresAt: token.expiresAtMs, lastUsedAt: token.usedAtMs, revokedAt: token.revokedAtMs };
  return {
    ...{ id, label, scope, createdBy, createdAt: new Date(createdAtMs).toISOString() },
    ...Object.fromEntries(
      Object.entries(instants).flatMap(([name, ms]) =>
        ms === undefined ? [] : [[name, new Date(ms).toISOString()]],
      ),
    ),
  };
}
