import { describe, expect, it } from 'vitest';
import type { RoadUserClass } from '../../../pipelines/domain/classes.ts';
import { dropRiders } from '../../../pipelines/domain/detect/rider-rule.ts';
import type { Detection } from '../../../pipelines/domain/types.ts';

type Sides = [left: number, top: number, right: number, bottom: number];

function seen(roadUserClass: RoadUserClass, [left, top, right, bottom]: Sides, score = 0.8): Detection {
  return { roadUserClass, score, box: { left, top, right, bottom } };
}

/** A motorcycle from the side, 0.2 wide and 0.15 high, wheels at 0.6. */
const sideOn = seen('motorcycle', [0.4, 0.45, 0.6, 0.6]);
/** The same from the front. */
const headOn = seen('motorcycle', [0.45, 0.45, 0.53, 0.6]);

function isDropped(person: Detection, ...others: Detection[]): boolean {
  return !dropRiders([person, ...others], 0.4).includes(person);
}

describe('dropRiders', () => {
  it.each([
    ['from the side, feet on the rests', [0.45, 0.3, 0.55, 0.57], sideOn],
    ['from the side, foot on the ground', [0.45, 0.3, 0.55, 0.61], sideOn],
    ['leaning forward over the handlebar', [0.42, 0.36, 0.56, 0.56], sideOn],
    ['pillion at the back', [0.5, 0.31, 0.6, 0.55], sideOn],
    ['pillion sticking out behind', [0.54, 0.31, 0.63, 0.55], sideOn],
    ['from the front, shoulders wider than the handlebar', [0.44, 0.3, 0.54, 0.58], headOn],
    ['from the front, cut at the knees by the fairing', [0.45, 0.3, 0.53, 0.55], headOn],
    ['on a bicycle', [0.46, 0.28, 0.54, 0.58], seen('bicycle', [0.4, 0.45, 0.6, 0.6])],
  ] as [string, Sides, Detection][])('drops a rider %s', (_name, person, vehicle) => {
    expect(isDropped(seen('person', person), vehicle)).toBe(true);
  });

  it.each([
    ['beside it, apart', [0.62, 0.3, 0.7, 0.6], sideOn],
    ['beside it, overlapping by a hand', [0.57, 0.3, 0.66, 0.6], sideOn],
    ['in front of it, feet nearer to the camera', [0.45, 0.35, 0.55, 0.66], sideOn],
    ['far in front of it: the motorcycle is small', [0.38, 0.1, 0.62, 0.62], sideOn],
    ['far behind it: seen through its frame', [0.48, 0.46, 0.51, 0.54], sideOn],
    ['far behind it, above its wheels', [0.48, 0.38, 0.5, 0.45], sideOn],
    ['beside one seen from the front', [0.52, 0.3, 0.6, 0.6], headOn],
    ['over a car', [0.45, 0.3, 0.55, 0.57], seen('car', [0.4, 0.45, 0.6, 0.6])],
    ['over a doubtful motorcycle', [0.45, 0.3, 0.55, 0.57], { ...sideOn, score: 0.39 }],
  ] as [string, Sides, Detection][])('keeps a pedestrian %s', (_name, person, vehicle) => {
    expect(isDropped(seen('person', person), vehicle)).toBe(false);
  });

  it('drops every rider of one motorcycle and keeps the order of the rest', () => {
    const driver = seen('person', [0.42, 0.31, 0.52, 0.57]);
    const pillion = seen('person', [0.5, 0.31, 0.6, 0.55]);
    const walker = seen('person', [0.1, 0.3, 0.15, 0.6]);
    expect(dropRiders([driver, walker, sideOn, pillion], 0.4)).toEqual([walker, sideOn]);
  });

  it('drops a rider whose motorcycle has exactly the least score', () => {
    expect(isDropped(seen('person', [0.45, 0.3, 0.55, 0.57]), { ...sideOn, score: 0.4 })).toBe(true);
  });

  it('never drops a vehicle', () => {
    const inner = seen('bicycle', [0.45, 0.3, 0.55, 0.57]);
    expect(dropRiders([inner, sideOn], 0.4)).toEqual([inner, sideOn]);
  });
});
