/**
 * Spans: the stretches of a camera's time whose windows of one level are gathered, and what is kept of each beside its
 * payloads. Pure.
 */
import { US_PER_SECOND } from '../../pipelines/domain/time.ts';
import type { Observation } from '../../pipelines/domain/types.ts';
import { LEVEL_SECONDS, levelWindowStartUs, type RolledLevel } from '../levels/level.ts';
import { compareText } from './merge-window.ts';
import { DAY_US } from './roll-up.ts';

/** Local days of a span: a row is some kilobytes at every level, and late records make no more than that anew. */
const SPAN_DAYS: Readonly<Record<RolledLevel, number>> = { 'quarter-hour': 1, hour: 1, day: 28 };

/** One level's windows of one camera and kind in a stretch of local days. */
export interface SpanKey {
  readonly level: RolledLevel;
  readonly kind: Observation['kind'];
  readonly cameraId: string;
  readonly startUs: number;
}

/** Windows that start in it, µs UTC; a bound left out does not narrow. */
export interface TimeRange {
  readonly fromUs?: number | undefined;
  /** Exclusive. */
  readonly toUs?: number | undefined;
}

/** Length of a level's windows, µs. */
export function windowUsOf(level: RolledLevel): number {
  return LEVEL_SECONDS[level] * US_PER_SECOND;
}

/** Length of a level's spans, µs. */
export function spanUs(level: RolledLevel): number {
  return SPAN_DAYS[level] * DAY_US;
}

/** Start, µs UTC, of the span of a level that holds an instant; a local midnight. */
export function spanStartUs(level: RolledLevel, instantUs: number): number {
  const dayUs = levelWindowStartUs('day', instantUs);
  const day = Math.floor((dayUs - FIRST_DAY_US) / DAY_US);
  const days = SPAN_DAYS[level];
  return FIRST_DAY_US + Math.floor(day / days) * days * DAY_US;
}

/** The local day that holds 1970-01-01T00:00Z. */
const FIRST_DAY_US = levelWindowStartUs('day', 0);

/** Each once, in the order in which every writer touches them. */
export function distinctSpans(spans: readonly SpanKey[]): readonly SpanKey[] {
  const distinct = new Map(
    spans.map((span) => [`${span.level} ${span.kind} ${span.startUs} ${span.cameraId}`, span]),
  );
  return [...distinct.values()].sort(
    (a, b) =>
      compareText(a.level, b.level) ||
      compareText(a.kind, b.kind) ||
      compareText(a.cameraId, b.cameraId) ||
      a.startUs - b.startUs,
  );
}

/** What was seen in one window, without its payload. */
export interface WindowSeen {
  readonly startUs: number;
  readonly recordedUs: number;
  readonly analysedUs: number;
  readonly reasons: number;
  /** Published rows of the window. */
  readonly rows: number;
}

/** `[place of the first window in the span, windows, recordedUs, analysedUs, reasons, rows]`: windows that are alike. */
type Run = [index: number, count: number, ...alike: number[]];

/** Windows in the order of time as one text; a day that was seen wholly is forty characters. */
export function encodeSeen(
  windows: readonly WindowSeen[],
  { startUs, windowUs }: { readonly startUs: number; readonly windowUs: number },
): string {
  const runs: Run[] = [];
  for (const window of windows) {
    const index = (window.startUs - startUs) / windowUs;
    const alike = [window.recordedUs, window.analysedUs, window.reasons, window.rows];
    const last = runs.at(-1);
    const isNext = last !== undefined && last[0] + last[1] === index;
    if (isNext && alike.every((value, i) => value === last[i + 2])) last[1] += 1;
    else runs.push([index, 1, ...alike]);
  }
  return JSON.stringify(runs);
}

/** The windows of `encodeSeen`. */
export function decodeSeen(
  text: string,
  { startUs, windowUs }: { readonly startUs: number; readonly windowUs: number },
): WindowSeen[] {
  const windows: WindowSeen[] = [];
  for (const [index, count, recordedUs = 0, analysedUs = 0, reasons = 0, rows = 0] of JSON.parse(
    text,
  ) as Run[]) {
    for (let i = index; i < index + count; i += 1) {
      windows.push({ startUs: startUs + i * windowUs, recordedUs, analysedUs, reasons, rows });
    }
  }
  return windows;
}
