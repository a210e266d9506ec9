/** How well a camera's day was observed in as few numbers as tell it: years of a city are kept in memory. */
import { formatIsoUs } from '../../pipelines/domain/time.ts';
import type { WindowQuality } from '../datasets/quality/gaps.ts';
import { reasonBits, reasonsOf } from '../levels/sums.ts';
import type { CoverageRow } from '../store/store.ts';

/** Numbers of one span: start and end in µs UTC, coverage, bits of the reasons. */
const SPAN_NUMBERS = 4;

/** Spans of one day one after the other. */
export type DaySpans = readonly number[];

/**
 * Windows of one day as spans. Adjoining windows that were analysed whole, or not at all, for the same reasons are one
 * span: gaps and shares come out the same to the microsecond.
 */
export function daySpans(rows: readonly CoverageRow[]): DaySpans {
  const spans: number[] = [];
  for (const { windowStartUs, windowEndUs, analysedUs, reasons } of rows) {
    const coverage = analysedUs / (windowEndUs - windowStartUs);
    const bits = reasonBits(reasons);
    const [, lastEndUs, lastCoverage, lastBits] = spans.slice(-SPAN_NUMBERS);
    const isSame = lastEndUs === windowStartUs && lastCoverage === coverage && lastBits === bits;
    if (isSame && (coverage === 0 || coverage === 1)) spans[spans.length - SPAN_NUMBERS + 1] = windowEndUs;
    else spans.push(windowStartUs, windowEndUs, coverage, bits);
  }
  // A list that grew keeps room for more.
  return spans.slice();
}

/** A half-open range of time, µs UTC. */
interface Range {
  readonly fromUs: number;
  readonly toUs: number;
}

/**
 * The spans of days that overlap a range. `recorded` is the time from the camera's first record to the end of its last:
 * a window that reaches beyond it is cut to it, for what was analysed of that window lies within.
 */
export function spansWithin(
  days: readonly DaySpans[],
  { fromUs, toUs }: Range,
  recorded: Range,
): WindowQuality[] {
  const windows: WindowQuality[] = [];
  for (const spans of days) {
    for (let at = 0; at < spans.length; at += SPAN_NUMBERS) {
      const startUs = Math.max(spans[at]!, recorded.fromUs);
      const endUs = Math.min(spans[at + 1]!, recorded.toUs);
      if (startUs >= endUs || endUs <= fromUs || startUs >= toUs) continue;
      const analysedUs = Math.round(spans[at + 2]! * (spans[at + 1]! - spans[at]!));
      windows.push({
        windowStart: formatIsoUs(startUs),
        windowEnd: formatIsoUs(endUs),
        coverage: Math.min(1, analysedUs / (endUs - startUs)),
        reasons: reasonsOf(spans[at + 3]!),
      });
    }
  }
  return windows;
}
