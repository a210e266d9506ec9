/** Parts that queries share. Each says what is allowed in the words that a 400 answers with. */
import { z } from 'zod';
import { ApiError } from './api-error.ts';

/** Most rows of one page. */
export const MAX_LIMIT = 10_000;

/** PostgreSQL has no texts with the character 0 in them: the check of a text that goes to the store, and its message. */
export const WITHOUT_NUL = [/^[^\0]*$/, 'expected a text without the character 0'] as const;

/** An id or name. */
export const textPart = z
  .string()
  .min(1)
  .max(200)
  .regex(...WITHOUT_NUL);

/** An instant with its offset. */
export const instantPart = z
  .string()
  // A "+" that was not encoded arrives as a space. ISO 8601 lets seconds be left out.
  .transform((value) => value.replace(/ (\d\d:\d\d)$/, '+$1').replace(/T(\d\d:\d\d)(?=[Z+-])/, 'T$1:00'))
  .pipe(
    z.iso.datetime({
      offset: true,
      error: 'expected an ISO 8601 instant with offset, e.g. 2026-01-31T12:00:00+07:00 or …Z',
    }),
  );

const limitRule = `expected a whole number from 1 to ${MAX_LIMIT}`;

/** Rows of a page. */
export const limitPart = z
  .string()
  .regex(/^[0-9]{1,5}$/, limitRule)
  .transform(Number)
  .refine((limit) => limit >= 1 && limit <= MAX_LIMIT, limitRule);

/** One value, or several by naming the key several times. */
export const severalPart = z
  .union([textPart, z.array(textPart).min(1).max(200)], {
    error: 'expected a text of 1 to 200 characters; name the key several times for several, 200 at most',
  })
  .transform((value) => [value].flat());

/** A switch. */
export const switchPart = z.enum(['0', '1']);

/** `from` and `to` in µs UTC, `to` excluded. Throws 400 when they are the wrong way round. */
export function rangeUs(query: { readonly from?: string | undefined; readonly to?: string | undefined }) {
  const fromUs = query.from === undefined ? undefined : boundUs(query.from);
  const toUs = query.to === undefined ? undefined : boundUs(query.to);
  if (query.from !== undefined && query.to !== undefined && Date.parse(query.from) >= Date.parse(query.to)) {
    throw wrongQuery('to', query.to, 'an instant after "from"');
  }
  return { ...(fromUs === undefined ? {} : { fromUs }), ...(toUs === undefined ? {} : { toUs }) };
}

/** Years 1900 to 2200: no window is older or newer, and beyond them µs since 1970 would be no safe integers. */
export const BOUND_YEARS = { first: 1900, last: 2200 } as const;
const EARLIEST_US = Date.UTC(BOUND_YEARS.first, 0) * 1000;
const LATEST_US = Date.UTC(BOUND_YEARS.last, 0) * 1000;

/** An instant that bounds a time, µs since 1970: "from 0001 to 9999" is everything. */
export function boundUs(instant: string): number {
  return Math.min(LATEST_US, Math.max(EARLIEST_US, Date.parse(instant) * 1000));
}

/** The 400 of a value that is wrong beside the others. */
export function wrongQuery(field: string, found: string, allowed: string): ApiError {
  const shown = JSON.stringify(found.slice(0, 80));
  return new ApiError(400, 'invalid-request', `${field}: found ${shown}; allowed: ${allowed}`, {
    field,
    found: shown,
    allowed,
  });
}

/** A position as opaque text for a URL. */
export function cursorOf(position: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** The `Link` to the next page of a request's address (RFC 8288). */
export function nextLink(url: string, cursor: string): string {
  const next = new URL(url, 'http://portal.invalid');
  next.searchParams.set('cursor', cursor);
  return `<${next.pathname}${next.search}>; rel="next"`;
}

/** The position of a cursor. Throws 400 on a text that `cursorOf` did not make of such a position. */
export function positionOf<T>(schema: z.ZodType<T>, cursor: string): T {
  try {
    const text = Buffer.from(cursor, 'base64url').toString();
    if (text.includes('\\u0000')) throw new RangeError('the character 0 is in no id');
    return schema.parse(JSON.parse(text));
  } catch {
    throw wrongQuery('cursor', cursor, 'the nextCursor of an earlier answer, unchanged');
  }
}

/** The one of several media types that an Accept header likes best, the first when it has no opinion; else undefined. */
export function preferredType<T extends string>(
  accept: string | undefined,
  types: readonly (readonly [mediaType: string, meaning: T])[],
): T | undefined {
  if (accept === undefined || accept.trim() === '') return types[0]?.[1];
  let best: { readonly meaning: T; readonly quality: number } | undefined;
  for (const range of accept.split(',')) {
    const [wanted = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    const quality = weight === undefined ? 1 : Number(weight);
    const found = types.find(([mediaType]) => isInRange(mediaType, wanted));
    if (found !== undefined && quality > (best?.quality ?? 0)) best = { meaning: found[1], quality };
  }
  return best?.meaning;
}

function isInRange(mediaType: string, range: string): boolean {
  if (range === '*/*' || range === mediaType) return true;
  return range.endsWith('/*') && mediaType.startsWith(range.slice(0, -1));
}
