/** Zero channels that cost nothing and let ONNX Runtime keep its blocked memory layout. */
import type { TfGraph, TfWeight } from './graph-model.ts';

/**
 * The one block whose width, 18 channels, is not a multiple of 4. ONNX Runtime's blocked (NCHWc) kernels leave
 * such a depthwise convolution out and copy back and forth around it: with 20 channels the whole network took
 * 3–8 % less time (`models/README.md`).
 */
const ODD_BLOCK = 'CenternetHead/c2_reverse/';
const ODD_WIDTH = 18;
const EVEN_WIDTH = 20;

/** The weight with every axis of length `from` grown to `to`; the new cells are 0. */
export function growAxes(weight: TfWeight, from: number, to: number): TfWeight {
  const dims = weight.dims.map((side) => (side === from ? to : side));
  const values = new Float32Array(dims.reduce((product, side) => product * side, 1));
  for (let index = 0; index < weight.values.length; index += 1) {
    let rest = index;
    let target = 0;
    let stride = 1;
    for (let axis = dims.length - 1; axis >= 0; axis -= 1) {
      const side = weight.dims[axis] ?? 1;
      target += (rest % side) * stride;
      rest = Math.floor(rest / side);
      stride *= dims[axis] ?? 1;
    }
    values[target] = weight.values[index] ?? 0;
  }
  return { dims, values };
}

/** The same network with that block 20 channels wide. The added channels stay 0 from end to end. */
export function widenOddChannels(graph: TfGraph): TfGraph {
  const weights = [...graph.weights].map(([name, weight]): [string, TfWeight] => [
    name,
    name.includes(ODD_BLOCK) ? growAxes(weight, ODD_WIDTH, EVEN_WIDTH) : weight,
  ]);
  return { nodes: graph.nodes, weights: new Map(weights) };
}
