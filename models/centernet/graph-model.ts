/** A TensorFlow.js graph model as it lies on disk: a JSON topology and one file of weights. */
import { z } from 'zod';
import { decodeHalf } from './half-float.ts';

const base64 = z.string().transform((text) => Buffer.from(text, 'base64').toString('utf8'));
const intList = z.array(z.union([z.string(), z.number()]).transform(Number));

const nodeSchema = z.object({
  name: z.string(),
  op: z.string(),
  input: z.array(z.string()).default([]),
  attr: z
    .object({
      strides: z.object({ list: z.object({ i: intList }) }).optional(),
      dilations: z.object({ list: z.object({ i: intList }) }).optional(),
      padding: z.object({ s: base64 }).optional(),
      fused_ops: z.object({ list: z.object({ s: z.array(base64) }) }).optional(),
      align_corners: z.object({ b: z.boolean() }).optional(),
      half_pixel_centers: z.object({ b: z.boolean() }).optional(),
    })
    .default({}),
});

const weightSchema = z.object({
  name: z.string(),
  shape: z.array(z.int().nonnegative()),
  dtype: z.enum(['float32', 'int32']),
  quantization: z
    .object({ dtype: z.literal('float16'), original_dtype: z.literal('float32').optional() })
    .optional(),
});

const graphModelSchema = z.object({
  modelTopology: z.object({ node: z.array(nodeSchema) }),
  weightsManifest: z
    .array(z.object({ paths: z.array(z.string()), weights: z.array(weightSchema) }))
    .length(1),
});

/** One operation of the original graph; its settings are decoded, its inputs are names. */
export type TfNode = z.infer<typeof nodeSchema>;

/** One constant of the original graph, row-major in TensorFlow's axis order. */
export interface TfWeight {
  readonly dims: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** The original graph, by name. */
export interface TfGraph {
  readonly nodes: ReadonlyMap<string, TfNode>;
  readonly weights: ReadonlyMap<string, TfWeight>;
}

type WeightEntry = z.infer<typeof weightSchema>;

function decodeWeight(entry: WeightEntry, view: DataView, offset: number): { weight: TfWeight; end: number } {
  const count = entry.shape.reduce((product, side) => product * side, 1);
  const bytesEach = entry.quantization === undefined ? 4 : 2;
  const values = entry.dtype === 'int32' ? new Int32Array(count) : new Float32Array(count);
  for (let index = 0; index < count; index += 1) {
    const at = offset + index * bytesEach;
    if (entry.quantization !== undefined) values[index] = decodeHalf(view.getUint16(at, true));
    else values[index] = entry.dtype === 'int32' ? view.getInt32(at, true) : view.getFloat32(at, true);
  }
  return { weight: { dims: entry.shape, values }, end: offset + count * bytesEach };
}

/**
 * Reads a graph model. Weights lie in manifest order without gaps; float16-quantised ones are widened.
 * Throws when the JSON is of another shape or the weight file is not exactly as long as the manifest says.
 */
export function readGraphModel(topologyJson: string, weightBytes: Uint8Array): TfGraph {
  const model = graphModelSchema.parse(JSON.parse(topologyJson));
  const view = new DataView(weightBytes.buffer, weightBytes.byteOffset, weightBytes.byteLength);
  const weights = new Map<string, TfWeight>();
  let offset = 0;
  for (const entry of model.weightsManifest[0]?.weights ?? []) {
    const { weight, end } = decodeWeight(entry, view, offset);
    weights.set(entry.name, weight);
    offset = end;
  }
  if (offset !== weightBytes.byteLength) {
    throw new Error(
      `the manifest describes ${offset} bytes of weights, the file has ${weightBytes.byteLength}`,
    );
  }
  return { nodes: new Map(model.modelTopology.node.map((node) => [node.name, node])), weights };
}
