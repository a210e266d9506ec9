/** Which time a report on quality is of. */
import { z } from 'zod';
import { defaultRange, rangeWithin, type TimeRange } from '../reads/quality.ts';
import type { PublicOptions } from './public-options.ts';
import { instantPart, rangeUs, wrongQuery } from './query-parts.ts';

/** A year and a day of quarter hours: what a report of one answer may cover. */
const MAX_RANGE_US = 366 * 86_400_000_000;

/** A range as it is asked for; without one the last 30 days. */
export const rangeQuery = z.strictObject({ from: instantPart.optional(), to: instantPart.optional() });

export type RangeQuery = z.infer<typeof rangeQuery>;

/** The range in µs; undefined without data. Throws 400 where it is the wrong way round or longer than a year. */
export async function rangeOf(options: PublicOptions, query: RangeQuery): Promise<TimeRange | undefined> {
  const range = rangeWithin(rangeUs(query), await defaultRange(options));
  if (range !== undefined && range.toUs - range.fromUs > MAX_RANGE_US) {
    throw wrongQuery('from', query.from ?? '', 'at most 366 days before "to"');
  }
  return range;
}
