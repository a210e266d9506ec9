/** Who changed what. Targets are names and ids; details name fields and counts, never a value that could be secret. */
import type { FastifyRequest } from 'fastify';
import type { IdentityStore } from './identity-store.ts';

/** One thing that happened. */
export interface Deed {
  /** Kind and verb, e.g. `camera.put`. */
  readonly action: string;
  readonly target: string;
  readonly detail?: string;
}

/** Notes what the asker of a request did. */
export type NoteDeed = (request: FastifyRequest, deed: Deed) => Promise<void>;

/** `clock` is milliseconds since 1970. */
export function createAudit(options: {
  readonly store: Pick<IdentityStore, 'addAudit'>;
  readonly clock: () => number;
}): NoteDeed {
  return ({ identity }, { action, target, detail = '' }) =>
    options.store.addAudit({
      atMs: options.clock(),
      actor: identity?.actor ?? '-',
      action,
      target,
      detail,
    });
}
