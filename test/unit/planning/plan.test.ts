import { describe, expect, it } from 'vitest';
import {
  analysedPerSecond,
  cameraBill,
  type PlannedCamera,
} from '../../../pipelines/domain/planning/camera-bill.ts';
import { type CameraGroup, type Demand, planCameras } from '../../../pipelines/domain/planning/plan.ts';
import { PROFILE } from './profile-example.ts';

const DENSITY: PlannedCamera = {
  ...{ widthPx: 2000, heightPx: 1000, sourceFramesPerSecond: 25, keyframeIntervalS: 1 },
  ...{ framesPerSecond: 1, keyframesOnly: true },
};
const FLOW: PlannedCamera = { ...DENSITY, framesPerSecond: 5, keyframesOnly: false };
/** Every one of 109 pictures a second decoded and analysed. */
const GREEDY: PlannedCamera = { ...FLOW, sourceFramesPerSecond: 109, framesPerSecond: 109 };

describe('the bill of one camera', () => {
  it('adds each stage at its own rate', () => {
    expect(cameraBill(PROFILE, DENSITY)).toEqual({
      receiveMs: 25 * 0.04 + 1 + 4 * 0.5,
      decodeMs: 20,
      scaleMs: 2,
      inferenceMs: 20,
      workerMs: 1 + 4 * 0.25 + 1,
      totalMs: 49,
      mbitPerSecond: 4,
      memoryMiB: 50,
      isExtrapolated: false,
    });
  });

  it.each<[string, Partial<PlannedCamera>, number]>([
    ['every picture is decoded, analysed or not', FLOW, 25 * 4],
    ['fewer sent, fewer decoded', { ...FLOW, sourceFramesPerSecond: 10 }, 10 * 4],
    ['a keyframe each two seconds', { keyframeIntervalS: 2 }, 10],
    ['all keyframes are decoded, however few are analysed', { framesPerSecond: 0.1 }, 20],
    ['half way between two measured sizes by pixels', { widthPx: 1250, heightPx: 1000 }, 12.5],
    ['beyond the largest: the line goes on', { widthPx: 3500, heightPx: 1000 }, 35],
  ])('decoding: %s', (_name, change, expected) => {
    expect(cameraBill(PROFILE, { ...DENSITY, ...change }).decodeMs).toBeCloseTo(expected, 9);
  });

  it.each([
    [{ widthPx: 1000, heightPx: 500 }, false],
    [{ widthPx: 320, heightPx: 240 }, true],
    [{ widthPx: 3840, heightPx: 2160 }, true],
  ])('says that %o is outside of what was measured: %s', (size, isExtrapolated) => {
    expect(cameraBill(PROFILE, { ...DENSITY, ...size }).isExtrapolated).toBe(isExtrapolated);
  });

  it('knows a profile of a single size', () => {
    const single = { ...PROFILE, decode: PROFILE.decode.slice(1) };
    expect(cameraBill(single, DENSITY).decodeMs).toBe(20);
  });

  it('takes the bits that the caller knows instead of the clip’s', () => {
    const { receiveMs, mbitPerSecond } = cameraBill(PROFILE, { ...DENSITY, mbitPerSecond: 8 });
    expect([receiveMs, mbitPerSecond]).toEqual([25 * 0.04 + 1 + 8 * 0.5, 8]);
  });

  it.each([
    [{ ...DENSITY, framesPerSecond: 5 }, 1],
    [{ ...FLOW, framesPerSecond: 50 }, 25],
    [FLOW, 5],
  ])('analyses no more than comes', (camera, expected) => {
    expect(analysedPerSecond(camera)).toBe(expected);
  });
});

const group = (count: number, camera = DENSITY): CameraGroup => ({
  ...camera,
  ...{ count, zones: 1, lines: 1, windowSeconds: 60 },
});
const demand = (groups: CameraGroup[], change: Partial<Demand> = {}): Demand => ({
  ...{ groups, headroom: 0.5, linkMbitPerSecond: 1_000, keepDays: { minute: 30 } },
  ...change,
});

