/** A model card: everything needed to fetch a detector, trust it, feed it and read its answer. */
import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits');

const sourceSchema = z.discriminatedUnion('kind', [
  /** Built at set-up from files of an npm package; `converter` names the code in `models/` that does it. */
  z.strictObject({
    kind: z.literal('npm'),
    package: z.string(),
    files: z.array(z.string()).min(1),
    converter: z.enum(['centernet']),
  }),
  z.strictObject({ kind: z.literal('https'), url: z.url({ protocol: /^https$/ }) }),
  /** `file://` URL, or a path relative to the card. */
  z.strictObject({ kind: z.literal('file'), path: z.string() }),
]);

const inputSchema = z.strictObject({
  name: z.string(),
  layout: z.enum(['NHWC', 'NCHW']),
  dtype: z.enum(['uint8', 'float32']),
  colourOrder: z.enum(['rgb', 'bgr']),
  /** Value range the network expects; only raw bytes are supported. */
  range: z.tuple([z.literal(0), z.literal(255)]),
  /** How a picture is brought to the input size. */
  resize: z.enum(['stretch', 'letterbox']),
  padValue: z.int().min(0).max(255),
  size: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('fixed'), widthPx: z.int().positive(), heightPx: z.int().positive() }),
    /** Fully convolutional: the camera's own aspect, the long side given, both sides rounded to a multiple. */
    z.strictObject({
      kind: z.literal('aspect'),
      longSidePx: z.int().positive(),
      multipleOfPx: z.int().positive(),
    }),
  ]),
});

/** What a card says; the form of a JSON file in `cards/` or beside an ONNX file. */
export const modelCardSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'expected lower-case letters, digits, dots and dashes'),
  title: z.string(),
  source: sourceSchema,
  /** Of the ONNX file that is run. */
  sha256,
  /** SPDX identifier; AGPL is refused unless the user allows the card by name. */
  licence: z.string(),
  attribution: z.string(),
  input: inputSchema,
  output: z.strictObject({
    /** Names the reader in `pipelines/domain/detect/`. */
    decoder: z.enum(['centernet-topk', 'yolox']),
    names: z.array(z.string()).min(1),
  }),
  /** Label of each class index of the output, in order. Labels Pantau does not count are ignored. */
  labels: z.array(z.string()).min(1),
  thresholds: z.strictObject({
    /** Sure from here on: matched first, keeps a track alive. Beginning one asks for a little more (`NEW_TRACK_MARGIN`). */
    score: z.number().min(0).max(1),
    /** From here to `score` a detection bridges moments (ByteTrack's second association) or begins a faint vehicle. */
    lowScore: z.number().min(0).max(1),
    /** Of two boxes of a class that overlap more (IoU) only the better is kept. */
    nmsIou: z.number().min(0).max(1),
  }),
});

/** A checked card. */
export type ModelCard = z.infer<typeof modelCardSchema>;
