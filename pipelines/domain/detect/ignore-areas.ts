/** Places of a picture in which the detector is not believed. */
import { clampToPicture, groundPoint, holdsPath, isInsidePolygon } from '../geometry.ts';
import type { IgnoreArea } from '../site.ts';
import type { Detection, Point } from '../types.ts';

/**
 * Detections whose ground point (bottom centre of the box, clamped to the picture as zones do it) is in no area that
 * ignores their class. The anchor is the same for every class, and the same that lines and zones test, so that what an
 * operator sees ignored and what is not counted are one thing. Order is kept; without areas the list itself is returned.
 *
 * To be asked before vehicle classes are joined and riders dropped: an ignored box must not lend its score or its name to
 * another one, nor erase a pedestrian.
 */
export function dropIgnored(
  detections: readonly Detection[],
  areas: readonly IgnoreArea[],
): readonly Detection[] {
  if (areas.length === 0) return detections;
  return detections.filter((detection) => !areas.some((area) => ignores(area, detection)));
}

function ignores({ polygon, classes }: IgnoreArea, { roadUserClass, box }: Detection): boolean {
  if (classes !== undefined && !classes.includes(roadUserClass)) return false;
  return isInsidePolygon(polygon, clampToPicture(groundPoint(box)));
}

/**
 * The area that makes a line (its two ends) or zone (its corners) count nothing for ever, which is not the same as missing:
 * one without `classes` that holds all of it. Undefined where something is left to count.
 */
export function areaThatIgnoresAll<Area extends Pick<IgnoreArea, 'polygon' | 'classes'>>(
  place: readonly Point[],
  areas: readonly Area[],
): Area | undefined {
  const outline = place.length > 2 ? [...place, ...place.slice(0, 1)] : place;
  return areas.find(({ polygon, classes }) => classes === undefined && holdsPath(polygon, outline));
}
