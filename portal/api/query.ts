/** Reads the query of a request; everything not understood is refused with what is allowed. */
import { z } from 'zod';
import type { ObservationFilter, PageRequest } from '../store/store.ts';
import { ApiError, invalidRequest } from './api-error.ts';
import {
  instantPart,
  limitPart,
  positionOf,
  preferredType,
  rangeUs,
  switchPart,
  textPart,
  wrongQuery,
} from './query-parts.ts';

/** Records of a JSON page that asks for no number. CSV without a limit is the whole answer. */
export const DEFAULT_JSON_LIMIT = 1000;

/** Formats the observations are served in. */
export type ObservationFormat = 'json' | 'csv';

/** A read of observations as it was understood. */
export interface ObservationQuery {
  readonly filter: ObservationFilter;
  readonly page: { readonly limit?: number; readonly after?: PageRequest['after'] };
  readonly format: ObservationFormat;
  readonly withBom: boolean;
}

/** The query of `GET /api/v1/observations`. */
export const observationQuerySchema = z.strictObject({
  kind: z.enum(['flow', 'presence']).optional(),
  cameraId: textPart.optional(),
  lineId: textPart.optional(),
  zoneId: textPart.optional(),
  direction: z.enum(['in', 'out']).optional(),
  from: instantPart.optional(),
  to: instantPart.optional(),
  limit: limitPart.optional(),
  cursor: z.string().max(2000).optional(),
  format: z.enum(['json', 'csv']).optional(),
  bom: switchPart.optional(),
});

const positionSchema = z.tuple([z.int(), z.string(), z.string(), z.string(), z.string(), z.number()]);
/** The query of `GET /api/v1/latest`. */
export const cameraQuerySchema = z.strictObject({ cameraId: textPart.optional() });

/** Understands the query of `GET /api/v1/observations`; throws `ApiError` 400 or 406. */
export function parseObservationQuery(query: unknown, accept: string | undefined): ObservationQuery {
  const parsed = observationQuerySchema.safeParse(query);
  if (!parsed.success) throw invalidRequest(parsed.error, query, Object.keys(observationQuerySchema.shape));
  const { from, to, limit, cursor, format, bom, ...rest } = parsed.data;
  const filter = withoutUndefined({
    ...rest,
    ...rangeUs({ from, to }),
  }) as ObservationFilter;
  refuseContradictions(filter);
  return {
    filter,
    page: withoutUndefined({
      limit,
      after: cursor === undefined ? undefined : positionOf(positionSchema, cursor),
    }),
    format: format ?? negotiatedFormat(accept),
    withBom: bom === '1',
  };
}

/** Understands a query that may only name a camera. */
export function parseCameraQuery(query: unknown): string | undefined {
  const parsed = cameraQuerySchema.safeParse(query);
  if (!parsed.success) throw invalidRequest(parsed.error, query, Object.keys(cameraQuerySchema.shape));
  return parsed.data.cameraId;
}

function refuseContradictions(filter: ObservationFilter): void {
  const { lineId, zoneId, kind, direction } = filter;
  if (lineId !== undefined && zoneId !== undefined) {
    throw wrongQuery('zoneId', zoneId, 'a lineId or a zoneId, not both: a record has one of them');
  }
  if (lineId !== undefined && kind === 'presence') {
    throw wrongQuery('lineId', lineId, 'only with kind=flow: presence records have zones');
  }
  if (zoneId !== undefined && kind === 'flow') {
    throw wrongQuery('zoneId', zoneId, 'only with kind=presence: flow records have lines');
  }
  if (direction !== undefined && (kind === 'presence' || zoneId !== undefined)) {
    throw wrongQuery('direction', direction, 'only for flow records');
  }
}

/** The format the Accept header likes best; JSON when it has no opinion. */
function negotiatedFormat(accept: string | undefined): ObservationFormat {
  const format = preferredType(accept, ACCEPTED);
  if (format !== undefined) return format;
  const allowed = 'application/json, text/csv';
  throw new ApiError(406, 'not-acceptable', `Accept: found ${accept?.slice(0, 80)}; served are ${allowed}`, {
    field: 'accept',
    allowed,
  });
}

const ACCEPTED = [
  ['application/json', 'json'],
  ['text/csv', 'csv'],
] as const;

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(value: T): Partial<Defined<T>> {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Partial<
    Defined<T>
  >;
}
