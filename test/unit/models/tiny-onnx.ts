/** A card and the smallest ONNX files that fit it, or fail to in one way. */
import { createHash } from 'node:crypto';
import type { ModelCard } from '../../../models/card.ts';
import {
  encodeModel,
  type ModelProto,
  TENSOR_TYPE,
  type ValueInfoProto,
} from '../../../models/onnx/proto.ts';

/** One input or output; a string names a free axis. */
export function valueInfo(
  name: string,
  elemType: number,
  shape: readonly (number | string)[],
): ValueInfoProto {
  const dim = shape.map((side) => (typeof side === 'number' ? { dimValue: side } : { dimParam: side }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

/** One class, 32×32 pixels: input `images`, output `grid` [1, 21, 6]. It is inspected, never run. */
export function tinyModel(): ModelProto {
  return {
    irVersion: 7,
    opsetImport: [{ domain: '', version: 14 }],
    graph: {
      name: 'tiny',
      node: [{ name: 'n', opType: 'Identity', input: ['images'], output: ['grid'] }],
      initializer: [{ name: 'w', dims: [2], dataType: TENSOR_TYPE.float32, rawData: new Uint8Array(8) }],
      input: [valueInfo('images', TENSOR_TYPE.float32, [1, 3, 32, 32])],
      output: [valueInfo('grid', TENSOR_TYPE.float32, [1, 21, 6])],
    },
  };
}

/** Lower-case hex. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A valid card for `bytes`, with what is given put over it. */
export function tinyCard(bytes: Uint8Array, over: Partial<ModelCard> = {}): ModelCard {
  return {
    id: 'tiny',
    title: 'Tiny',
    source: { kind: 'file', path: './tiny.onnx' },
    sha256: sha256Of(bytes),
    licence: 'MIT',
    attribution: 'nobody',
    input: {
      name: 'images',
      layout: 'NCHW',
      dtype: 'float32',
      colourOrder: 'bgr',
      range: [0, 255],
      resize: 'letterbox',
      padValue: 114,
      size: { kind: 'fixed', widthPx: 32, heightPx: 32 },
    },
    output: { decoder: 'yolox', names: ['grid'] },
    labels: ['person'],
    thresholds: { score: 0.4, lowScore: 0.2, nmsIou: 0.5 },
    ...over,
  };
}

/** The bytes of `tinyModel()`. */
export function tinyBytes(): Uint8Array {
  return encodeModel(tinyModel());
}
