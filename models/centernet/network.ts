/** The network itself, from the picture to the two heads, one TensorFlow operation after the other. */
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { addConvolution } from './convolution.ts';
import type { TfGraph, TfNode, TfWeight } from './graph-model.ts';

/**
 * A value of the ONNX graph and the positive factor still missing from it: the original's value is
 * `scale · name`. Hard-swish owes one (see `hardSwish`); the next convolution pays it with its weights.
 */
export interface ScaledValue {
  readonly name: string;
  readonly scale: number;
}

/** Looks a value of the original graph up, converting whatever leads to it. */
export type ValueReader = (name: string) => ScaledValue;

/** Slope and intercept of HardSigmoid that ONNX's HardSwish has inside: max(0, min(1, x / 6 + 1 / 2)). */
const HARD_SIGMOID = { alpha: { float: 1 / 6 }, beta: { float: 0.5 } };

type Converter = (node: TfNode, context: Context) => ScaledValue;

interface Context {
  readonly graph: TfGraph;
  readonly builder: GraphBuilder;
  readonly read: ValueReader;
}

function inputName(node: TfNode, index: number): string {
  const name = node.input[index];
  if (name === undefined) throw new Error(`${node.name} (${node.op}) has no input ${index}`);
  return name;
}

/** The constant behind a node's input. */
export function weightOf(graph: TfGraph, node: TfNode, index: number): TfWeight {
  const weight = graph.weights.get(inputName(node, index));
  if (weight === undefined) throw new Error(`${node.name}: input ${index} is not a constant`);
  return weight;
}

function scalarOf(graph: TfGraph, name: string | undefined): number | undefined {
  const weight = name === undefined ? undefined : graph.weights.get(name);
  return weight?.values.length === 1 ? weight.values[0] : undefined;
}

/** Pays the missing factor with an operation of its own, for the few places where no convolution follows. */
function settled(value: ScaledValue, { builder }: Context): string {
  if (value.scale === 1) return value.name;
  const factor = builder.floats(`${value.name}/scale`, [], Float32Array.of(value.scale));
  return builder.node({ op: 'Mul', name: `${value.name}/scaled`, inputs: [value.name, factor] });
}

function convolution(isDepthwise: boolean): Converter {
  return (node, context) => {
    const input = context.read(inputName(node, 0));
    const bias = node.input[2] === undefined ? {} : { bias: weightOf(context.graph, node, 2) };
    const weight = weightOf(context.graph, node, 1);
    const spec = { node, input: input.name, weight, isDepthwise, inputScale: input.scale, ...bias };
    return { name: addConvolution(context.builder, spec), scale: 1 };
  };
}

/** `x` of `Relu6(x + 3)`, or nothing where the node is something else. */
function relu6Argument(graph: TfGraph, name: string | undefined): string | undefined {
  const relu6 = name === undefined ? undefined : graph.nodes.get(name);
  if (relu6?.op !== 'Relu6') return undefined;
  const add = graph.nodes.get(inputName(relu6, 0));
  return add?.op === 'Add' && scalarOf(graph, add.input[1]) === 3 ? add.input[0] : undefined;
}

/**
 * `c · Relu6(x + 3)`, the squeeze-excite gate. c is 1/6 rounded to float16 (0.16662598), so it equals
 * `6c · HardSigmoid(x)`; 6c is owed.
 */
function hardSigmoid(node: TfNode, context: Context): ScaledValue | undefined {
  const factor = scalarOf(context.graph, node.input[0]);
  const argument = relu6Argument(context.graph, node.input[1]);
  if (factor === undefined || argument === undefined) return undefined;
  const name = context.builder.node({
    op: 'HardSigmoid',
    name: node.name,
    inputs: [settled(context.read(argument), context)],
    attributes: HARD_SIGMOID,
  });
  return { name, scale: factor * 6 };
}

/** `(c · x) · Relu6(x + 3)`: hard-swish with the same rounded c; again 6c is owed. */
function hardSwish(node: TfNode, context: Context): ScaledValue | undefined {
  const scaled = context.graph.nodes.get(inputName(node, 0));
  const factor = scalarOf(context.graph, scaled?.input[0]);
  const argument = relu6Argument(context.graph, node.input[1]);
  if (scaled?.op !== 'Mul' || factor === undefined) return undefined;
  if (argument === undefined || argument !== scaled.input[1]) return undefined;
  const input = settled(context.read(argument), context);
  return {
    name: context.builder.node({ op: 'HardSwish', name: node.name, inputs: [input] }),
    scale: factor * 6,
  };
}

