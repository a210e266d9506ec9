import { describe, expect, it } from 'vitest';
import {
  createFrozenWatch,
  FROZEN_PICTURE_AFTER_US,
} from '../../../pipelines/adapters/decode/frozen-watch.ts';

const S = 1_000_000;
const picture = (value: number): Buffer => Buffer.alloc(600, value);

/** One picture a second; the seconds in which the camera was taken for frozen. */
function frozenSeconds(pictures: readonly Buffer[], frozenAfterUs: number): number[] {
  const watch = createFrozenWatch(frozenAfterUs);
  return pictures.flatMap((data, second) =>
    watch.isFrozen({ data, capturedAtUs: second * S }) ? [second] : [],
  );
}
const series = (length: number, value: (second: number) => number): Buffer[] =>
  Array.from({ length }, (_, second) => picture(value(second)));

describe('the frozen-picture watch', () => {
  it('takes a standing picture for frozen from the limit on, and a new one for the end of it', () => {
    expect(frozenSeconds([...series(8, () => 1), ...series(3, () => 2)], 5 * S)).toEqual([5, 6, 7]);
  });
  it('is not fooled by an encoder that sharpens the same picture after each keyframe', () => {
    expect(
      frozenSeconds(
        series(12, (second) => Math.min(second % 4, 2)),
        6 * S,
      ),
    ).toEqual([8, 9, 10, 11]);
  });
  it('lets a scene live in which only keyframes differ, or which comes back after a while', () => {
    expect(
      frozenSeconds(
        series(40, (second) => Math.floor(second / 4)),
        5 * S,
      ),
    ).toEqual([]);
    expect(
      frozenSeconds(
        series(80, (second) => second % 20),
        5 * S,
      ),
    ).toEqual([]);
  });
  it('sees a change of one digit of a burned-in clock', () => {
    const clock = series(20, () => 1).map((data, second) => data.fill(second, 300, 330));
    expect(frozenSeconds(clock, 5 * S)).toEqual([]);
  });
  it('waits by default until two keyframes of the longest distance have come', () => {
    expect(FROZEN_PICTURE_AFTER_US).toBeGreaterThanOrEqual((2 * 1200 * S) / 25);
  });
});
