import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AggregatorStart } from '../../../pipelines/domain/aggregate/beginning.ts';
import { readCheckpoint } from '../../../pipelines/domain/aggregate/checkpoint.ts';
import { samplingClock } from '../../../pipelines/domain/aggregate/coverage.ts';
import {
  type CountedFrame,
  createWindowAggregator,
} from '../../../pipelines/domain/aggregate/window-aggregator.ts';
import {
  addCrossingSpeed,
  addMotion,
  crossingSpeed,
  withVehicle,
  zeroCrossingSpeeds,
  zeroMotion,
  zeroMotionSums,
  zoneSpeed,
} from '../../../pipelines/domain/calibration/speed-sums.ts';
import type { CountingSite } from '../../../pipelines/domain/site.ts';
import type { Observation } from '../../../pipelines/domain/types.ts';
import { counts, crossingAt, frameAt, LINEAGE, SITE, us } from '../aggregate/builders.ts';

function ofCrossings(speeds: readonly number[]) {
  const sums = zeroCrossingSpeeds();
  for (const speed of speeds) addCrossingSpeed(sums, speed);
  return crossingSpeed(sums);
}

function ofStays(stays: readonly (readonly [speeds: readonly number[], seconds: number])[]) {
  const sums = zeroMotionSums();
  for (const [speeds, seconds] of stays)
    addMotion(sums, speeds.reduce(withVehicle, zeroMotion()), us(seconds));
  return zoneSpeed(sums);
}

describe('over a line: harmonic mean', () => {
  it.each<[string, readonly number[], number | undefined]>([
    ['of equal speeds', [36, 36, 36], 36],
    // 1/60 + 1/30 + 1/20 = 1/10 → 3 × 10.
    ['is below the arithmetic one', [60, 30, 20], 30],
    ['takes crawling as 3 km/h', [0, 0.5, 3], 3],
    ['is absent for fewer than 3', [40, 40], undefined],
    ['is absent for none', [], undefined],
  ])('%s', (_name, speeds, expected) => {
    const measured = ofCrossings(speeds);
    expect(measured.speedSamples).toBe(speeds.length);
    if (expected === undefined) expect(measured).not.toHaveProperty('spaceMeanSpeedKmPerHour');
    else expect(measured.spaceMeanSpeedKmPerHour).toBeCloseTo(expected, 3);
  });
  it('says nothing at all on a camera that measures no speeds', () => {
    expect(crossingSpeed(undefined)).toEqual({});
    expect(zoneSpeed(undefined)).toEqual({});
  });
});

describe('in a zone: distance over time', () => {
  it.each<[string, Parameters<typeof ofStays>[0], object]>([
    ['one at 36 km/h', [[[36], 10]], { spaceMeanSpeedKmPerHour: 36, speedSamples: 10 }],
    // Both go 100 m: 10 s and 20 s. 200 m in 30 s = 24 km/h, the harmonic mean of 36 and 18.
    [
      'harmonic of who goes the same way',
      [
        [[36, 18], 10],
        [[18], 10],
      ],
      { spaceMeanSpeedKmPerHour: 24, speedSamples: 30 },
    ],
    ['who stands counts', [[[36, 0], 10]], { spaceMeanSpeedKmPerHour: 18, speedSamples: 20 }],
    ['a standing queue has speed 0', [[[0, 1, 2.9], 10]], { spaceMeanSpeedKmPerHour: 0, speedSamples: 30 }],
    ['absent for less than 3 vehicle-seconds', [[[36], 2.9]], { speedSamples: 2 }],
    ['absent for nobody', [[[], 60]], { speedSamples: 0 }],
  ])('%s', (_name, stays, expected) => {
    expect(ofStays(stays)).toEqual(expected);
  });
});

describe('order and cutting', () => {
  const speeds = fc.array(fc.double({ min: 0, max: 150, noNaN: true }), { maxLength: 40 });
  it('crossings in any order give the same bytes', () => {
    fc.assert(
      fc.property(speeds, (list) => {
        expect(ofCrossings([...list].reverse())).toEqual(ofCrossings(list));
      }),
    );
  });
  it('a stay cut anywhere gives the same bytes', () => {
    fc.assert(
      fc.property(speeds, fc.integer({ min: 1, max: 59_999_999 }), (list, cutUs) => {
        const motion = list.reduce(withVehicle, zeroMotion());
        const whole = zeroMotionSums();
        addMotion(whole, motion, 60_000_000);
        const parts = zeroMotionSums();
        addMotion(parts, motion, cutUs);
        addMotion(parts, motion, 60_000_000 - cutUs);
        expect(parts).toEqual(whole);
      }),
    );
  });
  it('stays exact in the fullest hour', () => {
    const sums = zeroMotionSums();
    const motion = Array.from({ length: 100 }, () => 90).reduce(withVehicle, zeroMotion());
    addMotion(sums, motion, 3_600_000_000);
    expect(Number.isSafeInteger(sums.distance)).toBe(true);
    expect(zoneSpeed(sums).spaceMeanSpeedKmPerHour).toBe(90);
  });
});

const CALIBRATED: CountingSite = {
  ...SITE,
  calibration: { kind: 'length', from: { x: 0, y: 0.5 }, to: { x: 1, y: 0.5 }, lengthM: 30 },
};

