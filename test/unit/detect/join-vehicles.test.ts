import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  joinVehicles,
  leastScoreOf,
  worthHandingOn,
} from '../../../pipelines/domain/detect/join-vehicles.ts';
import type { Detection } from '../../../pipelines/domain/types.ts';

const seen = (roadUserClass: Detection['roadUserClass'], score: number, left = 0.1): Detection => ({
  roadUserClass,
  score,
  box: { left, top: 0.1, right: left + 0.2, bottom: 0.3 },
});

describe('joinVehicles', () => {
  it('makes one vehicle of three doubts', () => {
    const [van, ...others] = joinVehicles([seen('bus', 0.2), seen('truck', 0.3, 0.12), seen('car', 0.1)]);
    expect(van).toMatchObject({ roadUserClass: 'truck', box: { left: 0.12 } });
    // 1 − 0.8 · 0.7 · 0.9
    expect(van!.score).toBeCloseTo(0.496, 12);
    expect(others).toEqual([]);
  });

  it.each([
    ['people and two-wheelers', [seen('person', 0.5), seen('motorcycle', 0.4), seen('car', 0.3)]],
    ['two boxes of one class', [seen('car', 0.3), seen('car', 0.2)]],
    // They share 0.14 of 0.26: an overlap of 0.54.
    ['neighbours', [seen('car', 0.3), seen('truck', 0.2, 0.16)]],
  ])('leaves %s alone', (_, detections) => {
    expect(joinVehicles(detections)).toBe(detections);
  });

  it('keeps who is no part of a pair, however weak', () => {
    const rest = [seen('person', 0.5), seen('car', 0.05, 0.7)];
    expect(joinVehicles([...rest, seen('car', 0.3), seen('bus', 0.2)])).toEqual([
      ...rest,
      expect.objectContaining({ roadUserClass: 'car', score: expect.closeTo(0.44, 12) as number }),
    ]);
  });
});

describe('worthHandingOn', () => {
  const LOW = 0.2;

  it('keeps weak boxes only where together they say something', () => {
    const pair = [seen('car', 0.12), seen('truck', 0.11)];
    expect(worthHandingOn([...pair, seen('bus', 0.19, 0.6)], LOW)).toEqual(pair);
    expect(worthHandingOn([seen('car', 0.1), seen('truck', 0.1)], LOW)).toEqual([]);
    expect(worthHandingOn([seen('person', 0.19), seen('person', 0.2, 0.5)], LOW)).toEqual([
      seen('person', 0.2, 0.5),
    ]);
  });

  it('loses nothing that joining all boxes would have found', () => {
    const detection = fc.record({
      roadUserClass: fc.constantFrom('car', 'bus', 'truck', 'person', 'motorcycle'),
      score: fc.double({ min: leastScoreOf(LOW), max: 1, noNaN: true }),
      left: fc.double({ min: 0, max: 0.2, noNaN: true }),
    } as const);
    fc.assert(
      fc.property(fc.array(detection, { maxLength: 12 }), (drafts) => {
        const all = drafts.map(({ roadUserClass, score, left }) => seen(roadUserClass, score, left));
        const sort = (list: readonly Detection[]) =>
          list.filter(({ score }) => score >= LOW).sort((a, b) => b.score - a.score);
        expect(sort(joinVehicles(worthHandingOn(all, LOW)))).toEqual(sort(joinVehicles(all)));
      }),
      { seed: 1 },
    );
  });
});
