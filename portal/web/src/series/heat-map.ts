/** Hour × weekday: what an hour of a week is usually like. Pure. */
import { JAKARTA_OFFSET_SECONDS } from '../../../levels/level.ts';
import { LEAST_COVERAGE } from '../../../reads/least-coverage.ts';
import type { MeasureId } from './measures.ts';
import { DAY_MS, HOUR_MS } from './ranges.ts';
import type { Slot } from './slots.ts';

/** Shades of the map; the darkest is the highest mean. */
export const SHADES = 8;

/** One hour of one weekday; without a mean nothing was seen. */
export interface HeatCell {
  readonly mean?: number;
  /** Weeks that it is the mean of. */
  readonly weeks: number;
  /** 1 to `SHADES`; 0 without a mean. */
  readonly shade: number;
}

/** Rows are weekdays from Monday, columns the hours of Semarang. */
export interface HeatMap {
  readonly cells: readonly (readonly HeatCell[])[];
  readonly highest: number;
}

/**
 * Means of hourly slots. Values that leave a part out, and hours seen for less than `LEAST_COVERAGE`, are no part of any. Totals of
 * partly seen hours are scaled up to the whole hour; a rate or a mean needs no scaling.
 */
export function heatMapOf(slots: readonly Slot[], measure: MeasureId, isTotal: boolean): HeatMap {
  const sums = Array.from({ length: 7 * 24 }, () => ({ sum: 0, weeks: 0 }));
  for (const slot of slots) {
    const reading = slot.readings[measure];
    if (reading?.state !== 'value' || slot.coverage < LEAST_COVERAGE) continue;
    const cell = sums[weekHour(slot.startMs)]!;
    cell.sum += isTotal ? reading.value! / slot.coverage : reading.value!;
    cell.weeks += 1;
  }
  const means = sums.map(({ sum, weeks }) => (weeks === 0 ? undefined : sum / weeks));
  const highest = Math.max(0, ...means.filter((mean) => mean !== undefined));
  const cell = (index: number): HeatCell => {
    const mean = means[index];
    const { weeks } = sums[index]!;
    return mean === undefined ? { weeks, shade: 0 } : { mean, weeks, shade: shadeOf(mean, highest) };
  };
  return {
    cells: Array.from({ length: 7 }, (_, day) =>
      Array.from({ length: 24 }, (_hour, hour) => cell(24 * day + hour)),
    ),
    highest,
  };
}

function shadeOf(mean: number, highest: number): number {
  return highest === 0 ? 1 : Math.max(1, Math.ceil((mean / highest) * SHADES));
}

/** 1970-01-01 was a Thursday: three days after a Monday. */
const THURSDAY = 3;

/** Hour of the week in Semarang, 0 is Monday 00:00. */
function weekHour(instantMs: number): number {
  const localMs = instantMs + JAKARTA_OFFSET_SECONDS * 1000;
  const day = (Math.floor(localMs / DAY_MS) + THURSDAY) % 7;
  return 24 * day + Math.floor((localMs % DAY_MS) / HOUR_MS);
}
