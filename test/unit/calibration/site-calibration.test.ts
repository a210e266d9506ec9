import { describe, expect, it } from 'vitest';
import { ROAD_CALIBRATION } from '../../../fixtures/scenes/calibrated-road.ts';
import type { Calibration } from '../../../pipelines/domain/site.ts';
import { countingSite, parseSite, siteVersion } from '../../../pipelines/site-file.ts';

const LINE = { id: 'l', from: { x: 0.5, y: 0 }, to: { x: 0.5, y: 1 } };
const LENGTH = { kind: 'length', from: { x: 0.2, y: 0.6 }, to: { x: 0.6, y: 0.6 }, lengthM: 20 } as const;
const POINTS = ROAD_CALIBRATION.kind === 'points' ? ROAD_CALIBRATION.points : [];

function camera(part: object) {
  const text = JSON.stringify({ cameras: [{ id: 'cam', lines: [LINE], ...part }] });
  const [first] = parseSite(text, 'site.json').cameras;
  if (first === undefined) throw new Error('no camera');
  return first;
}

const withPoints = (points: unknown) => ({ calibration: { kind: 'points', points } });

describe('calibration in the site file', () => {
  it.each<[string, Calibration]>([
    ['points', ROAD_CALIBRATION],
    ['a known length', LENGTH],
  ])('is taken as %s and handed to counting', (_name, calibration) => {
    expect(countingSite(camera({ calibration }), 60).calibration).toEqual(calibration);
  });

  it.each<[string, object, string]>([
    [
      'another kind',
      { calibration: { kind: 'matrix' } },
      'cameras[0].calibration.kind: found "matrix"; allowed is an object whose kind is "points" or "length"',
    ],
    [
      'three points',
      withPoints(POINTS.slice(1)),
      'cameras[0].calibration.points: found a list of 3; allowed is a list of 4 to 16 points',
    ],
    [
      'a place outside the picture',
      withPoints([...POINTS, { picture: { x: 2, y: 0 }, groundM: { x: 0, y: 0 } }]),
      'cameras[0].calibration.points[4].picture.x: found 2; allowed is a number from 0 to 1',
    ],
    [
      'no unit',
      withPoints([...POINTS, { picture: { x: 0, y: 0 }, ground: { x: 0, y: 0 } }]),
      'found unknown key "ground"; allowed are picture, groundM (did you mean "groundM"?)',
    ],
    [
      'all in a row',
      withPoints(POINTS.map((point, i) => ({ ...point, picture: { x: i / 4, y: i / 4 } }))),
      'cameras[0].calibration: found an object; on the picture three of the points lie (nearly) on one line',
    ],
    [
      'a length of nothing',
      { calibration: { ...LENGTH, lengthM: 0 } },
      'cameras[0].calibration.lengthM: found 0; allowed is a number from 1 to 500 m',
    ],
  ])('is refused with %s', (_name, part, message) => {
    expect(() => camera(part)).toThrow(message);
  });

  it('changes the version of the camera, whatever changes in it', () => {
    const versions = [
      {},
      { calibration: ROAD_CALIBRATION },
      withPoints(POINTS.map((point, i) => (i === 0 ? { ...point, groundM: { x: -6.01, y: 15 } } : point))),
      { calibration: LENGTH },
      { calibration: { ...LENGTH, lengthM: 20.1 } },
    ].map((part) => siteVersion(camera(part), 60));
    expect(new Set(versions).size).toBe(versions.length);
    // Pinned in site-file.test.ts too: cameras without calibration keep their version.
    expect(versions[0]).toBe('499c25ee4db61b62');
  });
});
