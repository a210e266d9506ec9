/**
 * Takes the fixed height and width out of an ONNX file, so that a fully convolutional network exported at one size runs
 * at any. Works on the bytes: everything else, also what `onnx.proto` leaves out, stays as it was.
 */

/** Field numbers of upstream's `onnx.proto` on the way from a file to the length of one axis. */
const GRAPH = 7;
const GRAPH_INPUT = 11;
const GRAPH_OUTPUT = 12;
/** Shapes between the nodes, which the runtime infers by itself. */
const GRAPH_VALUE_INFO = 13;
const VALUE_NAME = 1;
const VALUE_TYPE = 2;
const TYPE_TENSOR = 1;
const TENSOR_SHAPE = 2;
const SHAPE_AXIS = 1;

/** Protobuf's wire types. */
const VARINT = 0;
const EIGHT_BYTES = 1;
const DELIMITED = 2;
const FOUR_BYTES = 5;

/** An axis of unknown length: a `Dimension` without a field. */
const FREE_AXIS = new Uint8Array(0);

/** The picture input whose height and width are freed. */
export interface PictureInput {
  readonly name: string;
  readonly layout: 'NHWC' | 'NCHW';
}

/**
 * The same network with height and width of `input` free, and without declared shapes of its outputs. Whether it is
 * one that takes any size is for the caller to find out, by running it. Throws `RangeError` on bytes that are no
 * protobuf message.
 */
export function freePictureAxes(model: Uint8Array, input: PictureInput): Uint8Array {
  const [height, width] = input.layout === 'NHWC' ? [1, 2] : [2, 3];
  const freed = (shape: Uint8Array): Uint8Array =>
    mapField(shape, SHAPE_AXIS, (axis, index) => (index === height || index === width ? FREE_AXIS : axis));
  return mapField(model, GRAPH, (graph) => {
    const inputs = mapField(graph, GRAPH_INPUT, (value) =>
      nameOf(value) === input.name ? mapShape(value, freed) : value,
    );
    const outputs = mapField(inputs, GRAPH_OUTPUT, (value) => mapShape(value, () => undefined));
    return mapField(outputs, GRAPH_VALUE_INFO, () => undefined);
  });
}

/** What becomes of the `index`-th field of its number; without an answer it is left out. */
type Change = (content: Uint8Array, index: number) => Uint8Array | undefined;

function mapShape(value: Uint8Array, change: Change): Uint8Array {
  return mapField(value, VALUE_TYPE, (type) =>
    mapField(type, TYPE_TENSOR, (tensor) => mapField(tensor, TENSOR_SHAPE, change)),
  );
}

function nameOf(value: Uint8Array): string | undefined {
  let name: string | undefined;
  mapField(value, VALUE_NAME, (content) => {
    name = Buffer.from(content).toString('utf8');
    return content;
  });
  return name;
}

/** Copies a message, changing its length-delimited fields of one number. */
function mapField(message: Uint8Array, number: number, change: Change): Uint8Array {
  const pieces: Uint8Array[] = [];
  let index = 0;
  for (let at = 0; at < message.length; ) {
    const field = readField(message, at);
    if (field.number !== number || field.wireType !== DELIMITED) {
      pieces.push(message.subarray(at, field.end));
    } else {
      const changed = change(message.subarray(field.contentAt, field.end), index);
      if (changed !== undefined) pieces.push(writeVarint(field.tag), writeVarint(changed.length), changed);
      index += 1;
    }
    at = field.end;
  }
  return Buffer.concat(pieces);
}

interface Field {
  readonly tag: number;
  readonly number: number;
  readonly wireType: number;
  readonly contentAt: number;
  readonly end: number;
}

function readField(message: Uint8Array, at: number): Field {
  const [tag, tagEnd] = readVarint(message, at);
  const wireType = tag & 7;
  const [contentAt, end] = extentOf(message, tagEnd, wireType);
  if (end > message.length) throw new RangeError('the file ends in the middle of a field');
  return { tag, number: tag >>> 3, wireType, contentAt, end };
}

function extentOf(message: Uint8Array, at: number, wireType: number): readonly [from: number, to: number] {
  switch (wireType) {
    case VARINT:
      return [at, readVarint(message, at)[1]];
    case EIGHT_BYTES:
      return [at, at + 8];
    case DELIMITED: {
      const [length, from] = readVarint(message, at);
      return [from, from + length];
    }
    case FOUR_BYTES:
      return [at, at + 4];
    default:
      throw new RangeError(`protobuf has no wire type ${wireType}`);
  }
}

/** Seven bits a byte: what 64 bits take. */
const LONGEST_VARINT = 10;

/** Its value, exact up to 2^53 as lengths and tags are, and where it ends. */
function readVarint(message: Uint8Array, from: number): readonly [value: number, end: number] {
  const to = Math.min(message.length, from + LONGEST_VARINT);
  let value = 0;
  for (let at = from, scale = 1; at < to; at += 1, scale *= 128) {
    const byte = message[at]!;
    value += (byte & 127) * scale;
    if (byte < 128) return [value, at + 1];
  }
  throw new RangeError('the file has a number without an end');
}

function writeVarint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Uint8Array.from([...bytes, rest]);
}
