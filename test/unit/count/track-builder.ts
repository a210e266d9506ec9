import type { Box, Track } from '../../../pipelines/domain/types.ts';

/** A box of a tenth of the picture's width and a fifth of its height that stands at (`x`, `y`). */
function standingAt(x: number, y: number): Box {
  return { left: x - 0.05, top: y - 0.2, right: x + 0.05, bottom: y };
}

/** A confirmed, observed car, unless told otherwise. */
export function trackAt(x: number, y: number, more: Partial<Track> = {}): Track {
  return {
    id: 1,
    roadUserClass: 'car',
    state: 'confirmed',
    box: standingAt(x, y),
    score: 0.8,
    isObserved: true,
    ...more,
  };
}
