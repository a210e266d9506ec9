import { describe, expect, it } from 'vitest';
import { bestPairs } from '../../../bench/accuracy/metrics/best-pairs.ts';
import { meanInterval } from '../../../bench/accuracy/metrics/bootstrap.ts';
import { geh, gehOfCounts, scoreCrossings } from '../../../bench/accuracy/metrics/crossings.ts';
import { detectionScores } from '../../../bench/accuracy/metrics/detection.ts';
import { autocorrelation, countError, errorHistogram } from '../../../bench/accuracy/metrics/presence.ts';

describe('bestPairs', () => {
  it('gives up the best single pair for the better whole', () => {
    // 0-0 alone has 9; 0-1 + 1-0 have 8 + 7 = 15, with 0-0 the rest is forbidden.
    const scores = Float64Array.from([9, 8, 7, 0]);
    expect(bestPairs({ scores, rowCount: 2, columnCount: 2 })).toEqual([
      { row: 0, column: 1 },
      { row: 1, column: 0 },
    ]);
  });
  it('never pairs at 0, and copes with nothing', () => {
    expect(bestPairs({ scores: Float64Array.from([0, 0]), rowCount: 1, columnCount: 2 })).toEqual([]);
    expect(bestPairs({ scores: new Float64Array(), rowCount: 0, columnCount: 3 })).toEqual([]);
  });
});

describe('countError', () => {
  it('keeps MAE and bias apart', () => {
    // errors +1, −1, 0, +2: MAE 4/4, bias 2/4, RMSE √(6/4), exact 1 of 4, mean truth 2.
    const truth = [1, 3, 2, 2];
    const pairs = [2, 2, 2, 4].map((counted, at) => ({ truth: truth[at]!, counted }));
    const error = countError(pairs)!;
    expect(error).toMatchObject({
      samples: 4,
      mae: 1,
      bias: 0.5,
      exactShare: 0.25,
      meanTruth: 2,
      relativeMae: 0.5,
    });
    expect(error.rmse).toBeCloseTo(Math.sqrt(1.5), 12);
    expect(error.maeInterval).toBeUndefined();
  });
  it('has no relative error where nobody is, and nothing without samples', () => {
    expect(countError([{ truth: 0, counted: 1 }])).not.toHaveProperty('relativeMae');
    expect(countError([])).toBeUndefined();
  });
  it('counts how often each error occurs, smallest first', () => {
    const pairs = [3, 1, 2, 2].map((counted) => ({ truth: 2, counted }));
    expect([...errorHistogram(pairs)]).toEqual([
      [-1, 1],
      [0, 2],
      [1, 1],
    ]);
  });
});

describe('meanInterval', () => {
  const values = Array.from({ length: 400 }, (_, at) => (Math.floor(at / 50) % 2 === 0 ? 1 : -1));
  it('is the same on every run and holds the mean', () => {
    const interval = meanInterval(values, { blockLength: 50 })!;
    expect(meanInterval(values, { blockLength: 50 })).toEqual(interval);
    expect(interval.low).toBeLessThan(0);
    expect(interval.high).toBeGreaterThan(0);
  });
  it('is several times wider for values that stay than single values would say', () => {
    const width = (blockLength: number) => {
      const interval = meanInterval(values, { blockLength })!;
      return interval.high - interval.low;
    };
    // Independent ±1: 2 · 1.96/√400 = 0.196.
    expect(width(1)).toBeGreaterThan(0.17);
    expect(width(1)).toBeLessThan(0.22);
    expect(width(50)).toBeGreaterThan(3 * width(1));
  });
  it('is a point for a constant and absent for one block', () => {
    expect(meanInterval([2, 2, 2, 2], { blockLength: 1 })).toEqual({ low: 2, high: 2 });
    expect(meanInterval([1, 2, 3], { blockLength: 3 })).toBeUndefined();
    expect(() => meanInterval([1, 2], { blockLength: 0.5 })).toThrow(RangeError);
  });
  it('rests on an autocorrelation that falls', () => {
    expect(autocorrelation(values, 0)).toBeCloseTo(1, 12);
    expect(autocorrelation(values, 50)).toBeLessThan(-0.8);
    expect(autocorrelation([3, 3, 3], 1)).toBe(0);
  });
});

