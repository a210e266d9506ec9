/** The routes below `/api/v1`. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Observation } from '../../pipelines/domain/types.ts';
import { applySmallCountRule } from '../privacy.ts';
import type { ObservationStore, PageRequest } from '../store/store.ts';
import { ApiError, invalidRequest } from './api-error.ts';
import { isStillSame } from './conditional.ts';
import { publishBodySchema } from './observation-schema.ts';
import { csvText, jsonText, started } from './observation-text.ts';
import {
  DEFAULT_JSON_LIMIT,
  encodeCursor,
  type ObservationQuery,
  parseCameraQuery,
  parseObservationQuery,
  refuseQuery,
} from './query.ts';

/** What the routes stand on. */
export interface ApiOptions {
  readonly store: ObservationStore;
  readonly publishToken: string;
  readonly smallCountBelow: number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** A window that starts later than this after now comes from a wrong clock and would be "latest" for ever. */
const MAX_FUTURE_MS = 86_400_000;
/** 1,000 records of about 1.3 kB, twice over. */
const PUBLISH_BODY_LIMIT = 3 * 1024 * 1024;

/** Adds the routes to a Fastify scope whose prefix is `/api/v1`. */
export function addApiRoutes(scope: FastifyInstance, options: ApiOptions): void {
  const { store, smallCountBelow } = options;
  const publish = (observation: Observation) => applySmallCountRule(observation, smallCountBelow);

  scope.put(
    '/observations',
    { bodyLimit: PUBLISH_BODY_LIMIT, onRequest: bearerGuard(options.publishToken) },
    async (request) => {
      const records = parsePublishBody(request.body, options.clock());
      return store.upsert(records);
    },
  );

  scope.get('/observations', async (request, reply) => {
    const query = parseObservationQuery(request.query, request.headers.accept);
    if (await isStillSame(store, request, reply, `${query.format} ${smallCountBelow}`)) return reply.send();
    return sendObservations(request, reply, { ...options, query, publish });
  });

  scope.get('/cameras', async (request, reply) => {
    refuseQuery(request.query);
    if (await isStillSame(store, request, reply, '')) return reply.send();
    return { cameras: await store.cameras() };
  });

  scope.get('/latest', async (request, reply) => {
    const cameraId = parseCameraQuery(request.query);
    if (await isStillSame(store, request, reply, `${smallCountBelow}`)) return reply.send();
    return { observations: (await store.latest(cameraId)).map(publish), smallCountBelow };
  });
}

/** Refuses a request without the token, before its body is read. Compares digests: equal length, no timing. */
function bearerGuard(token: string) {
  const expected = digest(token);
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const [scheme = '', offered = ''] = (request.headers.authorization ?? '').split(' ');
    if (scheme.toLowerCase() === 'bearer' && timingSafeEqual(digest(offered), expected)) return;
    reply.header('www-authenticate', 'Bearer realm="pantau"');
    throw new ApiError(
      401,
      'unauthorised',
      'publishing needs the portal\'s token in "Authorization: Bearer …"; none or another one was given',
    );
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function parsePublishBody(body: unknown, nowMs: number) {
  const parsed = publishBodySchema.safeParse(body);
  if (!parsed.success) throw invalidRequest(parsed.error, body);
  // What was sent, not zod's copy: that one would be in the schema's key order, and equal records be unequal bytes.
  const { records } = body as typeof parsed.data;
  const index = records.findIndex(
    ({ observation }) => Date.parse(observation.windowStart) > nowMs + MAX_FUTURE_MS,
  );
  if (index < 0) return records;
  const field = `records.${index}.observation.windowStart`;
  const found = records[index]!.observation.windowStart;
  const allowed = 'at most a day after now: check the clock of the sender or the declared start';
  throw new ApiError(400, 'invalid-record', `${field}: found ${found}; ${allowed}`, {
    field,
    index,
    found,
    allowed,
  });
}

interface ReadContext extends ApiOptions {
  readonly query: ObservationQuery;
  readonly publish: (observation: Observation) => ReturnType<typeof applySmallCountRule>;
}

async function sendObservations(request: FastifyRequest, reply: FastifyReply, context: ReadContext) {
  const { query, store, publish, smallCountBelow } = context;
  const limit = query.page.limit ?? (query.format === 'json' ? DEFAULT_JSON_LIMIT : undefined);
  const nextCursor = limit === undefined ? undefined : await cursorAfter(store, query, limit);
  if (nextCursor !== undefined) reply.header('link', `<${nextUrl(request, nextCursor)}>; rel="next"`);
  const source = {
    store,
    publish,
    filter: query.filter,
    ...(query.page.after === undefined ? {} : { after: query.page.after }),
    ...(limit === undefined ? {} : { limit }),
  };
  if (query.format === 'csv') {
    reply.type('text/csv; charset=utf-8; header=present');
    reply.header('content-disposition', 'attachment; filename="pantau-observations.csv"');
    const text = await started(csvText({ ...source, withBom: query.withBom }));
    return reply.send(Readable.from(text));
  }
  const tail = { ...(nextCursor === undefined ? {} : { nextCursor }), smallCountBelow };
  reply.type('application/json; charset=utf-8');
  return reply.send(Readable.from(await started(jsonText({ ...source, tail }))));
}

async function cursorAfter(store: ObservationStore, query: ObservationQuery, limit: number) {
  const { after } = query.page;
  const page: PageRequest = after === undefined ? { limit } : { limit, after };
  const end = await store.endOfPage(query.filter, page);
  return end === undefined ? undefined : encodeCursor(end);
}

function nextUrl(request: FastifyRequest, cursor: string): string {
  const url = new URL(request.url, 'http://portal.invalid');
  url.searchParams.set('cursor', cursor);
  return `${url.pathname}${url.search}`;
}
