import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seenAt } from '../../../fixtures/scenes/calibrated-road.ts';
import {
  fitHomography,
  inverse,
  type PointPair,
  project,
} from '../../../pipelines/domain/calibration/homography.ts';
import type { Point } from '../../../pipelines/domain/types.ts';

const SQUARE: readonly Point[] = [
  { x: -6, y: 15 },
  { x: 6, y: 15 },
  { x: 6, y: 65 },
  { x: -6, y: 65 },
];
const MORE = [...SQUARE, { x: 0, y: 30 }, { x: 3, y: 50 }, { x: -5, y: 22 }];

function pairsOf(ground: readonly Point[], moved: (point: Point) => Point = (point) => point): PointPair[] {
  return ground.map((point) => ({ from: seenAt(point), to: moved(point) }));
}

function fitted(pairs: readonly PointPair[]) {
  const map = fitHomography(pairs);
  if (map === undefined) throw new Error('no map');
  return map;
}

function expectNear(found: Point | undefined, expected: Point, tolerance: number): void {
  expect(found?.x).toBeGreaterThan(expected.x - tolerance);
  expect(found?.x).toBeLessThan(expected.x + tolerance);
  expect(found?.y).toBeGreaterThan(expected.y - tolerance);
  expect(found?.y).toBeLessThan(expected.y + tolerance);
}

/** Places on the road that the camera sees. */
const places = fc.record({
  x: fc.double({ min: -6, max: 6, noNaN: true }),
  y: fc.double({ min: 10, max: 70, noNaN: true }),
});

describe('fit', () => {
  it.each([
    ['four points', SQUARE],
    ['seven points', MORE],
  ])('recovers the camera from %s, to a micrometre', (_name, ground) => {
    const map = fitted(pairsOf(ground));
    fc.assert(fc.property(places, (place) => expectNear(project(map, seenAt(place)), place, 1e-6)));
  });

  it('does not hang on the order of the points', () => {
    const map = fitted(pairsOf(MORE));
    fc.assert(
      fc.property(fc.shuffledSubarray(MORE, { minLength: MORE.length }), places, (shuffled, place) => {
        expectNear(project(fitted(pairsOf(shuffled)), seenAt(place)), project(map, seenAt(place))!, 1e-6);
      }),
    );
  });

  it('follows the ground grid wherever it lies and however it is turned, UTM included', () => {
    const angle = fc.double({ min: 0, max: 6.3, noNaN: true });
    const shift = fc.double({ min: -1e7, max: 1e7, noNaN: true });
    fc.assert(
      fc.property(angle, shift, fc.boolean(), places, (turn, by, isMirrored, place) => {
        const moved = ({ x, y }: Point): Point => ({
          x: by + x * Math.cos(turn) - y * Math.sin(turn),
          y: (isMirrored ? -1 : 1) * (x * Math.sin(turn) + y * Math.cos(turn)) - by / 3,
        });
        const map = fitted(pairsOf(SQUARE, moved));
        expectNear(project(map, seenAt(place)), moved(place), 1e-5);
      }),
    );
  });

  it('with more than four points is nearer to them on the whole than with any other weighting of their errors', () => {
    const wrong: Point[] = MORE.map((point, i) => ({ x: point.x + (i === 4 ? 0.5 : 0), y: point.y }));
    const pairs = MORE.map((point, i) => ({ from: seenAt(point), to: wrong[i]! }));
    const squares = (map: readonly number[]) =>
      pairs.reduce((sum, pair) => {
        const place = project(map, pair.from)!;
        return sum + (place.x - pair.to.x) ** 2 + (place.y - pair.to.y) ** 2;
      }, 0);
    const map = fitted(pairs);
    expect(Math.sqrt(squares(map) / pairs.length)).toBeLessThan(0.19);
    // Any small change of an entry makes it worse: a minimum, but for the reweighting's own small bias.
    for (let entry = 0; entry < 9; entry++) {
      for (const factor of [1.02, 0.98]) {
        const changed = map.map((value, i) => (i === entry ? value * factor : value));
        expect(squares(changed)).toBeGreaterThan(squares(map) * 0.999);
      }
    }
  });

  it.each<[string, PointPair[]]>([
    ['all in one place', Array.from({ length: 4 }, () => ({ from: { x: 0.5, y: 0.5 }, to: { x: 1, y: 1 } }))],
    ['all on one line', [0, 1, 2, 3].map((i) => ({ from: { x: i / 4, y: i / 4 }, to: { x: i, y: i } }))],
    [
      'two points swapped',
      pairsOf(SQUARE).map((pair, i, all) => ({ from: pair.from, to: all[[0, 1, 3, 2][i]!]!.to })),
    ],
  ])('refuses %s', (_name, pairs) => {
    expect(fitHomography(pairs)).toBeUndefined();
  });
});

describe('project and inverse', () => {
  it('undo each other', () => {
    const map = fitted(pairsOf(SQUARE));
    const back = inverse(map)!;
    fc.assert(
      fc.property(places, (place) => {
        expectNear(project(back, place), seenAt(place), 1e-9);
        expectNear(project(map, project(back, place)!), place, 1e-6);
      }),
    );
  });
  it('have no place for the sky', () => {
    // The camera's horizon is at -0.06, so the picture's own top is still ground, 200 m away.
    const map = fitted(pairsOf(SQUARE));
    expect(project(map, { x: 0.5, y: -0.1 })).toBeUndefined();
    expect(project(map, { x: 0.5, y: 0 })?.y).toBeGreaterThan(150);
  });
  it('there is none for a map that squeezes the plane', () => {
    expect(inverse([1, 2, 0, 2, 4, 0, 0, 0, 1])).toBeUndefined();
  });
});
