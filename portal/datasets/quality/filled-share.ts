/** Keterisian: how much of a period was really observed. What nobody recorded counts as not observed. */
import { parseIsoUs, US_PER_SECOND } from '../../../pipelines/domain/time.ts';
import {
  lostSeconds,
  type ObservedSpan,
  observedSpans,
  type Period,
  reasonsOf,
  type WindowQuality,
} from './gaps.ts';

/** How well one camera, or all of them, filled a period. */
export interface FilledShare {
  readonly periodSeconds: number;
  readonly analysedSeconds: number;
  /** `analysedSeconds / periodSeconds`, 0..1; 0 for an empty period. */
  readonly share: number;
  /** Published codes of why a part is missing. */
  readonly reasons: readonly string[];
}

/** One camera's filled share, from the records of one level in that period. */
export function filledShare(records: Iterable<WindowQuality>, period: Period): FilledShare {
  return shareOf(observedSpans(records, period), period);
}

/** The same of a period that is cut already. */
export function shareOf(spans: readonly ObservedSpan[], period: Period): FilledShare {
  const periodSeconds = Math.max(0, (parseIsoUs(period.end) - parseIsoUs(period.start)) / US_PER_SECOND);
  const missing = spans.filter(({ coverage }) => coverage < 1);
  return filled(periodSeconds, periodSeconds - lostSeconds(missing), reasonsOf(missing));
}

/** A data set's filled share: the cameras' taken together, each weighed by its own period. */
export function joinedShare(shares: readonly FilledShare[]): FilledShare {
  const sum = (pick: (share: FilledShare) => number) => shares.reduce((total, one) => total + pick(one), 0);
  const reasons = [...new Set(shares.flatMap((share) => share.reasons))];
  return filled(
    sum((share) => share.periodSeconds),
    sum((share) => share.analysedSeconds),
    reasons,
  );
}

function filled(periodSeconds: number, analysedSeconds: number, reasons: readonly string[]): FilledShare {
  const share = periodSeconds === 0 ? 0 : analysedSeconds / periodSeconds;
  return { periodSeconds, analysedSeconds, share, reasons };
}
