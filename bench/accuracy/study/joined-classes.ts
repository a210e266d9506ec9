import { classGroup } from '../../../pipelines/domain/classes.ts';
import { intersectionOverUnion } from '../../../pipelines/domain/geometry.ts';
import type { Detection, TimelineEvent } from '../../../pipelines/domain/types.ts';

/** Boxes of several vehicle classes that overlap this much are one vehicle the detector can't name. */
const SAME_VEHICLE_IOU = 0.6;

/**
 * A van is a car, a truck and a bus to a detector that learnt from COCO: three weak boxes at one place, each below the
 * threshold. Here such boxes become one with the class of the best and the score 1 − Π(1 − score): how likely it is any
 * vehicle, as far as the classes' scores are independent.
 */
export function withJoinedClasses(events: readonly TimelineEvent[]): TimelineEvent[] {
  return events.map((event) =>
    event.kind === 'gap' ? event : { ...event, detections: joinVehicles(event.detections) },
  );
}

function joinVehicles(detections: readonly Detection[]): Detection[] {
  const kept: { readonly best: Detection; doubt: number; readonly classes: Set<string> }[] = [];
  for (const detection of [...detections].sort((a, b) => b.score - a.score)) {
    const same = kept.find(
      ({ best, classes }) =>
        isVehicle(best) &&
        isVehicle(detection) &&
        !classes.has(detection.roadUserClass) &&
        intersectionOverUnion(best.box, detection.box) > SAME_VEHICLE_IOU,
    );
    if (same === undefined) {
      const classes = new Set<string>([detection.roadUserClass]);
      kept.push({ best: detection, doubt: 1 - detection.score, classes });
    } else {
      same.doubt *= 1 - detection.score;
      same.classes.add(detection.roadUserClass);
    }
  }
  return kept.map(({ best, doubt, classes }) => (classes.size > 1 ? { ...best, score: 1 - doubt } : best));
}

/** Two-wheelers carry people and are never mistaken for cars. */
function isVehicle({ roadUserClass }: Detection): boolean {
  return (
    classGroup(roadUserClass) === 'vehicles' && roadUserClass !== 'bicycle' && roadUserClass !== 'motorcycle'
  );
}
