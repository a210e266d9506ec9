import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROAD_USER_CLASSES, type RoadUserClass } from '../../../pipelines/domain/classes.ts';
import { createByteTracker } from '../../../pipelines/domain/track/byte-tracker.ts';
import { createTrackers } from '../../../pipelines/domain/track/trackers.ts';
import type { Detection, Track } from '../../../pipelines/domain/types.ts';

const START_US = 1_767_225_600_000_000;

function seen(
  x: number,
  more: { y?: number; score?: number; roadUserClass?: RoadUserClass; width?: number } = {},
): Detection {
  const { y = 0.6, score = 0.8, roadUserClass = 'person', width = 0.04 } = more;
  return {
    roadUserClass,
    score,
    box: { left: x - width / 2, top: y - 0.2, right: x + width / 2, bottom: y },
  };
}

/** Feeds one list of detections per frame; returns the tracks of each frame. */
function run(frames: readonly (readonly Detection[])[], framesPerSecond = 10, tracker = createByteTracker()) {
  return frames.map((detections, index) =>
    tracker.update(detections, START_US + (index * 1e6) / framesPerSecond),
  );
}

const repeat = (count: number, frame: (index: number) => Detection[]) =>
  Array.from({ length: count }, (_, i) => frame(i));
const states = (list: readonly (readonly Track[])[]) =>
  list.map((tracks) => tracks[0]?.state[0] ?? '-').join('');
const idsOf = (list: readonly (readonly Track[])[]) => new Set(list.flat().map((track) => track.id));

describe('life of a track', () => {
  it.each([
    [10, '-ttttcc'],
    [5, '-ttcccc'],
    [2, '-tccccc'],
  ])('of somebody who comes later is confirmed after 0.4 s, at %i frames/s', (framesPerSecond, expected) => {
    expect(states(run([[], ...repeat(6, () => [seen(0.5)])], framesPerSecond))).toBe(expected);
  });

  it('begins confirmed at 1 frame/s, once the rate is known', () => {
    expect(states(run([[], [], [], [seen(0.5)]], 1))).toBe('---c');
    expect(states(run([[], [], [], [seen(0.5)]], 2))).toBe('---t');
  });

  it('ends early while tentative: one miss is forgiven at 10 frames/s, two are not', () => {
    const one = run([[], [seen(0.5)], [], [seen(0.5)], [seen(0.5)], [seen(0.5)]]);
    expect(idsOf(one).size).toBe(1);
    expect(states(run([[], [seen(0.5)], [], [], []]))).toBe('-tt--');
  });

  it('goes on unseen for 4 s and comes back as the same', () => {
    const list = run([...repeat(10, () => [seen(0.5)]), ...repeat(39, () => []), [seen(0.5)]]);
    expect(list[20]).toMatchObject([{ state: 'lost', isObserved: false }]);
    expect(list.at(-1)).toMatchObject([{ id: list[0]![0]!.id, state: 'confirmed', isObserved: true }]);
    expect(run([...repeat(10, () => [seen(0.5)]), ...repeat(41, () => [])]).at(-1)).toEqual([]);
  });

  it('ends when it must have left the picture', () => {
    const list = run([...repeat(10, (i) => [seen(0.85 + 0.015 * i)]), ...repeat(10, () => [])]);
    expect(list.at(-1)).toEqual([]);
  });

  it('does not begin with a weak box, nor live on weak boxes for more than a second', () => {
    expect(run(repeat(10, () => [seen(0.5, { score: 0.42 })])).flat()).toEqual([]);
    const list = run([
      [],
      ...repeat(10, () => [seen(0.5)]),
      ...repeat(20, () => [seen(0.5, { score: 0.2 })]),
    ]);
    expect(states(list)).toMatch(/^-t{4}c{16}l{10}$/);
  });
});

describe('whoever is there when watching begins', () => {
  const stays = repeat(6, () => [seen(0.5)]);

  it.each([10, 5, 2, 1])('is confirmed in the first frame, at %i frames/s', (framesPerSecond) => {
    expect(states(run(stays, framesPerSecond))).toBe('cccccc');
  });

  it('is confirmed in the first frame after a reset', () => {
    const tracker = createByteTracker();
    run([[], [], []], 10, tracker);
    tracker.reset();
    expect(states(run(stays, 10, tracker))).toBe('cccccc');
  });

  it('is confirmed after a gap longer than the memory, as somebody else; after a shorter one newcomers wait', () => {
    const tracker = createByteTracker();
    const [before] = run(
      repeat(10, () => [seen(0.5)]),
      10,
      tracker,
    ).at(-1)!;
    const shortly = tracker.update([seen(0.5), seen(0.2)], START_US + 4.9e6);
    expect(shortly).toMatchObject([{ id: before!.id, state: 'confirmed' }, { state: 'tentative' }]);
    const [after] = tracker.update([seen(0.5)], START_US + 9e6);
    expect(after).toMatchObject({ state: 'confirmed' });
    expect(after!.id).not.toBe(before!.id);
  });

  it('needs a score that begins a track even then', () => {
    expect(run([[seen(0.5, { score: 0.42 })]])).toEqual([[]]);
  });

  it('is forgotten like a tentative one if not seen until 0.4 s, and kept like a confirmed one from then on', () => {
    expect(states(run([[seen(0.5)], [], [], []]))).toBe('cl--');
    expect(states(run([...repeat(4, () => [seen(0.5)]), [], [], []]))).toBe('ccccl--');
    expect(states(run([...repeat(5, () => [seen(0.5)]), [], [], []]))).toBe('ccccclll');
    expect(idsOf(run([[seen(0.5)], [], [seen(0.5)], [seen(0.5)], [seen(0.5)]])).size).toBe(1);
  });
});

