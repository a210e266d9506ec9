/** Counts frozen detections by the pipeline's own counting and keeps what is to be compared with the truth. */
import type { CountedFrameView, Counting } from '../../../pipelines/domain/counting.ts';
import type { Observation, TimelineEvent } from '../../../pipelines/domain/types.ts';
import type { CrossingEvent } from '../metrics/crossings.ts';

/** What the instrument said. */
export interface Counted {
  /** One per analysed frame, in time order. */
  readonly views: readonly CountedFrameView[];
  readonly crossings: readonly CrossingEvent[];
  readonly observations: readonly Observation[];
}

/** How a time line is counted; `countFrozen` hands `onFrame` to the counting it makes. */
export interface CountFrozen {
  readonly events: readonly TimelineEvent[];
  readonly startUs: number;
  readonly createCounting: (onFrame: (view: CountedFrameView) => void) => Counting;
  readonly finish: (counting: Counting) => readonly Observation[];
}

/** Pushes every event and finishes. */
export function countFrozen({ events, startUs, createCounting, finish }: CountFrozen): Counted {
  const views: CountedFrameView[] = [];
  const counting = createCounting((view) => views.push(view));
  const pushed = events.flatMap((event) => counting.push(event));
  const observations = [...pushed, ...finish(counting)];
  const last = views.pop();
  // What the end settles became certain with the last frame.
  if (last !== undefined) views.push({ ...last, crossings: [...last.crossings, ...counting.settled()] });
  return { views, crossings: crossingsOf(views, startUs), observations };
}

/** Crossings of all frames with their media time. */
export function crossingsOf(views: readonly CountedFrameView[], startUs: number): CrossingEvent[] {
  return views.flatMap(({ crossings }) =>
    crossings.map(({ lineId, direction, roadUserClass, capturedAtUs }) => ({
      lineId,
      direction,
      roadUserClass,
      atSeconds: (capturedAtUs - startUs) / 1e6,
    })),
  );
}
