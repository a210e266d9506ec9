import { describe, expect, it } from 'vitest';
import { createCounting } from '../../../pipelines/domain/counting.ts';
import type { Detection, GapReason, Observation, TimelineEvent } from '../../../pipelines/domain/types.ts';
import { rectangle } from '../geometry/rectangle.ts';
import { LINEAGE, SITE } from './builders.ts';

const FRAME_US = 100_000;
/** Top to bottom through the middle; the zone is the whole picture. */
const WATCHED = {
  ...SITE,
  lines: [{ id: 'line', from: { x: 0.5, y: 0 }, to: { x: 0.5, y: 1 } }],
  zones: [
    {
      id: 'zone',
      polygon: rectangle(0, 0, 1, 1),
    },
  ],
};

function personAt(x: number): Detection {
  return {
    roadUserClass: 'person',
    score: 0.8,
    box: { left: x - 0.02, top: 0.4, right: x + 0.02, bottom: 0.6 },
  };
}

/** Frames at 10 frames/s from `fromS` on, people at these places in each. */
function frames(fromS: number, places: readonly (readonly number[])[]): TimelineEvent[] {
  return places.map((xs, i) => ({
    kind: 'frame',
    capturedAtUs: fromS * 1e6 + i * FRAME_US,
    detections: xs.map(personAt),
  }));
}

const gap = (fromS: number, toS: number, reason: GapReason): TimelineEvent => ({
  kind: 'gap',
  fromUs: fromS * 1e6,
  toUs: toS * 1e6,
  reason,
});
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

/** Present people per frame, the crossings told, and the records of the minute. */
function count(events: readonly TimelineEvent[]) {
  const present: number[] = [];
  const crossings: string[] = [];
  const counting = createCounting({
    site: WATCHED,
    framesPerSecond: 10,
    thresholds: { score: 0.4, lowScore: 0.15 },
    lineage: LINEAGE,
    from: { startUs: 0, reason: 'outside-recording' },
    onFrame(view) {
      present.push(view.zones[0]!.present.person);
      crossings.push(...view.crossings.map(({ direction }) => direction));
    },
  });
  const records = [
    ...events.flatMap((event) => counting.push(event)),
    ...counting.finish({ toUs: 60e6, reason: 'outside-recording' }),
  ];
  return { present: present.join(''), crossings, records };
}

function peoplePresent(records: readonly Observation[]) {
  const [record] = records;
  return record?.kind === 'presence' ? record.peoplePresent : undefined;
}

describe('who is there when watching begins', () => {
  it('is present from the first frame on, and a steady presence has a steady mean', () => {
    const { present, records } = count(frames(0, times(10, [0.2, 0.8])));
    expect(present).toBe('2222222222');
    expect(peoplePresent(records)).toEqual({ mean: 2, max: 2 });
  });

  it.each<{ why: string; outage: TimelineEvent[]; againS: number; expected: string }>([
    {
      why: 'a gap longer than the memory',
      outage: [gap(1, 20, 'source-down')],
      againS: 20,
      expected: '22222',
    },
    {
      why: 'the camera was moved, however shortly',
      outage: [gap(1, 2, 'camera-moved')],
      againS: 2,
      expected: '22222',
    },
    { why: 'a gap nobody declared', outage: [], againS: 20, expected: '22222' },
    // The one who stood there is followed on; the newcomer may be noise and waits 0.4 s.
    { why: 'a short gap', outage: [gap(1, 3, 'source-down')], againS: 3, expected: '11112' },
  ])('after $why', ({ outage, againS, expected }) => {
    const before = frames(0, times(10, [0.2]));
    const { present } = count([...before, ...outage, ...frames(againS, times(5, [0.2, 0.8]))]);
    expect(present).toBe(`1111111111${expected}`);
  });

  it('is one who came later only after 0.4 s', () => {
    expect(count(frames(0, [[], ...times(6, [0.2])])).present).toBe('0000011');
  });

  it('crosses a line like anybody else', () => {
    const walk = Array.from({ length: 15 }, (_, i) => [0.45 + 0.01 * i]);
    expect(count(frames(0, walk)).crossings).toEqual(['out']);
  });

  it.each([1, 2, 3, 4])(
    'a false box of the first %i frames is not kept to be joined to another',
    (length) => {
      // Two places half a box from the line, on either side; the second flickers a second after the first.
      const flicker = [
        ...times(length, [0.48]),
        ...times(10 - length, []),
        ...times(length, [0.52]),
        ...times(10 - length, []),
      ];
      for (const fromS of [0, 20]) {
        const before = fromS === 0 ? [] : frames(0, times(5, []));
        const { present, crossings } = count([...before, ...frames(fromS, [...flicker, ...flicker])]);
        expect(crossings).toEqual([]);
        // Seen, and for one frame more: one miss is forgiven.
        expect(present.slice(before.length)).toMatch(new RegExp(`^1{${length + 1}}0*$`));
      }
    },
  );
});
