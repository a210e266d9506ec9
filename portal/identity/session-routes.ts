/** Signing in and out, the first admin, one's own password. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ApiError } from '../api/api-error.ts';
import { WITHOUT_NUL } from '../api/query-parts.ts';
import type { SessionAnswer } from '../operate/answers.ts';
import { SESSION_LONGEST_MS, type SignIn } from './access.ts';
import { parseBody, requirePassword, userName } from './body.ts';
import { identityOf, sessionCookie } from './guard.ts';
import type { IdentityOptions } from './identity-options.ts';
import type { UserRecord } from './identity-store.ts';
import { hashPassword } from './password.ts';
import { createRefusalNotes, type NoteRefusal } from './refusals.ts';
import { guarded } from './route-config.ts';

const signInBody = z.strictObject({
  // Whatever else it holds, it is at most a name that nobody has.
  name: z
    .string()
    .max(200)
    .regex(...WITHOUT_NUL),
  password: z.string().max(1024),
});
const firstBody = z.strictObject({
  oneTimeToken: z.string().max(200),
  name: userName,
  password: z.string().max(1024),
});
const passwordBody = z.strictObject({
  currentPassword: z.string().max(1024),
  newPassword: z.string().max(1024),
});

/** Adds `session…` to a guarded scope whose prefix is `/api/v1`. */
export function addSessionRoutes(scope: FastifyInstance, options: IdentityOptions): void {
  const { access, firstAdmin, note, store } = options;
  const needsFirstAdmin = firstAdmin.isNeeded;
  const noteRefusal = createRefusalNotes(options);

  scope.get(
    '/session',
    guarded({ role: 'anyone', tag: 'session', summary: 'who is signed in' }),
    async ({ identity }): Promise<SessionAnswer> => ({
      user: identity === null ? null : { name: identity.actor, role: identity.role },
      ...(identity?.csrfToken === undefined ? {} : { csrfToken: identity.csrfToken }),
      needsFirstAdmin: await needsFirstAdmin(),
    }),
  );

  scope.post(
    '/session',
    guarded({ role: 'anyone', tag: 'session', summary: 'sign in', body: signInBody }),
    async (request, reply) => {
      const { name, password } = parseBody(signInBody, request.body);
      const result = await access.signIn({ name, password, address: request.ip });
      if (result.outcome === 'wait') throw tooMany(reply, result.waitMs);
      if (result.outcome === 'refused') {
        // A name that nobody has may be a password typed in the wrong place.
        const isKnown = (await store.user(name.trim().toLowerCase())) !== undefined;
        const target = isKnown ? name.trim().toLowerCase() : '-';
        // Not awaited: whether it is written depends on the name, and the time of an answer must not tell which there are.
        noteRefusal(request, { target }).catch((error: unknown) => {
          request.log.error({ err: error }, 'a refused sign-in was not noted');
        });
        throw new ApiError(401, 'unauthorised', 'nama atau kata sandi salah / wrong name or password');
      }
      await access.tidy();
      // The browser's session before this one ends with it: whoever knew its cookie knows nothing any more.
      const before = request.cookies[sessionCookie(request)];
      if (before !== undefined) await access.signOut(before);
      return answerSignedIn(request, reply, result, note);
    },
  );

  scope.post(
    '/session/first',
    guarded({
      role: 'anyone',
      tag: 'session',
      summary: 'make the first admin with the one-time link',
      body: firstBody,
    }),
    async (request, reply) => {
      const body = parseBody(firstBody, request.body);
      requirePassword(body.password);
      const { oneTimeToken: token, name, password } = body;
      const user = await firstAdmin.create({ token, name, password });
      if (user === undefined) {
        const message =
          'tautan salah, sudah dipakai, atau lebih dari sehari; mulai ulang portal untuk tautan baru / ' +
          'the one-time link is wrong, used or older than a day; a restart of the portal prints a new one';
        throw new ApiError(401, 'unauthorised', message);
      }
      await note(request, { action: 'user.add', target: user.name, detail: 'first admin' });
      return answerSignedIn(request, reply, await access.openFor(user), note);
    },
  );

  scope.delete(
    '/session',
    guarded({ role: 'viewer', tag: 'session', summary: 'sign out' }),
    async (request, reply): Promise<SessionAnswer> => {
      const cookie = request.cookies[sessionCookie(request)];
      if (cookie !== undefined) await access.signOut(cookie);
      await note(request, { action: 'session.end', target: identityOf(request).actor });
      reply.clearCookie(sessionCookie(request), cookieOptions(request));
      return { user: null, needsFirstAdmin: await needsFirstAdmin() };
    },
  );

  addOwnAccount(scope, { ...options, noteRefusal });
}