function product(node: TfNode, context: Context): ScaledValue {
  const left = context.read(inputName(node, 0));
  const right = context.read(inputName(node, 1));
  const inputs = [left.name, right.name];
  return {
    name: context.builder.node({ op: 'Mul', name: node.name, inputs }),
    scale: left.scale * right.scale,
  };
}

function sum(node: TfNode, context: Context): ScaledValue {
  const inputs = node.input.map((name) => settled(context.read(name), context));
  return { name: context.builder.node({ op: 'Add', name: node.name, inputs }), scale: 1 };
}

/** The mean over rows and columns (TensorFlow's axes 1 and 2), both kept with length 1. */
function globalMean(node: TfNode, context: Context): ScaledValue {
  const axes = [...weightOf(context.graph, node, 1).values];
  if (axes.join() !== '1,2')
    throw new Error(`${node.name}: a mean over the axes ${axes.join()} is not converted`);
  const input = context.read(inputName(node, 0));
  const name = context.builder.node({ op: 'GlobalAveragePool', name: node.name, inputs: [input.name] });
  return { name, scale: input.scale };
}

/** Twice the size, bilinear, cell corners aligned (neither `align_corners` nor `half_pixel_centers`). */
function upsample(node: TfNode, context: Context): ScaledValue {
  if (node.attr.align_corners?.b || node.attr.half_pixel_centers?.b) {
    throw new Error(`${node.name}: only the asymmetric resize is converted`);
  }
  const scales = context.builder.floats(`${node.name}/scales`, [4], Float32Array.of(1, 1, 2, 2));
  const name = context.builder.node({
    op: 'Resize',
    name: node.name,
    inputs: [settled(context.read(inputName(node, 0)), context), '', scales],
    attributes: { coordinate_transformation_mode: { string: 'asymmetric' }, mode: { string: 'linear' } },
  });
  return { name, scale: 1 };
}

function concatChannels(node: TfNode, context: Context): ScaledValue {
  const values = node.input.slice(0, -1);
  const axis = scalarOf(context.graph, node.input.at(-1));
  if (axis !== 3) throw new Error(`${node.name}: a concatenation on axis ${axis} is not converted`);
  const inputs = values.map((name) => settled(context.read(name), context));
  const name = context.builder.node({
    op: 'Concat',
    name: node.name,
    inputs,
    attributes: { axis: { int: 1 } },
  });
  return { name, scale: 1 };
}

function unary(op: string): Converter {
  return (node, context) => {
    const inputs = [settled(context.read(inputName(node, 0)), context)];
    return { name: context.builder.node({ op, name: node.name, inputs }), scale: 1 };
  };
}

const CONVERTERS: Readonly<Record<string, Converter>> = {
  _FusedConv2D: convolution(false),
  Conv2D: convolution(false),
  FusedDepthwiseConv2dNative: convolution(true),
  DepthwiseConv2dNative: convolution(true),
  Mul: (node, context) => hardSwish(node, context) ?? hardSigmoid(node, context) ?? product(node, context),
  Add: sum,
  Mean: globalMean,
  ResizeBilinear: upsample,
  ConcatV2: concatChannels,
  Relu: unary('Relu'),
  Sigmoid: unary('Sigmoid'),
};

/**
 * A reader over the original graph that converts on demand, so that only what the asked-for values need is
 * written, once and always in the same order. `image` is the float NCHW picture in the ONNX graph.
 * Throws at an operation, padding or axis that the original model doesn't use.
 */
export function createNetworkReader(graph: TfGraph, builder: GraphBuilder, image: string): ValueReader {
  const done = new Map<string, ScaledValue>();
  const read: ValueReader = (name) => {
    const known = done.get(name);
    if (known !== undefined) return known;
    const node = graph.nodes.get(name);
    if (node === undefined) throw new Error(`the graph has no node ${name}`);
    const convert = CONVERTERS[node.op];
    if (node.op !== 'Placeholder' && convert === undefined) {
      throw new Error(`${name}: operation ${node.op} is not converted`);
    }
    const value = convert?.(node, { graph, builder, read }) ?? { name: image, scale: 1 };
    done.set(name, value);
    return value;
  };
  return read;
}
