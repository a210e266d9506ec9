/** A series beside itself of earlier days. Pure. */
import type { MeasureId } from './measures.ts';
import { DAY_MS } from './ranges.ts';
import type { Grid, Slot } from './slots.ts';

export const COMPARISONS = ['none', '1d', '7d', '4w'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** How many days back a comparison reaches; several are averaged. */
export const SHIFT_DAYS: Readonly<Record<Comparison, readonly number[]>> = {
  none: [],
  '1d': [1],
  '7d': [7],
  '4w': [7, 14, 21, 28],
};

/** The windows a comparison needs, as one range; undefined where it needs none. */
export function comparedGrid(grid: Grid, comparison: Comparison): Grid | undefined {
  const days = SHIFT_DAYS[comparison];
  if (days.length === 0) return undefined;
  return {
    fromMs: grid.fromMs - Math.max(...days) * DAY_MS,
    toMs: grid.toMs - Math.min(...days) * DAY_MS,
    stepMs: grid.stepMs,
  };
}

/** For each slot the mean of the same window of the earlier days that have a value; undefined where none has. */
export function comparedValues(options: {
  readonly slots: readonly Slot[];
  readonly earlier: readonly Slot[];
  readonly comparison: Comparison;
  readonly measure: MeasureId;
}): (number | undefined)[] {
  const { slots, earlier, comparison, measure } = options;
  const byStart = new Map(earlier.map((slot) => [slot.startMs, wholeValue(slot, measure)]));
  return slots.map(({ startMs }) => {
    const found = SHIFT_DAYS[comparison]
      .map((days) => byStart.get(startMs - days * DAY_MS))
      .filter((value) => value !== undefined);
    return found.length === 0 ? undefined : found.reduce((sum, value) => sum + value, 0) / found.length;
  });
}

/** How a series lies to its comparison over the windows that both have. */
export interface Difference {
  readonly windows: number;
  /** Change as a share of the comparison; undefined where that is zero. */
  readonly share: number | undefined;
}

/** Undefined where no window is in both. */
export function differenceOf(
  slots: readonly Slot[],
  compared: readonly (number | undefined)[],
  measure: MeasureId,
): Difference | undefined {
  let windows = 0;
  let now = 0;
  let before = 0;
  for (const [index, slot] of slots.entries()) {
    const value = wholeValue(slot, measure);
    const other = compared[index];
    if (value === undefined || other === undefined) continue;
    windows += 1;
    now += value;
    before += other;
  }
  if (windows === 0) return undefined;
  return { windows, share: before === 0 ? undefined : (now - before) / before };
}

/** The whole value of a window; a lower bound is none. */
export function wholeValue(slot: Slot, measure: MeasureId): number | undefined {
  const reading = slot.readings[measure];
  return reading?.state === 'value' ? reading.value : undefined;
}
