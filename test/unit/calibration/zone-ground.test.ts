import { describe, expect, it } from 'vitest';
import {
  ROAD_CALIBRATION,
  ROAD_ZONE,
  ROAD_ZONE_SIZE,
  seenAt,
  seenRectangle,
} from '../../../fixtures/scenes/calibrated-road.ts';
import { createGroundMap } from '../../../pipelines/domain/calibration/ground-map.ts';
import { withCalibratedGround, zoneGroundSize } from '../../../pipelines/domain/calibration/zone-ground.ts';
import type { CountingSite, Zone } from '../../../pipelines/domain/site.ts';
import { ROAD_SITE } from './road-counting.ts';

const MAP = createGroundMap(ROAD_CALIBRATION);
const zone = (polygon: Zone['polygon'], rest: Partial<Zone> = {}): Zone => ({ id: 'z', polygon, ...rest });

describe('size of a zone on the ground', () => {
  it('is what a tape gives', () => {
    expect(zoneGroundSize(ROAD_ZONE, MAP)).toEqual(ROAD_ZONE_SIZE);
  });
  it('its length does not grow with slanted ends', () => {
    // 6 m of road, both ends slanted by 4 m: the way through is 20 m wherever one drives.
    const slanted = [
      { x: 0, y: 25 },
      { x: 6, y: 29 },
      { x: 6, y: 49 },
      { x: 0, y: 45 },
    ].map((corner) => seenAt(corner));
    expect(zoneGroundSize(zone(slanted), MAP)).toEqual({ groundAreaM2: 120, groundLengthM: 20 });
  });
  it('needs the road axis where it is about as wide as long', () => {
    const square = zone(seenRectangle(-5, 30, 5, 42));
    expect(zoneGroundSize(square, MAP)).toEqual({ groundAreaM2: 120 });
    const away = { from: seenAt({ x: 0, y: 30 }), to: seenAt({ x: 0, y: 42 }) };
    expect(zoneGroundSize({ ...square, roadAxis: away }, MAP)).toEqual({
      groundAreaM2: 120,
      groundLengthM: 12,
    });
    const across = { from: seenAt({ x: 5, y: 30 }), to: seenAt({ x: -5, y: 30 }) };
    expect(zoneGroundSize({ ...square, roadAxis: across }, MAP)).toEqual({
      groundAreaM2: 120,
      groundLengthM: 10,
    });
  });
  it.each([
    ['reaches out of the valid area', seenRectangle(0, 30, 9, 60)],
    ['is smaller than a square metre', seenRectangle(0, 30, 0.5, 31)],
  ])('is absent where it %s', (_name, polygon) => {
    expect(zoneGroundSize(zone(polygon), MAP)).toEqual({});
  });
  it('by a known length is a length only', () => {
    const from = { x: 0.2, y: 0.6 };
    const map = createGroundMap({ kind: 'length', from, to: { x: 0.6, y: 0.6 }, lengthM: 20 });
    const beside = [
      { x: 0.3, y: 0.56 },
      { x: 0.5, y: 0.56 },
      { x: 0.5, y: 0.64 },
      { x: 0.3, y: 0.64 },
    ];
    expect(zoneGroundSize(zone(beside), map)).toEqual({ groundLengthM: 10 });
  });
});

describe('the site that is counted', () => {
  const declared: CountingSite = {
    ...ROAD_SITE,
    zones: [
      ROAD_ZONE,
      { ...ROAD_ZONE, id: 'declared', groundLengthM: 31 },
      zone(seenRectangle(0, 30, 9, 60)),
    ],
  };
  it('declared sizes win, the others are filled in', () => {
    const sizes = withCalibratedGround(declared).zones.map((one) => [one.groundAreaM2, one.groundLengthM]);
    expect(sizes).toEqual([
      [180, 30],
      [180, 31],
      [undefined, undefined],
    ]);
  });
  it('is the same object without calibration', () => {
    const { calibration: _none, ...plain } = declared;
    expect(withCalibratedGround(plain)).toBe(plain);
  });
});
