import { describe, expect, it } from 'vitest';
import {
  coverageRatio,
  samplingClock,
  sortReasons,
  windowStatus,
} from '../../../pipelines/domain/aggregate/coverage.ts';
import { aggregatorOf, frameAt, run, steadyFrames, summary } from './builders.ts';

describe('sampling clock', () => {
  it.each([
    ['1 frame/s', { framesPerSecond: 1 }, 1_000_000, 1_500_000],
    ['10 of 10', { framesPerSecond: 10, sourceFramesPerSecond: 10 }, 100_000, 150_000],
    ['slow source: its own interval', { framesPerSecond: 10, sourceFramesPerSecond: 7 }, 142_857, 214_286],
    [
      '29.97 sampled at 10: three steps',
      { framesPerSecond: 10, sourceFramesPerSecond: 29.97 },
      100_000,
      150_000,
    ],
    ['12 sampled at 10: 83 or 167 ms', { framesPerSecond: 10, sourceFramesPerSecond: 12 }, 100_000, 208_333],
    ['keyframes each 2 s', { framesPerSecond: 1, keyframeIntervalS: 2 }, 2_000_000, 3_000_000],
    [
      'keyframes each 1 s, one in five wanted',
      { framesPerSecond: 0.2, keyframeIntervalS: 1 },
      5_000_000,
      7_500_000,
    ],
  ])('%s', (_name, rates, intervalUs, holdUs) => {
    expect(samplingClock(rates)).toMatchObject({ intervalUs, holdUs });
  });

  it.each([{ framesPerSecond: 0 }, { framesPerSecond: -1 }, { framesPerSecond: Number.NaN }])(
    'refuses %o',
    (rates) => {
      expect(() => samplingClock(rates)).toThrow(RangeError);
    },
  );
});

describe('clean footage is covered wholly at any rate', () => {
  it.each([
    ['10 of 10', 10, { framesPerSecond: 10, sourceFramesPerSecond: 10 }, 600],
    ['29.97 of 29.97', 29.97, { framesPerSecond: 29.97, sourceFramesPerSecond: 29.97 }, 1798],
    ['15 of 15', 15, { framesPerSecond: 15, sourceFramesPerSecond: 15 }, 900],
    ['7 sampled at 10', 7, { framesPerSecond: 10, sourceFramesPerSecond: 7 }, 420],
    ['12 sampled at 10, every second one', 6, { framesPerSecond: 10, sourceFramesPerSecond: 12 }, 600],
    ['30 sampled at 1', 1, { framesPerSecond: 1, sourceFramesPerSecond: 30 }, 60],
    ['keyframes each 2 s', 0.5, { framesPerSecond: 1, keyframeIntervalS: 2 }, 30],
    ['one in 7 s: frames do not fall on window edges', 1 / 7, { framesPerSecond: 1 / 7 }, 9],
  ])('%s', (_name, rate, rates, framesExpected) => {
    const records = run(aggregatorOf(rates), steadyFrames(0, 180, rate), { to: 180 });
    expect(records.map(({ coverage }) => coverage)).toEqual(Array(9).fill(1));
    expect(records.every(({ status, reasons }) => status === 'complete' && reasons.length === 0)).toBe(true);
    expect(records[0]?.framesExpected).toBe(framesExpected);
  });
});

