/** People: list, add, change. Nobody is removed, so that the audit log's names keep their meaning. */
import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ApiError } from '../api/api-error.ts';
import type { UserAnswer } from '../operate/answers.ts';
import { parseBody, requirePassword, userName } from './body.ts';
import type { IdentityOptions } from './identity-options.ts';
import { type IdentityStore, ROLES, type UserRecord } from './identity-store.ts';
import { hashPassword } from './password.ts';
import { guarded } from './route-config.ts';

const role = z.enum(ROLES, { error: `allowed is one of ${ROLES.join(', ')}` });
const password = z.string().max(1024).optional();
const byName = z.strictObject({ name: z.string() });
const addBody = z.strictObject({ name: userName, role, password });
const changeBody = z.strictObject({ role: role.optional(), password, disabled: z.boolean().optional() });

/** Adds `users…` to a guarded scope whose prefix is `/api/v1`. */
export function addUserRoutes(scope: FastifyInstance, { store, note, clock }: IdentityOptions): void {
  scope.get(
    '/users',
    guarded({ role: 'admin', tag: 'identities', summary: 'people who may sign in' }),
    async () => ({ users: (await store.users()).map(shown) }),
  );

  scope.post(
    '/users',
    guarded({ role: 'admin', tag: 'identities', summary: 'add a person', status: 201, body: addBody }),
    async (request, reply) => {
      const body = parseBody(addBody, request.body);
      if (body.password !== undefined) requirePassword(body.password);
      if ((await store.user(body.name)) !== undefined) {
        const message = `sudah ada pengguna "${body.name}" / there is a user of that name already`;
        throw new ApiError(409, 'user-exists', message, {
          field: 'name',
          found: body.name,
          allowed: 'a name that nobody has',
        });
      }
      const given = body.password ?? firstPassword();
      const user: UserRecord = {
        ...{ name: body.name, role: body.role, isDisabled: false, createdAtMs: clock() },
        passwordHash: await hashPassword(given),
      };
      await store.putUser(user);
      await note(request, { action: 'user.add', target: user.name, detail: user.role });
      reply.code(201);
      return { ...shown(user), ...(body.password === undefined ? { password: given } : {}) };
    },
  );

  scope.patch<{ Params: { name: string } }>(
    '/users/:name',
    guarded({
      role: 'admin',
      tag: 'identities',
      summary: 'change a person',
      params: byName,
      body: changeBody,
    }),
    async (request) => {
      const change = parseBody(changeBody, request.body);
      if (change.password !== undefined) requirePassword(change.password);
      const password =
        change.password === undefined ? {} : { passwordHash: await hashPassword(change.password) };
      // Read after the slow step, so that what somebody else changes meanwhile stays.
      const user = await store.user(request.params.name.toLowerCase());
      if (user === undefined) throw new ApiError(404, 'user-unknown', 'there is no user of that name');
      const next: UserRecord = {
        ...user,
        role: change.role ?? user.role,
        isDisabled: change.disabled ?? user.isDisabled,
        ...password,
      };
      await keepAnAdmin(store, next);
      await store.putUser(next);
      // A smaller right or another password counts from now on, in open browsers too.
      await store.deleteSessionsOf(user.name);
      const detail = Object.keys(change).sort().join(', ');
      await note(request, { action: 'user.put', target: user.name, detail });
      return shown(next);
    },
  );
}

/** Throws 409 when nobody could administer any more. */
async function keepAnAdmin(store: IdentityStore, next: UserRecord): Promise<void> {
  const isAdmin = (user: UserRecord): boolean => user.role === 'admin' && !user.isDisabled;
  const others = (await store.users()).filter(({ name }) => name !== next.name);
  if (isAdmin(next) || others.some(isAdmin)) return;
  const message =
    'ini admin terakhir; buat admin lain dahulu / this is the last admin; make another one first';
  throw new ApiError(409, 'last-admin', message);
}

/** 120 random bits, shown once. */
function firstPassword(): string {
  return randomBytes(15).toString('base64url');
}

function shown({ name, role, isDisabled, createdAtMs }: UserRecord): UserAnswer {
  return { name, role, disabled: isDisabled, createdAt: new Date(createdAtMs).toISOString() };
}
