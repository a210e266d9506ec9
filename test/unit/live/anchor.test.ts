import { describe, expect, it } from 'vitest';
import {
  type AnchorState,
  advanceAnchor,
  SLEW_DOWN,
  startAnchor,
} from '../../../pipelines/adapters/decode/anchor.ts';

const S = 1_000_000;
/** UTC of the first arrival in all cases. */
const T0 = 1_800_000_000 * S;

/** Runs [pts, arrival] pairs in seconds after zero and T0; gives captured − T0 in seconds and the anchor count. */
function run(pairs: readonly (readonly [number, number])[], start: AnchorState = startAnchor()) {
  let state = start;
  let anchors = 0;
  const captured = pairs.map(([pts, arrival]) => {
    const step = advanceAnchor(state, { ptsUs: pts * S, arrivalUs: T0 + arrival * S });
    state = step.state;
    anchors += step.isNewAnchor ? 1 : 0;
    return (step.capturedAtUs - T0) / S;
  });
  return { captured, anchors, state };
}

function steady(count: number, step: (index: number) => readonly [number, number]) {
  return Array.from({ length: count }, (_, index) => step(index));
}

describe('advanceAnchor', () => {
  it('gives the first picture its arrival, whatever its PTS', () => {
    expect(run([[12_345, 0]]).captured).toEqual([0]);
  });

  it('follows PTS, not the jitter of arrival', () => {
    const { captured } = run([
      [100, 0],
      [100.2, 0.5],
      [100.4, 0.41],
      [100.6, 0.9],
    ]);
    expect(captured.map((value) => Math.round(value * 1000))).toEqual([0, 200, 400, 600]);
  });

  it('works off a burst at the start by slewing, in small steps that stay in order', () => {
    // 1.4 s of buffered pictures come at once, then in time
    const burst = steady(15, (i) => [i / 10, 0]);
    const live = steady(400, (i) => [1.5 + i / 10, 0.1 + i / 10]);
    const { captured, anchors } = run([...burst, ...live]);
    expect(anchors).toBe(1);
    captured.slice(1).forEach((value, index) => {
      const deltaS = value - captured[index]!;
      expect(deltaS).toBeGreaterThanOrEqual(0.1 * (1 - SLEW_DOWN) - 1e-6);
      expect(deltaS).toBeLessThanOrEqual(0.1 * 1.001 + 1e-6);
    });
    // after 40 s the error is gone: the last picture arrived at 40.0 and has that time
    expect(captured.at(-1)).toBeCloseTo(40, 3);
  });

  it('takes a new anchor when PTS starts again, and never goes back in time', () => {
    const { captured, anchors } = run([
      [500, 0],
      [501, 1],
      [0.2, 2],
      [1.2, 3],
    ]);
    expect(anchors).toBe(2);
    expect(captured).toEqual([0, 1, 2, 3]);
  });

  it('takes a new anchor at a forward jump of more than 2 s', () => {
    const { captured, anchors } = run([
      [0, 0],
      [1, 1],
      [61, 2],
      [62, 3],
    ]);
    expect(anchors).toBe(2);
    expect(captured).toEqual([0, 1, 2, 3]);
  });

  it('does not take a pause of the network for a jump: pictures that come late keep their time', () => {
    const { captured, anchors } = run([
      [0, 0],
      [1, 1],
      [2, 8],
      [3, 8],
      [4, 8],
      [9, 9],
    ]);
    expect(anchors).toBe(1);
    expect(captured.map((value) => Math.round(value * 100) / 100)).toEqual([0, 1, 2, 3, 4, 9]);
  });

  it('does not take rare pictures for jumps (keyframes each 5 s)', () => {
    const { anchors, captured } = run(steady(6, (i) => [i * 5, i * 5]));
    expect(anchors).toBe(1);
    expect(captured.at(-1)).toBe(25);
  });

  it.each([
    // crystal 100 ppm slow and fast over an hour at 2 pictures/s
    ['slow', 1 - 100e-6],
    ['fast', 1 + 100e-6],
  ])('follows a camera whose clock runs %s', (_name, rate) => {
    const { captured } = run(steady(7_200, (i) => [(i / 2) * rate, i / 2]));
    expect(Math.abs(captured.at(-1)! - 3_599.5)).toBeLessThan(0.02);
  });

  it('takes a new anchor when everything came late for a whole minute (our clock was set forward)', () => {
    const before = steady(100, (i) => [i, i]);
    const after = steady(100, (i) => [100 + i, 3_700 + i]);
    const { captured, anchors } = run([...before, ...after]);
    expect(anchors).toBe(2);
    expect(captured.at(-1)).toBeCloseTo(3_799, 6);
    captured.slice(1).forEach((value, index) => {
      expect(value).toBeGreaterThan(captured[index]!);
    });
  });

  it('grows by 1 µs at least when our clock was set back before a new anchor', () => {
    const { captured } = run([
      [10, 0],
      [11, 1],
      [0, -3_600],
      [1, -3_599],
    ]);
    expect(captured).toEqual([0, 1, 1.000001, 1.000002]);
  });

  it('carries the last instant over a reconnect', () => {
    const first = run([[0, 5]]);
    const second = run([[77, 4.9]], startAnchor(first.state.lastCapturedUs));
    expect(second.captured).toEqual([5.000001]);
  });
});
