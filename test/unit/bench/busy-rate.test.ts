import { describe, expect, it } from 'vitest';
import { busyRate, type FrameCounts } from '../../../bench/cluster/busy-rate.ts';

function looks(...rows: readonly (readonly number[])[]): FrameCounts[] {
  return rows.map((frames, second) => ({ atMs: 1_000 * second, frames }));
}

describe('busyRate', () => {
  it('counts from when the last has begun until the first is done, pauses between segments too', () => {
    const seen = looks([0, 100], [0, 100], [5, 100], [45, 103], [85, 143], [85, 183], [125, 223], [125, 263]);
    // From 3 s (148 pictures in all) to 6 s (348).
    expect(busyRate(seen)).toBeCloseTo((348 - 148) / 3, 6);
  });

  it('of one worker leaves out its start and its last count', () => {
    expect(busyRate(looks([7], [7], [27], [67], [107], [117], [117]))).toBeCloseTo(90 / 3, 6);
  });

  it.each([
    ['never at the same time', looks([0, 0], [9, 0], [9, 0], [9, 9])],
    ['nothing seen', looks()],
    ['one that did nothing', looks([0, 0], [5, 0], [9, 0])],
    ['together for one look only', looks([0, 0], [5, 5], [5, 5])],
  ])('is unknown: %s', (_name, seen) => {
    expect(busyRate(seen)).toBeUndefined();
  });
});
