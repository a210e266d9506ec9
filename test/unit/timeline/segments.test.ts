import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutSegments } from '../../../pipelines/domain/segments.ts';

const S = 1_000_000;

describe('cutSegments', () => {
  it.each([
    [
      'starts on an edge',
      { startUs: 0, endUs: 130 * S, windowSeconds: 60, segmentWindows: 1 },
      [0, 60, 120, 130],
    ],
    [
      'starts inside a window',
      { startUs: 20 * S, endUs: 130 * S, windowSeconds: 60, segmentWindows: 1 },
      [20, 60, 120, 130],
    ],
    [
      'two windows a segment',
      { startUs: 20 * S, endUs: 250 * S, windowSeconds: 60, segmentWindows: 2 },
      [20, 120, 240, 250],
    ],
    [
      'shorter than a window',
      { startUs: 20 * S, endUs: 30 * S, windowSeconds: 60, segmentWindows: 5 },
      [20, 30],
    ],
  ])('%s', (_name, options, edges) => {
    const segments = cutSegments(options);
    expect([segments[0]?.startUs, ...segments.map((segment) => segment.endUs)]).toEqual(
      edges.map((edge) => edge * S),
    );
  });

  it('covers the recording once, and every inner edge is a window edge', () => {
    const recording = fc.record({
      startUs: fc.integer({ min: 0, max: 10 ** 10 }),
      lengthUs: fc.integer({ min: 1, max: 10 ** 9 }),
      windowSeconds: fc.constantFrom(1, 10, 60),
      segmentWindows: fc.integer({ min: 1, max: 7 }),
    });
    fc.assert(
      fc.property(recording, ({ startUs, lengthUs, windowSeconds, segmentWindows }) => {
        const endUs = startUs + lengthUs;
        const segments = cutSegments({ startUs, endUs, windowSeconds, segmentWindows });
        expect(segments[0]?.startUs).toBe(startUs);
        expect(segments.at(-1)?.endUs).toBe(endUs);
        for (const [index, segment] of segments.slice(1).entries()) {
          expect(segment.startUs).toBe(segments[index]?.endUs);
          expect(segment.startUs % (windowSeconds * S)).toBe(0);
        }
      }),
    );
  });
});
