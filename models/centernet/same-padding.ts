/** TensorFlow's "SAME" padding, written out because ONNX wants the two ends of an axis apart. */

/** Zero cells added before and after one axis. */
export interface AxisPadding {
  readonly begin: number;
  readonly end: number;
}

/**
 * Padding of one axis so that the output has ceil(size / stride) cells; an odd cell goes to the end
 * (https://www.tensorflow.org/api_docs/python/tf/nn#same_padding_2).
 */
export function samePadding(size: number, kernel: number, stride: number): AxisPadding {
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0);
  const begin = Math.floor(total / 2);
  return { begin, end: total - begin };
}
