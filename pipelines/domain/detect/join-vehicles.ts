/** A vehicle the detector can't name is still one vehicle. */
import { intersectionOverUnion } from '../geometry.ts';
import type { Detection } from '../types.ts';

/** When boxes of different vehicle classes are one vehicle. */
export interface JoinRule {
  /** From this overlap on (IoU). */
  readonly overlap: number;
  /** Boxes below this score are never asked. */
  readonly leastScore: number;
}

/**
 * - `overlap` 0.6: a detector gives the classes of one object nearly one box, while a vehicle behind another shares less
 *   than half with it. From 0.5 to 0.8 the counts of the junction clip are the same with either model.
 * - `leastScore` 0.1: weaker boxes say nothing about a class, every picture is full of them. Without the boxes between it
 *   and the cards' `lowScore` of 0.2, one more lorry of the junction clip, its score split over three classes, is missed.
 */
export const DEFAULT_JOIN_RULE: JoinRule = { overlap: 0.6, leastScore: 0.1 };

interface Vehicle {
  readonly best: Detection;
  /** All boxes of it, the best first, each of another class. */
  readonly boxes: Detection[];
}

/**
 * Detections in which every four-wheeled vehicle has one box. A van is a car, a truck and a bus to a detector that
 * learnt from COCO: three boxes at one place, each perhaps below the threshold. They become one with the class of the
 * best and the score 1 − Π(1 − score), which is how likely it is any vehicle, as far as the scores of the classes are
 * independent. Two boxes of one class are never joined: suppression has judged them already. Two-wheelers and people
 * pass through: they are never mistaken for cars, and overlap them as other road users. The vehicles come last, by
 * falling score of their best box; without a pair, what came in is returned as it is.
 */
export function joinVehicles(
  detections: readonly Detection[],
  rule: JoinRule = DEFAULT_JOIN_RULE,
): readonly Detection[] {
  const vehicles = vehiclesOf(detections, rule);
  if (vehicles.every(({ boxes }) => boxes.length === 1)) return detections;
  const joined = vehicles.map((vehicle) =>
    vehicle.boxes.length > 1 ? { ...vehicle.best, score: jointScore(vehicle) } : vehicle.best,
  );
  const placed = new Set(vehicles.flatMap(({ boxes }) => boxes));
  return [...detections.filter((one) => !placed.has(one)), ...joined];
}

/** The least score a detector has to look at so that `worthHandingOn` sees every doubt that matters. */
export function leastScoreOf(lowScore: number): number {
  return Math.min(lowScore, DEFAULT_JOIN_RULE.leastScore);
}

/**
 * What of a frame can matter for counting: boxes from `lowScore` on, and weaker ones that `joinVehicles` will make one
 * vehicle of at least `lowScore`. Order is kept, and joining afterwards gives what joining before would have given.
 */
export function worthHandingOn(
  detections: readonly Detection[],
  lowScore: number,
  rule: JoinRule = DEFAULT_JOIN_RULE,
): Detection[] {
  const doubts = new Set(
    vehiclesOf(detections, rule)
      .filter((vehicle) => vehicle.boxes.length > 1 && jointScore(vehicle) >= lowScore)
      .flatMap(({ boxes }) => boxes),
  );
  return detections.filter((one) => one.score >= lowScore || doubts.has(one));
}

/** Best first; greedy, so every box joins the best vehicle it fits. */
function vehiclesOf(detections: readonly Detection[], { overlap, leastScore }: JoinRule): Vehicle[] {
  const vehicles: Vehicle[] = [];
  const candidates = detections.filter((one) => isFourWheeled(one) && one.score >= leastScore);
  for (const detection of candidates.sort((a, b) => b.score - a.score)) {
    const same = vehicles.find((vehicle) => isSameVehicle(vehicle, detection, overlap));
    if (same === undefined) vehicles.push({ best: detection, boxes: [detection] });
    else same.boxes.push(detection);
  }
  return vehicles;
}

function jointScore({ boxes }: Vehicle): number {
  return 1 - boxes.reduce((doubt, { score }) => doubt * (1 - score), 1);
}

function isSameVehicle({ best, boxes }: Vehicle, detection: Detection, overlap: number): boolean {
  return (
    boxes.every(({ roadUserClass }) => roadUserClass !== detection.roadUserClass) &&
    intersectionOverUnion(best.box, detection.box) > overlap
  );
}

function isFourWheeled({ roadUserClass }: Detection): boolean {
  return roadUserClass === 'car' || roadUserClass === 'bus' || roadUserClass === 'truck';
}
