/** `GET /api/v1/series`: rows of a level, alone or put together, in every form. */
import type { FastifyInstance } from 'fastify';
import { seriesAnswer } from './answer-schemas.ts';
import { ApiError } from './api-error.ts';
import { isStillSame } from './conditional.ts';
import type { PublicOptions } from './public-options.ts';
import { nextLink, preferredType } from './query-parts.ts';
import { documented } from './route-doc.ts';
import { sendTable } from './send-table.ts';
import { openSeries } from './series-pages.ts';
import { readSeriesQuery, type SeriesRequestQuery, seriesQuerySchema } from './series-query.ts';

/** Rows of a JSON answer that asks for no number; the other forms are the whole answer then. */
const DEFAULT_JSON_LIMIT = 1000;

const ACCEPTED = [
  ['application/json', 'json'],
  ['text/csv', 'csv'],
  ['application/x-ndjson', 'ndjson'],
  ['application/vnd.apache.parquet', 'parquet'],
] as const;

/** Adds the route to a scope whose prefix is `/api/v1`. */
export function addSeriesRoutes(scope: FastifyInstance, options: PublicOptions): void {
  scope.get<{ Querystring: SeriesRequestQuery }>(
    '/series',
    documented({
      summary: 'A time series of a level, alone or grouped',
      description:
        "Levels hold windows of 1 minute (or the camera's own length), 15 minutes, an hour, a local day (WIB). Grouped rows are made of shown values only; of zones that overlap in the picture only the fullest is added up (`zones_left_out` counts the others), and level letters are of the fullest line and the densest zone. Where rows follow those of `limit`, JSON has `nextCursor`, the other forms a `Link` with rel=next.",
      tag: 'series',
      query: seriesQuerySchema,
      answers: {
        200: {
          description: 'rows in a stable order; null is "not measured", never 0',
          content: {
            'application/json': seriesAnswer,
            'text/csv': null,
            'application/x-ndjson': null,
            'application/vnd.apache.parquet': null,
          },
        },
      },
    }),
    async (request, reply) => {
      const { query } = request;
      const format = query.format ?? preferredType(request.headers.accept, ACCEPTED);
      if (format === undefined) throw notAcceptable(request.headers.accept ?? '');
      const wanted = await readSeriesQuery(options, query);
      const version = `${await options.reader.version()} ${format} ${wanted.version}`;
      const changedAtMs = options.changes.answersChangedAtMs();
      if (isStillSame(request, reply, { version, changedAtMs })) return reply.send();
      const limit = query.limit ?? (format === 'json' ? DEFAULT_JSON_LIMIT : undefined);
      const isNextAhead = format !== 'json' && limit !== undefined;
      const { table, next } = await openSeries(options, { query, wanted, limit, isNextAhead });
      const following = isNextAhead ? next() : undefined;
      if (following !== undefined) reply.header('link', nextLink(request.url, following));
      const { level, groupBy } = query;
      const head = { level, kind: wanted.series.kind, ...(groupBy === undefined ? {} : { groupBy }) };
      return sendTable(request, reply, {
        table,
        options: {
          format,
          withBom: query.bom === '1',
          fileName: `pantau-${wanted.series.kind}-${level}`,
          head: { ...head, smallCountBelow: options.reader.smallCountBelow },
          tail: () => (next() === undefined ? {} : { nextCursor: next() }),
        },
      });
    },
  );
}

function notAcceptable(accept: string): ApiError {
  const allowed = ACCEPTED.map(([type]) => type).join(', ');
  const found = accept.slice(0, 80);
  return new ApiError(406, 'not-acceptable', `Accept: found ${found}; served are ${allowed}`, {
    field: 'accept',
    found,
    allowed,
  });
}
