/** Collects the nodes and constants of an ONNX graph in the order in which they are made. */
import {
  ATTRIBUTE_TYPE,
  type AttributeProto,
  type NodeProto,
  TENSOR_TYPE,
  type TensorProto,
} from './proto.ts';

/** A setting of a node; which ONNX kind it becomes is said, because JS has one number type only. */
export type AttributeValue =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly string: string };

/** One operation to add. `name` is also the name of its first output. */
export interface NodeSpec {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  /** Names of the outputs where there are more than one. */
  readonly outputs?: readonly string[];
}

/** Grows a graph; every method gives back the name of the value it made. */
export interface GraphBuilder {
  node(spec: NodeSpec): string;
  floats(name: string, dims: readonly number[], values: Float32Array): string;
  int32s(name: string, dims: readonly number[], values: readonly number[]): string;
  int64s(name: string, dims: readonly number[], values: readonly number[]): string;
  readonly nodes: NodeProto[];
  readonly initializers: TensorProto[];
}

function toAttribute(name: string, value: AttributeValue): AttributeProto {
  if ('int' in value) return { name, type: ATTRIBUTE_TYPE.int, i: value.int };
  if ('ints' in value) return { name, type: ATTRIBUTE_TYPE.ints, ints: [...value.ints] };
  if ('float' in value) return { name, type: ATTRIBUTE_TYPE.float, f: value.float };
  return { name, type: ATTRIBUTE_TYPE.string, s: new TextEncoder().encode(value.string) };
}

/** How one element type is written; little-endian whatever the machine's own order, for the file's sha256. */
const WRITERS = {
  float32: {
    bytesEach: 4,
    write: (view: DataView, at: number, value: number) => view.setFloat32(at, value, true),
  },
  int32: {
    bytesEach: 4,
    write: (view: DataView, at: number, value: number) => view.setInt32(at, value, true),
  },
  int64: {
    bytesEach: 8,
    write: (view: DataView, at: number, value: number) => view.setBigInt64(at, BigInt(value), true),
  },
} as const;

type ConstantMaker = (name: string, dims: readonly number[], values: ArrayLike<number>) => TensorProto;

function constantMaker(type: keyof typeof WRITERS): ConstantMaker {
  const { bytesEach, write } = WRITERS[type];
  return (name, dims, values) => {
    const rawData = new Uint8Array(values.length * bytesEach);
    const view = new DataView(rawData.buffer);
    for (let index = 0; index < values.length; index += 1) write(view, index * bytesEach, values[index] ?? 0);
    return { name, dims: [...dims], dataType: TENSOR_TYPE[type], rawData };
  };
}

/** A new, empty graph. Two values or constants of one name are a fault of the caller and throw. */
export function createGraphBuilder(): GraphBuilder {
  const nodes: NodeProto[] = [];
  const initializers: TensorProto[] = [];
  const names = new Set<string>();

  const claim = (name: string): string => {
    if (names.has(name)) throw new Error(`ONNX value ${name} is defined twice`);
    names.add(name);
    return name;
  };
  const adder =
    (make: ConstantMaker): ((...spec: Parameters<ConstantMaker>) => string) =>
    (name, dims, values) => {
      initializers.push(make(claim(name), dims, values));
      return name;
    };

  return {
    nodes,
    initializers,
    node({ op, name, inputs, attributes = {}, outputs = [name] }) {
      for (const output of outputs) claim(output);
      const attribute = Object.entries(attributes).map(([key, value]) => toAttribute(key, value));
      nodes.push({ name, opType: op, input: [...inputs], output: [...outputs], attribute });
      return outputs[0] ?? name;
    },
    floats: adder(constantMaker('float32')),
    int32s: adder(constantMaker('int32')),
    int64s: adder(constantMaker('int64')),
  };
}
