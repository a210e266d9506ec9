import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROAD_CALIBRATION, seenAt } from '../../../fixtures/scenes/calibrated-road.ts';
import { createGroundMap, type GroundMap } from '../../../pipelines/domain/calibration/ground-map.ts';
import { createSpeedometer } from '../../../pipelines/domain/calibration/ground-speed.ts';
import type { Point, Track } from '../../../pipelines/domain/types.ts';

const PLANE = createGroundMap(ROAD_CALIBRATION);
const LENGTH = createGroundMap({
  kind: 'length',
  from: { x: 0.2, y: 0.6 },
  to: { x: 0.8, y: 0.6 },
  lengthM: 30,
});

function trackAt(place: Point, rest: Partial<Track> = {}): Track {
  const box = { left: place.x - 0.01, right: place.x + 0.01, top: place.y - 0.02, bottom: place.y };
  return { id: 7, roadUserClass: 'car', state: 'confirmed', box, score: 0.8, isObserved: true, ...rest };
}

/** A frame each `1 / rate` s; `null` is one in which the track isn't reported. */
function drive(map: GroundMap, rate: number, sights: readonly (Track | null)[]) {
  const speedometer = createSpeedometer(map);
  const speeds = sights.map((track, i) => {
    speedometer.update(track === null ? [] : [track], Math.round((i * 1e6) / rate));
    return speedometer.speedOf(7);
  });
  return { speeds, last: speeds.at(-1), speedometer };
}

/** Straight on at `kmPerHour` from 20 m on, `seconds` long. */
function straight(kmPerHour: number, rate: number, seconds: number): Track[] {
  return Array.from({ length: Math.round(seconds * rate) + 1 }, (_, i) =>
    trackAt(seenAt({ x: 1, y: 20 + ((kmPerHour / 3.6) * i) / rate })),
  );
}

describe('speed of a track', () => {
  it.each([3, 10, 25])('is the truth at %i frames/s, whatever it is and wherever it leads', (rate) => {
    // Slow enough to stay on the road for a second in any direction.
    const speed = fc.double({ min: 0, max: 35, noNaN: true });
    const heading = fc.double({ min: 0, max: 6.3, noNaN: true });
    fc.assert(
      fc.property(speed, heading, (kmPerHour, angle) => {
        const step = kmPerHour / 3.6 / rate;
        const sights = Array.from({ length: rate + 1 }, (_, i) => {
          const way = step * (i - rate / 2);
          return trackAt(seenAt({ x: way * Math.cos(angle), y: 40 + way * Math.sin(angle) }));
        });
        expect(drive(PLANE, rate, sights).last).toBeCloseTo(kmPerHour, 4);
      }),
      { numRuns: 30 },
    );
  });

  it('is not moved by one wild box', () => {
    const sights = straight(40, 10, 1);
    sights[8] = trackAt(seenAt({ x: 4, y: 50 }));
    expect(drive(PLANE, 10, sights).last).toBeCloseTo(40, 5);
  });

  it('follows a change within a second', () => {
    const fast = straight(50, 10, 1.5);
    const stop = Array.from({ length: 11 }, () => fast.at(-1)!);
    const { speeds } = drive(PLANE, 10, [...fast, ...stop]);
    expect(speeds[15]).toBeCloseTo(50, 5);
    expect(speeds.at(-1)).toBe(0);
  });

  it('bridges frames in which the vehicle was hidden, and ends with the last sight inside', () => {
    const sights = straight(40, 10, 2.5).map((track, i) =>
      i >= 8 && i < 20 ? { ...track, isObserved: false } : track,
    );
    expect(drive(PLANE, 10, sights).last).toBeCloseTo(40, 5);
    const unseen = straight(40, 10, 3).map((track, i) => (i > 8 ? { ...track, isObserved: false } : track));
    const { speeds } = drive(PLANE, 10, unseen);
    expect(speeds[20]).toBeCloseTo(40, 5);
    expect(speeds[24]).toBeUndefined();
  });

  it('is remembered for the frame in which a track has ended, and no longer', () => {
    const { speeds, speedometer } = drive(PLANE, 10, [...straight(40, 10, 1), null, null]);
    expect(speeds.at(-2)).toBeCloseTo(40, 5);
    expect(speeds.at(-1)).toBeUndefined();
    expect(speedometer.openTracks()).toBe(0);
  });

  it.each<[string, readonly Track[], number]>([
    ['two sights', straight(40, 5, 0.2), 5],
    ['sights of less than 0.4 s', straight(40, 25, 0.32), 25],
    ['sights too far apart', straight(10, 0.5, 4), 0.5],
    ['more than 150 km/h, a mistaken identity', straight(160, 10, 0.8), 10],
    ['a person', straight(5, 10, 1).map((track) => ({ ...track, roadUserClass: 'person' as const })), 10],
    [
      'places outside the valid area',
      Array.from({ length: 11 }, (_, i) => trackAt(seenAt({ x: 9, y: 20 + i }))),
      10,
    ],
  ])('is absent for %s', (_name, sights, rate) => {
    expect(drive(PLANE, rate, sights).last).toBeUndefined();
  });

  it('takes no box that the picture cuts: its bottom is not where the vehicle stands', () => {
    const map: GroundMap = { kind: 'points', residualM: { rms: 0, max: 0 }, toGroundM: (place) => place };
    const cut = Array.from({ length: 11 }, () => trackAt({ x: 0.5, y: 0.998 }));
    expect(drive(map, 10, cut).last).toBeUndefined();
    expect(
      drive(
        map,
        10,
        cut.map(() => trackAt({ x: 0.5, y: 0.9 })),
      ).last,
    ).toBe(0);
  });

  it('is forgotten with the tracks when the camera was moved', () => {
    const { speedometer } = drive(PLANE, 10, straight(40, 10, 1));
    speedometer.reset();
    expect(speedometer.openTracks()).toBe(0);
    expect(speedometer.speedOf(7)).toBeUndefined();
  });
});

describe('by a known length', () => {
  const along = (kmPerHour: number, across = 0) =>
    Array.from({ length: 11 }, (_, i) => {
      const share = ((kmPerHour / 3.6) * i) / 10 / 30;
      return trackAt({ x: 0.35 + share * 0.6, y: 0.58 + across * share * 0.6 });
    });
  it('is told along it', () => {
    expect(drive(LENGTH, 10, along(36)).last).toBeCloseTo(36, 6);
    expect(drive(LENGTH, 10, along(0)).last).toBe(0);
  });
  it('is absent for who goes across, of whom the length says nothing', () => {
    expect(drive(LENGTH, 10, along(36, 0.3)).last).toBeCloseTo(36, 6);
    expect(drive(LENGTH, 10, along(12, 0.9)).last).toBeUndefined();
  });
});
