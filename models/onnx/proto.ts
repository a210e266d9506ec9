/** ONNX's file format: protobuf messages in and out, by the trimmed schema in `onnx.proto`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { packageRoot } from '../package-root.ts';

/** Element types of `TensorProto.DataType`, with upstream's numbers. */
export const TENSOR_TYPE = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 } as const;

/** Kinds of `AttributeProto.AttributeType`, with upstream's numbers. */
export const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, floats: 6, ints: 7 } as const;

/** A 64-bit integer as protobufjs gives it when decoding; plain numbers are accepted when encoding. */
export type Int64 = number | { toNumber(): number };

/** A constant. `rawData` is little-endian, row-major. */
export interface TensorProto {
  dims?: Int64[];
  dataType?: number;
  name?: string;
  rawData?: Uint8Array;
  externalData?: { key?: string; value?: string }[];
  dataLocation?: number;
}

/** One named setting of a node. */
export interface AttributeProto {
  name: string;
  type: number;
  f?: number;
  i?: Int64;
  s?: Uint8Array;
  floats?: number[];
  ints?: Int64[];
}

/** One operation. */
export interface NodeProto {
  name?: string;
  opType?: string;
  domain?: string;
  input?: string[];
  output?: string[];
  attribute?: AttributeProto[];
}

/** One axis: a number, a name, or neither (unknown). */
export interface DimensionProto {
  dimValue?: Int64;
  dimParam?: string;
}

/** Name, element type and shape of an input or output. */
export interface ValueInfoProto {
  name?: string;
  type?: { tensorType?: { elemType?: number; shape?: { dim?: DimensionProto[] } } };
}

/** A data-flow graph. */
export interface GraphProto {
  name?: string;
  node?: NodeProto[];
  initializer?: TensorProto[];
  input?: ValueInfoProto[];
  output?: ValueInfoProto[];
}

/** A whole ONNX file. */
export interface ModelProto {
  irVersion?: Int64;
  producerName?: string;
  producerVersion?: string;
  opsetImport?: { domain?: string; version?: Int64 }[];
  graph?: GraphProto;
}

let modelType: protobuf.Type | undefined;

function loadModelType(): protobuf.Type {
  modelType ??= protobuf
    .parse(readFileSync(join(packageRoot(), 'models/onnx/onnx.proto'), 'utf8'))
    .root.lookupType('onnx.ModelProto');
  return modelType;
}

/** Bytes of an ONNX file. Equal messages give equal bytes: fields are written in the order of their numbers. */
export function encodeModel(model: ModelProto): Uint8Array {
  return loadModelType().encode(model).finish();
}

/** Parses an ONNX file; throws a plain error on anything that is not a protobuf message of that shape. */
export function decodeModel(bytes: Uint8Array): ModelProto {
  return loadModelType().decode(bytes) as unknown as ModelProto;
}

/** A 64-bit integer as a number; exact up to 2^53. */
export function toNumber(value: Int64): number {
  return typeof value === 'number' ? value : value.toNumber();
}