describe('gaps', () => {
  const minute = (drop: (second: number) => boolean) =>
    steadyFrames(0, 60, 1).filter(({ capturedAtUs }) => !drop(capturedAtUs / 1e6));

  it('the last frame before a hole vouches for one interval', () => {
    const records = run(
      aggregatorOf(),
      minute((s) => s >= 10 && s < 20),
      { to: 60 },
    );
    expect(summary(records)).toEqual([[0, 0.833333, 'partial', 'decode-stall', 50]]);
  });
  it('one missing frame is a hole of one interval', () => {
    const records = run(
      aggregatorOf(),
      minute((s) => s === 30),
      { to: 60 },
    );
    expect(summary(records)).toEqual([[0, 0.983333, 'partial', 'decode-stall', 59]]);
  });
  it('jitter of less than half an interval is none', () => {
    const events = [frameAt(0), frameAt(1.45), frameAt(2.1), ...steadyFrames(3, 60, 1)];
    expect(summary(run(aggregatorOf(), events, { to: 60 }))).toEqual([[0, 1, 'complete', '', 60]]);
  });
  it('a declared drop names the reason', () => {
    const events = [...steadyFrames(0, 30, 1), [30, 31, 'backlog'] as const, ...steadyFrames(31, 60, 1)];
    expect(summary(run(aggregatorOf(), events, { to: 60 }))).toEqual([
      [0, 0.983333, 'partial', 'backlog', 59],
    ]);
  });
  it('a drop that came late in jitter takes no second reason with it', () => {
    const events = [
      ...steadyFrames(0, 30, 1),
      [30.2, 31.1, 'backlog'] as const,
      ...steadyFrames(31.1, 60, 1),
    ];
    expect(summary(run(aggregatorOf(), events, { to: 60 }))[0]?.[3]).toBe('backlog');
  });
  it('two overlapping reasons are both told, the time once', () => {
    const events = [
      ...steadyFrames(0, 10, 1),
      [10, 25, 'source-down'] as const,
      [20, 30, 'paused'] as const,
      ...steadyFrames(30, 60, 1),
    ];
    expect(summary(run(aggregatorOf(), events, { to: 60 }))).toEqual([
      [0, 0.666667, 'partial', 'source-down+paused', 40],
    ]);
  });
  it('the order of overlapping reasons does not matter', () => {
    const gaps = [[10, 30, 'source-down'] as const, [10, 30, 'paused'] as const];
    const results = [gaps, gaps.toReversed()].map((pair) =>
      run(aggregatorOf(), [...steadyFrames(0, 10, 1), ...pair, ...steadyFrames(30, 60, 1)], { to: 60 }),
    );
    expect(results[0]).toEqual(results[1]);
  });
  it('a short undeclared rest beside a declared gap is the same gap', () => {
    const events = [
      ...steadyFrames(0, 10, 1),
      [11.2, 20, 'source-down'] as const,
      ...steadyFrames(20.7, 60, 1),
    ];
    expect(summary(run(aggregatorOf(), events, { to: 60 }))[0]?.[3]).toBe('source-down');
  });
  it('undeclared time longer than a hold is a stall even beside a declared gap', () => {
    const events = [...steadyFrames(0, 10, 1), [20, 30, 'source-down'] as const, ...steadyFrames(30, 60, 1)];
    expect(summary(run(aggregatorOf(), events, { to: 60 }))[0]?.[3]).toBe('source-down+decode-stall');
  });
  it('every window of a long gap has its own record, without measures', () => {
    const events = [
      ...steadyFrames(0, 30, 1),
      [30, 200, 'source-down'] as const,
      ...steadyFrames(200, 240, 1),
    ];
    const records = run(aggregatorOf(), events, { to: 240 });
    expect(summary(records)).toEqual([
      [0, 0.5, 'partial', 'source-down', 30],
      [60, 0, 'disrupted', 'source-down', 0],
      [120, 0, 'disrupted', 'source-down', 0],
      [180, 0.666667, 'partial', 'source-down', 40],
    ]);
    expect(Object.keys(records[3] ?? {})).toEqual([
      'kind',
      'zoneId',
      'cameraId',
      'windowStart',
      'windowEnd',
      'coverage',
      'status',
      'reasons',
      'framesExpected',
      'framesAnalysed',
      'revision',
      'lineage',
    ]);
  });
  it('a planned gap leaves an empty window, and the hold does not reach into it', () => {
    const events = [...steadyFrames(0.5, 60, 1), [60, 180, 'paused'] as const];
    const records = run(aggregatorOf({}, { startUs: 500_000, reason: 'paused' }), events, {
      to: 180,
      reason: 'paused',
    });
    expect(summary(records)).toEqual([
      [0, 0.991667, 'partial', 'paused', 60],
      [60, 0, 'empty', 'paused', 0],
      [120, 0, 'empty', 'paused', 0],
    ]);
  });
  it('live gaps of one second each close windows as time goes on', () => {
    const aggregator = aggregatorOf();
    steadyFrames(0, 58, 1).forEach(aggregator.frame);
    const closed = Array.from({ length: 64 }, (_, i) =>
      aggregator.gap((58 + i) * 1e6, (59 + i) * 1e6, 'source-down'),
    );
    expect(closed.map((records) => records.length).filter((length) => length > 0)).toEqual([3, 3]);
    expect(closed[1]).toHaveLength(3);
  });
  it('a frame inside a declared gap is counted but the gap stays', () => {
    const events = [
      ...steadyFrames(0, 10, 1),
      [10, 20, 'backlog'] as const,
      frameAt(15),
      ...steadyFrames(20, 60, 1),
    ];
    expect(summary(run(aggregatorOf(), events, { to: 60 }))).toEqual([
      [0, 0.833333, 'partial', 'backlog', 51],
    ]);
  });
});

describe('edges of a recording', () => {
  it('starts and ends inside a window', () => {
    const aggregator = aggregatorOf({}, { startUs: 15e6, reason: 'outside-recording' });
    expect(summary(run(aggregator, steadyFrames(15, 100, 1), { to: 100 }))).toEqual([
      [0, 0.75, 'partial', 'outside-recording', 45],
      [60, 0.666667, 'partial', 'outside-recording', 40],
    ]);
  });
  it('a first picture slightly after the declared start is no stall', () => {
    const aggregator = aggregatorOf({}, { startUs: 0, reason: 'outside-recording' });
    expect(summary(run(aggregator, steadyFrames(0.08, 60, 1), { to: 60 }))[0]?.[3]).toBe('outside-recording');
  });
  it('a recording without any readable picture', () => {
    expect(summary(run(aggregatorOf(), [], { to: 90 }))).toEqual([
      [0, 0, 'disrupted', 'decode-stall', 0],
      [60, 0, 'disrupted', 'decode-stall+outside-recording', 0],
    ]);
  });
  it('the end on a window edge opens no further window', () => {
    expect(run(aggregatorOf(), steadyFrames(0, 60, 1), { to: 60 })).toHaveLength(3);
  });
  it('the last frame vouches no further than the end', () => {
    expect(summary(run(aggregatorOf(), steadyFrames(0, 30, 1), { to: 29.5 }))[0]?.[1]).toBe(0.491667);
  });
});

describe('status, reasons, ratio', () => {
  it.each([
    [60, [], 'complete'],
    [59, ['paused'], 'partial'],
    [0, ['paused', 'outside-recording'], 'empty'],
    [0, ['paused', 'backlog'], 'disrupted'],
  ] as const)('%d of 60 with %o is %s', (covered, reasons, status) => {
    expect(windowStatus(covered, 60, reasons)).toBe(status);
  });
  it('sorts reasons in the order of the contract, each once', () => {
    expect(sortReasons(['paused', 'source-down', 'paused'])).toEqual(['source-down', 'paused']);
  });
  it('0 and 1 are written only when exact', () => {
    expect(coverageRatio(59_999_999, 60_000_000)).toBe(0.999999);
    expect(coverageRatio(1, 60_000_000)).toBe(0.000001);
    expect(coverageRatio(60_000_000, 60_000_000)).toBe(1);
    expect(coverageRatio(0, 60_000_000)).toBe(0);
  });
});