describe('identity', () => {
  it.each([10, 5, 2])('of two people who pass each other is kept at %i frames/s', (framesPerSecond) => {
    const list = run(
      repeat(8 * framesPerSecond, (i) => {
        const x = 0.2 + (0.05 * i) / framesPerSecond;
        return [seen(x, { y: 0.6 }), seen(0.8 - x, { y: 0.75 })];
      }),
      framesPerSecond,
    );
    expect(idsOf(list).size).toBe(2);
    const [first, last] = [list[0]!, list.at(-1)!];
    expect(last.find((track) => track.id === first[0]!.id)!.box.bottom).toBeCloseTo(first[0]!.box.bottom, 1);
  });

  it('of a walker is kept at 2 frames/s although the boxes no longer overlap', () => {
    const list = run(
      repeat(12, (i) => [seen(0.2 + 0.045 * i)]),
      2,
    );
    expect(idsOf(list).size).toBe(1);
  });

  it('is not handed to somebody far away', () => {
    const list = run([...repeat(10, () => [seen(0.3)]), ...repeat(10, () => [seen(0.7)])]);
    expect(idsOf(list).size).toBe(2);
  });

  it('is not handed to a box of another size', () => {
    const list = run([...repeat(10, () => [seen(0.5)]), ...repeat(10, () => [seen(0.5, { width: 0.2 })])]);
    expect(idsOf(list).size).toBe(2);
  });

  it('of an angkot survives being seen as car, truck and bus; the class is the vote', () => {
    const classes: RoadUserClass[] = ['truck', 'car', 'car', 'bus', 'car', 'truck', 'car', 'car'];
    const list = run(
      classes.map((roadUserClass, i) => [seen(0.3 + 0.01 * i, { roadUserClass, width: 0.2 })]),
    );
    expect(idsOf(list).size).toBe(1);
    expect(list[0]![0]!.roadUserClass).toBe('truck');
    expect(list.at(-1)![0]!.roadUserClass).toBe('car');
  });

  it('is one where one vehicle is reported in two classes at once', () => {
    const both = [
      seen(0.5, { roadUserClass: 'car', width: 0.2 }),
      seen(0.502, { roadUserClass: 'truck', width: 0.2, score: 0.6 }),
    ];
    expect(idsOf(run(repeat(10, () => both))).size).toBe(1);
  });
});

describe('trackers per group', () => {
  it('keep people and vehicles apart under ids that never meet, and leave out groups not asked for', () => {
    const frames = repeat(10, () => [seen(0.5), seen(0.5, { roadUserClass: 'motorcycle' }), seen(0.2)]);
    const both = run(frames, 10, createTrackers(['people', 'vehicles'])).at(-1)!;
    expect(both.map((track) => track.roadUserClass)).toEqual(['person', 'person', 'motorcycle']);
    expect(new Set(both.map((track) => track.id)).size).toBe(3);
    const vehicles = run(frames, 10, createTrackers(['vehicles'])).at(-1)!;
    expect(vehicles.map((track) => track.roadUserClass)).toEqual(['motorcycle']);
  });
});

describe('a tracker', () => {
  it('refuses time that does not grow', () => {
    const tracker = createByteTracker();
    tracker.update([], START_US);
    expect(() => tracker.update([], START_US)).toThrow(RangeError);
    tracker.reset();
    expect(tracker.update([], START_US - 1)).toEqual([]);
  });

  it('does not use an id again after a reset', () => {
    const tracker = createByteTracker();
    const before = tracker.update([seen(0.5)], START_US)[0]!.id;
    tracker.reset();
    expect(tracker.update([seen(0.5)], START_US)[0]!.id).toBeGreaterThan(before);
  });

  it('holds at most `maxTracks`, and a lost one makes room for a seen one', () => {
    const tracker = createByteTracker({ maxTracks: 3, confirmSeconds: 0 });
    const row = (count: number, y: number) => repeat(count, (i) => [seen(0.1 + 0.15 * i, { y })]).flat();
    expect(tracker.update(row(5, 0.3), START_US)).toHaveLength(3);
    const next = tracker.update(row(2, 0.9), START_US + 1e5);
    expect(next.filter((track) => track.isObserved)).toHaveLength(2);
    expect(next).toHaveLength(3);
  });

  it('gives the same tracks for the same detections, whatever their order, and keeps its promises', () => {
    const detection = fc.record({
      x: fc.integer({ min: 1, max: 20 }).map((value) => value / 21),
      y: fc.integer({ min: 5, max: 20 }).map((value) => value / 21),
      score: fc.integer({ min: 1, max: 1000 }).map((value) => value / 1000),
      roadUserClass: fc.constantFrom(...ROAD_USER_CLASSES),
    });
    const frame = fc.uniqueArray(detection, { maxLength: 12, selector: (one) => one.score });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 25 }), (scene) => {
        const frames = scene.map((list) => list.map(({ x, ...more }) => seen(x, more)));
        const there = run(frames, 10, createTrackers(['people', 'vehicles'], { maxTracks: 20 }));
        const back = run(
          frames.map((list) => [...list].reverse()),
          10,
          createTrackers(['people', 'vehicles'], { maxTracks: 20 }),
        );
        expect(back).toEqual(there);
        for (const tracks of there) {
          expect(tracks.length).toBeLessThanOrEqual(40);
          expect(new Set(tracks.map((track) => track.id)).size).toBe(tracks.length);
          for (const track of tracks) {
            expect(track.isObserved || track.state !== 'confirmed').toBe(true);
            expect(Object.values(track.box).every(Number.isFinite)).toBe(true);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