describe('scoreCrossings', () => {
  const events = (times: readonly number[]) =>
    times.map((atSeconds) => ({ lineId: 'a', direction: 'in', roadUserClass: 'car', atSeconds }) as const);
  const tolerance = { earlyS: 1, lateS: 2 };
  it.each([
    ['all there, a little late', [1, 5], [1.5, 6], { matched: 2, missed: 0, overCounted: 0 }],
    [
      'one missed and one invented do not cancel',
      [1, 20],
      [1, 50],
      { matched: 1, missed: 1, overCounted: 1 },
    ],
    ['too late is a miss and an over-count', [1], [3.1], { matched: 0, missed: 1, overCounted: 1 }],
    ['too early as well', [5], [3.9], { matched: 0, missed: 1, overCounted: 1 }],
    ['counted twice', [5], [5.1, 5.9], { matched: 1, missed: 0, overCounted: 1 }],
    // 2.1 is nearest to 2, which would leave 1.2 alone (1.8 too early for 3); both pair as 2 ↔ 1.2, 3 ↔ 2.1.
    ['as many pairs as possible', [2, 3], [1.2, 2.1], { matched: 2, missed: 0, overCounted: 0 }],
    ['nothing at all', [], [], { matched: 0, missed: 0, overCounted: 0 }],
  ])('%s', (_, truth, counted, expected) => {
    expect(scoreCrossings({ sure: events(truth) }, events(counted), tolerance)).toEqual(expected);
  });
});

describe('doubtful crossings', () => {
  const events = (times: readonly number[]) =>
    times.map((atSeconds) => ({ lineId: 'a', direction: 'in', roadUserClass: 'car', atSeconds }) as const);
  it.each([
    ['counted: no over-count', [5], { matched: 0, missed: 0, overCounted: 0 }],
    ['not counted: no miss', [], { matched: 0, missed: 0, overCounted: 0 }],
    ['counted twice: one over-count', [5, 5.5], { matched: 0, missed: 0, overCounted: 1 }],
  ])('%s', (_, counted, expected) => {
    const truth = { sure: [], doubtful: events([5]) };
    expect(scoreCrossings(truth, events(counted), { earlyS: 1, lateS: 2 })).toEqual(expected);
  });
  it('never take a count away from a sure one', () => {
    const truth = { sure: events([4]), doubtful: events([5]) };
    const score = scoreCrossings(truth, events([5]), { earlyS: 1, lateS: 2 });
    expect(score).toEqual({ matched: 1, missed: 0, overCounted: 0 });
  });
});

describe('GEH', () => {
  it('is that of the definition', () => {
    // √(2·100²/2100) = 3.086…; √(2·50²/50) = 10
    expect(geh(1_100, 1_000)).toBeCloseTo(3.0861, 4);
    expect(geh(50, 0)).toBe(10);
    expect(geh(0, 0)).toBe(0);
  });
  it('expands counts of a quarter of an hour and refuses shorter ones', () => {
    expect(gehOfCounts(275, 250, 900)).toBeCloseTo(geh(1_100, 1_000), 12);
    expect(gehOfCounts(28, 28, 80)).toBeUndefined();
  });
});

describe('detectionScores', () => {
  const at = (left: number) => ({ left, top: 0, right: left + 0.1, bottom: 0.1 });
  it('matches one to one at IoU 0.5', () => {
    // Two boxes on one person: one match, one false. 0.04 apart: IoU 0.43, no match.
    const frames = [
      { truth: [at(0.1)], detected: [at(0.1), at(0.11)] },
      { truth: [at(0.1), at(0.5)], detected: [at(0.14)] },
    ];
    expect(detectionScores(frames)).toEqual({
      precision: 1 / 3,
      recall: 1 / 3,
      matched: 1,
      missed: 2,
      falseBoxes: 2,
    });
  });
  it('prefers two matches over one with more overlap', () => {
    // The first detection fits both people (IoU 0.82 and 0.67), the second only the first person (0.54).
    const frames = [{ truth: [at(0.1), at(0.13)], detected: [at(0.11), at(0.07)] }];
    expect(detectionScores(frames).matched).toBe(2);
  });
  it('is 1 where there was nothing to find', () => {
    expect(detectionScores([{ truth: [], detected: [] }])).toMatchObject({ precision: 1, recall: 1 });
  });
});
