/** The only file that imports onnxruntime-node: a card and a file → a verified, warm session. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as ort from 'onnxruntime-node';
import type { ModelCard } from '../../../models/card.ts';
import { freePictureAxes } from '../../../models/onnx/free-axes.ts';
import type { SizePx } from '../../domain/detect/letterbox.ts';
import type { Detection } from '../../domain/types.ts';
import { AnalysisError } from '../../errors.ts';
import { frameByteLength } from './detector-format.ts';
import { createOutputReader, type Outputs } from './output-reader.ts';

/**
 * One thread per session: two one-thread sessions beat one two-thread session (DESIGN §6), and idle pool threads
 * would spin. The memory arena stays on (off: +45 % time, RELIABILITY §3).
 */
const SESSION_OPTIONS: ort.InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
  extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
};

/** What to load. */
export interface SessionRequest extends SizePx {
  readonly card: ModelCard;
  readonly modelPath: string;
}

/** A loaded model at one input size. Not for two inferences at once. */
export interface OrtSession {
  /** Write the picture here (interleaved as `detectorFormat` says, `widthPx * heightPx * 3` bytes), then call `infer`. */
  readonly pixels: Uint8Array;
  /** Detections of the picture in `pixels`, in normalised coordinates of the upright picture. */
  infer(area: SizePx): Promise<Detection[]>;
  release(): Promise<void>;
}

/**
 * Loads, verifies and warms a model. Throws `AnalysisError`: `model-missing` when there is no file, `model-invalid`
 * when its sha256 isn't the card's, when it can't be loaded, or when its inputs and outputs aren't the card's.
 */
export async function openOrtSession(request: SessionRequest): Promise<OrtSession> {
  const bytes = await readVerified(request);
  // From memory: the bytes that were hashed are the bytes that run, and a file can't pull in external data.
  const session = await attempt(request, 'is not a model ONNX Runtime can load', () =>
    ort.InferenceSession.create(runnableBytes(request.card, bytes), SESSION_OPTIONS),
  );
  checkNames(request, session);
  const input = createInput(request);
  const reader = createOutputReader(request.card, request);
  const feeds = { [request.card.input.name]: input.tensor };
  const run = async (): Promise<Outputs> => {
    input.fill();
    return (await session.run(feeds)) as unknown as Outputs;
  };
  const warm = await attempt(request, `fails on a ${request.widthPx}×${request.heightPx} picture`, run);
  const fault = reader.fault(warm);
  if (fault !== undefined) throw invalid(request, `has outputs its card does not describe: ${fault}`);
  return {
    pixels: input.pixels,
    infer: async (area) => reader.read(await run(), area),
    release: () => session.release(),
  };
}

/**
 * What ONNX Runtime is given of a file. A network that takes any size may have been exported at one; that it does is
 * shown by the warm-up run.
 */
export function runnableBytes({ input }: ModelCard, bytes: Buffer): Uint8Array {
  return input.size.kind === 'aspect' ? freePictureAxes(bytes, input) : bytes;
}

async function readVerified({ card, modelPath }: SessionRequest): Promise<Buffer> {
  let bytes: Buffer;
  try {
    bytes = await readFile(modelPath);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new AnalysisError(
      'model-missing',
      'load-model',
      `model ${card.id}: no file at ${modelPath} (${reason})`,
      {
        cause,
      },
    );
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 === card.sha256) return bytes;
  const message = `model ${card.id}: ${modelPath} has sha256 ${sha256}, its card says ${card.sha256}`;
  throw new AnalysisError('model-invalid', 'load-model', message);
}

function checkNames(request: SessionRequest, session: ort.InferenceSession): void {
  const { input, output } = request.card;
  const metadata = session.inputMetadata.find((one) => one.name === input.name);
  if (metadata === undefined || session.inputNames.length !== 1) {
    throw invalid(
      request,
      `has inputs ${session.inputNames.join(', ')}; its card expects only ${input.name}`,
    );
  }
  if (!metadata.isTensor || metadata.type !== input.dtype) {
    const found = metadata.isTensor ? metadata.type : 'no tensor';
    throw invalid(request, `takes ${found} at ${input.name}; its card says ${input.dtype}`);
  }
  const missing = output.names.filter((name) => !session.outputNames.includes(name));
  if (missing.length > 0) {
    throw invalid(
      request,
      `has outputs ${session.outputNames.join(', ')}; its card expects ${missing.join(', ')}`,
    );
  }
}

interface Input {
  readonly pixels: Uint8Array;
  readonly tensor: ort.Tensor;
  /** Brings `pixels` into the tensor; nothing to do where they are the tensor's own memory. */
  fill(): void;
}

function createInput({ card, widthPx, heightPx }: SessionRequest): Input {
  const { layout, dtype, colourOrder } = card.input;
  const pixels = new Uint8Array(frameByteLength({ widthPx, heightPx }));
  const shape = layout === 'NHWC' ? [1, heightPx, widthPx, 3] : [1, 3, heightPx, widthPx];
  if (dtype === 'uint8' && layout === 'NHWC') {
    return { pixels, tensor: new ort.Tensor('uint8', pixels, shape), fill: () => undefined };
  }
  const values = dtype === 'uint8' ? new Uint8Array(pixels.length) : new Float32Array(pixels.length);
  const tensor =
    values instanceof Uint8Array
      ? new ort.Tensor('uint8', values, shape)
      : new ort.Tensor('float32', values, shape);
  const fill = layout === 'NCHW' ? () => splitPlanes(pixels, values, colourOrder) : () => values.set(pixels);
  return { pixels, tensor, fill };
}

/** Interleaved red, green, blue → one plane per colour in the order the network wants. */
function splitPlanes(pixels: Uint8Array, planes: Uint8Array | Float32Array, order: 'rgb' | 'bgr'): void {
  const plane = pixels.length / 3;
  const [red, blue] = order === 'rgb' ? [0, 2 * plane] : [2 * plane, 0];
  for (let at = 0, from = 0; at < plane; at += 1, from += 3) {
    planes[red + at] = pixels[from]!;
    planes[plane + at] = pixels[from + 1]!;
    planes[blue + at] = pixels[from + 2]!;
  }
}

async function attempt<T>(request: SessionRequest, fault: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw invalid(request, `${fault}: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
}

function invalid(request: SessionRequest, fault: string, cause?: unknown): AnalysisError {
  const message = `model ${request.card.id}: ${request.modelPath} ${fault}`;
  return new AnalysisError('model-invalid', 'load-model', message, { cause });
}
