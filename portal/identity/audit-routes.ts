/** The audit log over HTTP: page by page, narrowed down, or whole as CSV. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { sendTable } from '../api/send-table.ts';
import { type FlatRow, flatTable } from '../formats/table.ts';
import type { AuditAnswer, AuditPageAnswer } from '../operate/answers.ts';
import { parseBody } from './body.ts';
import type { IdentityOptions } from './identity-options.ts';
import type { AuditEntry, AuditFilter, IdentityStore } from './identity-store.ts';
import { guarded } from './route-config.ts';

const wholeNumber = (allowed: string) =>
  z
    .string()
    .regex(/^[1-9][0-9]{0,14}$/, allowed)
    .transform(Number);
const limitRule = 'expected a whole number from 1 to 500';
const textRule = 'allowed is a text of 1 to 200 characters';
const text = z.string({ error: textRule }).trim().min(1, textRule).max(200, textRule).optional();
const narrowed = { actor: text, action: text, target: text };
const pageQuery = z.strictObject({
  ...narrowed,
  limit: wholeNumber(limitRule)
    .refine((limit) => limit <= 500, limitRule)
    .optional(),
  cursor: wholeNumber('expected the nextCursor of an earlier answer').optional(),
});
const csvQuery = z.strictObject({
  ...narrowed,
  bom: z.enum(['0', '1'], { error: 'allowed is 0 or 1' }).optional(),
});

const DEFAULT_LIMIT = 100;
const CSV_PAGE = 500;
const COLUMNS = (['at', 'actor', 'action', 'target', 'detail'] as const).map((name) => ({
  name,
  type: name === 'at' ? ('datetime' as const) : ('string' as const),
}));

/** Adds `audit` and `audit.csv` to a guarded scope whose prefix is `/api/v1`. */
export function addAuditRoutes(scope: FastifyInstance, { store }: Pick<IdentityOptions, 'store'>): void {
  scope.get(
    '/audit',
    guarded({
      role: 'admin',
      tag: 'identities',
      summary: 'who changed what, newest first; action also by its beginning, e.g. camera',
      query: pageQuery,
    }),
    async (request): Promise<AuditPageAnswer> => {
      const { limit = DEFAULT_LIMIT, cursor, ...wanted } = parseBody(pageQuery, request.query);
      const entries = await store.audit({
        ...filterOf(wanted),
        limit,
        ...(cursor === undefined ? {} : { beforeId: cursor }),
      });
      const last = entries.at(-1);
      return {
        entries: entries.map(shown),
        ...(entries.length < limit || last === undefined ? {} : { nextCursor: String(last.id) }),
      };
    },
  );

  scope.get(
    '/audit.csv',
    guarded({
      role: 'admin',
      tag: 'identities',
      summary: 'who changed what, newest first, as CSV',
      type: 'text/csv',
      query: csvQuery,
    }),
    async (request, reply) => {
      const { bom, ...wanted } = parseBody(csvQuery, request.query);
      const table = flatTable(COLUMNS, csvPages(store, filterOf(wanted)));
      const options = { format: 'csv', withBom: bom === '1', fileName: 'pantau-audit' } as const;
      return sendTable(request, reply, { table, options });
    },
  );
}

async function* csvPages(store: Pick<IdentityStore, 'audit'>, filter: AuditFilter) {
  let beforeId: number | undefined;
  for (;;) {
    const entries = await store.audit({
      ...{ ...filter, limit: CSV_PAGE },
      ...(beforeId === undefined ? {} : { beforeId }),
    });
    if (entries.length > 0) yield entries.map((entry): FlatRow => ({ ...shown(entry) }));
    beforeId = entries.at(-1)?.id;
    if (entries.length < CSV_PAGE) return;
  }
}

function filterOf(wanted: { readonly [Part in keyof AuditFilter]?: string | undefined }): AuditFilter {
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
}

function shown({ atMs, actor, action, target, detail }: AuditEntry): AuditAnswer {
  return { at: new Date(atMs).toISOString(), actor, action, target, detail };
}
