import { describe, expect, it } from 'vitest';
import {
  BOX_FILTER_LENGTH,
  centreSpreadX,
  filteredBox,
  freezeBoxSize,
  initiateBoxFilter,
  DEFAULT_BOX_FILTER_NOISE as NOISE,
  predictBoxFilter,
  updateBoxFilter,
} from '../../../pipelines/domain/track/kalman.ts';
import type { Box } from '../../../pipelines/domain/types.ts';

const boxAt = (x: number, y = 0.5, width = 0.1, height = 0.2): Box => ({
  left: x - width / 2,
  top: y - height / 2,
  right: x + width / 2,
  bottom: y + height / 2,
});

/** A filter fed with exact boxes of steady motion. */
function follow(speed: number, stepSeconds: readonly number[]): { state: Float64Array; x: number } {
  const state = new Float64Array(BOX_FILTER_LENGTH);
  let x = 0.2;
  initiateBoxFilter(state, boxAt(x), NOISE);
  for (const seconds of stepSeconds) {
    x += speed * seconds;
    predictBoxFilter(state, seconds, NOISE);
    updateBoxFilter(state, boxAt(x), NOISE);
  }
  return { state, x };
}

describe('box filter', () => {
  it('begins with the box it was given, at rest', () => {
    const state = new Float64Array(BOX_FILTER_LENGTH);
    initiateBoxFilter(state, boxAt(0.4), NOISE);
    predictBoxFilter(state, 5, NOISE);
    expect(filteredBox(state).left).toBeCloseTo(0.35, 12);
    expect(filteredBox(state).bottom).toBeCloseTo(0.6, 12);
  });

  it.each([
    ['10 frames/s', Array(40).fill(0.1)],
    ['2 frames/s', Array(8).fill(0.5)],
    ['irregular intervals', Array(20).fill([0.04, 0.1, 0.3]).flat()],
  ])('expects steady motion to go on: %s', (_, steps) => {
    const { state, x } = follow(0.1, steps);
    predictBoxFilter(state, 2, NOISE);
    const { left, right } = filteredBox(state);
    expect((left + right) / 2).toBeCloseTo(x + 0.2, 2);
  });

  it('predicts the same in one step of 3 s as in thirty of 0.1 s', () => {
    const whole = follow(0.1, [0.1, 0.1, 0.1]).state;
    const parts = Float64Array.from(whole);
    predictBoxFilter(whole, 3, NOISE);
    for (let step = 0; step < 30; step++) predictBoxFilter(parts, 0.1, NOISE);
    expect(filteredBox(parts).left).toBeCloseTo(filteredBox(whole).left, 9);
    expect(centreSpreadX(parts, NOISE)).toBeCloseTo(centreSpreadX(whole, NOISE), 2);
  });

  it('is less sure the longer nothing was seen, and surer with each box', () => {
    const { state } = follow(0.1, Array(20).fill(0.1));
    const settled = centreSpreadX(state, NOISE);
    predictBoxFilter(state, 1, NOISE);
    const afterOne = centreSpreadX(state, NOISE);
    predictBoxFilter(state, 1, NOISE);
    expect(afterOne).toBeGreaterThan(settled);
    expect(centreSpreadX(state, NOISE)).toBeGreaterThan(afterOne);
    updateBoxFilter(state, boxAt(0.6), NOISE);
    expect(centreSpreadX(state, NOISE)).toBeLessThan(afterOne);
  });

  it('treats near and far alike: spread in box sizes does not depend on the size', () => {
    const near = new Float64Array(BOX_FILTER_LENGTH);
    const far = new Float64Array(BOX_FILTER_LENGTH);
    initiateBoxFilter(near, boxAt(0.5, 0.5, 0.4, 0.8), NOISE);
    initiateBoxFilter(far, boxAt(0.5, 0.5, 0.01, 0.02), NOISE);
    for (const state of [near, far]) predictBoxFilter(state, 0.7, NOISE);
    expect(centreSpreadX(near, NOISE)).toBeCloseTo(centreSpreadX(far, NOISE), 9);
  });

  it('keeps its size while frozen', () => {
    const state = new Float64Array(BOX_FILTER_LENGTH);
    initiateBoxFilter(state, boxAt(0.5), NOISE);
    predictBoxFilter(state, 0.1, NOISE);
    updateBoxFilter(state, boxAt(0.5, 0.5, 0.12, 0.24), NOISE);
    freezeBoxSize(state);
    const before = filteredBox(state);
    predictBoxFilter(state, 3, NOISE);
    const after = filteredBox(state);
    expect(after.right - after.left).toBeCloseTo(before.right - before.left, 12);
  });

  it('survives a box without extent', () => {
    const state = new Float64Array(BOX_FILTER_LENGTH);
    initiateBoxFilter(state, boxAt(0.5, 0.5, 0, 0), NOISE);
    predictBoxFilter(state, 1, NOISE);
    updateBoxFilter(state, boxAt(0.5, 0.5, 0, 0), NOISE);
    expect([...state].every(Number.isFinite)).toBe(true);
  });
});
