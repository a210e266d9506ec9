/** What the OpenAPI document says of the CKAN-shaped routes. */
import { z } from 'zod';
import type { RouteDoc } from '../api/route-doc.ts';

/** What CKAN says when it can't do what was asked; its 400 of an unknown action is a bare JSON text. */
const failure = {
  description: '`error.__type` says what kind of failure it is',
  content: {
    'application/json': z.object({
      help: z.string(),
      success: z.literal(false),
      error: z.looseObject({ __type: z.string() }),
    }),
  },
};
const asText = { 'text/plain': null };

/** Of the actions, whatever their name. */
export const ACTION_DOC: RouteDoc = {
  summary: "An action of CKAN's API",
  description: 'Answers as CKAN 2.11 does; `help_show` describes every action. Nothing can be written.',
  tag: 'CKAN',
  params: z.object({ name: z.string().describe('of the action, e.g. package_search') }),
  answers: {
    200: { description: '`{help, success, result}`', content: { 'application/json': null } },
    400: {
      description:
        'an unknown action, or parameters that are no JSON: a JSON text; a wrong search: the envelope',
      content: { 'application/json': z.union([z.string(), failure.content['application/json']]) },
    },
    ...{ 403: failure, 404: failure, 409: failure, 503: failure },
    429: { description: 'too many requests', content: { 'application/json': z.string() } },
  },
};
const DUMP_CONTENT = {
  ...{ 'text/csv': null, 'text/tab-separated-values': null },
  ...{ 'application/json': null, 'text/xml': null },
};
/** Of the dump. */
export const DUMP_DOC: RouteDoc = {
  summary: 'A table of the DataStore as a file',
  description: '`fields`, `filters`, `q` and `sort` as in `datastore_search`.',
  tag: 'CKAN',
  params: z.object({ resourceId: z.string() }),
  query: z.object({
    format: z.enum(['csv', 'tsv', 'json', 'xml']).default('csv'),
    bom: z.enum(['true', 'false']).default('false'),
    limit: z.string().regex(/^\d+$/).optional(),
    offset: z.string().regex(/^\d+$/).optional(),
    ...{ fields: z.string().optional(), filters: z.string().optional() },
    ...{ q: z.string().optional(), sort: z.string().optional() },
  }),
  answers: {
    200: { description: 'the rows with `_id`, streamed', content: DUMP_CONTENT },
    400: { description: 'a wrong parameter', content: asText },
    404: { description: 'no such table', content: asText },
    429: { description: 'too many requests', content: { 'application/json': z.string() } },
    503: { description: 'the store is away', content: asText },
  },
};
