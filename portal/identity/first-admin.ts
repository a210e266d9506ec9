/** The one-time link with which the first admin is made: printed at the first start, good once, for a day, until the next start. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IdentityStore, UserRecord } from './identity-store.ts';
import { hashPassword } from './password.ts';
import { digest } from './token.ts';

/** How long the link is good: long enough to finish an installation, short enough not to lie in a terminal for ever. */
export const FIRST_ADMIN_LINK_MS = 24 * 3_600_000;

export type FirstAdmin = ReturnType<typeof createFirstAdmin>;

/** `clock` is milliseconds since 1970. */
export function createFirstAdmin(options: { readonly store: IdentityStore; readonly clock: () => number }) {
  const { store, clock } = options;
  const token = randomBytes(24).toString('base64url');
  const madeAtMs = clock();
  return {
    /** The part of the link that proves who read it; goes to the terminal, never to a log file. */
    token,
    isNeeded: async (): Promise<boolean> => (await store.users()).length === 0,
    /** Makes the admin; undefined when the token is wrong or too old, or somebody was first. */
    async create(request: {
      token: string;
      name: string;
      password: string;
    }): Promise<UserRecord | undefined> {
      const isRight = timingSafeEqual(Buffer.from(digest(request.token)), Buffer.from(digest(token)));
      if (!isRight || clock() - madeAtMs > FIRST_ADMIN_LINK_MS) return undefined;
      const user: UserRecord = {
        name: request.name,
        role: 'admin',
        passwordHash: await hashPassword(request.password),
        isDisabled: false,
        createdAtMs: clock(),
      };
      return (await store.addFirstUser(user)) ? user : undefined;
    },
  };
}
