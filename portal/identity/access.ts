/** Who is asking, and may they? Sessions for people, tokens for programs, the same answer for both. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { clientNetwork } from './client-network.ts';
import type { IdentityStore, Role, SessionRecord, TokenScope, UserRecord } from './identity-store.ts';
import { hashPassword, isPassword } from './password.ts';
import { createSignInLimit } from './sign-in-limit.ts';
import { digest, isTokenValid, parseToken } from './token.ts';

/** A session unused for so long is over. */
export const SESSION_IDLE_MS = 12 * 3_600_000;
/** However much it is used: OWASP asks for an absolute limit; a working week begins with a sign-in. */
export const SESSION_LONGEST_MS = 7 * 24 * 3_600_000;
/** A session's or token's last use is noted this often at most, so that reads do not become writes. */
const NOTE_USE_MS = 60_000;

/** Somebody known. */
export interface Identity {
  /** User name, or `token:<id>`. */
  readonly actor: string;
  readonly role: Role;
  /** Present for a browser's session: the header a write must repeat. */
  readonly csrfToken?: string;
}

export type SignIn =
  | { readonly outcome: 'signed-in'; readonly cookie: string; readonly identity: Identity }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'wait'; readonly waitMs: number };

const RANK: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 };
const ROLE_OF_SCOPE: Readonly<Record<TokenScope, Role>> = {
  read: 'viewer',
  operate: 'operator',
  admin: 'admin',
};

/** True when the role includes what is needed. */
export function hasRole(identity: Identity, needed: Role): boolean {
  return RANK[identity.role] >= RANK[needed];
}

/** True when the header repeats the session's token; a token's request has no cookie to be misused. */
export function isCsrfSafe(identity: Identity, header: string | undefined): boolean {
  if (identity.csrfToken === undefined) return true;
  const [found, expected] = [Buffer.from(digest(header ?? '')), Buffer.from(digest(identity.csrfToken))];
  return timingSafeEqual(found, expected);
}

export type Access = ReturnType<typeof createAccess>;

/** Signing in and out, and knowing who asks. `clock` is milliseconds since 1970. */
export function createAccess(options: { readonly store: IdentityStore; readonly clock: () => number }) {
  const { store, clock } = options;
  const limit = createSignInLimit();
  /** Names with the networks they signed in from since this process started. */
  const home = new Set<string>();

  const open = async (user: UserRecord): Promise<SignIn> => {
    const cookie = randomBytes(32).toString('base64url');
    const csrfToken = randomBytes(24).toString('base64url');
    const nowMs = clock();
    const session = {
      idHash: digest(cookie),
      userName: user.name,
      csrfToken,
      createdAtMs: nowMs,
      usedAtMs: nowMs,
    };
    await store.addSession(session);
    return { outcome: 'signed-in', cookie, identity: { actor: user.name, role: user.role, csrfToken } };
  };

  return {
    /** Checks name and password; every refusal takes the same time and says the same. */
    async signIn(attempt: { name: string; password: string; address: string }): Promise<SignIn> {
      const name = attempt.name.trim().toLowerCase();
      const network = clientNetwork(attempt.address);
      // Where this name has signed in before, strangers' guesses elsewhere lock nobody out: tries there are counted apart.
      const counted = home.has(`${name} ${network}`) ? `home:${name} ${network}` : `name:${name}`;
      const keys = [counted, `address:${network}`];
      const waitMs = limit.waitMs(keys, clock());
      if (waitMs > 0) return { outcome: 'wait', waitMs };
      // Noted before the slow check, so that a hundred tries at once are not a hundred free ones.
      limit.failed(keys, clock());
      const user = await store.user(name);
      const isRight = await isPassword(attempt.password, user?.passwordHash ?? (await nobodysHash()));
      if (user === undefined || !isRight || user.isDisabled) return { outcome: 'refused' };
      limit.succeeded(keys, counted);
      home.add(`${name} ${network}`);
      return await open(user);
    },

    /** A session for a user whose right was proven otherwise (the one-time link of the first start). */
    openFor: open,

    signOut: (cookie: string): Promise<void> => store.deleteSession(digest(cookie)),

    /** The person of a session's cookie. */
    async ofCookie(cookie: string | undefined): Promise<Identity | undefined> {
      if (cookie === undefined || cookie === '') return undefined;
      const session = await store.session(digest(cookie));
      if (session === undefined) return undefined;
      const nowMs = clock();
      if (isOver(session, nowMs)) {
        await store.deleteSession(session.idHash);
        return undefined;
      }
      const user = await store.user(session.userName);
      if (user === undefined || user.isDisabled) return undefined;
      if (nowMs - session.usedAtMs > NOTE_USE_MS) await store.noteSessionUse(session.idHash, nowMs);
      return { actor: user.name, role: user.role, csrfToken: session.csrfToken };
    },

    /** The program of an `Authorization: Bearer ptu_…` header. */
    async ofToken(text: string): Promise<Identity | undefined> {
      const parsed = parseToken(text);
      const token = parsed === undefined ? undefined : await store.token(parsed.id);
      if (parsed === undefined || token === undefined) return undefined;
      const nowMs = clock();
      if (!isTokenValid(token, parsed.secret, nowMs)) return undefined;
      if (nowMs - (token.usedAtMs ?? 0) > NOTE_USE_MS) await store.noteTokenUse(token.id, nowMs);
      return { actor: `token:${token.id}`, role: ROLE_OF_SCOPE[token.scope] };
    },

    /** Forgets sessions that are over. */
    async tidy(): Promise<void> {
      await store.deleteSessionsBefore(clock() - SESSION_IDLE_MS, clock() - SESSION_LONGEST_MS);
    },
  };
}

function isOver(session: SessionRecord, nowMs: number): boolean {
  return nowMs - session.usedAtMs > SESSION_IDLE_MS || nowMs - session.createdAtMs > SESSION_LONGEST_MS;
}

let hashOfNobody: Promise<string> | undefined;

/** So that a name nobody has takes as long to refuse as one that exists. */
function nobodysHash(): Promise<string> {
  hashOfNobody ??= hashPassword(randomBytes(24).toString('hex'));
  return hashOfNobody;
}
