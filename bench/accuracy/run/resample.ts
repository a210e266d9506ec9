import { isSampled } from '../../../pipelines/adapters/decode/sampling.ts';
import type { TimelineEvent } from '../../../pipelines/domain/types.ts';

/** A lower rate, from a later first picture if asked for. */
export interface Resampling {
  readonly framesPerSecond: number;
  /** Seconds by which the grid of ticks is shifted: another, equally good choice of pictures. 0 is what decode does. */
  readonly phaseSeconds?: number;
}

/**
 * The pictures that decoding at a lower rate would have selected, by decode's own rule (`sampling.ts`): stateless, so a
 * time line detected at the full rate is thinned without detecting again. With a phase, time begins that much later.
 */
export function resample(
  events: readonly TimelineEvent[],
  { framesPerSecond, phaseSeconds = 0 }: Resampling,
): TimelineEvent[] {
  const firstUs = events.find((event) => event.kind === 'frame')?.capturedAtUs ?? 0;
  const originUs = firstUs + Math.round(phaseSeconds * 1e6);
  let previousUs: number | undefined;
  return events.filter((event) => {
    if (event.kind === 'gap') return true;
    if (event.capturedAtUs < originUs) return false;
    const isDue = isSampled(previousUs, event.capturedAtUs, { framesPerSecond, originUs });
    previousUs = event.capturedAtUs;
    return isDue;
  });
}
