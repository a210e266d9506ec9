import { describe, expect, it } from 'vitest';
import {
  type Drive,
  roadScene,
  steadyTraffic,
  TRAFFIC_SPEEDS,
} from '../../../fixtures/scenes/calibrated-road.ts';
import { SCENE_START_US } from '../../../fixtures/scenes/scene.ts';
import { createCounting } from '../../../pipelines/domain/counting.ts';
import type { Observation } from '../../../pipelines/domain/types.ts';
import { observationSchema } from '../../../portal/api/observation-schema.ts';
import { countingOptions, countRoad, eventsOf, flowOf, presenceOf, ROAD_SITE } from './road-counting.ts';

const SECONDS = 480;
/** 900 vehicles an hour. */
const HEADWAY_S = 4;
const HARMONIC = TRAFFIC_SPEEDS.length / TRAFFIC_SPEEDS.reduce<number>((sum, speed) => sum + 1 / speed, 0);

/** Records of eight minutes with these frames a second; the road fills in the first window, the second is steady. */
const counted = new Map<number, ReturnType<typeof countRoad>>();
function traffic(framesPerSecond: number) {
  const known = counted.get(framesPerSecond);
  if (known !== undefined) return known;
  const result = countRoad(roadScene(steadyTraffic(SECONDS, HEADWAY_S), SECONDS, { framesPerSecond }));
  counted.set(framesPerSecond, result);
  return result;
}

function parked(places: readonly number[]): Drive[] {
  return places.map((fromY, i) => ({
    roadUserClass: 'car',
    laneX: 1 + 1.5 * i,
    startS: 0,
    fromY,
    kmPerHour: 0,
  }));
}

describe.each([
  // Jitter alone makes up to 1 %; at 2 frames/s a vehicle is in the zone 2/3 of a frame less than it should.
  { framesPerSecond: 10, tolerance: 0.02 },
  { framesPerSecond: 5, tolerance: 0.02 },
  { framesPerSecond: 2, tolerance: 0.08 },
])('steady traffic with jittering boxes at $framesPerSecond frames/s', ({ framesPerSecond, tolerance }) => {
  it('each crossing has its speed within 4.5 km/h, on the mean without bias', () => {
    const { crossings } = traffic(framesPerSecond);
    expect(crossings.length).toBeGreaterThan(110);
    const errors = crossings.map(({ speedKmPerHour = Number.NaN }) =>
      TRAFFIC_SPEEDS.map((truth) => speedKmPerHour - truth).reduce((a, b) =>
        Math.abs(b) < Math.abs(a) ? b : a,
      ),
    );
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(4.5);
    expect(Math.abs(errors.reduce((sum, error) => sum + error, 0) / errors.length)).toBeLessThan(0.4);
  });

  it('flow, density and both speeds are the truth', () => {
    const { records } = traffic(framesPerSecond);
    const flow = flowOf(records, 'out')[1]!;
    const presence = presenceOf(records)[1]!;
    const near = (truth: number) => [truth * (1 - tolerance), truth * (1 + tolerance)] as const;
    const expectNear = (value: number | undefined, truth: number) => {
      const [low, high] = near(truth);
      expect(value).toBeGreaterThan(low);
      expect(value).toBeLessThan(high);
    };
    expectNear(flow.flowRatePerHour, 3600 / HEADWAY_S);
    expectNear(flow.spaceMeanSpeedKmPerHour, HARMONIC);
    expectNear(presence.spaceMeanSpeedKmPerHour, HARMONIC);
    expectNear(presence.vehiclesPerKm, 3600 / HEADWAY_S / HARMONIC);
    expect(flow.speedSamples).toBe(flow.volume);
  });

  it('q = k·v', () => {
    const { records } = traffic(framesPerSecond);
    const q = flowOf(records, 'out')[1]!.flowRatePerHour!;
    const { vehiclesPerKm: k, spaceMeanSpeedKmPerHour: v } = presenceOf(records)[1]!;
    expect(Math.abs(k! * v! - q) / q).toBeLessThan(tolerance);
  });
});

