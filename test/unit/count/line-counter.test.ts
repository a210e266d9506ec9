import { describe, expect, it } from 'vitest';
import { createLineCounter } from '../../../pipelines/domain/count/line-counter.ts';
import type { CountingLine } from '../../../pipelines/domain/site.ts';
import type { Crossing, Point, Track } from '../../../pipelines/domain/types.ts';
import { trackAt } from './track-builder.ts';

/** Top to bottom: right-to-left in the picture is `in`. The margin of the boxes used here is 0.03. */
const LINE: CountingLine = { id: 'l', from: { x: 0.5, y: 0.2 }, to: { x: 0.5, y: 0.87 } };
const SECOND = 1_000_000;

/** One list of tracks per frame, 10 frames per second. */
function count(frames: readonly (readonly Track[])[], line: CountingLine = LINE): Crossing[] {
  const counter = createLineCounter(line);
  return frames.flatMap((tracks, index) => counter.update(tracks, (index * SECOND) / 10));
}

const directions = (crossings: readonly Crossing[]) =>
  crossings.map((crossing) => crossing.direction).join(' ');
/** One observed confirmed track along ground points on one height. */
const walk = (xs: readonly number[], y = 0.5) => xs.map((x) => [trackAt(x, y)]);

describe('line counter', () => {
  it.each([
    ['right to left in the picture is in', [0.7, 0.6, 0.4, 0.3], 'in'],
    ['left to right is out', [0.3, 0.4, 0.6, 0.7], 'out'],
    ['A,A,A,B,A,A,A is jitter', [0.6, 0.6, 0.6, 0.4, 0.6, 0.6, 0.6], ''],
    ['A,B,A,B,A,B is jitter while it lasts', [0.6, 0.4, 0.6, 0.4, 0.6, 0.4], ''],
    ['jitter within the margin is nothing', [0.51, 0.49, 0.52, 0.48, 0.51, 0.49], ''],
    ['a stop on the line counts once', [0.6, 0.56, 0.51, 0.49, 0.5, 0.51, 0.49, 0.44, 0.4], 'in'],
    ['up to the line and back is nothing', [0.6, 0.52, 0.49, 0.48, 0.52, 0.6, 0.7], ''],
    ['across, clearly, and back is one of each', [0.6, 0.45, 0.4, 0.45, 0.6, 0.7], 'in out'],
    ['born on the line and off to one side is nothing', [0.5, 0.49, 0.45, 0.4, 0.3], ''],
    ['over the whole band between two frames', [0.9, 0.1, 0.05], 'in'],
    ['one sight beyond the line is not enough', [0.6, 0.55, 0.4], ''],
    ['back within the margin does not undo the first sight beyond', [0.6, 0.45, 0.49, 0.45], 'in'],
  ])('%s', (_, xs, expected) => {
    expect(directions(count(walk(xs)))).toBe(expected);
  });

  it.each([
    ['below the lower end', 0.95, ''],
    ['above the upper end', 0.1, ''],
    ['just inside the lower end', 0.86, 'in'],
  ])('passing %s', (_, y, expected) => {
    expect(directions(count(walk([0.7, 0.6, 0.4, 0.3], y)))).toBe(expected);
  });

  it('does not count going round the end, nor the way back through the segment twice', () => {
    const path: Point[] = [
      { x: 0.6, y: 0.8 },
      { x: 0.6, y: 0.95 },
      { x: 0.4, y: 0.95 },
      { x: 0.4, y: 0.8 },
      { x: 0.4, y: 0.6 },
      { x: 0.6, y: 0.6 },
      { x: 0.65, y: 0.6 },
    ];
    expect(directions(count(path.map(({ x, y }) => [trackAt(x, y)])))).toBe('out');
  });

  it('forgets a step through the segment once somebody is clearly back, here round its end and then past it', () => {
    const path: Point[] = [
      { x: 0.55, y: 0.84 },
      { x: 0.49, y: 0.84 },
      { x: 0.49, y: 0.9 },
      { x: 0.51, y: 0.9 },
      { x: 0.55, y: 0.9 },
      { x: 0.55, y: 0.95 },
      { x: 0.45, y: 0.95 },
      { x: 0.4, y: 0.95 },
    ];
    expect(count(path.map(({ x, y }) => [trackAt(x, y)]))).toEqual([]);
  });

  it('takes the time of the second clear sight and the class of that moment', () => {
    const frames = [0.7, 0.6, 0.4].map((x) => [trackAt(x, 0.5)]);
    const crossings = count([...frames, [trackAt(0.3, 0.5, { roadUserClass: 'truck' })]]);
    expect(crossings).toEqual([
      { lineId: 'l', direction: 'in', roadUserClass: 'truck', capturedAtUs: 300_000 },
    ]);
  });

  it('never counts a tentative track, and counts its passage once it is confirmed', () => {
    const tentative = [0.7, 0.6, 0.4, 0.3].map((x) => [trackAt(x, 0.5, { state: 'tentative' })]);
    expect(count(tentative)).toEqual([]);
    expect(directions(count([...tentative, [trackAt(0.25, 0.5)]]))).toBe('in');
  });

  it('takes no predicted box as evidence, and counts who comes out on the other side', () => {
    const hidden = (x: number) => [trackAt(x, 0.5, { state: 'lost', isObserved: false })];
    const before = walk([0.7, 0.6]);
    expect(count([...before, ...[0.5, 0.4, 0.3, 0.2].map(hidden)])).toEqual([]);
    expect(directions(count([...before, ...[0.5, 0.45].map(hidden), ...walk([0.4, 0.35])]))).toBe('in');
  });

  it('counts who was deep on the other side when last seen, one second later', () => {
    const counter = createLineCounter(LINE);
    counter.update([trackAt(0.7, 0.5)], 0);
    expect(counter.update([trackAt(0.3, 0.5)], 0.1 * SECOND)).toEqual([]);
    const lost = trackAt(0.1, 0.5, { state: 'lost', isObserved: false });
    expect(counter.update([lost], 1 * SECOND)).toEqual([]);
    expect(counter.update([lost], 1.1 * SECOND)).toHaveLength(1);
    expect(counter.update([], 2 * SECOND)).toEqual([]);
  });

  it('does not count who vanished just beyond the margin', () => {
    expect(count([...walk([0.7, 0.6, 0.46]), [], []])).toEqual([]);
  });

  it('keeps tracks apart', () => {
    const frames = [0.3, 0.4, 0.6, 0.7].map((x) => [
      trackAt(x, 0.5, { id: 1 }),
      trackAt(1 - x, 0.5, { id: 2, roadUserClass: 'person' }),
    ]);
    const crossings = count(frames).map(({ direction, roadUserClass }) => `${roadUserClass} ${direction}`);
    expect(crossings.sort()).toEqual(['car out', 'person in']);
  });

  it('takes the height for the margin of a level line', () => {
    const level: CountingLine = { id: 'l', from: { x: 0, y: 0.5 }, to: { x: 1, y: 0.5 } };
    const descend = (ys: readonly number[]) => ys.map((y) => [trackAt(0.5, y)]);
    expect(directions(count(descend([0.4, 0.45, 0.55, 0.6]), level))).toBe('in');
    expect(directions(count(descend([0.4, 0.45, 0.515, 0.51]), level))).toBe('');
  });

  it('forgets tracks that have ended', () => {
    const counter = createLineCounter(LINE);
    for (let frame = 0; frame < 1000; frame++)
      counter.update([trackAt(0.7, 0.5, { id: frame })], frame * SECOND);
    expect(counter.openTracks()).toBe(1);
    counter.update([], 1000 * SECOND);
    expect(counter.openTracks()).toBe(0);
  });

  it.each([
    ['two sights beyond it, not yet clear', [0.6, 0.55, 0.49, 0.485], 'in'],
    ['one sight beyond it', [0.6, 0.55, 0.51, 0.485], ''],
    ['back again', [0.6, 0.49, 0.48, 0.51], ''],
    ['first seen on it', [0.51, 0.49, 0.48, 0.48], ''],
    ['clear long ago', [0.6, 0.55, 0.4, 0.35], ''],
  ])('at the end of the recording: %s', (_, xs, expected) => {
    const counter = createLineCounter(LINE);
    for (const [index, tracks] of walk(xs).entries()) counter.update(tracks, index * SECOND);
    const crossings = counter.finish();
    expect(directions(crossings)).toBe(expected);
    expect(crossings.every(({ capturedAtUs }) => capturedAtUs === (xs.length - 1) * SECOND)).toBe(true);
    expect(counter.finish()).toEqual([]);
  });

  it('at the end of the recording settles no tentative and no ended track', () => {
    const counter = createLineCounter(LINE);
    const frames = [0.6, 0.55, 0.49, 0.48];
    for (const [index, x] of frames.entries()) {
      const ended = index < 3 ? [trackAt(x, 0.5, { id: 2 })] : [];
      counter.update([trackAt(x, 0.5, { state: 'tentative' }), ...ended], index * SECOND);
    }
    expect(counter.finish()).toEqual([]);
  });
});