describe('a plan', () => {
  it('adds cameras, Redis and portal', () => {
    const plan = planCameras(PROFILE, demand([group(20)]));
    const redisCores = ((60 + 20 * 120) / 60) * 1e-4;
    const recordsPerSecond = (20 * 3) / 60;
    expect(plan.busyCores).toBeCloseTo(20 * 0.049 + redisCores + recordsPerSecond * 0.002, 9);
    expect(plan.cores).toBe(2);
    expect(plan.memoryMiB).toBe(100 + 200 + 4 * 100 + 20 * 50 + 20);
    expect(plan.mbitPerSecond).toBe(80);
    expect(plan.redis.commandsPerSecond).toBe(41);
    expect(plan.portal.recordsPerDay).toBe(20 * 3 * 1440);
    const rows = 20 * 3 * (1440 * 30 + (96 + 24 + 1) * 365.25);
    expect(plan.portal.gigabytesAfterYear).toBeCloseTo((rows * 1000) / 1e9, 9);
    expect(plan.camerasPerCore).toBeCloseTo(1000 / 49, 9);
    expect(plan).toMatchObject({ cameras: 20, machines: 1, binding: 'cores', picturesPerSecond: 20 });
  });

  it.each<[string, Demand, 'cores' | 'memory' | 'network', number]>([
    ['cores', demand([group(100)]), 'cores', 3],
    ['network', demand([group(100)], { linkMbitPerSecond: 100 }), 'network', 8],
    ['memory', demand([{ ...group(100), framesPerSecond: 0.01, keyframeIntervalS: 100 }]), 'memory', 2],
  ])('says that the %s bind', (_name, wanted, binding, machines) => {
    expect(planCameras(PROFILE, wanted)).toMatchObject({ binding, machines });
  });

  it('mixes kinds of cameras', () => {
    const plan = planCameras(PROFILE, demand([group(10), group(2, FLOW)]));
    expect(plan.bills.map(({ totalMs }) => totalMs)).toEqual([49, 4 + 100 + 10 + 100 + 7]);
    expect(plan.camerasPerCore).toBeCloseTo((12 * 1000) / (10 * 49 + 2 * 221), 9);
    expect(plan.picturesPerSecond).toBe(20);
  });

  it('reckons with each camera’s own window', () => {
    const plan = planCameras(PROFILE, demand([group(10), { ...group(2), windowSeconds: 300 }]));
    expect(plan.portal.recordsPerDay).toBe(10 * 3 * 1440 + 2 * 3 * 288);
  });

  it('stores what the portal keeps, a year at most', () => {
    const stored = (keepDays: Demand['keepDays']) =>
      planCameras(PROFILE, demand([group(20)], { keepDays })).portal.gigabytesAfterYear;
    const all = (20 * 3 * (1440 + 96 + 24 + 1) * 365.25 * 1000) / 1e9;
    expect(stored({})).toBeCloseTo(all, 9);
    expect(stored({ minute: 3_650 })).toBeCloseTo(all, 9);
    expect(stored({ minute: 1, 'quarter-hour': 1, hour: 1, day: 1 })).toBeCloseTo(all / 365.25, 9);
  });

  it('never needs fewer machines for more cameras', () => {
    const machines = [1, 10, 100, 1_000].map((n) => planCameras(PROFILE, demand([group(n)])).machines);
    expect(machines).toEqual([...machines].sort((a, b) => a - b));
  });

  it.each<[string, Demand, RegExp]>([
    ['no camera', demand([]), /one camera/],
    ['no headroom', demand([group(1)], { headroom: 0 }), /headroom/],
    ['no link', demand([group(1)], { linkMbitPerSecond: 0 }), /linkMbitPerSecond/],
    ['no rate', demand([{ ...group(1), framesPerSecond: 0 }]), /framesPerSecond/],
    ['no window', demand([{ ...group(1), windowSeconds: 0 }]), /windowSeconds/],
    ['a link too slow for one camera', demand([group(1)], { linkMbitPerSecond: 7 }), /4.00 Mbit.*3.50 Mbit/],
    ['one camera for several machines', demand([group(1, GREEDY)]), /2.95 cores.*2.00/],
    ['a machine too small for one worker', demand([group(1)], { headroom: 0.05 }), /does not hold/],
  ])('refuses %s', (_name, wanted, message) => {
    expect(() => planCameras(PROFILE, wanted)).toThrow(message);
  });
});
