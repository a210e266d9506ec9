/** MobileNetV3-CenterNet, from the TensorFlow.js graph model of npm's `@vladmandic/human` to one ONNX file. */
import { createGraphBuilder, type GraphBuilder } from '../onnx/graph-builder.ts';
import { encodeModel, TENSOR_TYPE, type ValueInfoProto } from '../onnx/proto.ts';
import { addConvolution, type ConvolutionSpec } from './convolution.ts';
import { readGraphModel, type TfGraph, type TfNode, type TfWeight } from './graph-model.ts';
import { createNetworkReader, type ScaledValue, type ValueReader, weightOf } from './network.ts';
import { addTopDetections, COUNTED_COCO_IDS, TOP_K } from './top-detections.ts';
import { widenOddChannels } from './widen-channels.ts';

/** ONNX operator set; 14 is the first with HardSwish. */
const OPSET_VERSION = 14;
/** ONNX file format version that goes with opset 14. */
const IR_VERSION = 7;

/** The two heads of the original, before sigmoid and scaling. */
const CLASS_HEAD = 'tower_0/CenternetHead/centernet_cls_output/BiasAdd';
const DISTANCE_HEAD = 'tower_0/CenternetHead/centernet_wh_output/BiasAdd';
/** The original multiplies the distance head by this constant to get input pixels. */
const DISTANCE_FACTOR = 'tower_0/mul/y';

/** Chooses output channels of a 1×1 convolution, each with a factor on weights and bias. */
function pickChannels(
  weight: TfWeight,
  channels: readonly { readonly index: number; readonly factor: number }[],
): TfWeight {
  const outer = weight.dims.at(-1) ?? 0;
  const rows = weight.values.length / outer;
  const values = new Float32Array(rows * channels.length);
  for (let row = 0; row < rows; row += 1) {
    channels.forEach(({ index, factor }, column) => {
      values[row * channels.length + column] = (weight.values[row * outer + index] ?? 0) * factor;
    });
  }
  return { dims: [...weight.dims.slice(0, -1), channels.length], values };
}

interface HeadSpec {
  readonly graph: TfGraph;
  readonly builder: GraphBuilder;
  readonly read: ValueReader;
  readonly name: string;
  readonly channels: readonly { readonly index: number; readonly factor: number }[];
}

function addHead({ graph, builder, read, name, channels }: HeadSpec): string {
  const node = graph.nodes.get(name) as TfNode | undefined;
  if (node === undefined) throw new Error(`the graph has no head ${name}`);
  const input: ScaledValue = read(node.input[0] ?? '');
  const spec: ConvolutionSpec = {
    node,
    input: input.name,
    weight: pickChannels(weightOf(graph, node, 1), channels),
    bias: pickChannels(weightOf(graph, node, 2), channels),
    isDepthwise: false,
    inputScale: input.scale,
  };
  return addConvolution(builder, spec);
}

function valueInfo(name: string, elemType: number, shape: readonly (number | string)[]): ValueInfoProto {
  const dim = shape.map((side) => (typeof side === 'number' ? { dimValue: side } : { dimParam: side }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

function addPicture(builder: GraphBuilder): string {
  const planes = builder.node({
    op: 'Transpose',
    name: 'image/planes',
    inputs: ['image'],
    attributes: { perm: { ints: [0, 3, 1, 2] } },
  });
  const to = { to: { int: TENSOR_TYPE.float32 } };
  return builder.node({ op: 'Cast', name: 'image/float', inputs: [planes], attributes: to });
}

/**
 * Turns `centernet.json` and `centernet.bin` into the bytes of an ONNX file. Equal input gives equal bytes.
 *
 * Input `image`: uint8 [1, height, width, 3], RGB, both sides a multiple of 32. Outputs, best first: `scores`
 * float32 [100], `classes` int32 [100] (COCO index 0–79, only the six that Pantau counts), `boxes` float32
 * [100, 4] as left, top, right, bottom in input pixels, not clipped to the picture. Rows beyond the last peak
 * have the score 0. Throws on a graph other than the one it was written for.
 */
export function convertCenternet(topologyJson: string, weightBytes: Uint8Array): Uint8Array {
  const graph = widenOddChannels(readGraphModel(topologyJson, weightBytes));
  const builder = createGraphBuilder();
  const read = createNetworkReader(graph, builder, addPicture(builder));
  const factor = graph.weights.get(DISTANCE_FACTOR)?.values[0];
  if (factor === undefined) throw new Error(`the graph has no constant ${DISTANCE_FACTOR}`);

  const classes = COUNTED_COCO_IDS.map((index) => ({ index, factor: 1 }));
  const logits = addHead({ graph, builder, read, name: CLASS_HEAD, channels: classes });
  // Left and top are subtracted from the corner, right and bottom added: the sign goes into the weights.
  const signs = [-1, -1, 1, 1].map((sign, index) => ({ index, factor: sign * factor }));
  const offsets = addHead({ graph, builder, read, name: DISTANCE_HEAD, channels: signs });
  addTopDetections(builder, { logits, offsets });

  return encodeModel({
    irVersion: IR_VERSION,
    producerName: 'pantau',
    producerVersion: '1',
    opsetImport: [{ domain: '', version: OPSET_VERSION }],
    graph: {
      name: 'centernet-mobilenetv3',
      node: builder.nodes,
      initializer: builder.initializers,
      input: [valueInfo('image', TENSOR_TYPE.uint8, [1, 'height', 'width', 3])],
      output: [
        valueInfo('scores', TENSOR_TYPE.float32, [TOP_K]),
        valueInfo('classes', TENSOR_TYPE.int32, [TOP_K]),
        valueInfo('boxes', TENSOR_TYPE.float32, [TOP_K, 4]),
      ],
    },
  });
}