describe('what speeds are not told', () => {
  const told = (records: readonly Observation[]) =>
    records.filter(
      (record) => record.spaceMeanSpeedKmPerHour !== undefined || record.speedSamples !== undefined,
    );

  it('below 2 frames/s, where fast vehicles are gone too soon; the sizes of zones hold', () => {
    const { records, crossings } = countRoad(
      roadScene(steadyTraffic(120, HEADWAY_S), 120, { framesPerSecond: 1 }),
    );
    expect(told(records)).toEqual([]);
    expect(crossings.length).toBeGreaterThan(10);
    expect(presenceOf(records)[0]?.vehiclesPerKm).toBeGreaterThan(10);
  });
  it('without calibration, where nothing else changes either', () => {
    const { calibration: _none, ...plain } = ROAD_SITE;
    const { records } = countRoad(roadScene(steadyTraffic(60, HEADWAY_S), 60, { framesPerSecond: 5 }), plain);
    expect(told(records)).toEqual([]);
    expect(presenceOf(records)[0]).not.toHaveProperty('vehiclesPerKm');
    expect(presenceOf(records)[0]).not.toHaveProperty('peoplePerM2');
  });
  it('where vehicles are not counted', () => {
    const scene = roadScene(steadyTraffic(60, HEADWAY_S), 60, { framesPerSecond: 5 });
    const { records } = countRoad(scene, { ...ROAD_SITE, groups: ['people'] });
    expect(told(records)).toEqual([]);
    expect(presenceOf(records)[0]).toHaveProperty('peoplePerM2', 0);
  });
  it('of a window without coverage', () => {
    const counting = createCounting(countingOptions(5, ROAD_SITE));
    const toUs = SCENE_START_US + 240e6;
    const records = counting.push({ kind: 'gap', fromUs: SCENE_START_US, toUs, reason: 'source-down' });
    expect(records).toHaveLength(3);
    expect(told(records)).toEqual([]);
  });
});

describe('standing and parting', () => {
  it('a standing queue has a speed of (nearly) 0 in the zone, jitter and all', () => {
    const { records } = countRoad(roadScene(parked([30, 50]), 240, { framesPerSecond: 5 }));
    const [presence] = presenceOf(records);
    expect(presence?.speedSamples).toBeGreaterThan(470);
    expect(presence?.spaceMeanSpeedKmPerHour).toBeLessThan(0.5);
    expect(presence?.vehiclesPerKm).toBeCloseTo(2000 / 30, 1);
    expect(flowOf(records, 'out')[0]).toMatchObject({ volume: 0, speedSamples: 0 });
  });
  it('records pass the portal’s door unchanged', () => {
    const { records } = traffic(5);
    for (const record of records) expect(observationSchema.parse(record)).toEqual(record);
  });
  it('any chunking gives the same bytes, and so does a second run', () => {
    const scene = roadScene(steadyTraffic(60, HEADWAY_S), 60, { framesPerSecond: 5 });
    const once = JSON.stringify(countRoad(scene).records);
    const chunked = createCounting(countingOptions(5, ROAD_SITE));
    const events = JSON.parse(JSON.stringify(eventsOf(scene))) as ReturnType<typeof eventsOf>;
    const records = [
      ...events.flatMap((event) => chunked.push(event)),
      ...chunked.finish({ reason: 'outside-recording' }),
    ];
    expect(JSON.stringify(records)).toBe(once);
    expect(JSON.stringify(countRoad(scene).records)).toBe(once);
  });
  it('a worker that takes over goes on with the speeds of the open window', () => {
    const events = eventsOf(roadScene(steadyTraffic(120, HEADWAY_S), 120, { framesPerSecond: 5 }));
    const options = countingOptions(5, ROAD_SITE);
    const first = createCounting(options);
    events.slice(0, 300).forEach(first.push);
    const checkpoint: unknown = JSON.parse(JSON.stringify(first.checkpoint()));
    const second = createCounting({ ...options, from: { checkpoint } });
    events.slice(300).forEach(second.push);
    const [flow] = flowOf(second.finish({ reason: 'paused' }), 'out');
    // The two or three on the road at the change may be missed, none is counted twice.
    expect(flow?.speedSamples).toBeGreaterThan(24);
    expect(flow?.speedSamples).toBe(flow?.volume);
  });
  it('a camera that was moved forgets the ways of before', () => {
    const counting = createCounting(countingOptions(5, ROAD_SITE));
    const events = eventsOf(roadScene(parked([30]), 3, { framesPerSecond: 5 }));
    events.slice(0, 10).forEach(counting.push);
    const movedUs = events[10]!.kind === 'frame' ? events[10]!.capturedAtUs : 0;
    counting.push({ kind: 'gap', fromUs: movedUs - 100_000, toUs: movedUs, reason: 'camera-moved' });
    events.slice(10, 12).forEach(counting.push);
    const [presence] = counting.finish({ reason: 'paused' });
    // 2 s with 1.6 s of speed before the move, and none in the two frames after it.
    expect(presence?.speedSamples).toBeLessThan(2);
  });
  it('refuses a calibration that the site file would have refused', () => {
    const bad = { ...ROAD_SITE, calibration: { kind: 'points', points: [] } } as const;
    expect(() => createCounting(countingOptions(5, bad))).toThrow(/calibration: found 0 points/);
  });
});
