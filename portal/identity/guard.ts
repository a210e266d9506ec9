/** Stands before every route of the console: who asks, may they, and did their own page send it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../api/api-error.ts';
import { type Access, hasRole, type Identity, isCsrfSafe } from './access.ts';
import type { Role } from './identity-store.ts';

/** Holds the session where the browser came by plain HTTP; `HttpOnly`, so that no script reads it. */
const PLAIN_COOKIE = 'pantau_session';
/**
 * Holds it by https: browsers take the prefix from this very host only (RFC 6265bis §4.1.3.2), so that no page of a
 * neighbouring subdomain can put its own session under somebody's hands.
 */
const HTTPS_COOKIE = '__Host-pantau_session';
/** Every write of a signed-in browser repeats its session's token here. */
export const CSRF_HEADER = 'x-csrf-token';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Least role that may use the route, or `anyone`; a route of the console without it answers nobody. */
    role?: Role | 'anyone';
  }
  interface FastifyRequest {
    /** Who asks, on routes of the console. */
    identity: Identity | null;
  }
}

/** Name of the cookie that holds the session of who asks this way. */
export function sessionCookie({ protocol }: Pick<FastifyRequest, 'protocol'>): string {
  return protocol === 'https' ? HTTPS_COOKIE : PLAIN_COOKIE;
}

/** Guards all routes of a scope, those of its children included. Needs `@fastify/cookie`. */
export function addGuard(scope: FastifyInstance, access: Access): void {
  scope.decorateRequest('identity', null);
  scope.addHook('onRequest', async (request, reply) => {
    // What is behind the guard is for who asks now, and for nobody's cache.
    reply.header('cache-control', 'no-store');
    const needed = request.routeOptions.config.role;
    if (needed === undefined) throw new Error(`${request.url} has no role`);
    const isWrite = !['GET', 'HEAD', 'OPTIONS'].includes(request.method);
    request.identity = (await identify(request, access)) ?? null;
    if (isWrite && !isProgram(request.identity)) refuseOtherSites(request);
    if (needed !== 'anyone') admit(request, reply, { needed, isWrite });
  });
}

/** Who asks on a guarded route that needs a role. */
export function identityOf(request: FastifyRequest): Identity {
  if (request.identity === null) throw new Error('this route has no guard');
  return request.identity;
}

function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  { needed, isWrite }: { needed: Role; isWrite: boolean },
): void {
  const { identity } = request;
  if (identity === null) {
    reply.header('www-authenticate', 'Bearer realm="pantau"');
    throw new ApiError(
      401,
      'unauthorised',
      'sign in, or send a valid token in "Authorization: Bearer ptu_…"',
    );
  }
  if (!hasRole(identity, needed)) {
    throw new ApiError(403, 'forbidden', `this needs the role ${needed}; yours is ${identity.role}`, {
      found: identity.role,
      allowed: needed,
    });
  }
  const header = request.headers[CSRF_HEADER];
  if (isWrite && !isCsrfSafe(identity, typeof header === 'string' ? header : undefined)) {
    throw new ApiError(
      403,
      'csrf',
      `a write of a signed-in browser repeats the session's csrfToken in the header ${CSRF_HEADER}`,
    );
  }
}

async function identify(request: FastifyRequest, access: Access): Promise<Identity | undefined> {
  // A token is said on purpose, a cookie comes by itself.
  const bearer = bearerOf(request);
  return bearer === undefined
    ? access.ofCookie(request.cookies[sessionCookie(request)])
    : access.ofToken(bearer);
}

function bearerOf({ headers }: FastifyRequest): string | undefined {
  return /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

/** A valid token was sent: a made-up one is nobody's leave to write from elsewhere. */
function isProgram(identity: Identity | null): boolean {
  return identity !== null && identity.csrfToken === undefined;
}

/**
 * Browsers tell where a request comes from; programs don't. `Sec-Fetch-Site` is right behind any proxy, but is only
 * sent to https and to localhost; elsewhere `Origin` has to name this very host.
 */
function refuseOtherSites(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site'];
  const { origin } = request.headers;
  const isOwn =
    site === undefined
      ? origin === undefined || (hostOf(origin) ?? '') === hostOf(`${request.protocol}://${request.host}`)
      : site === 'same-origin' || site === 'none';
  if (isOwn) return;
  throw new ApiError(403, 'other-site', "this request was sent by another site's page");
}

/** Host and port as URLs write them: without the port that goes without saying. */
function hostOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).host : undefined;
}
