/**
 * Gaps of one camera: runs of adjoining windows that were not wholly analysed, told from the records of one level
 * (the finer, the truer their edges), windows without any record included.
 */

import { formatIsoUs, parseIsoUs, US_PER_SECOND } from '../../../pipelines/domain/time.ts';
import type { ObservationBase } from '../../../pipelines/domain/types.ts';
import { PLANNED_GAP_REASONS } from '../../../pipelines/domain/types.ts';
import type { CoverageRow } from '../../store/store.ts';
import { NO_RECORD, REASON_CODES } from '../columns/code-lists.ts';

/** What of a record or row of a level tells how well its window was observed. */
export interface WindowQuality
  extends Pick<ObservationBase, 'windowStart' | 'windowEnd' | 'coverage' | 'reasons'> {
  /** As in `SeriesFields`; a single record has none and stands for its whole window. */
  readonly recordedUs?: number;
}

/** Published codes of why a window is not whole, time without records among them. */
export function reasonCodes(window: WindowQuality): string[] {
  const codes: string[] = window.reasons.map((reason) => REASON_CODES[reason]);
  return isRecorded(window) ? codes : [...codes, NO_RECORD];
}

function isRecorded({ windowStart, windowEnd, coverage, reasons, recordedUs }: WindowQuality): boolean {
  if (recordedUs === undefined) return coverage >= 1 || reasons.length > 0;
  return recordedUs >= (Date.parse(windowEnd) - Date.parse(windowStart)) * 1000;
}

/** The store's coverage of a camera's window. */
export function windowQuality(row: CoverageRow): WindowQuality {
  const { windowStartUs, windowEndUs, analysedUs, reasons } = row;
  return {
    windowStart: formatIsoUs(windowStartUs),
    windowEnd: formatIsoUs(windowEndUs),
    coverage: analysedUs / (windowEndUs - windowStartUs),
    reasons,
  };
}

/** A half-open period of time, ISO 8601 with an offset. */
export interface Period {
  readonly start: string;
  readonly end: string;
}

/**
 * One run of windows below full coverage that is either by plan or not: a camera that fails an hour before its operating
 * hours end is an incident of one hour, and its planned night is another one.
 */
export interface Gap extends Period {
  /** Seconds within the run that were not analysed. */
  readonly lostSeconds: number;
  /** Published codes, each once, in the order of the code list. */
  readonly reasons: readonly string[];
  /** True when every reason is by plan; a time without records never is. */
  readonly isPlanned: boolean;
}

/** Below this coverage a window counts to a gap: a dropped second of a minute is no incident. */
export const GAP_BELOW_COVERAGE = 0.95;

/** A piece of the period with one coverage. */
export interface ObservedSpan {
  readonly startUs: number;
  readonly endUs: number;
  readonly coverage: number;
  readonly reasons: readonly string[];
}

const PLANNED = new Set(PLANNED_GAP_REASONS.map((reason) => REASON_CODES[reason]));
const CODE_ORDER = [...Object.values(REASON_CODES), NO_RECORD];

/**
 * The period cut into windows and the holes between them, in order. Of several records of one window (a camera's
 * lines and zones share their frames) the best observed one speaks; windows of one level never overlap otherwise.
 */
export function observedSpans(records: Iterable<WindowQuality>, period: Period): ObservedSpan[] {
  const from = parseIsoUs(period.start);
  const to = parseIsoUs(period.end);
  const windows = [...records]
    .map((record) => ({
      startUs: Math.max(parseIsoUs(record.windowStart), from),
      endUs: Math.min(parseIsoUs(record.windowEnd), to),
      coverage: record.coverage,
      reasons: reasonCodes(record),
    }))
    .filter(({ startUs, endUs }) => endUs > startUs)
    .sort((a, b) => a.startUs - b.startUs || b.coverage - a.coverage);
  const spans: ObservedSpan[] = [];
  let coveredTo = from;
  for (const window of windows) {
    if (window.startUs < coveredTo) continue;
    if (window.startUs > coveredTo) spans.push(hole(coveredTo, window.startUs));
    spans.push(window);
    coveredTo = window.endUs;
  }
  if (to > coveredTo) spans.push(hole(coveredTo, to));
  return spans;
}

function hole(startUs: number, endUs: number): ObservedSpan {
  return { startUs, endUs, coverage: 0, reasons: [NO_RECORD] };
}

/** Gaps of one camera in a period, in order; `below` is the coverage under which a window belongs to one. */
export function gapsOf(
  records: Iterable<WindowQuality>,
  period: Period,
  below: number = GAP_BELOW_COVERAGE,
): Gap[] {
  return gapsIn(observedSpans(records, period), below);
}

/** The same of a period that is cut already. */
export function gapsIn(spans: readonly ObservedSpan[], below: number = GAP_BELOW_COVERAGE): Gap[] {
  const runs: ObservedSpan[][] = [];
  let run: ObservedSpan[] | undefined;
  for (const span of spans) {
    const last = run?.at(-1);
    if (span.coverage >= below) {
      run = undefined;
    } else if (run === undefined || (last !== undefined && isPlannedSpan(last) !== isPlannedSpan(span))) {
      run = [span];
      runs.push(run);
    } else {
      run.push(span);
    }
  }
  return runs.map(gapOf);
}

function isPlannedSpan({ reasons }: ObservedSpan): boolean {
  return reasons.every((reason) => PLANNED.has(reason));
}

function gapOf(run: readonly ObservedSpan[]): Gap {
  return {
    start: formatIsoUs(run[0]!.startUs),
    end: formatIsoUs(run.at(-1)!.endUs),
    lostSeconds: lostSeconds(run),
    reasons: reasonsOf(run),
    isPlanned: run.every(isPlannedSpan),
  };
}

/** Reasons of these spans, each once, in the order of the code list. */
export function reasonsOf(spans: readonly ObservedSpan[]): string[] {
  const found = new Set(spans.flatMap(({ reasons }) => reasons));
  return CODE_ORDER.filter((code) => found.has(code));
}

/** Seconds of these spans that were not analysed, to the millisecond. */
export function lostSeconds(spans: readonly ObservedSpan[]): number {
  const lostUs = spans.reduce(
    (sum, { startUs, endUs, coverage }) => sum + (endUs - startUs) * (1 - coverage),
    0,
  );
  return Math.round((lostUs / US_PER_SECOND) * 1000) / 1000;
}
