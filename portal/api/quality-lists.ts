/** Gaps and method breaks: lists that grow with the city and its years, so they come in pages. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { methodBreaksByCamera } from '../reads/method-changes.ts';
import { gapsByCamera, rangeText } from '../reads/quality.ts';
import { compareText } from '../store/merge-window.ts';
import { gapsAnswer, methodBreaksAnswer } from './answer-schemas.ts';
import { isStillSame, sendJson } from './conditional.ts';
import { refuseUnknownCameras } from './known-ids.ts';
import { DEFAULT_LIST_LIMIT, type ListPosition, listPage, listPosition } from './list-pages.ts';
import type { PublicOptions } from './public-options.ts';
import { RANGE_WORDS, rangeQuery, reportTime } from './quality-range.ts';
import { cursorOf, limitPart, positionOf, textPart } from './query-parts.ts';
import { documented } from './route-doc.ts';

const listQuery = z.strictObject({
  cameraId: textPart.optional(),
  limit: limitPart.optional(),
  cursor: z.string().min(1).max(1000).optional(),
});
const gapsQuery = rangeQuery.extend(listQuery.shape);
/** The range goes with the position: the last 30 days are others when the next page is asked for. */
const gapsPosition = z.tuple([listPosition, z.int(), z.int()]);

type ListQuery = z.infer<typeof listQuery>;

const PAGES = `At most \`limit\` entries (${DEFAULT_LIST_LIMIT} unless said); \`nextCursor\` leads to those that follow.`;

/** Cameras that a page may have something of. */
function isOfPage({ cameraId }: ListQuery, after: ListPosition | undefined) {
  return (id: string) =>
    (cameraId === undefined || id === cameraId) && (after === undefined || compareText(id, after[0]) >= 0);
}

/** `GET gaps`, in a scope whose prefix is `/api/v1`. */
export function addGaps(scope: FastifyInstance, options: PublicOptions): void {
  scope.get<{ Querystring: z.infer<typeof gapsQuery> }>(
    '/gaps',
    documented({
      summary: 'Times that were not wholly observed, with their reasons',
      description: `By quarter hours. ${RANGE_WORDS} ${PAGES}`,
      tag: 'quality',
      query: gapsQuery,
      answers: { 200: { description: 'by camera and time', content: { 'application/json': gapsAnswer } } },
    }),
    async (request, reply) => {
      const { query } = request;
      const { limit = DEFAULT_LIST_LIMIT, cursor, cameraId: cameraIds } = query;
      await refuseUnknownCameras(options, { field: 'cameraId', cameraIds });
      const [after, fromUs, toUs] = cursor === undefined ? [] : positionOf(gapsPosition, cursor);
      const asked = fromUs === undefined || toUs === undefined ? query : rangeText({ fromUs, toUs });
      const { range, said } = await reportTime(options, asked);
      if (range === undefined) return sendJson(request, reply, { ...said, gaps: [] });
      const cameras = gapsByCamera(options, range, isOfPage(query, after));
      const { entries, next } = await listPage(cameras, { limit, after, instantOf: ({ from }) => from });
      return sendJson(request, reply, {
        ...said,
        gaps: entries,
        ...(next === undefined ? {} : { nextCursor: cursorOf([next, range.fromUs, range.toUs]) }),
      });
    },
  );
}

/** `GET method-breaks`, in a scope whose prefix is `/api/v1`. */
export function addMethodBreaks(scope: FastifyInstance, options: PublicOptions): void {
  scope.get<{ Querystring: ListQuery }>(
    '/method-breaks',
    documented({
      summary: 'Where a series stops being comparable with itself',
      description: `Changes of model, camera definition, software and sampling rate. ${PAGES}`,
      tag: 'quality',
      query: listQuery,
      answers: {
        200: { description: 'by camera and time', content: { 'application/json': methodBreaksAnswer } },
      },
    }),
    async (request, reply) => {
      const { limit = DEFAULT_LIST_LIMIT, cursor, cameraId: cameraIds } = request.query;
      await refuseUnknownCameras(options, { field: 'cameraId', cameraIds });
      const version = await options.reader.version();
      if (isStillSame(request, reply, { version, changedAtMs: options.changes.answersChangedAtMs() })) {
        return reply.send();
      }
      const after = cursor === undefined ? undefined : positionOf(listPosition, cursor);
      const known = (await options.reader.cameras()).map((camera) => camera.cameraId).sort(compareText);
      const cameras = methodBreaksByCamera(options.reader, known.filter(isOfPage(request.query, after)));
      const { entries, next } = await listPage(cameras, { limit, after, instantOf: ({ since }) => since });
      return reply.send({
        breaks: entries,
        ...(next === undefined ? {} : { nextCursor: cursorOf(next) }),
      });
    },
  );
}
