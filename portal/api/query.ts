/** Reads the query of a request; everything not understood is refused with what is allowed. */
import { z } from 'zod';
import type { ObservationFilter, ObservationPosition, PageRequest } from '../store/store.ts';
import { ApiError, invalidRequest } from './api-error.ts';

/** Most records of one page. */
export const MAX_LIMIT = 10_000;
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

const text = z.string().min(1).max(200);
const instant = z.preprocess(
  // A "+" that was not encoded arrives as a space.
  (value) => (typeof value === 'string' ? value.replace(/ (\d\d:\d\d)$/, '+$1') : value),
  z.iso.datetime({
    offset: true,
    error: 'expected an ISO 8601 instant with offset, e.g. 2026-01-31T12:00:00+07:00 or …Z',
  }),
);

const querySchema = z.strictObject({
  kind: z.enum(['flow', 'presence']).optional(),
  cameraId: text.optional(),
  lineId: text.optional(),
  zoneId: text.optional(),
  direction: z.enum(['in', 'out']).optional(),
  from: instant.optional(),
  to: instant.optional(),
  limit: z
    .string()
    .regex(/^[0-9]{1,5}$/, `expected a whole number from 1 to ${MAX_LIMIT}`)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= MAX_LIMIT, `expected a whole number from 1 to ${MAX_LIMIT}`)
    .optional(),
  cursor: z.string().max(2000).optional(),
  format: z.enum(['json', 'csv']).optional(),
  bom: z.enum(['0', '1']).optional(),
});

const positionSchema = z.tuple([z.int(), z.string(), z.string(), z.string(), z.string(), z.number()]);
const cameraQuerySchema = z.strictObject({ cameraId: text.optional() });

/** Understands the query of `GET /api/v1/observations`; throws `ApiError` 400 or 406. */
export function parseObservationQuery(query: unknown, accept: string | undefined): ObservationQuery {
  const parsed = querySchema.safeParse(query);
  if (!parsed.success) throw invalidRequest(parsed.error, query, Object.keys(querySchema.shape));
  const { from, to, limit, cursor, format, bom, ...rest } = parsed.data;
  const filter = withoutUndefined({
    ...rest,
    fromUs: from === undefined ? undefined : Date.parse(from) * 1000,
    toUs: to === undefined ? undefined : Date.parse(to) * 1000,
  }) as ObservationFilter;
  refuseContradictions(filter);
  return {
    filter,
    page: withoutUndefined({ limit, after: cursor === undefined ? undefined : decodeCursor(cursor) }),
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

/** Refuses any key in the query of a route that has none. */
export function refuseQuery(query: unknown): void {
  const parsed = z.strictObject({}).safeParse(query);
  if (!parsed.success) throw invalidRequest(parsed.error, query, ['none']);
}

/** A position as opaque text for a URL. */
export function encodeCursor(position: ObservationPosition): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

function decodeCursor(cursor: string): ObservationPosition {
  try {
    return positionSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw contradiction('cursor', cursor, 'the nextCursor of an earlier answer, unchanged');
  }
}

function refuseContradictions(filter: ObservationFilter): void {
  const { fromUs, toUs, lineId, zoneId, kind, direction } = filter;
  if (fromUs !== undefined && toUs !== undefined && fromUs >= toUs) {
    throw contradiction('to', new Date(toUs / 1000).toISOString(), 'an instant after "from"');
  }
  if (lineId !== undefined && zoneId !== undefined) {
    throw contradiction('zoneId', zoneId, 'a lineId or a zoneId, not both: a record has one of them');
  }
  if (lineId !== undefined && kind === 'presence') {
    throw contradiction('lineId', lineId, 'only with kind=flow: presence records have zones');
  }
  if (zoneId !== undefined && kind === 'flow') {
    throw contradiction('zoneId', zoneId, 'only with kind=presence: flow records have lines');
  }
  if (direction !== undefined && (kind === 'presence' || zoneId !== undefined)) {
    throw contradiction('direction', direction, 'only for flow records');
  }
}

function contradiction(field: string, found: string, allowed: string): ApiError {
  const shown = JSON.stringify(found.slice(0, 80));
  return new ApiError(400, 'invalid-request', `${field}: found ${shown}; allowed: ${allowed}`, {
    field,
    found: shown,
    allowed,
  });
}

/** The format the Accept header likes best; JSON when it has no opinion. */
function negotiatedFormat(accept: string | undefined): ObservationFormat {
  if (accept === undefined || accept.trim() === '') return 'json';
  let best: { format: ObservationFormat; quality: number } | undefined;
  for (const range of accept.split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const format = FORMAT_OF_TYPE[type];
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    const quality = weight === undefined ? 1 : Number(weight);
    if (format !== undefined && quality > (best?.quality ?? 0)) best = { format, quality };
  }
  if (best !== undefined) return best.format;
  throw new ApiError(
    406,
    'not-acceptable',
    `Accept: found ${accept.slice(0, 80)}; served are application/json, text/csv`,
    {
      field: 'accept',
      allowed: 'application/json, text/csv',
    },
  );
}

const FORMAT_OF_TYPE: Readonly<Record<string, ObservationFormat>> = {
  'application/json': 'json',
  'application/*': 'json',
  '*/*': 'json',
  'text/csv': 'csv',
  'text/*': 'csv',
};

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(value: T): Partial<Defined<T>> {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Partial<
    Defined<T>
  >;
}