/** Two and a half minutes at 1 frame/s; speeds differ from second to second. */
const FRAMES: readonly CountedFrame[] = Array.from({ length: 150 }, (_, second): CountedFrame => {
  const cars = second % 4;
  const frame = frameAt(second, { car: cars });
  const motion = Array.from({ length: cars }, (__, i) => 20 + i * 7.3 + (second % 9)).reduce(
    withVehicle,
    zeroMotion(),
  );
  const crossings =
    second % 5 === 0 ? [{ ...crossingAt(second, 'car'), speedKmPerHour: 25.5 + (second % 7) }] : [];
  return { ...frame, zones: frame.zones.map((zone) => ({ ...zone, motion })), crossings };
});

function aggregatorFor(
  site: CountingSite,
  start: AggregatorStart = { startUs: 0, reason: 'outside-recording' },
) {
  return createWindowAggregator({
    site,
    clock: samplingClock({ framesPerSecond: 1 }),
    lineage: LINEAGE,
    start,
  });
}

const END = { toUs: us(150), reason: 'outside-recording' } as const;

function wholeRun(site: CountingSite): Observation[] {
  const aggregator = aggregatorFor(site);
  return [...FRAMES.flatMap((frame) => aggregator.frame(frame)), ...aggregator.finish(END)];
}

const readFor = (site: CountingSite, value: unknown) =>
  readCheckpoint(value, { site, siteVersion: LINEAGE.siteVersion });

describe('records and checkpoints', () => {
  it('tell the speeds of every window, both of the line and of the zone', () => {
    const records = wholeRun(CALIBRATED);
    expect(records.map((record) => record.speedSamples)).toEqual([90, 12, 0, 90, 12, 0, 43, 6, 0]);
    expect(records.map((record) => record.spaceMeanSpeedKmPerHour !== undefined)).toEqual([
      true,
      true,
      false,
      true,
      true,
      false,
      true,
      true,
      false,
    ]);
  });

  it('a hand-over at any frame gives the same bytes', () => {
    const whole = JSON.stringify(wholeRun(CALIBRATED));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: FRAMES.length - 1 }), (cut) => {
        const first = aggregatorFor(CALIBRATED);
        const before = FRAMES.slice(0, cut).flatMap((frame) => first.frame(frame));
        const checkpoint = readFor(CALIBRATED, JSON.parse(JSON.stringify(first.checkpoint())));
        if (checkpoint === undefined) throw new Error('the checkpoint was refused');
        const second = aggregatorFor(CALIBRATED, { checkpoint });
        const after = FRAMES.slice(cut).flatMap((frame) => second.frame(frame));
        expect(JSON.stringify([...before, ...after, ...second.finish(END)])).toBe(whole);
      }),
      { numRuns: 30 },
    );
  });

  it('without calibration there is no field more than before, in records and checkpoints', () => {
    expect(JSON.stringify(wholeRun(SITE))).not.toMatch(/speed/i);
    const plain = aggregatorFor(SITE);
    FRAMES.slice(0, 10).forEach(plain.frame);
    expect(JSON.stringify(plain.checkpoint())).not.toMatch(/speed|motion/i);
    const people = aggregatorFor({ ...CALIBRATED, groups: ['people'] });
    expect(JSON.stringify(people.checkpoint())).not.toMatch(/speed|motion/i);
  });

  it('an old checkpoint, without sums of speeds, is read where none are measured and refused where they are', () => {
    const old = aggregatorFor(SITE);
    FRAMES.slice(0, 10).forEach(old.frame);
    const value: unknown = JSON.parse(JSON.stringify(old.checkpoint()));
    expect(readFor(SITE, value)).toEqual(old.checkpoint());
    expect(readFor(CALIBRATED, value)).toBeUndefined();
  });

  it.each<[string, readonly string[], unknown]>([
    ['no held motion', ['heldMotion'], undefined],
    ['motion of too few zones', ['heldMotion'], []],
    ['a negative speed', ['heldMotion', '0', 'speedCmPerS'], -1],
    ['no sums of a zone', ['totals', 'zones', '0', 'motion'], undefined],
    ['a broken way', ['totals', 'zones', '0', 'motion', 'distance'], 0.5],
    ['sums of one direction only', ['totals', 'lines', '0', 'speeds', 'out'], undefined],
    ['a text for a sum', ['totals', 'lines', '0', 'speeds', 'in', 'paceUsPerKm'], '1'],
  ])('a damaged checkpoint is refused: %s', (_name, path, value) => {
    const aggregator = aggregatorFor(CALIBRATED);
    FRAMES.slice(0, 10).forEach(aggregator.frame);
    const saved: unknown = JSON.parse(JSON.stringify(aggregator.checkpoint()));
    expect(readFor(CALIBRATED, saved)).toBeDefined();
    const owner = path.slice(0, -1).reduce((part, key) => (part as Record<string, unknown>)[key], saved);
    (owner as Record<string, unknown>)[path.at(-1)!] = value;
    expect(readFor(CALIBRATED, JSON.parse(JSON.stringify(saved)))).toBeUndefined();
  });

  it('a frame without motion ends the motion held', () => {
    const aggregator = aggregatorFor(CALIBRATED);
    const moving = frameAt(0, { car: 1 });
    aggregator.frame({
      ...moving,
      zones: moving.zones.map((zone) => ({ ...zone, motion: withVehicle(zeroMotion(), 36) })),
    });
    for (let second = 1; second < 10; second++) {
      aggregator.frame({
        ...frameAt(second),
        zones: [{ zoneId: 'zone', present: counts(), entered: counts(), left: counts() }],
      });
    }
    const [presence] = aggregator.finish({ toUs: us(10), reason: 'outside-recording' });
    expect(presence?.speedSamples).toBe(1);
  });
});