/** What somebody signed in does with their own password and sessions. */
function addOwnAccount(
  scope: FastifyInstance,
  { access, note, store, noteRefusal }: IdentityOptions & { readonly noteRefusal: NoteRefusal },
): void {
  scope.put(
    '/session/password',
    guarded({ role: 'viewer', tag: 'session', summary: 'change the own password', body: passwordBody }),
    async (request, reply) => {
      const { currentPassword, newPassword } = parseBody(passwordBody, request.body);
      requirePassword(newPassword, 'newPassword');
      const { name } = await ownUser(request, store);
      const proof = await access.signIn({ name, password: currentPassword, address: request.ip });
      if (proof.outcome === 'wait') throw tooMany(reply, proof.waitMs);
      if (proof.outcome === 'refused') {
        await noteRefusal(request, { target: name, detail: 'password' });
        throw wrongPassword();
      }
      const passwordHash = await hashPassword(newPassword);
      // Read after the slow steps: an admin may have changed role or lock-out meanwhile.
      const user = await ownUser(request, store);
      await store.putUser({ ...user, passwordHash });
      // Whoever knew the old one is out everywhere; this browser goes on with a fresh session.
      await store.deleteSessionsOf(name);
      await note(request, { action: 'user.put', target: name, detail: 'password' });
      return answerSignedIn(request, reply, await access.openFor(user), note);
    },
  );

  scope.delete(
    '/session/others',
    guarded({ role: 'viewer', tag: 'session', summary: 'sign out everywhere else' }),
    async (request, reply) => {
      const user = await ownUser(request, store);
      await store.deleteSessionsOf(user.name);
      await note(request, { action: 'session.end', target: user.name, detail: 'others' });
      return answerSignedIn(request, reply, await access.openFor(user), note);
    },
  );
}

/** The person who asks; a program's token has neither password nor sessions. */
async function ownUser(request: FastifyRequest, store: IdentityOptions['store']): Promise<UserRecord> {
  const user = await store.user(identityOf(request).actor);
  if (user !== undefined) return user;
  throw new ApiError(
    403,
    'forbidden',
    'this is for people who signed in; a token has no password or session',
  );
}

/** No 401: the session that asks is a good one. */
function wrongPassword(): ApiError {
  const message = 'kata sandi sekarang salah / the current password is wrong';
  return new ApiError(403, 'wrong-password', message, { field: 'currentPassword' });
}

async function answerSignedIn(
  request: FastifyRequest,
  reply: FastifyReply,
  result: SignIn,
  note: IdentityOptions['note'],
): Promise<SessionAnswer> {
  if (result.outcome !== 'signed-in') throw new Error('not signed in');
  const { identity, cookie } = result;
  request.identity = identity;
  await note(request, { action: 'session.begin', target: identity.actor });
  reply.setCookie(sessionCookie(request), cookie, {
    ...cookieOptions(request),
    maxAge: Math.floor(SESSION_LONGEST_MS / 1000),
  });
  return {
    user: { name: identity.actor, role: identity.role },
    ...(identity.csrfToken === undefined ? {} : { csrfToken: identity.csrfToken }),
    needsFirstAdmin: false,
  };
}

/** `Secure` wherever the browser came by https, told by a trusted proxy in front. */
function cookieOptions(request: FastifyRequest) {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure: request.protocol === 'https' } as const;
}

function tooMany(reply: FastifyReply, waitMs: number): ApiError {
  const seconds = Math.ceil(waitMs / 1000);
  reply.header('retry-after', String(seconds));
  const message = `terlalu sering, coba lagi ${seconds} detik lagi / too many tries, wait ${seconds} s`;
  return new ApiError(429, 'too-many-tries', message);
}
