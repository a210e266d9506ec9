import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clampToPicture,
  crossesSegment,
  extentAcross,
  groundPoint,
  holdsPath,
  intersectionArea,
  intersectionOverUnion,
  isInsidePolygon,
  polygonArea,
  polygonFault,
  scaledDistanceToOutline,
  segmentsTouch,
  signedSide,
} from '../../../pipelines/domain/geometry.ts';
import type { Box, Point } from '../../../pipelines/domain/types.ts';

const box = (left: number, top: number, right: number, bottom: number): Box => ({ left, top, right, bottom });
const at = (x: number, y: number): Point => ({ x, y });
/** Multiples of 1/64 are exact in binary, so degenerate cases really are degenerate. */
const exact = fc.integer({ min: 0, max: 64 }).map((value) => value / 64);
const anyPoint = fc.record({ x: exact, y: exact });
const anyBox = fc
  .tuple(exact, exact, fc.integer({ min: 1, max: 32 }), fc.integer({ min: 1, max: 32 }))
  .map(([left, top, width, height]) => box(left, top, left + width / 64, top + height / 64));
const TOP_TO_BOTTOM = { from: at(0.5, 0.2), to: at(0.5, 0.87) };
const SQUARE = [at(0.25, 0.25), at(0.75, 0.25), at(0.75, 0.75), at(0.25, 0.75)];

