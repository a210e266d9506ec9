import { describe, expect, it } from 'vitest';
import { createByteTracker } from '../../../pipelines/domain/track/byte-tracker.ts';
import { DEFAULT_FAINT_RULE } from '../../../pipelines/domain/track/faint-rule.ts';
import { createTrackers } from '../../../pipelines/domain/track/trackers.ts';
import type { Detection, Track } from '../../../pipelines/domain/types.ts';

const FAINT = 0.3;

/** A vehicle 0.1 wide and high. */
function seen(x: number, score = FAINT, roadUserClass: Detection['roadUserClass'] = 'car'): Detection {
  return { roadUserClass, score, box: { left: x - 0.05, top: 0.5, right: x + 0.05, bottom: 0.6 } };
}

const vehicles = () => createByteTracker({ faint: DEFAULT_FAINT_RULE });

/** One list of detections per frame. */
function run(
  frames: readonly (readonly Detection[])[],
  { framesPerSecond = 10, tracker = vehicles() } = {},
): (readonly Track[])[] {
  return frames.map((detections, index) => tracker.update(detections, (index * 1e6) / framesPerSecond));
}

/** Frames of one vehicle from `from` on, 0.02 (a fifth of its size) farther each frame unless told. */
const drive = (count: number, { from = 0.1, step = 0.02, score = FAINT } = {}) =>
  Array.from({ length: count }, (_, i) => [seen(from + step * i, score)]);
const confirmedFrames = (list: readonly (readonly Track[])[]) =>
  list.flatMap((tracks, index) => (tracks.some(({ state }) => state === 'confirmed') ? [index] : []));

describe('a faint track', () => {
  it('is confirmed once it is 0.8 s old and has moved by its own size', () => {
    expect(confirmedFrames(run(drive(12)))).toEqual([8, 9, 10, 11]);
    expect(confirmedFrames(run(drive(14, { step: 0.01 })))).toEqual([10, 11, 12, 13]);
  });

  it('is never confirmed where it stands, jitter or not, nor without the rule', () => {
    expect(confirmedFrames(run(drive(600, { step: 0 })))).toEqual([]);
    const jitter = Array.from({ length: 600 }, (_, i) => [seen(0.5 + 0.03 * Math.sin(i))]);
    expect(confirmedFrames(run(jitter))).toEqual([]);
    expect(confirmedFrames(run(drive(30), { tracker: createByteTracker() }))).toEqual([]);
  });

  it('begins with no part of a better box of the same frame', () => {
    const lorry = (i: number): Detection => ({
      roadUserClass: 'truck',
      score: 0.7,
      box: { left: 0.1 + 0.02 * i, top: 0.3, right: 0.5 + 0.02 * i, bottom: 0.6 },
    });
    const frames = Array.from({ length: 20 }, (_, i) => [lorry(i), seen(0.2 + 0.02 * i)]);
    expect(run(frames).at(-1)).toHaveLength(1);
    // Less than half of it behind the lorry: a vehicle of its own.
    const beside = Array.from({ length: 20 }, (_, i) => [lorry(i), seen(0.52 + 0.02 * i)]);
    expect(run(beside).at(-1)).toHaveLength(2);
  });

  it('becomes an ordinary one by one sure sight, its first sights included', () => {
    const list = run([[], ...drive(4), ...drive(3, { from: 0.18, score: 0.5 })]);
    expect(list[4]).toMatchObject([{ state: 'tentative' }]);
    expect(list[5]).toMatchObject([{ state: 'confirmed', id: list[1]![0]!.id }]);
  });

  it('is lost when it has not moved on for 4 s: scenery must not keep it', () => {
    const stops = [...drive(12), ...drive(60, { from: 0.32, step: 0 })];
    const frames = confirmedFrames(run(stops));
    expect(frames.at(-1)).toBeGreaterThanOrEqual(48);
    expect(frames.at(-1)).toBeLessThanOrEqual(55);
  });

  it('is not followed by single pictures: at 1 frame/s two weak boxes are no motion', () => {
    const frames = [[], [], ...drive(8, { step: 0.1 })];
    expect(run(frames, { framesPerSecond: 1 }).flat()).toEqual([]);
  });

  it('never takes the place of a known one', () => {
    const tracker = createByteTracker({ faint: DEFAULT_FAINT_RULE, maxTracks: 1 });
    const frames = Array.from({ length: 12 }, (_, i) => [seen(0.8, 0.9), seen(0.1 + 0.02 * i)]);
    expect(run(frames, { tracker }).at(-1)).toMatchObject([{ id: 1, score: 0.9 }]);
  });

  it('is for vehicles, not for people', () => {
    const frames = Array.from({ length: 12 }, (_, i) => [
      seen(0.1 + 0.02 * i),
      seen(0.5 + 0.02 * i, FAINT, 'person'),
    ]);
    const tracks = run(frames, { tracker: createTrackers(['people', 'vehicles']) }).at(-1)!;
    expect(tracks.map(({ roadUserClass }) => roadUserClass)).toEqual(['car']);
  });
});
