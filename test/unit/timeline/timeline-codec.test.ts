import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROAD_USER_CLASSES } from '../../../pipelines/domain/classes.ts';
import {
  createTimelineWriter,
  decodeTimeline,
  encodeTimeline,
  quantiseDetection,
} from '../../../pipelines/domain/timeline-codec.ts';
import { GAP_REASONS, type TimelineEvent } from '../../../pipelines/domain/types.ts';

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const detection = fc.record({
  roadUserClass: fc.constantFrom(...ROAD_USER_CLASSES),
  score: unit,
  box: fc.record({ left: unit, top: unit, right: unit, bottom: unit }),
});
const instant = fc.integer({ min: 0, max: 4_000_000_000_000_000 });
const event: fc.Arbitrary<TimelineEvent> = fc.oneof(
  fc.record({
    kind: fc.constant('frame' as const),
    capturedAtUs: instant,
    detections: fc.array(detection, { maxLength: 20 }),
  }),
  fc.record({
    kind: fc.constant('gap' as const),
    fromUs: instant,
    toUs: instant,
    reason: fc.constantFrom(...GAP_REASONS),
  }),
);

describe('timeline codec', () => {
  it('gives back exactly the quantised events', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const expected = events.map((item) =>
          item.kind === 'gap' ? item : { ...item, detections: item.detections.map(quantiseDetection) },
        );
        expect([...decodeTimeline(encodeTimeline(events))]).toEqual(expected);
      }),
    );
  });

  it('writes a long time line event by event as in one go', () => {
    const box = { left: 0.1, top: 0.2, right: 0.3, bottom: 0.4 };
    const events = Array.from({ length: 20_000 }, (_, n): TimelineEvent => {
      const detections = Array.from({ length: n % 7 }, () => ({
        roadUserClass: 'car' as const,
        score: 0.5,
        box,
      }));
      return { kind: 'frame', capturedAtUs: n * 100_000, detections };
    });
    const writer = createTimelineWriter();
    for (const item of events) writer.push(item);
    expect(Buffer.from(writer.bytes()).equals(encodeTimeline(events))).toBe(true);
  });

  it('rounds once: rounding again changes nothing', () => {
    fc.assert(
      fc.property(detection, (item) => {
        const once = quantiseDetection(item);
        expect(quantiseDetection(once)).toEqual(once);
      }),
    );
  });

  it('refuses bytes that are cut short or of another version', () => {
    const bytes = encodeTimeline([{ kind: 'gap', fromUs: 1, toUs: 2, reason: 'backlog' }]);
    expect(() => [...decodeTimeline(bytes.subarray(0, bytes.length - 1))]).toThrow(RangeError);
    expect(() => [...decodeTimeline(Uint8Array.of(9))]).toThrow(/version 9/);
  });
});
