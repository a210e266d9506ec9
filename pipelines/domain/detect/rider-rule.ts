/** A person who rides a two-wheeler is traffic, not a pedestrian. */

import { boxArea, intersectionArea } from '../geometry.ts';
import type { Box, Detection } from '../types.ts';

/** How a person's box lies to a two-wheeler's whose rider it is. */
export interface RiderRule {
  /** Share of the person's width that must lie over the two-wheeler: a rider sits on it, never mostly beside it. */
  readonly minWidthShare: number;
  /** Share of the person's lower half that must lie in the two-wheeler's box: legs and seat. */
  readonly minLowerHalfShare: number;
  /** How far a rider's feet may reach below the wheels, as a share of the two-wheeler's height: box jitter only. */
  readonly maxFeetBelowWheels: number;
  /** How far a rider's head must reach above the two-wheeler's top, as a share of the person's height. */
  readonly minHeadAbove: number;
}

/** The numbers of `dropRiders`, whose reasons are there. */
export const DEFAULT_RIDER_RULE: RiderRule = {
  minWidthShare: 0.6,
  minLowerHalfShare: 0.5,
  maxFeetBelowWheels: 0.1,
  minHeadAbove: 0.15,
};

/**
 * Detections without the people who ride one of the detected motorcycles or bicycles. A two-wheeler may carry any
 * number of riders (pillion riding is common), and order is kept.
 *
 * A person rides a two-wheeler when all of this holds:
 * 1. the two-wheeler's score is at least `minVehicleScore`, so that it is counted in its own right: a doubtful bicycle
 *    must not erase a sure pedestrian, and dropping the person can never drop the last trace of a road user;
 * 2. at least 60 % of the person's width lies over the two-wheeler (someone beside it stands clear of it);
 * 3. at least half of the person's lower half lies in the two-wheeler's box (legs astride; a two-wheeler far behind a
 *    near pedestrian is too small for that);
 * 4. the feet reach at most 10 % of the two-wheeler's height below its wheels (who stands nearer to the camera has
 *    the feet lower in the picture);
 * 5. the head is above the two-wheeler's top by at least 15 % of the person's height (a distant pedestrian seen
 *    through the frame of a near motorcycle is inside its box).
 * Someone standing right behind a parked two-wheeler, hidden by it from the hips down, gives the same boxes as a rider
 * and is dropped: one picture cannot tell them apart.
 *
 * @param minVehicleScore the card's `thresholds.score`.
 */
export function dropRiders(
  detections: readonly Detection[],
  minVehicleScore: number,
  rule: RiderRule = DEFAULT_RIDER_RULE,
): Detection[] {
  const twoWheelers = detections.filter((one) => isTwoWheeler(one) && one.score >= minVehicleScore);
  return detections.filter(
    (one) =>
      one.roadUserClass !== 'person' || !twoWheelers.some((vehicle) => rides(one.box, vehicle.box, rule)),
  );
}

function isTwoWheeler(detection: Detection): boolean {
  return detection.roadUserClass === 'motorcycle' || detection.roadUserClass === 'bicycle';
}

function rides(person: Box, vehicle: Box, rule: RiderRule): boolean {
  const height = person.bottom - person.top;
  if (person.bottom > vehicle.bottom + rule.maxFeetBelowWheels * (vehicle.bottom - vehicle.top)) return false;
  if (vehicle.top - person.top < rule.minHeadAbove * height) return false;
  const shared = Math.min(person.right, vehicle.right) - Math.max(person.left, vehicle.left);
  if (shared < rule.minWidthShare * (person.right - person.left)) return false;
  const lowerHalf = { ...person, top: person.top + height / 2 };
  return intersectionArea(lowerHalf, vehicle) >= rule.minLowerHalfShare * boxArea(lowerHalf);
}
