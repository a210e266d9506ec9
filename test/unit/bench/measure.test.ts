import { describe, expect, it } from 'vitest';
import { splitAfter } from '../../../bench/baselines/split-pictures.ts';
import { growthOf } from '../../../bench/measure/resources.ts';
import { changeOf, estimate, pairedRatio, studentT975, theilSen } from '../../../bench/measure/statistics.ts';

describe('estimates', () => {
  it('gives a paired ratio round by round', () => {
    const ratio = pairedRatio([10, 40, 90], [10, 20, 30]);
    expect(ratio.rounds).toEqual([1, 2, 3]);
    expect(ratio).toMatchObject({ median: 2, low: 1, high: 3, n: 3 });
  });

  it('encloses the median by order statistics: of ten values the second and the ninth', () => {
    expect(estimate([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toMatchObject({ median: 5.5, low: 2, high: 9 });
  });

  it('knows Student’s t', () => {
    expect([1, 4, 30].map(studentT975)).toEqual([12.706, 2.776, 2.042]);
    expect(studentT975(4.9)).toBe(2.776);
    expect(studentT975(60)).toBeCloseTo(2.0, 2);
    expect(studentT975(Number.POSITIVE_INFINITY)).toBeCloseTo(1.96, 2);
  });

  it('gives Welch’s interval of a quotient', () => {
    // Logarithms 0, 1, 2 and 3, 4, 5: difference 3, standard error √(2/3), 4 degrees of freedom.
    const change = changeOf([1, Math.E, Math.E ** 2], [Math.E ** 3, Math.E ** 4, Math.E ** 5]);
    expect(Math.log(change?.factor ?? 0)).toBeCloseTo(3, 9);
    expect(Math.log(change?.high ?? 0)).toBeCloseTo(3 + 2.776 * Math.sqrt(2 / 3), 3);
    expect(changeOf([1], [1, 2])).toBeUndefined();
    expect(changeOf([0, 1], [1, 2])).toBeUndefined();
  });
});

describe('growth', () => {
  const flat = Array.from({ length: 60 }, (_, second) => [second, 200 + (second % 7)] as const);

  it('is the slope of a line, whatever a few wild values say', () => {
    const line = flat.map(([x]) => [x, 3 * x + (x % 10 === 0 ? 500 : 0)] as const);
    expect(theilSen(line)?.perUnit).toBeCloseTo(3, 6);
    expect(theilSen(line.slice(0, 2))).toBeUndefined();
  });

  it('holds the interval of Sen’s own example', () => {
    // Sen 1968, §6, as scipy tests its theilslopes with it: 4, at 93 % from 3.71 to 4.38.
    const slope = theilSen([
      [1, 9],
      [2, 15],
      [3, 19],
      [4, 20],
      [10, 45],
      [12, 55],
      [18, 78],
    ]);
    expect(slope?.perUnit).toBe(4);
    expect(slope?.low).toBeGreaterThan(3);
    expect(slope?.low).toBeLessThanOrEqual(3.72);
    expect(slope?.high).toBeGreaterThanOrEqual(4.37);
    expect(slope?.high).toBeLessThan(6);
  });

  it('of a saw-tooth holds none within its interval', () => {
    const slope = growthOf(flat);
    expect(slope?.low).toBeLessThanOrEqual(0);
    expect(slope?.high).toBeGreaterThanOrEqual(0);
  });

  it('of a leak does not', () => {
    const leak = flat.map(([second, value]) => [second, value + 0.5 * second] as const);
    expect(growthOf(leak)?.low).toBeGreaterThan(0.2);
  });
});

describe('cutting a stream of pictures', () => {
  const end = Buffer.from([0xff, 0xd9]);
  const whole = Buffer.from([1, 2, 0xff, 0xd9, 3, 0xff, 0xff, 0xd9, 0xff, 0xd9, 7]);
  async function* chunksOf(size: number): AsyncGenerator<Buffer> {
    for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
  }

  it.each([1, 2, 3, 4, 11])('gives the same pictures from chunks of %i', async (size) => {
    const pictures: number[][] = [];
    for await (const picture of splitAfter(chunksOf(size), end)) pictures.push([...picture]);
    expect(pictures).toEqual([
      [1, 2, 0xff, 0xd9],
      [3, 0xff, 0xff, 0xd9],
      [0xff, 0xd9],
    ]);
  });
});
