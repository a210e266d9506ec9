import { describe, expect, it } from 'vitest';
import { ROAD_CALIBRATION, seenAt } from '../../../fixtures/scenes/calibrated-road.ts';
import { calibrationFault, createGroundMap } from '../../../pipelines/domain/calibration/ground-map.ts';
import type { Calibration, CalibrationPoint } from '../../../pipelines/domain/site.ts';
import type { Point } from '../../../pipelines/domain/types.ts';

const at = (x: number, y: number): CalibrationPoint => ({ picture: seenAt({ x, y }), groundM: { x, y } });
const CORNERS = [at(-6, 15), at(6, 15), at(6, 65), at(-6, 65)];
const points = (...list: CalibrationPoint[]): Calibration => ({ kind: 'points', points: list });
/** Told wrongly by so many metres. */
const off = (point: CalibrationPoint, dx: number, dy: number): CalibrationPoint => ({
  picture: point.picture,
  groundM: { x: point.groundM.x + dx, y: point.groundM.y + dy },
});
const scaled = (factor: number) =>
  points(
    ...CORNERS.map(({ picture, groundM: { x, y } }) => ({
      picture,
      groundM: { x: x * factor, y: y * factor },
    })),
  );

describe('what is refused, and in which words', () => {
  it.each<[string, Calibration, RegExp]>([
    ['three points', points(...CORNERS.slice(1)), /found 3 points; allowed are 4 or more/],
    [
      'a row on the ground',
      points(at(0, 15), at(0, 30), at(0, 50), at(4, 50)),
      /on the (picture|ground) three of the points lie \(nearly\) on one line or in one place/,
    ],
    ['one point twice', points(CORNERS[0]!, CORNERS[0]!, CORNERS[1]!, CORNERS[2]!), /in one place/],
    [
      'a picture of no size',
      points(
        ...CORNERS.map((point, i) => ({ ...point, picture: { x: 0.5 + i / 1000, y: 0.5 + i ** 2 / 1000 } })),
      ),
      /on the picture three of the points lie/,
    ],
    [
      'degrees',
      scaled(1e-5),
      /the ground points are 0.000514 m apart; allowed are 2 to 2000 m .* not in degrees/,
    ],
    ['millimetres', scaled(1000), /the ground points are 51400 m apart/],
    [
      'two points swapped',
      points(
        CORNERS[0]!,
        CORNERS[1]!,
        { ...CORNERS[2]!, groundM: { x: -6, y: 65 } },
        { ...CORNERS[3]!, groundM: { x: 6, y: 65 } },
      ),
      /no camera can see these ground places .* two points may be swapped/,
    ],
    [
      'a wrong one of six',
      points(...CORNERS, at(0, 30), off(at(3, 45), 8, 0)),
      /the points disagree by \d\.\d\d m \(points\[5\] by \d\.\d\d m\); allowed are at most 1\.54 m, root mean square/,
    ],
    ['no number', points(...CORNERS.slice(1), off(CORNERS[0]!, Number.NaN, 0)), /finite/],
    [
      'a length of a hair',
      { kind: 'length', from: { x: 0.5, y: 0.5 }, to: { x: 0.52, y: 0.5 }, lengthM: 5 },
      /from and to are 0.0200 apart in the picture; allowed is a distance of 0.05 or more/,
    ],
    [
      'a length of nothing',
      { kind: 'length', from: { x: 0.2, y: 0.5 }, to: { x: 0.8, y: 0.5 }, lengthM: 0 },
      /allowed is a lengthM above 0/,
    ],
  ])('%s', (_name, calibration, message) => {
    expect(calibrationFault(calibration)).toMatch(message);
    expect(() => createGroundMap(calibration)).toThrow(message);
  });
});

describe('what is taken', () => {
  it('four points, with no residual', () => {
    expect(calibrationFault(ROAD_CALIBRATION)).toBeUndefined();
    expect(createGroundMap(ROAD_CALIBRATION).residualM.max).toBeLessThan(1e-6);
  });
  it('six points that disagree a little, and says by how much', () => {
    const { residualM } = createGroundMap(points(...CORNERS, at(0, 30), off(at(3, 45), 0.4, 0)));
    expect(residualM.rms).toBeGreaterThan(0.05);
    expect(residualM.rms).toBeLessThan(0.17);
    expect(residualM.max).toBeGreaterThan(residualM.rms);
  });
  it('a row of three, where others span an area', () => {
    expect(calibrationFault(points(...CORNERS, at(0, 15), at(6, 40)))).toBeUndefined();
  });
});

describe('valid area', () => {
  const map = createGroundMap(ROAD_CALIBRATION);
  const groundOf = (place: Point) => map.toGroundM(seenAt(place));

  it.each<[string, Point, boolean]>([
    ['the middle', { x: 0, y: 40 }, true],
    ['a corner', { x: -6, y: 15 }, true],
    ['a little beside', { x: 6.2, y: 40 }, true],
    ['a little beyond the far side: a twentieth of the depth', { x: 0, y: 67 }, true],
    ['too far beside', { x: 7.5, y: 40 }, false],
    ['too far away, though only a hair higher in the picture', { x: 0, y: 69 }, false],
    ['too near', { x: 0, y: 12.4 }, false],
  ])('%s', (_name, place, isInside) => {
    const found = groundOf(place);
    expect(found !== undefined).toBe(isInside);
    if (found !== undefined)
      expect([found.x, found.y]).toEqual([expect.closeTo(place.x, 6), expect.closeTo(place.y, 6)]);
  });
  it('never reaches the sky', () => {
    expect(map.toGroundM({ x: 0.5, y: -0.5 })).toBeUndefined();
  });

  describe('of a known length', () => {
    const length = createGroundMap({
      kind: 'length',
      from: { x: 0.2, y: 0.6 },
      to: { x: 0.6, y: 0.6 },
      lengthM: 20,
    });
    it.each<[string, Point, number | undefined]>([
      ['its beginning', { x: 0.2, y: 0.6 }, 0],
      ['its end', { x: 0.6, y: 0.6 }, 20],
      ['beside its middle', { x: 0.4, y: 0.65 }, 10],
      ['too far beside', { x: 0.4, y: 0.67 }, undefined],
      ['a little beyond', { x: 0.615, y: 0.6 }, 20.75],
      ['too far beyond', { x: 0.63, y: 0.6 }, undefined],
    ])('%s', (_name, place, alongM) => {
      const found = length.toGroundM(place)?.x;
      if (alongM === undefined) expect(found).toBeUndefined();
      else expect(found).toBeCloseTo(alongM, 9);
    });
  });
});
