/** Area and length of zones on the ground, by calibration. */
import { polygonArea } from '../geometry.ts';
import type { CountingSite, Zone } from '../site.ts';
import type { Point } from '../types.ts';
import { convexHull, extentAcrossDirection } from './convex-hull.ts';
import { createGroundMap, type GroundMap } from './ground-map.ts';

/** From this ratio of sides on a zone's long side is taken for the road's direction; a rounder one needs `roadAxis`. */
const CLEARLY_LONGER = 1.5;

/** m² and m; what the site file allows to declare begins here. */
const SMALLEST = 1;

/** What a calibration says of a zone's ground; each is absent where it says nothing. */
export interface ZoneGroundSize {
  readonly groundAreaM2?: number;
  readonly groundLengthM?: number;
}

/**
 * Area by the shoelace formula; length = area / width, the width being the extent across the road's direction. That is
 * the mean length of the ways through the zone parallel to the road, so slanted ends neither add nor take away. Both
 * are rounded to thousandths: what is divided by them must not hang on the last bit of a fit. Below 1, the least that
 * a site file may declare, they are absent.
 */
export function zoneGroundSize(zone: Zone, map: GroundMap): ZoneGroundSize {
  const ground = toGroundPolygon(zone.polygon, map);
  if (ground === undefined) return {};
  const area = polygonArea(ground);
  if (map.kind === 'points' && area < SMALLEST) return {};
  const direction = roadDirection(zone, ground, map);
  const lengthM = direction === undefined ? 0 : area / extentAcrossDirection(ground, direction);
  const length = lengthM < SMALLEST ? {} : { groundLengthM: toThousandths(lengthM) };
  return map.kind === 'length' ? length : { groundAreaM2: toThousandths(area), ...length };
}

/**
 * The site with the area and length of each zone filled in that does not declare them: what is declared wins. Without
 * calibration it is the site itself. Throws `RangeError` for a calibration that `calibrationFault` refuses.
 */
export function withCalibratedGround(site: CountingSite): CountingSite {
  if (site.calibration === undefined) return site;
  const map = createGroundMap(site.calibration);
  return { ...site, zones: site.zones.map((zone) => ({ ...zoneGroundSize(zone, map), ...zone })) };
}

/** The corners on the ground if all are in the valid area, which is convex: then so is all that is between them. */
function toGroundPolygon(polygon: readonly Point[], map: GroundMap): readonly Point[] | undefined {
  const ground = polygon.flatMap((corner) => map.toGroundM(corner) ?? []);
  return ground.length === polygon.length && ground.length >= 3 ? ground : undefined;
}

function roadDirection(zone: Zone, ground: readonly Point[], map: GroundMap): Point | undefined {
  if (map.kind === 'length') return { x: 1, y: 0 };
  if (zone.roadAxis === undefined) return longSide(ground);
  const from = map.toGroundM(zone.roadAxis.from);
  const to = map.toGroundM(zone.roadAxis.to);
  if (from === undefined || to === undefined) return undefined;
  const direction = { x: to.x - from.x, y: to.y - from.y };
  return direction.x === 0 && direction.y === 0 ? undefined : direction;
}

/** Direction of the long side of the narrowest rectangle around a polygon; undefined where it isn't clearly longer. */
function longSide(polygon: readonly Point[]): Point | undefined {
  const hull = convexHull(polygon);
  let narrowest = { width: Number.POSITIVE_INFINITY, length: 0, direction: { x: 1, y: 0 } };
  for (const [i, corner] of hull.entries()) {
    const next = hull[(i + 1) % hull.length]!;
    const direction = { x: next.x - corner.x, y: next.y - corner.y };
    const width = extentAcrossDirection(hull, direction);
    const length = extentAcrossDirection(hull, { x: -direction.y, y: direction.x });
    if (width < narrowest.width) narrowest = { width, length, direction };
  }
  return narrowest.length >= CLEARLY_LONGER * narrowest.width ? narrowest.direction : undefined;
}

function toThousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