describe('boxes', () => {
  it('stand in the middle of their bottom edge', () => {
    expect(groundPoint(box(0.2, 0.1, 0.4, 0.9))).toEqual({ x: 0.30000000000000004, y: 0.9 });
  });

  it.each([
    ['the same', box(0, 0, 0.5, 0.5), box(0, 0, 0.5, 0.5), 0.25, 1],
    ['half of it', box(0, 0, 1, 1), box(0, 0, 0.5, 1), 0.5, 0.5],
    ['a corner', box(0, 0, 0.5, 0.5), box(0.25, 0.25, 0.75, 0.75), 0.0625, 1 / 7],
    ['touching along an edge', box(0, 0, 0.5, 1), box(0.5, 0, 1, 1), 0, 0],
    ['apart in both axes', box(0, 0, 0.2, 0.2), box(0.5, 0.5, 1, 1), 0, 0],
    ['one without area', box(0.5, 0, 0.5, 1), box(0, 0, 1, 1), 0, 0],
    ['both without area', box(0.5, 0.5, 0.5, 0.5), box(0.5, 0.5, 0.5, 0.5), 0, 0],
  ])('overlap: %s', (_, a, b, common, ratio) => {
    expect(intersectionArea(a, b)).toBeCloseTo(common, 12);
    expect(intersectionOverUnion(a, b)).toBeCloseTo(ratio, 12);
  });

  it('overlap the same both ways, between 0 and 1, and wholly only with themselves', () => {
    fc.assert(
      fc.property(anyBox, anyBox, (a, b) => {
        const overlap = intersectionOverUnion(a, b);
        expect(overlap).toBe(intersectionOverUnion(b, a));
        expect(overlap).toBeGreaterThanOrEqual(0);
        expect(overlap).toBeLessThanOrEqual(1);
        expect(overlap === 1).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  it('are clamped to the picture', () => {
    expect(clampToPicture(at(-0.1, 1.2))).toEqual(at(0, 1));
    expect(clampToPicture(at(0.3, 0.4))).toEqual(at(0.3, 0.4));
  });
});

describe('sides of a line', () => {
  it('drawn top to bottom has the picture’s right on its left hand (negative)', () => {
    expect(signedSide(TOP_TO_BOTTOM, at(0.9, 0.5))).toBeLessThan(0);
    expect(signedSide(TOP_TO_BOTTOM, at(0.1, 0.5))).toBeGreaterThan(0);
    expect(signedSide(TOP_TO_BOTTOM, at(0.5, 0.99))).toBe(0);
  });

  it('measures a size across: its width for an upright line, its height for a level one', () => {
    const car = at(0.2, 0.1);
    expect(extentAcross({ from: at(0, 0), to: at(0, 1) }, car)).toBeCloseTo(0.2, 12);
    expect(extentAcross({ from: at(0, 0), to: at(1, 0) }, car)).toBeCloseTo(0.1, 12);
  });

  it('distance in box sizes does not depend on the picture’s aspect', () => {
    fc.assert(
      fc.property(
        anyPoint,
        anyPoint,
        anyPoint,
        fc.integer({ min: 1, max: 8 }),
        (from, to, point, stretch) => {
          fc.pre(from.x !== to.x || from.y !== to.y);
          const wide = (some: Point) => at(some.x * stretch, some.y);
          const size = at(0.2, 0.1);
          const ratio = signedSide({ from, to }, point) / extentAcross({ from, to }, size);
          const line = { from: wide(from), to: wide(to) };
          expect(signedSide(line, wide(point)) / extentAcross(line, wide(size))).toBeCloseTo(ratio, 9);
        },
      ),
    );
  });
});

describe('crossing a segment', () => {
  it.each([
    ['straight through', at(0.4, 0.5), at(0.6, 0.5), true],
    ['short of it', at(0.3, 0.5), at(0.49, 0.5), false],
    ['beyond its end, over the infinite line', at(0.4, 0.9), at(0.6, 0.9), false],
    ['through its very end', at(0.4, 0.2), at(0.6, 0.2), true],
    ['from the right-hand side onto it', at(0.4, 0.5), at(0.5, 0.5), false],
    ['from the left-hand side onto it', at(0.6, 0.5), at(0.5, 0.5), true],
    ['along it', at(0.5, 0.3), at(0.5, 0.6), false],
    ['no step at all', at(0.5, 0.3), at(0.5, 0.3), false],
  ])('%s', (_, start, end, expected) => {
    expect(crossesSegment(TOP_TO_BOTTOM, start, end)).toBe(expected);
  });

  it('is the same there and back', () => {
    fc.assert(
      fc.property(anyPoint, anyPoint, anyPoint, anyPoint, (from, to, start, end) => {
        expect(crossesSegment({ from, to }, start, end)).toBe(crossesSegment({ from, to }, end, start));
      }),
    );
  });

  it('happens an odd number of times on any path between the sides of a line as long as the picture', () => {
    const line = { from: at(0.5, -10), to: at(0.5, 10) };
    fc.assert(
      fc.property(fc.array(anyPoint, { minLength: 2 }), (path) => {
        const steps = path.slice(1).filter((end, index) => crossesSegment(line, path[index]!, end)).length;
        const hasChanged = signedSide(line, path[0]!) < 0 !== signedSide(line, path.at(-1)!) < 0;
        expect(steps % 2 === 1).toBe(hasChanged);
      }),
    );
  });

  it('implies touching', () => {
    fc.assert(
      fc.property(anyPoint, anyPoint, anyPoint, anyPoint, (from, to, start, end) => {
        fc.pre(crossesSegment({ from, to }, start, end));
        expect(segmentsTouch({ from, to }, { from: start, to: end })).toBe(true);
      }),
    );
  });
});

describe('polygons', () => {
  it.each([
    ['in the middle', at(0.5, 0.5), true],
    ['on an edge', at(0.25, 0.5), true],
    ['on a corner', at(0.75, 0.75), true],
    ['level with a corner, outside', at(0.1, 0.25), false],
    ['on the extension of an edge', at(0.9, 0.25), false],
    ['outside', at(0.9, 0.9), false],
  ])('hold a point %s: %o', (_, point, expected) => {
    expect(isInsidePolygon(SQUARE, point)).toBe(expected);
    expect(isInsidePolygon([...SQUARE].reverse(), point)).toBe(expected);
  });

  it('leave out the bay of a U', () => {
    const u = [
      at(0, 0),
      at(0.25, 0),
      at(0.25, 0.75),
      at(0.75, 0.75),
      at(0.75, 0),
      at(1, 0),
      at(1, 1),
      at(0, 1),
    ];
    expect(isInsidePolygon(u, at(0.5, 0.5))).toBe(false);
    expect(isInsidePolygon(u, at(0.1, 0.5))).toBe(true);
    expect(polygonFault(u)).toBeUndefined();
    expect(polygonArea(u)).toBeCloseTo(0.625, 12);
  });

  it('hold in a triangle what is on the inner side of all three edges', () => {
    fc.assert(
      fc.property(anyPoint, anyPoint, anyPoint, anyPoint, (a, b, c, point) => {
        fc.pre(polygonFault([a, b, c]) === undefined);
        const sides = [
          signedSide({ from: a, to: b }, point),
          signedSide({ from: b, to: c }, point),
          signedSide({ from: c, to: a }, point),
        ];
        const isInner = sides.every((side) => side >= 0) || sides.every((side) => side <= 0);
        expect(isInsidePolygon([a, b, c], point)).toBe(isInner);
      }),
    );
  });

  it.each([
    ['itself', [...SQUARE, SQUARE[0]!], true],
    ['a line between two corners', [at(0.25, 0.25), at(0.75, 0.75)], true],
    ['a line that ends outside', [at(0.5, 0.5), at(0.9, 0.5)], false],
    ['a ring around it', [at(0, 0), at(1, 0), at(1, 1), at(0, 1), at(0, 0)], false],
    ['nothing', [], false],
  ])('hold a path: %s', (_, path, expected) => {
    expect(holdsPath(SQUARE, path)).toBe(expected);
  });

  it.each([
    ['across the bay of a U', 0.5],
    ['along the mouth of the bay', 0],
  ])('do not hold a path %s', (_, y) => {
    const u = [
      [0, 0],
      [0.25, 0],
      [0.25, 0.75],
      [0.75, 0.75],
      [0.75, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ] as const;
    const polygon = u.map(([px, py]) => at(px, py));
    expect(holdsPath(polygon, [at(0.1, y), at(0.9, y)])).toBe(false);
  });

  it.each([
    ['two points', [at(0, 0), at(1, 1)], 'too-few-points'],
    ['a bow tie', [at(0, 0), at(1, 1), at(1, 0), at(0, 1)], 'self-intersection'],
    ['all on one line', [at(0, 0), at(0.5, 0.5), at(1, 1)], 'self-intersection'],
    ['a spike that runs back', [at(0, 0), at(1, 0), at(1, 1), at(1, 0), at(0, 1)], 'self-intersection'],
    ['a repeated corner', [at(0, 0), at(0, 0), at(1, 0), at(1, 1)], 'self-intersection'],
    ['a corner on another edge', [at(0, 0), at(1, 0), at(1, 1), at(0.5, 0), at(0, 1)], 'self-intersection'],
    ['a speck', [at(0, 0), at(1e-6, 0), at(0, 1e-6)], 'no-area'],
    ['not a number', [at(0, 0), at(Number.NaN, 0), at(0, 1)], 'not-finite'],
    ['a square', SQUARE, undefined],
    ['a point in the middle of an edge', [at(0, 0), at(0.5, 0), at(1, 0), at(0.5, 1)], undefined],
  ])('%s: %s', (_, polygon, fault) => {
    expect(polygonFault(polygon)).toBe(fault);
  });

  it('tell the distance to their outline in box sizes', () => {
    expect(scaledDistanceToOutline(SQUARE, at(0.5, 0.3), { x: 0.1, y: 0.01 })).toBeCloseTo(2.5, 12);
    expect(scaledDistanceToOutline(SQUARE, at(0.8, 0.5), { x: 0.1, y: 0.1 })).toBeCloseTo(0.5, 12);
    expect(scaledDistanceToOutline(SQUARE, at(0.25, 0.25), { x: 0.1, y: 0.1 })).toBe(0);
  });
});
