import { describe, expect, it } from 'vitest';
import {
  chooseSamplingRate,
  SAMPLING_STEPS,
  type SamplingNeed,
} from '../../../pipelines/domain/sampling-rule.ts';

const PRESENCE: SamplingNeed = { presence: true, crossings: false };
const CROSSINGS: SamplingNeed = { presence: true, crossings: true };

describe('chooseSamplingRate', () => {
  it.each<[string, SamplingNeed, number, string]>([
    ['nothing to count', { presence: false, crossings: false }, 0.2, 'nothing'],
    ['presence only', PRESENCE, 2, 'presence'],
    [
      'presence of passers-by who are seen for half a second',
      { ...PRESENCE, secondsInView: 0.5 },
      5,
      'presence-brief',
    ],
    ['presence of who stays long', { ...PRESENCE, secondsInView: 60 }, 2, 'presence'],
    ['crossings of walkers', CROSSINGS, 5, 'crossing-speed'],
    [
      'crossings of slow walkers still need presence',
      { ...CROSSINGS, speedSizesPerSecond: 0.5 },
      2,
      'presence',
    ],
    [
      'crossings of slow walkers alone',
      { presence: false, crossings: true, speedSizesPerSecond: 0.5 },
      1,
      'crossing-speed',
    ],
    ['cars at 50 km/h', { ...CROSSINGS, speedSizesPerSecond: 3 }, 10, 'crossing-speed'],
    ['faster than any step: the highest', { ...CROSSINGS, speedSizesPerSecond: 50 }, 10, 'crossing-speed'],
    ['in view for a second', { ...CROSSINGS, secondsInView: 1 }, 10, 'crossing-brief'],
    [
      'exactly on a step',
      { presence: false, crossings: true, speedSizesPerSecond: 2.5 },
      5,
      'crossing-speed',
    ],
  ])('%s', (_, need, framesPerSecond, reason) => {
    expect(chooseSamplingRate(need)).toMatchObject({ framesPerSecond, reason, isLimitedBySource: false });
  });

  it('says when the camera gives too little', () => {
    const choice = chooseSamplingRate({ ...CROSSINGS, sourceFramesPerSecond: 4 });
    expect(choice).toMatchObject({ framesPerSecond: 4, isLimitedBySource: true });
    expect(choice.why.id).toContain('kamera tidak memberi lebih');
    expect(choice.why.en).toContain('the camera gives no more');
    const enough = chooseSamplingRate({ ...CROSSINGS, speedSizesPerSecond: 50, sourceFramesPerSecond: 25 });
    expect(enough).toMatchObject({ framesPerSecond: 10, isLimitedBySource: false });
  });

  it('never falls when more is asked', () => {
    const speeds = [0.1, 0.5, 1, 2, 4, 8];
    const rates = speeds.map(
      (speedSizesPerSecond) => chooseSamplingRate({ ...CROSSINGS, speedSizesPerSecond }).framesPerSecond,
    );
    expect(rates).toEqual([...rates].sort((a, b) => a - b));
    for (const rate of rates) expect(SAMPLING_STEPS).toContain(rate);
  });

  it('tells the rate in both languages', () => {
    const { why } = chooseSamplingRate({ presence: false, crossings: false });
    expect(why.id).toMatch(/^0,2 gambar\/detik: /);
    expect(why.en).toMatch(/^0.2 pictures\/s: /);
    expect(chooseSamplingRate({ ...CROSSINGS, secondsInView: 0.5 }).why.id).toContain('hanya 0,5 detik');
    expect(chooseSamplingRate(CROSSINGS).why.id).toContain('pada 2,5 kali');
    expect(chooseSamplingRate(CROSSINGS).why.id).toContain('diandaikan');
    expect(chooseSamplingRate(CROSSINGS).why.en).toContain('assumed as none is given');
    const given = chooseSamplingRate({ ...CROSSINGS, speedSizesPerSecond: 8 }).why;
    expect(given.en).toMatch(/^10 pictures\/s: crossings at 8 own sizes per second; /);
  });

  it.each(['speedSizesPerSecond', 'secondsInView', 'sourceFramesPerSecond'] as const)(
    'refuses %s of 0',
    (name) => {
      expect(() => chooseSamplingRate({ ...CROSSINGS, [name]: 0 })).toThrow(RangeError);
    },
  );
});
