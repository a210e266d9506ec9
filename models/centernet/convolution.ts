/** TensorFlow convolutions as ONNX `Conv`: axis order, padding, bias and the fused Relu. */
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import type { TfNode, TfWeight } from './graph-model.ts';
import { samePadding } from './same-padding.ts';

/**
 * Any even length stands for all: inputs are multiples of 32 and the network halves them five times, so every
 * stride-2 layer sees an even side, and the padding depends on nothing else.
 */
const ANY_EVEN_SIDE = 64;

/** A convolution to write. */
export interface ConvolutionSpec {
  readonly node: TfNode;
  readonly input: string;
  /** HWIO, or HWCM when depthwise. */
  readonly weight: TfWeight;
  readonly bias?: TfWeight;
  readonly isDepthwise: boolean;
  /** Factor on the weights (not on the bias): the constant still owed by the input. */
  readonly inputScale: number;
}

function sides(weight: TfWeight): [number, number, number, number] {
  const [height, width, inner, outer] = weight.dims;
  if (weight.dims.length !== 4 || !height || !width || !inner || !outer) {
    throw new Error(`a convolution kernel has the shape [${weight.dims.join(', ')}], expected four axes`);
  }
  return [height, width, inner, outer];
}

/** HWIO → OIHW; depthwise HWCM → (C·M),1,H,W. Values times `scale`, rounded to float32. */
export function toOnnxKernel(
  weight: TfWeight,
  isDepthwise: boolean,
  scale = 1,
): { dims: number[]; values: Float32Array } {
  const [height, width, inner, outer] = sides(weight);
  const cells = height * width;
  const values = new Float32Array(cells * inner * outer);
  for (let cell = 0; cell < cells; cell += 1) {
    for (let i = 0; i < inner; i += 1) {
      for (let o = 0; o < outer; o += 1) {
        const target = isDepthwise ? (i * outer + o) * cells + cell : (o * inner + i) * cells + cell;
        values[target] = (weight.values[(cell * inner + i) * outer + o] ?? 0) * scale;
      }
    }
  }
  const dims = isDepthwise ? [inner * outer, 1, height, width] : [outer, inner, height, width];
  return { dims, values };
}

/** ONNX order of the pads: top, left, bottom, right. */
function padsOf(
  node: TfNode,
  kernel: readonly [number, number],
  stride: readonly [number, number],
): number[] {
  if (node.attr.padding?.s === 'VALID') return [0, 0, 0, 0];
  if (node.attr.padding?.s !== 'SAME') throw new Error(`${node.name}: padding must be SAME or VALID`);
  const rows = samePadding(ANY_EVEN_SIDE, kernel[0], stride[0]);
  const columns = samePadding(ANY_EVEN_SIDE, kernel[1], stride[1]);
  return [rows.begin, columns.begin, rows.end, columns.end];
}

/** Adds the convolution (and its fused Relu) to the graph; gives the name of its value. */
export function addConvolution(builder: GraphBuilder, spec: ConvolutionSpec): string {
  const { node, weight, bias } = spec;
  const [kernelHeight, kernelWidth, inner] = sides(weight);
  const [, strideY = 1, strideX = 1] = node.attr.strides?.list.i ?? [];
  if (node.attr.dilations?.list.i.some((step) => step !== 1)) {
    throw new Error(`${node.name}: dilated convolutions are not converted`);
  }
  const fused = node.attr.fused_ops?.list.s ?? [];
  const hasRelu = fused.includes('Relu');
  const unknown = fused.filter((op) => op !== 'BiasAdd' && op !== 'Relu');
  if (unknown.length > 0) throw new Error(`${node.name}: fused ${unknown.join(', ')} is not converted`);

  const kernel = toOnnxKernel(weight, spec.isDepthwise, spec.inputScale);
  const inputs = [spec.input, builder.floats(`${node.name}/weight`, kernel.dims, kernel.values)];
  if (bias !== undefined) {
    inputs.push(builder.floats(`${node.name}/bias`, [bias.values.length], Float32Array.from(bias.values)));
  }
  const value = builder.node({
    op: 'Conv',
    name: hasRelu ? `${node.name}/linear` : node.name,
    inputs,
    attributes: {
      dilations: { ints: [1, 1] },
      group: { int: spec.isDepthwise ? inner : 1 },
      kernel_shape: { ints: [kernelHeight, kernelWidth] },
      pads: { ints: padsOf(node, [kernelHeight, kernelWidth], [strideY, strideX]) },
      strides: { ints: [strideY, strideX] },
    },
  });
  return hasRelu ? builder.node({ op: 'Relu', name: node.name, inputs: [value] }) : value;
}
