import { describe, expect, it } from 'vitest';
import { inspectOnnx } from '../../../models/onnx/inspect.ts';
import { encodeModel, type ModelProto, TENSOR_TYPE } from '../../../models/onnx/proto.ts';
import { verifyModelBytes } from '../../../models/verify.ts';
import { AnalysisError } from '../../../pipelines/errors.ts';
import { sha256Of, tinyBytes, tinyCard, tinyModel, valueInfo } from './tiny-onnx.ts';

function verify(model: ModelProto) {
  const bytes = encodeModel(model);
  return () => verifyModelBytes(bytes, tinyCard(bytes), 'test.onnx');
}

/** `tinyModel` with its graph changed. */
function withGraph(change: Partial<NonNullable<ModelProto['graph']>>): ModelProto {
  const model = tinyModel();
  return { ...model, graph: { ...model.graph, ...change } };
}

const external = {
  name: 'w',
  dims: [2],
  dataType: 1,
  dataLocation: 1,
  externalData: [{ key: 'location', value: '../../etc/passwd' }],
};

describe('verifyModelBytes', () => {
  it('passes the file its card describes', () => {
    const bytes = tinyBytes();
    const verified = verifyModelBytes(bytes, tinyCard(bytes), 'test.onnx');
    expect(verified).toMatchObject({ sha256: sha256Of(bytes), bytes: bytes.byteLength });
    expect(verified.summary).toEqual({
      irVersion: 7,
      opset: 14,
      inputs: [{ name: 'images', dtype: 'float32', shape: [1, 3, 32, 32] }],
      outputs: [{ name: 'grid', dtype: 'float32', shape: [1, 21, 6] }],
    });
  });

  it('names the expected and the found sha256', () => {
    const bytes = tinyBytes();
    const other = 'a'.repeat(64);
    const check = () => verifyModelBytes(bytes, tinyCard(bytes, { sha256: other }), 'test.onnx');
    expect(check).toThrow(AnalysisError);
    expect(check).toThrow(new RegExp(`test.onnx.*${sha256Of(bytes)}.*${other}`));
  });

  it('a truncated file fails by its sha256 and, with a card made for it, as no ONNX', () => {
    const whole = tinyBytes();
    const half = whole.slice(0, whole.length / 2);
    expect(() => verifyModelBytes(half, tinyCard(whole), 'half')).toThrow(/has the sha256/);
    expect(() => verifyModelBytes(half, tinyCard(half), 'half')).toThrow(/is refused/);
  });

  it.each([
    ['an empty file', new Uint8Array()],
    ['an HTML page instead of the model', new TextEncoder().encode('<!doctype html><title>404</title>')],
    ['a JPEG', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46)],
    ['deep nesting', nested(5_000)],
  ])('refuses %s', (_name, bytes) => {
    expect(() => verifyModelBytes(bytes, tinyCard(bytes), 'bad')).toThrow(/bad\) is refused/);
  });

  it.each<[string, ModelProto, RegExp]>([
    ['an initializer in another file', withGraph({ initializer: [external] }), /lies in another file/],
    [
      'external_data without the location flag',
      withGraph({ initializer: [{ ...external, dataLocation: 0 }] }),
      /lies in another file/,
    ],
    [
      'the flag without external_data',
      withGraph({ initializer: [{ name: 'w', dataLocation: 1 }] }),
      /lies in another/,
    ],
    [
      'an external tensor in an attribute',
      withGraph({ node: [nodeWith({ name: 'value', type: 4, t: external })] }),
      /lies in another/,
    ],
    [
      'one in the list of an attribute',
      withGraph({ node: [nodeWith({ name: 'values', type: 9, tensors: [external] })] }),
      /lies in another/,
    ],
    [
      'one in the graph of a branch',
      withGraph({ node: [nodeWith({ name: 'then', type: 5, g: { initializer: [external] } })] }),
      /lies in another/,
    ],
    ['a sparse one', withGraph({ sparseInitializer: [{ values: external }] } as object), /lies in another/],
    [
      'one in a function',
      {
        ...tinyModel(),
        functions: [{ node: [nodeWith({ name: 'v', type: 4, t: external })] }],
      } as ModelProto,
      /lies in another/,
    ],
    [
      'an operation that opens files',
      withGraph({ node: [{ opType: 'EPContext', domain: 'com.microsoft' }] }),
      /EPContext/,
    ],
  ])('refuses %s', (_name, model, message) => {
    expect(verify(model)).toThrow(message);
  });

  it('finds an external tensor that a second `graph` field would merge in', () => {
    // protobuf merges repeated singular messages: the concatenation of two files is one model.
    const joined = Buffer.concat([encodeModel(withGraph({ initializer: [external] })), tinyBytes()]);
    expect(() => verifyModelBytes(joined, tinyCard(joined), 'joined')).toThrow(/lies in another/);
  });

  it.each<[string, Parameters<typeof withGraph>[0], RegExp]>([
    ['another input name', { input: [valueInfo('x', 1, [1, 3, 32, 32])] }, /input images .* the file has x/],
    [
      'another element type',
      { input: [valueInfo('images', TENSOR_TYPE.uint8, [1, 3, 32, 32])] },
      /has images uint8/,
    ],
    [
      'another size',
      { input: [valueInfo('images', 1, [1, 3, 64, 32])] },
      /\[1, 3, 64, 32\]|\[any, 3, 32, 32\]/,
    ],
    ['another layout', { input: [valueInfo('images', 1, [1, 32, 32, 3])] }, /\[1, 32, 32, 3\]/],
    [
      'a second input',
      { input: [valueInfo('images', 1, [1, 3, 32, 32]), valueInfo('y', 1, [1])] },
      /one input.*images, y/,
    ],
    ['another output name', { output: [valueInfo('z', 1, [1, 21, 6])] }, /output grid/],
    ['a number of classes unlike the labels', { output: [valueInfo('grid', 1, [1, 21, 85])] }, /85/],
  ])('refuses %s', (_name, change, message) => {
    expect(verify(withGraph(change))).toThrow(message);
  });

  it('takes free axes and missing shapes for what the card says', () => {
    expect(verify(withGraph({ input: [valueInfo('images', 1, ['batch', 3, 'h', 'w'])] }))).not.toThrow();
    expect(
      verify(withGraph({ output: [{ name: 'grid', type: { tensorType: { elemType: 1 } } }] })),
    ).not.toThrow();
  });

  it('an input with a constant of its name need not be fed', () => {
    const both = [valueInfo('images', 1, [1, 3, 32, 32]), valueInfo('w', 1, [2])];
    expect(verify(withGraph({ input: both }))).not.toThrow();
  });

  it('an aspect card takes free and fixed axes, of three colours', () => {
    const size = { kind: 'aspect', longSidePx: 512, multipleOfPx: 32 } as const;
    const verifyAspect = (axes: readonly (number | string)[]) => () => {
      const bytes = encodeModel(withGraph({ input: [valueInfo('images', 1, axes)] }));
      const { input } = tinyCard(bytes);
      verifyModelBytes(bytes, tinyCard(bytes, { input: { ...input, size } }), 'aspect');
    };
    expect(verifyAspect([1, 3, 'height', 'width'])).not.toThrow();
    expect(verifyAspect([1, 3, 32, 32])).not.toThrow();
    expect(verifyAspect([1, 1, 32, 32])).toThrow(/\[1, 3, any, any\]/);
  });
});

describe('inspectOnnx', () => {
  it('says so when there is no graph', () => {
    expect(() => inspectOnnx(encodeModel({ irVersion: 7 }))).toThrow(/no graph/);
  });
});

function nodeWith(attribute: object) {
  return { opType: 'Constant', output: ['grid'], attribute: [attribute] } as never;
}

/** graph → node → attribute → graph → …, `depth` times. */
function nested(depth: number): Uint8Array {
  const wrap = (tag: number, inner: Uint8Array) => {
    const length: number[] = [];
    for (let rest = inner.byteLength; ; rest >>>= 7) {
      length.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
      if (rest <= 0x7f) break;
    }
    return Buffer.concat([Uint8Array.of(tag), Uint8Array.from(length), inner]);
  };
  let bytes: Uint8Array = new Uint8Array();
  // Tags with wire type 2: NodeProto.attribute (5), AttributeProto.g (6), GraphProto.node (1).
  for (let level = 0; level < depth; level += 1) bytes = wrap(0x0a, wrap(0x2a, wrap(0x32, bytes)));
  return wrap(0x3a, bytes);
}
