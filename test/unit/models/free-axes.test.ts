import { describe, expect, it } from 'vitest';
import { freePictureAxes } from '../../../models/onnx/free-axes.ts';
import { inspectOnnx } from '../../../models/onnx/inspect.ts';
import { encodeModel, type ModelProto, TENSOR_TYPE } from '../../../models/onnx/proto.ts';
import { tinyModel, valueInfo } from './tiny-onnx.ts';

/** A field that `onnx.proto` does not know: number 100, two bytes. */
const FOREIGN_FIELD = Uint8Array.of(0xa2, 0x06, 2, 7, 9);

function withInputs(...input: readonly ReturnType<typeof valueInfo>[]): ModelProto {
  const model = tinyModel();
  return { ...model, graph: { ...model.graph, input: [...input] } };
}

describe('freePictureAxes', () => {
  it.each([
    ['NCHW', [1, 3, 32, 32], [1, 3, null, null]],
    ['NHWC', [1, 32, 32, 3], [1, null, null, 3]],
    ['NCHW', [1, 3, 'height', 'width'], [1, 3, null, null]],
  ] as const)('%s %j', (layout, found, expected) => {
    const bytes = encodeModel(withInputs(valueInfo('images', TENSOR_TYPE.float32, found)));
    const { inputs, outputs } = inspectOnnx(freePictureAxes(bytes, { name: 'images', layout }));
    expect(inputs).toEqual([{ name: 'images', dtype: 'float32', shape: expected }]);
    expect(outputs).toEqual([{ name: 'grid', dtype: 'float32' }]);
  });

  it('leaves every other input as it is', () => {
    const other = valueInfo('w', TENSOR_TYPE.float32, [1, 3, 32, 32]);
    const bytes = encodeModel(withInputs(other, valueInfo('images', TENSOR_TYPE.float32, [1, 3, 32, 32])));
    const freed = inspectOnnx(freePictureAxes(bytes, { name: 'other', layout: 'NCHW' }));
    expect(freed.inputs).toEqual(inspectOnnx(bytes).inputs);
  });

  it('keeps weights, nodes and what it does not know, byte for byte', () => {
    const whole = Buffer.concat([encodeModel(tinyModel()), FOREIGN_FIELD]);
    const freed = freePictureAxes(whole, { name: 'images', layout: 'NCHW' });
    const bare = tinyModel();
    const shapeless = { name: 'grid', type: { tensorType: { elemType: TENSOR_TYPE.float32 } } };
    const image = valueInfo('images', TENSOR_TYPE.float32, [1, 3]);
    image.type?.tensorType?.shape?.dim?.push({}, {});
    const expected = encodeModel({ ...bare, graph: { ...bare.graph, input: [image], output: [shapeless] } });
    expect(Buffer.from(freed).equals(Buffer.concat([expected, FOREIGN_FIELD]))).toBe(true);
  });

  it('refuses what is no protobuf message', () => {
    const bytes = encodeModel(tinyModel());
    const input = { name: 'images', layout: 'NCHW' } as const;
    expect(() => freePictureAxes(bytes.subarray(0, -3), input)).toThrow(RangeError);
    expect(() => freePictureAxes(Uint8Array.of(0x0f), input)).toThrow(/no wire type 7/);
    // Beyond what a double holds a length would be no number, and everything after it would be left out unseen.
    const endless = Buffer.from([0x3a, ...Array<number>(200).fill(0x80), 0]);
    expect(() => freePictureAxes(endless, input)).toThrow(/without an end/);
  });
});
