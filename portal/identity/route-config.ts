/** The config of a guarded route: who may use it, and what the OpenAPI document says of it. */
import type { z } from 'zod';
import type { RouteDoc } from '../api/route-doc.ts';
import type { Role } from './identity-store.ts';

const NEEDS: Readonly<Record<Role | 'anyone', NonNullable<RouteDoc['needs']>>> = {
  anyone: 'nothing',
  viewer: 'read',
  operator: 'operate',
  admin: 'admin',
};

/** One guarded route. */
export interface GuardedRoute {
  /** Least role that may use it. */
  readonly role: Role | 'anyone';
  readonly tag: 'session' | 'identities' | 'operate';
  readonly summary: string;
  /** Media type of the answer, default JSON. */
  readonly type?: string;
  /** Status of success, default 200. */
  readonly status?: number;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
}

/** For Fastify's route options. */
export function guarded({ role, tag, summary, type, status = 200, ...parts }: GuardedRoute) {
  const { params, query, body } = parts;
  const doc: RouteDoc = {
    ...{ summary, tag, needs: NEEDS[role] },
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
    answers: { [status]: { description: summary, content: { [type ?? 'application/json']: null } } },
  };
  return { config: { role, doc } };
}
