/** Which time a report on quality is of. */
import { z } from 'zod';
import { formatIsoUs } from '../../pipelines/domain/time.ts';
import { defaultRange, rangeText, rangeWithin, type TimeRange } from '../reads/quality.ts';
import type { PublicOptions } from './public-options.ts';
import { instantPart, rangeUs, wrongQuery } from './query-parts.ts';

/** A year and a day of quarter hours: what a report of one answer may cover. */
const MAX_RANGE_US = 366 * 86_400_000_000;

/** A range as it is asked for; without one the last 30 days. */
export const rangeQuery = z.strictObject({ from: instantPart.optional(), to: instantPart.optional() });

export type RangeQuery = z.infer<typeof rangeQuery>;

/** For the descriptions of routes. */
export const RANGE_WORDS =
  'Of the last 30 days unless said. Where retention removed days the range begins with those that are kept (`keptSince`): time that was removed is no downtime.';

/** The time of a report, and what its answer says of it. */
export interface ReportTime {
  /** In µs; undefined without data, or where retention took all of it. */
  readonly range: TimeRange | undefined;
  readonly said: { readonly from?: string; readonly to?: string; readonly keptSince?: string };
}

/** Throws 400 where the range is the wrong way round or longer than a year. */
export async function reportTime(options: PublicOptions, query: RangeQuery): Promise<ReportTime> {
  const asked = rangeWithin(rangeUs(query), await defaultRange(options));
  if (asked !== undefined && asked.toUs - asked.fromUs > MAX_RANGE_US) {
    throw wrongQuery('from', query.from ?? '', 'at most 366 days before "to"');
  }
  const keptSinceUs = await options.reader.daysKeptSinceUs();
  const kept = keptSinceUs === undefined ? {} : { keptSince: formatIsoUs(keptSinceUs) };
  if (asked === undefined) return { range: undefined, said: kept };
  const fromUs = Math.max(asked.fromUs, keptSinceUs ?? asked.fromUs);
  const range = fromUs < asked.toUs ? { fromUs, toUs: asked.toUs } : undefined;
  return { range, said: { ...(range === undefined ? {} : rangeText(range)), ...kept } };
}
