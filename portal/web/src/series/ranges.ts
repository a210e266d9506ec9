/** Ranges, levels and the edges of windows. Pure: no clock. */
import { JAKARTA_OFFSET_SECONDS } from '../../../levels/level.ts';
import type { SeriesLevel } from '../api/answers.ts';
import type { Grid } from './slots.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** A range that can be chosen, with the levels that suit it; the first is the default. */
export interface Range {
  readonly id: RangeId;
  readonly lengthMs: number;
  readonly levels: readonly SeriesLevel[];
}

export type RangeId = '3h' | '24h' | '7d' | '30d' | '1y';

/** The ranges; at most about 750 windows each, but for base windows shorter than a minute. */
export const RANGES: readonly Range[] = [
  { id: '3h', lengthMs: 3 * HOUR_MS, levels: ['15m', '1m'] },
  { id: '24h', lengthMs: DAY_MS, levels: ['15m', '1h'] },
  { id: '7d', lengthMs: 7 * DAY_MS, levels: ['1h', '15m', '1d'] },
  { id: '30d', lengthMs: 30 * DAY_MS, levels: ['1d', '1h'] },
  { id: '1y', lengthMs: 365 * DAY_MS, levels: ['1d'] },
];

/** Length of a level's windows in ms; `baseMs` is that of the camera's own. */
export function stepOf(level: SeriesLevel, baseMs = 60_000): number {
  if (level === '1m') return baseMs;
  return level === '15m' ? 15 * 60_000 : level === '1h' ? HOUR_MS : DAY_MS;
}

/** Start of the window that holds an instant; days begin at midnight in Semarang. */
export function windowStart(instantMs: number, stepMs: number): number {
  const offsetMs = stepMs >= DAY_MS ? JAKARTA_OFFSET_SECONDS * 1000 : 0;
  return Math.floor((instantMs + offsetMs) / stepMs) * stepMs - offsetMs;
}

/** End of the window that holds the instant before this one. */
export function windowEnd(instantMs: number, stepMs: number): number {
  const start = windowStart(instantMs, stepMs);
  return start === instantMs ? instantMs : start + stepMs;
}

/** The range that suits how much there is of a series: all of it where it is short, else a day. */
export function defaultRange(firstMs: number, lastMs: number): RangeId {
  return lastMs - firstMs <= 3 * HOUR_MS ? '3h' : '24h';
}

/** The windows to show: `range` back from `endMs`, but not before the series begins. */
export function gridOf(options: {
  readonly endMs: number;
  readonly lengthMs: number;
  readonly stepMs: number;
  readonly firstMs: number;
}): Grid {
  const { endMs, lengthMs, stepMs, firstMs } = options;
  const toMs = windowEnd(endMs, stepMs);
  const fromMs = Math.max(windowStart(toMs - lengthMs, stepMs), windowStart(firstMs, stepMs));
  return { fromMs: Math.min(fromMs, toMs - stepMs), toMs, stepMs };
}
