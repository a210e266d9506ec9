import { describe, expect, it } from 'vitest';
import { decodeCenternet } from '../../../pipelines/domain/detect/decode-centernet.ts';
import { decodeYolox, yoloxRowCount } from '../../../pipelines/domain/detect/decode-yolox.ts';
import { labelClasses } from '../../../pipelines/domain/detect/label-classes.ts';

const labels = labelClasses(['person', 'cat', 'motorcycle']);
const area = { widthPx: 64, heightPx: 64 };
const options = { labels, minScore: 0.2, area };

describe('labelClasses', () => {
  it('keeps what Pantau counts', () => {
    expect(labels).toEqual(['person', undefined, 'motorcycle']);
  });
});

describe('decodeCenternet', () => {
  function rows(...all: [score: number, label: number, ...box: [number, number, number, number]][]) {
    return {
      scores: Float32Array.from(all, ([score]) => score),
      classes: Int32Array.from(all, ([, label]) => label),
      boxes: Float32Array.from(all.flatMap(([, , ...box]) => box)),
    };
  }

  it('reads score, class and box of each row', () => {
    const output = rows([0.5, 2, 16, 16, 48, 64], [0.25, 0, 0, 0, 32, 32]);
    expect(decodeCenternet(output, options)).toEqual([
      { roadUserClass: 'motorcycle', score: 0.5, box: { left: 0.25, top: 0.25, right: 0.75, bottom: 1 } },
      { roadUserClass: 'person', score: 0.25, box: { left: 0, top: 0, right: 0.5, bottom: 0.5 } },
    ]);
  });

  it('reads 64-bit class indices', () => {
    const output = { ...rows([0.5, 0, 0, 0, 32, 32]), classes: BigInt64Array.of(2n) };
    expect(decodeCenternet(output, options)[0]?.roadUserClass).toBe('motorcycle');
  });

  it.each([
    ['below the least score', [0.1, 0, 0, 0, 32, 32]],
    ['empty rows past the last peak', [0, 0, 0, 0, 0, 0]],
    ['a class Pantau does not count', [0.9, 1, 0, 0, 32, 32]],
    ['a class index beyond the labels', [0.9, 99, 0, 0, 32, 32]],
    ['a score that is no number', [Number.NaN, 0, 0, 0, 32, 32]],
    ['a box without area', [0.9, 0, 8, 8, 8, 32]],
    ['a box that is no number', [0.9, 0, Number.NaN, 0, 32, 32]],
  ] as [string, [number, number, number, number, number, number]][])('drops %s', (_name, row) => {
    expect(decodeCenternet(rows(row), options)).toEqual([]);
  });
});

describe('decodeYolox', () => {
  const input = { widthPx: 64, heightPx: 64 };
  const columns = 5 + labels.length;

  /** A grid of zeros with one row set. */
  function grid(row: number, values: readonly number[]): Float32Array {
    const all = new Float32Array(yoloxRowCount(input) * columns);
    all.set(values, row * columns);
    return all;
  }

  it('has one row per cell of strides 8, 16 and 32', () => {
    expect(yoloxRowCount(input)).toBe(64 + 16 + 4);
    expect(yoloxRowCount({ widthPx: 416, heightPx: 416 })).toBe(3549);
  });

  it.each([
    // cell (2,1) of stride 8: centre (2.5, 1.5)·8 = (20, 12), 2 strides wide and high
    ['stride 8', 10, { left: 12 / 64, top: 4 / 64, right: 28 / 64, bottom: 20 / 64 }],
    // cell (1,0) of stride 16: centre (24, 8), 32 px: reaches above the picture
    ['stride 16', 64 + 1, { left: 8 / 64, top: 0, right: 40 / 64, bottom: 24 / 64 }],
    // cell (1,1) of stride 32: centre (48, 48), 64 px: clipped right and below
    ['stride 32', 64 + 16 + 3, { left: 16 / 64, top: 16 / 64, right: 1, bottom: 1 }],
  ])('places a box of %s', (_name, row, expected) => {
    const [detection] = decodeYolox(
      grid(row, [0.5, 0.5, Math.log(2), Math.log(2), 0.8, 0, 0, 0.5]),
      input,
      options,
    );
    expect(detection?.roadUserClass).toBe('motorcycle');
    expect(detection?.score).toBeCloseTo(0.4, 6);
    for (const side of ['left', 'top', 'right', 'bottom'] as const) {
      expect(detection?.box[side]).toBeCloseTo(expected[side], 6);
    }
  });

  it.each([
    ['objectness below the least score', [0.5, 0.5, 0, 0, 0.1, 1, 0, 0]],
    ['objectness × class below it', [0.5, 0.5, 0, 0, 0.4, 0.4, 0, 0]],
    ['a best class that Pantau does not count', [0.5, 0.5, 0, 0, 1, 0.8, 0.9, 0.7]],
    ['a row that is no number', [Number.NaN, 0.5, 0, 0, 1, 1, 0, 0]],
  ])('drops %s', (_name, values) => {
    expect(decodeYolox(grid(0, values), input, options)).toEqual([]);
  });

  it('never divides by the whole letterbox', () => {
    const half = { ...options, area: { widthPx: 64, heightPx: 32 } };
    const [detection] = decodeYolox(grid(10, [0.5, 0.5, Math.log(2), Math.log(2), 1, 1, 0, 0]), input, half);
    expect(detection?.box.bottom).toBeCloseTo(20 / 32, 6);
  });
});
