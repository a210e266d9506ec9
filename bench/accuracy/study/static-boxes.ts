import { intersectionOverUnion } from '../../../pipelines/domain/geometry.ts';
import type { Box, TimelineEvent } from '../../../pipelines/domain/types.ts';

/** Boxes that overlap this much stand at the same place. */
const SAME_PLACE_IOU = 0.7;
/** A box that overlaps a place of scenery this much is that scenery. */
const SCENERY_IOU = 0.5;
/** Who stands still for this share of a recording is taken for scenery. */
const STILL_SHARE = 0.6;
/** Weaker boxes neither begin nor continue anything. */
const LEAST_SCORE = 0.2;

/**
 * Leaves out boxes at places where something is reported in most pictures of the recording: what an operator's mask of
 * areas to ignore, or a memory of static objects, would take away. Looks at the whole recording at once, so it bounds what
 * such a memory can gain; it also takes away people who really stand still all the time.
 */
export function withoutStaticBoxes(events: readonly TimelineEvent[]): TimelineEvent[] {
  const scenery = staticPlaces(events);
  const isScenery = (box: Box) => scenery.some((place) => intersectionOverUnion(place, box) > SCENERY_IOU);
  return events.map((event) =>
    event.kind === 'gap'
      ? event
      : { ...event, detections: event.detections.filter(({ box }) => !isScenery(box)) },
  );
}

function staticPlaces(events: readonly TimelineEvent[]): Box[] {
  const places: { readonly box: Box; frames: number; lastUs: number }[] = [];
  const frames = events.filter((event) => event.kind === 'frame');
  for (const { capturedAtUs, detections } of frames) {
    for (const { box, score } of detections) {
      if (score < LEAST_SCORE) continue;
      const place = places.find((one) => intersectionOverUnion(one.box, box) > SAME_PLACE_IOU);
      if (place === undefined) places.push({ box, frames: 1, lastUs: capturedAtUs });
      else if (place.lastUs !== capturedAtUs) {
        place.frames += 1;
        place.lastUs = capturedAtUs;
      }
    }
  }
  return places.filter((place) => place.frames > STILL_SHARE * frames.length).map(({ box }) => box);
}
