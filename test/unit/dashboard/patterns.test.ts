import { describe, expect, it } from 'vitest';
import { comparedGrid, comparedValues, differenceOf } from '../../../portal/web/src/series/comparison.ts';
import { heatMapOf, SHADES } from '../../../portal/web/src/series/heat-map.ts';
import { DAY_MS, defaultRange, gridOf, HOUR_MS } from '../../../portal/web/src/series/ranges.ts';
import type { Reading, Slot } from '../../../portal/web/src/series/slots.ts';

/** Saturday 2026-01-31, 00:00 in Semarang. */
const MIDNIGHT_MS = Date.parse('2026-01-30T17:00:00Z');

function slot(startMs: number, volume: number | Reading['state'], coverage = 1): Slot {
  const reading: Reading = typeof volume === 'number' ? { state: 'value', value: volume } : { state: volume };
  return {
    startMs,
    endMs: startMs + HOUR_MS,
    coverage,
    isRecorded: true,
    reasons: [],
    readings: { volume: reading },
    levels: {},
    classes: {},
  };
}

describe('a comparison', () => {
  const earlier = (days: number, volume: number) => slot(MIDNIGHT_MS - days * DAY_MS, volume);

  it('lays the same window of earlier days beside each window', () => {
    const options = { slots: [slot(MIDNIGHT_MS, 12)], measure: 'volume' } as const;
    expect(comparedValues({ ...options, earlier: [earlier(7, 8)], comparison: '7d' })).toEqual([8]);
    const weeks = [earlier(7, 8), earlier(14, 10), earlier(28, 12)];
    expect(comparedValues({ ...options, earlier: weeks, comparison: '4w' })).toEqual([10]);
    expect(comparedValues({ ...options, earlier: [], comparison: '1d' })).toEqual([undefined]);
  });

  it('reaches back as far as its days', () => {
    const grid = { fromMs: MIDNIGHT_MS, toMs: MIDNIGHT_MS + DAY_MS, stepMs: HOUR_MS };
    expect(comparedGrid(grid, 'none')).toBeUndefined();
    expect(comparedGrid(grid, '4w')).toEqual({
      fromMs: MIDNIGHT_MS - 28 * DAY_MS,
      toMs: MIDNIGHT_MS - 6 * DAY_MS,
      stepMs: HOUR_MS,
    });
  });

  it('counts only windows that both have', () => {
    const slots = [slot(MIDNIGHT_MS, 15), slot(MIDNIGHT_MS + HOUR_MS, 100), slot(MIDNIGHT_MS, 'hidden')];
    expect(differenceOf(slots, [10, undefined, 10], 'volume')).toEqual({ windows: 1, share: 0.5 });
    expect(differenceOf(slots, [undefined, undefined, 1], 'volume')).toBeUndefined();
    expect(differenceOf(slots, [0, undefined, 1], 'volume')).toEqual({ windows: 1, share: undefined });
  });
});

describe('the weekly pattern', () => {
  const cellAt = (slots: readonly Slot[], day: number, hour: number, isTotal = true) =>
    heatMapOf(slots, 'volume', isTotal).cells[day]![hour]!;

  it('sorts hours by the weekday of Semarang and averages over weeks', () => {
    const slots = [
      slot(MIDNIGHT_MS, 10),
      slot(MIDNIGHT_MS + 7 * DAY_MS, 20),
      slot(MIDNIGHT_MS - HOUR_MS, 40),
    ];
    expect(cellAt(slots, 5, 0)).toEqual({ mean: 15, weeks: 2, shade: 3 });
    expect(cellAt(slots, 4, 23)).toEqual({ mean: 40, weeks: 1, shade: SHADES });
    expect(cellAt(slots, 0, 0)).toEqual({ weeks: 0, shade: 0 });
  });

  it('scales totals of partly seen hours up, and leaves out hours hardly seen', () => {
    expect(cellAt([slot(MIDNIGHT_MS, 10, 0.5)], 5, 0).mean).toBe(20);
    expect(cellAt([slot(MIDNIGHT_MS, 10, 0.5)], 5, 0, false).mean).toBe(10);
    expect(cellAt([slot(MIDNIGHT_MS, 10, 0.4)], 5, 0).weeks).toBe(0);
    expect(cellAt([slot(MIDNIGHT_MS, 'hidden')], 5, 0).weeks).toBe(0);
  });

  it('shows a zero as the palest shade, not as no data', () => {
    expect(cellAt([slot(MIDNIGHT_MS, 0)], 5, 0)).toEqual({ mean: 0, weeks: 1, shade: 1 });
  });
});

describe('a range', () => {
  it('lies on the edges of windows, days on midnight in Semarang', () => {
    const endMs = MIDNIGHT_MS + 5 * HOUR_MS + 60_000;
    const firstMs = 0;
    expect(gridOf({ endMs, lengthMs: DAY_MS, stepMs: HOUR_MS, firstMs })).toEqual({
      fromMs: MIDNIGHT_MS - 18 * HOUR_MS,
      toMs: MIDNIGHT_MS + 6 * HOUR_MS,
      stepMs: HOUR_MS,
    });
    expect(gridOf({ endMs, lengthMs: 7 * DAY_MS, stepMs: DAY_MS, firstMs })).toEqual({
      fromMs: MIDNIGHT_MS - 6 * DAY_MS,
      toMs: MIDNIGHT_MS + DAY_MS,
      stepMs: DAY_MS,
    });
  });

  it('does not reach before the series begins', () => {
    const grid = gridOf({
      endMs: MIDNIGHT_MS,
      lengthMs: DAY_MS,
      stepMs: HOUR_MS,
      firstMs: MIDNIGHT_MS - 60_000,
    });
    expect(grid.fromMs).toBe(MIDNIGHT_MS - HOUR_MS);
  });

  it('shows all of a short recording and a day of a long series', () => {
    expect(defaultRange(0, 20 * 60_000)).toBe('3h');
    expect(defaultRange(0, 40 * DAY_MS)).toBe('24h');
  });
});
