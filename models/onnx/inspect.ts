/** Looks into an ONNX file before ONNX Runtime does: what it takes, what it gives, whether it stands alone. */
import { type DimensionProto, decodeModel, TENSOR_TYPE, toNumber, type ValueInfoProto } from './proto.ts';

/** One axis: its length, the name of a free one, or `null` where the file doesn't say. */
export type Axis = number | string | null;

/** An input or output of the graph. */
export interface OnnxValue {
  readonly name: string;
  /** One of the types Pantau reads, or `type <n>` with ONNX's number. */
  readonly dtype: string;
  /** Absent where the file gives no shape. */
  readonly shape?: readonly Axis[];
}

/** What a file says of itself. */
export interface OnnxSummary {
  readonly irVersion: number;
  /** Version of ONNX's own operator set. */
  readonly opset: number;
  /** Inputs the caller has to feed; those with a constant of the same name are left out. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** Upstream's number of `TensorProto.DataLocation.EXTERNAL`. */
const EXTERNAL = 1;

/** Operators that make ONNX Runtime open another file or load foreign code. */
const FORBIDDEN_OPS = new Set(['EPContext', 'PyOp']);

function axis(dimension: DimensionProto): Axis {
  if (dimension.dimParam) return dimension.dimParam;
  return Object.hasOwn(dimension, 'dimValue') && dimension.dimValue !== undefined
    ? toNumber(dimension.dimValue)
    : null;
}

function toValue(info: ValueInfoProto): OnnxValue {
  const tensor = info.type?.tensorType;
  const number = tensor?.elemType ?? 0;
  const dtype = Object.entries(TENSOR_TYPE).find(([, value]) => value === number)?.[0] ?? `type ${number}`;
  const shape = tensor?.shape?.dim?.map(axis);
  return { name: info.name ?? '', dtype, ...(shape === undefined ? {} : { shape }) };
}

/** Visits every message below `root`, without recursion so that no nesting can exhaust the stack. */
function* messagesBelow(root: object): Generator<Record<string, unknown>> {
  const waiting: object[] = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (ArrayBuffer.isView(next)) continue;
    if (!Array.isArray(next)) yield next as Record<string, unknown>;
    for (const child of Object.values(next)) {
      if (typeof child === 'object' && child !== null) waiting.push(child);
    }
  }
}

function assertStandsAlone(model: object): void {
  for (const message of messagesBelow(model)) {
    const { dataLocation, externalData, opType } = message;
    if (dataLocation === EXTERNAL || (Array.isArray(externalData) && externalData.length > 0)) {
      const name = JSON.stringify(message.name ?? '');
      throw new Error(
        `the tensor ${name} lies in another file (external_data); only self-contained files run`,
      );
    }
    if (typeof opType === 'string' && FORBIDDEN_OPS.has(opType)) {
      throw new Error(`the operation ${opType} loads other files and is not allowed`);
    }
  }
}

/**
 * Parses an ONNX file and lists its inputs and outputs. Throws a plain error whose message says what is wrong:
 * no protobuf, no graph, or tensors that lie in other files (a way to read any path of the host).
 */
export function inspectOnnx(bytes: Uint8Array): OnnxSummary {
  const model = decodeModel(bytes);
  const graph = model.graph;
  if (!graph?.node?.length) throw new Error('there is no graph in it');
  assertStandsAlone(model);
  const constants = new Set(graph.initializer?.map(({ name }) => name));
  const opset = model.opsetImport?.find(({ domain }) => !domain || domain === 'ai.onnx')?.version;
  return {
    irVersion: toNumber(model.irVersion ?? 0),
    opset: toNumber(opset ?? 0),
    inputs: (graph.input ?? []).filter(({ name }) => !constants.has(name)).map(toValue),
    outputs: (graph.output ?? []).map(toValue),
  };
}
