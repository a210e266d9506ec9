import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSampled, samplingExpression, seconds } from '../../../pipelines/adapters/decode/sampling.ts';

/** Times that are sampled when decoding begins at the first of `timesUs`. */
function sampled(timesUs: readonly number[], framesPerSecond: number, originUs = 0): number[] {
  const grid = { framesPerSecond, originUs };
  return timesUs.filter((timeUs, i) => isSampled(timesUs[i - 1], timeUs, grid));
}

const every = (intervalUs: number, count: number) =>
  Array.from({ length: count }, (_, i) => Math.round(i * intervalUs));

describe('sampling', () => {
  const rows: [name: string, times: number[], rate: number, expected: number][] = [
    ['10 fps at 5: every second picture', every(100_000, 100), 5, 50],
    ['25 fps at 5: every fifth', every(40_000, 100), 5, 20],
    ['the source rate keeps all', every(40_000, 100), 25, 100],
    ['29.97 fps at 30 keeps all', every(1001e6 / 30_000, 300), 30, 300],
    [
      '30 fps in whole ms (Matroska) at 30 keeps all',
      every(1e6 / 30, 300).map((t) => Math.round(t / 1000) * 1000),
      30,
      300,
    ],
    ['a slower source than asked keeps all', every(500_000, 20), 5, 20],
    ['25 fps at 8: uneven, but 8 per second', every(40_000, 250), 8, 80],
    ['one per 10 s', every(40_000, 1000), 0.1, 4],
  ];
  it.each(rows)('%s', (_name, times, rate, expected) => {
    expect(sampled(times, rate)).toHaveLength(expected);
  });

  it('takes the first picture at or after each tick', () => {
    expect(sampled([0, 90_000, 210_000, 390_000, 405_000, 1_500_000], 5)).toEqual([
      0, 210_000, 405_000, 1_500_000,
    ]);
  });

  it('counts ticks from the origin, not from zero', () => {
    expect(sampled([95_000_000_000, 95_000_100_000, 95_000_200_000], 5, 95_000_000_000)).toEqual([
      95_000_000_000, 95_000_200_000,
    ]);
  });

  it('gives the same pictures wherever decoding begins, from the second decoded picture on', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 400_000 }), { minLength: 3, maxLength: 60 });
    fc.assert(
      fc.property(steps, fc.nat(), fc.double({ min: 0.2, max: 30, noNaN: true }), (gaps, cut, rate) => {
        let now = 0;
        const times = [0, ...gaps.map((gap) => (now += gap))];
        const begin = cut % times.length;
        const whole = sampled(times, rate).filter((t) => t > times[begin]!);
        expect(sampled(times.slice(begin), rate).slice(1)).toEqual(whole);
      }),
    );
  });

  it('writes numbers only, without exponents', () => {
    const text = samplingExpression({ framesPerSecond: 1 / 3, originUs: 1_533_333 });
    expect(text).toBe(
      'not(eq(floor((t-(1.533333))*0.333333333333+0.000333333333),floor((prev_t-(1.533333))*0.333333333333+0.000333333333)))',
    );
    expect(samplingExpression({ framesPerSecond: 1e-7, originUs: 0 })).not.toMatch(/\de/);
    expect(() => samplingExpression({ framesPerSecond: Number.NaN, originUs: 0 })).toThrow(RangeError);
  });

  it('writes whole µs as exact seconds', () => {
    expect([0, 1, -1, 1_000_000, 95_001_400_000].map(seconds)).toEqual([
      '0.000000',
      '0.000001',
      '-0.000001',
      '1.000000',
      '95001.400000',
    ]);
    expect(() => seconds(0.5)).toThrow(RangeError);
  });
});
