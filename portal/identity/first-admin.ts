/** The one-time link with which the first admin is made: printed at the first start, valid until used or the next start. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IdentityStore, UserRecord } from './identity-store.ts';
import { hashPassword } from './password.ts';
import { digest } from './token.ts';

export type FirstAdmin = ReturnType<typeof createFirstAdmin>;

/** `clock` is milliseconds since 1970. */
export function createFirstAdmin(options: { readonly store: IdentityStore; readonly clock: () => number }) {
  const { store, clock } = options;
  const token = randomBytes(24).toString('base64url');
  return {
    /** The part of the link that proves who read it; goes to the terminal, never to a log file. */
    token,
    isNeeded: async (): Promise<boolean> => (await store.users()).length === 0,
    /** Makes the admin; undefined when the token is wrong or somebody was first. */
    async create(request: {
      token: string;
      name: string;
      password: string;
    }): Promise<UserRecord | undefined> {
      const isRight = timingSafeEqual(Buffer.from(digest(request.token)), Buffer.from(digest(token)));
      if (!isRight) return undefined;
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
