/** Whether an ONNX file is what its card says: names, element types and shapes of input and outputs. */
import type { ModelCard } from '../card.ts';
import type { Axis, OnnxSummary, OnnxValue } from './inspect.ts';

/** What an axis must be: a length, or anything. */
type Expected = number | 'any';

interface ExpectedValue {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly Expected[];
}

function expectedInput({ input }: ModelCard): ExpectedValue {
  const isFixed = input.size.kind === 'fixed';
  // Axes that a file of aspect size fixes are freed when it is loaded (`free-axes.ts`).
  const height = input.size.kind === 'fixed' ? input.size.heightPx : 'any';
  const width = input.size.kind === 'fixed' ? input.size.widthPx : 'any';
  // A batch axis may be free in files of fixed size; a fully convolutional one is fed single pictures.
  const batch = isFixed ? 'any' : 1;
  const shape: Expected[] = input.layout === 'NHWC' ? [batch, height, width, 3] : [batch, 3, height, width];
  return { name: input.name, dtype: input.dtype, shape };
}

function expectedOutputs({ output, labels }: ModelCard): ExpectedValue[] {
  const [first = '', second = '', third = ''] = output.names;
  switch (output.decoder) {
    case 'yolox':
      // Box (4) and objectness (1) before the class scores.
      return [{ name: first, dtype: 'float32', shape: ['any', 'any', 5 + labels.length] }];
    case 'centernet-topk':
      return [
        { name: first, dtype: 'float32', shape: ['any'] },
        { name: second, dtype: 'int32', shape: ['any'] },
        { name: third, dtype: 'float32', shape: ['any', 4] },
      ];
  }
}

/** Whether an axis of the file can be used as the card says. A free or unknown axis takes any length. */
function axisFits(found: Axis, expected: Expected): boolean {
  return expected === 'any' || typeof found !== 'number' || found === expected;
}

function describe(name: string, dtype: string, shape: readonly (Axis | Expected)[] | undefined): string {
  return `${name} ${dtype} [${shape?.map((axis) => axis ?? '?').join(', ') ?? '?'}]`;
}

function valueFault(role: string, values: readonly OnnxValue[], expected: ExpectedValue): string[] {
  const wanted = describe(expected.name, expected.dtype, expected.shape);
  const found = values.find(({ name }) => name === expected.name);
  if (found === undefined) {
    const names = values.map(({ name }) => name).join(', ') || 'none';
    return [`the card expects the ${role} ${wanted}, the file has ${names}`];
  }
  const { shape } = found;
  const fits =
    found.dtype === expected.dtype &&
    (shape === undefined ||
      (shape.length === expected.shape.length &&
        shape.every((axis, index) => axisFits(axis, expected.shape[index] ?? 'any'))));
  if (fits) return [];
  return [`the card expects the ${role} ${wanted}, the file has ${describe(found.name, found.dtype, shape)}`];
}

/** Every way in which the file differs from its card, as sentences; empty when it conforms. */
export function conformityFaults(summary: OnnxSummary, card: ModelCard): string[] {
  const faults = valueFault('input', summary.inputs, expectedInput(card));
  if (summary.inputs.length > 1) {
    const names = summary.inputs.map(({ name }) => name).join(', ');
    faults.push(`a detector has one input, the file has ${summary.inputs.length}: ${names}`);
  }
  for (const expected of expectedOutputs(card)) {
    faults.push(...valueFault('output', summary.outputs, expected));
  }
  return faults;
}
