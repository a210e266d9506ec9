/** What the routes of identities stand on. */
import type { Access } from './access.ts';
import type { NoteDeed } from './audit.ts';
import type { FirstAdmin } from './first-admin.ts';
import type { IdentityStore } from './identity-store.ts';

/** What the routes stand on. */
export interface IdentityOptions {
  readonly store: IdentityStore;
  readonly access: Access;
  readonly firstAdmin: FirstAdmin;
  readonly note: NoteDeed;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}
