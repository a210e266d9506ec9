/** The routes below `/api/v1`. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { PublicReader } from '../privacy/public-reader.ts';
import type { ObservationStore, PageRequest } from '../store/store.ts';
import { observationsAnswer } from './answer-schemas.ts';
import { ApiError, invalidRequest } from './api-error.ts';
import { isStillSame } from './conditional.ts';
import { refuseUnknownCameras, refuseUnknownPlace } from './known-ids.ts';
import { publishBodySchema } from './observation-schema.ts';
import { csvText, jsonText } from './observation-text.ts';
import type { PublicOptions } from './public-options.ts';
import { PUBLISH_BODY_LIMIT, publishBody } from './publish-body.ts';
import {
  cameraQuerySchema,
  DEFAULT_JSON_LIMIT,
  type ObservationQuery,
  observationQuerySchema,
  parseCameraQuery,
  parseObservationQuery,
} from './query.ts';
import { cursorOf, nextLink } from './query-parts.ts';
import type { RouteDoc } from './route-doc.ts';
import { sendChunks } from './send-answer.ts';

/** What the routes stand on. */
export interface ApiOptions extends PublicOptions {
  /** Where published records go. */
  readonly store: Pick<ObservationStore, 'upsert'>;
  readonly publishToken: string;
}

/** A window that starts later than this after now comes from a wrong clock and would be "latest" for ever. */
const MAX_FUTURE_MS = 86_400_000;

/** Adds the routes to a Fastify scope whose prefix is `/api/v1`. */
export function addApiRoutes(scope: FastifyInstance, options: ApiOptions): void {
  const { store, reader } = options;

  scope.put(
    '/observations',
    {
      bodyLimit: PUBLISH_BODY_LIMIT,
      decompress: false,
      preParsing: publishBody,
      onRequest: bearerGuard(options.publishToken),
      config: { doc: PUBLISH_DOC, rateLimit: false },
    },
    async (request) => {
      const records = parsePublishBody(request.body, options.clock());
      return store.upsert(records);
    },
  );

  scope.get('/observations', { config: { doc: OBSERVATIONS_DOC } }, async (request, reply) => {
    const query = parseObservationQuery(request.query, request.headers.accept);
    const { cameraId: cameraIds, ...places } = query.filter;
    await refuseUnknownCameras(options, { field: 'cameraId', cameraIds });
    await refuseUnknownPlace(options, { ...places, cameraIds });
    const version = `${await reader.version()} ${query.format}`;
    if (isStillSame(request, reply, { version, changedAtMs: options.changes.answersChangedAtMs() })) {
      return reply.send();
    }
    return sendObservations(request, reply, { ...options, query });
  });

  scope.get('/latest', { config: { doc: LATEST_DOC } }, async (request, reply) => {
    const cameraId = parseCameraQuery(request.query);
    await refuseUnknownCameras(options, { field: 'cameraId', cameraIds: cameraId });
    const version = await reader.version();
    if (isStillSame(request, reply, { version, changedAtMs: options.changes.answersChangedAtMs() })) {
      return reply.send();
    }
    reply.type('application/json; charset=utf-8');
    return sendChunks(request, reply, latestText(reader, cameraId));
  });
}

async function* latestText(reader: PublicReader, cameraId: string | undefined): AsyncGenerator<string> {
  const observations = await reader.latest(cameraId);
  yield JSON.stringify({ observations, smallCountBelow: reader.smallCountBelow });
}

const PUBLISH_DOC: RouteDoc = {
  summary: 'Publish records, plain or gzip: idempotent by their natural key',
  tag: 'observations',
  needs: 'publish-token',
  body: publishBodySchema,
  answers: {
    200: {
      description: 'what became of the records',
      content: {
        'application/json': z.strictObject({ accepted: z.int(), unchanged: z.int(), fenced: z.int() }),
      },
    },
    401: { description: 'no token, or another one' },
    413: { description: `more than ${PUBLISH_BODY_LIMIT} bytes, inflated where it is gzip` },
    415: { description: 'no JSON, or a content-encoding other than gzip' },
  },
};

const OBSERVATIONS_DOC: RouteDoc = {
  summary: 'Records of base windows, as in the data contract',
  tag: 'observations',
  query: observationQuerySchema,
  answers: {
    200: {
      description: 'in a stable order',
      content: { 'application/json': observationsAnswer, 'text/csv': null },
    },
  },
};

const LATEST_DOC: RouteDoc = {
  summary: 'Every record of the newest window of each camera',
  tag: 'observations',
  query: cameraQuerySchema,
  answers: { 200: { description: 'by camera', content: { 'application/json': observationsAnswer } } },
};

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

interface ReadContext {
  readonly reader: PublicReader;
  readonly query: ObservationQuery;
}

async function sendObservations(request: FastifyRequest, reply: FastifyReply, context: ReadContext) {
  const { query, reader } = context;
  const limit = query.page.limit ?? (query.format === 'json' ? DEFAULT_JSON_LIMIT : undefined);
  const end = limit === undefined ? undefined : await endOfPage(reader, query, limit);
  const nextCursor = end === undefined ? undefined : cursorOf(end);
  if (nextCursor !== undefined) reply.header('link', nextLink(request.url, nextCursor));
  const source = {
    reader,
    filter: query.filter,
    end,
    ...(query.page.after === undefined ? {} : { after: query.page.after }),
    ...(limit === undefined ? {} : { limit }),
  };
  if (query.format === 'csv') {
    reply.type('text/csv; charset=utf-8; header=present');
    reply.header('content-disposition', 'attachment; filename="pantau-observations.csv"');
    return sendChunks(request, reply, csvText({ ...source, withBom: query.withBom }));
  }
  const { smallCountBelow } = reader;
  const tail = { ...(nextCursor === undefined ? {} : { nextCursor }), smallCountBelow };
  reply.type('application/json; charset=utf-8');
  return sendChunks(request, reply, jsonText({ ...source, tail }));
}

function endOfPage(reader: PublicReader, { filter, page: { after } }: ObservationQuery, limit: number) {
  const page: PageRequest = after === undefined ? { limit } : { limit, after };
  return reader.endOfPage(filter, page);
}
