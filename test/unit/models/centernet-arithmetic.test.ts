import { describe, expect, it } from 'vitest';
import { toOnnxKernel } from '../../../models/centernet/convolution.ts';
import { readGraphModel } from '../../../models/centernet/graph-model.ts';
import { decodeHalf } from '../../../models/centernet/half-float.ts';
import { samePadding } from '../../../models/centernet/same-padding.ts';
import { growAxes } from '../../../models/centernet/widen-channels.ts';

describe('decodeHalf', () => {
  it.each([
    [0x0000, 0, 'zero'],
    [0x8000, -0, 'negative zero keeps its sign'],
    [0x3c00, 1, 'one'],
    [0xc000, -2, 'minus two'],
    [0x7bff, 65504, 'largest finite'],
    [0x0400, 2 ** -14, 'smallest normal'],
    [0x03ff, 1023 * 2 ** -24, 'largest subnormal'],
    [0x0001, 2 ** -24, 'smallest subnormal'],
    [0x3155, 0.1666259765625, 'the rounded 1/6 of hard-swish'],
    [0x4c00, 16, 'the factor of the distance head'],
    [0x7c00, Number.POSITIVE_INFINITY, 'infinity'],
    [0xfc00, Number.NEGATIVE_INFINITY, 'minus infinity'],
    [0x7e00, Number.NaN, 'not a number'],
  ])('0x%s → %d (%s)', (bits, value) => {
    expect(decodeHalf(bits)).toBe(value);
  });
});

describe('samePadding', () => {
  it.each([
    [64, 3, 1, 1, 1, 'odd kernel, stride 1: symmetric'],
    [64, 5, 1, 2, 2, '5×5, stride 1'],
    [64, 3, 2, 0, 1, 'even side, stride 2: the odd cell goes to the end'],
    [64, 5, 2, 1, 2, '5×5, stride 2'],
    [65, 3, 2, 1, 1, 'odd side, stride 2: symmetric'],
    [64, 1, 1, 0, 0, '1×1 needs none'],
    [64, 1, 2, 0, 0, 'never negative'],
    [3, 5, 2, 2, 2, 'kernel larger than the side'],
  ])('side %d, kernel %d, stride %d → %d before, %d after (%s)', (size, kernel, stride, begin, end) => {
    expect(samePadding(size, kernel, stride)).toEqual({ begin, end });
  });

  it('depends on nothing but evenness, so one graph serves every multiple of 32', () => {
    for (const side of [16, 144, 192, 256, 512]) {
      expect(samePadding(side, 3, 2)).toEqual({ begin: 0, end: 1 });
      expect(samePadding(side, 5, 2)).toEqual({ begin: 1, end: 2 });
    }
  });
});

describe('toOnnxKernel', () => {
  // A kernel whose value tells its place: row, column, input and output channel as digits.
  const digits = (height: number, width: number, inner: number, outer: number) => {
    const values: number[] = [];
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1)
        for (let i = 0; i < inner; i += 1)
          for (let o = 0; o < outer; o += 1) values.push(1000 * y + 100 * x + 10 * i + o);
    return { dims: [height, width, inner, outer], values: Float32Array.from(values) };
  };

  it('HWIO → OIHW', () => {
    const kernel = toOnnxKernel(digits(1, 2, 2, 3), false);
    expect(kernel.dims).toEqual([3, 2, 1, 2]);
    expect([...kernel.values]).toEqual([0, 100, 10, 110, 1, 101, 11, 111, 2, 102, 12, 112]);
  });

  it('depthwise HWCM → C,1,H,W', () => {
    const kernel = toOnnxKernel(digits(2, 1, 3, 1), true);
    expect(kernel.dims).toEqual([3, 1, 2, 1]);
    expect([...kernel.values]).toEqual([0, 1000, 10, 1010, 20, 1020]);
  });

  it('pays the factor owed by the input with the weights', () => {
    expect([...toOnnxKernel(digits(1, 1, 1, 2), false, 0.5).values]).toEqual([0, 0.5]);
  });

  it('refuses a kernel without four axes', () => {
    expect(() => toOnnxKernel({ dims: [3, 3, 8], values: new Float32Array(72) }, false)).toThrow(/four axes/);
  });
});

describe('growAxes', () => {
  it('adds zero channels behind the old ones on every axis of that length', () => {
    const weight = { dims: [1, 2, 2], values: Float32Array.of(1, 2, 3, 4) };
    expect(growAxes(weight, 2, 3)).toEqual({
      dims: [1, 3, 3],
      values: Float32Array.of(1, 2, 0, 3, 4, 0, 0, 0, 0),
    });
  });

  it('leaves other lengths alone', () => {
    const weight = { dims: [3], values: Float32Array.of(1, 2, 3) };
    expect(growAxes(weight, 2, 4)).toEqual(weight);
  });
});

describe('readGraphModel', () => {
  const topology = (weights: unknown[]) =>
    JSON.stringify({ modelTopology: { node: [] }, weightsManifest: [{ paths: ['w.bin'], weights }] });
  const half = { name: 'h', shape: [2], dtype: 'float32', quantization: { dtype: 'float16' } };
  const int = { name: 'i', shape: [], dtype: 'int32' };

  it('reads weights in manifest order: float16 widened, int32 as is, also at odd offsets', () => {
    // 1.0 and -2.0 as halves, then the int32 -5 at offset 4; the view starts at byte 1 of its buffer.
    const bytes = Uint8Array.of(9, 0x00, 0x3c, 0x00, 0xc0, 0xfb, 0xff, 0xff, 0xff).subarray(1);
    const { weights } = readGraphModel(topology([half, int]), bytes);
    expect([...(weights.get('h')?.values ?? [])]).toEqual([1, -2]);
    expect([...(weights.get('i')?.values ?? [])]).toEqual([-5]);
  });

  it('refuses a weight file that is longer than the manifest', () => {
    expect(() => readGraphModel(topology([half]), new Uint8Array(6))).toThrow(/4 bytes.*has 6/);
  });

  it('refuses a weight file that is shorter', () => {
    expect(() => readGraphModel(topology([half]), new Uint8Array(3))).toThrow();
  });

  it('refuses another quantisation', () => {
    const uint8 = { ...half, quantization: { dtype: 'uint8', scale: 1, min: 0 } };
    expect(() => readGraphModel(topology([uint8]), new Uint8Array(4))).toThrow();
  });
});
