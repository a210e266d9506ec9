/** Cutting a recording into parts whose edges are window edges. */
import type { Window } from './types.ts';

/**
 * Parts of `[startUs, endUs)`, each at most `segmentWindows` windows long. Every inner edge is a multiple of the
 * window length since 1970, so that no window is split between two parts.
 */
export function cutSegments(options: {
  startUs: number;
  endUs: number;
  windowSeconds: number;
  segmentWindows: number;
}): Window[] {
  const { startUs, endUs } = options;
  const stepUs = options.windowSeconds * options.segmentWindows * 1_000_000;
  const windowUs = options.windowSeconds * 1_000_000;
  const segments: Window[] = [];
  for (let from = startUs; from < endUs; ) {
    const firstWindowUs = Math.floor(from / windowUs) * windowUs;
    const to = Math.min(firstWindowUs + stepUs, endUs);
    segments.push({ startUs: from, endUs: to });
    from = to;
  }
  return segments;
}
