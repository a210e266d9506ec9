/** What the stages are timed on: real pictures through the real model, and crowds made of them. */
import * as ort from 'onnxruntime-node';
import { createOutputReader, type Outputs } from '../../pipelines/adapters/detect/output-reader.ts';
import { pictureArea } from '../../pipelines/domain/detect/letterbox.ts';
import { quantiseDetection } from '../../pipelines/domain/timeline-codec.ts';
import type { Detection } from '../../pipelines/domain/types.ts';
import { openRecording, recordingRequest } from '../../pipelines/recording.ts';
import { type Material, type MeasuredModel, START_US } from '../material.ts';

/** A stretch of footage as the model sees it. */
export interface SeenFootage {
  /** Raw output of the picture with the most boxes. */
  readonly outputs: Outputs;
  /** Detections of each picture, in order. */
  readonly frames: readonly (readonly Detection[])[];
}

/** Runs the model over the first `count` pictures, on this very thread: nothing else is measured meanwhile. */
export async function seeFootage(
  material: Material,
  model: MeasuredModel,
  { count, signal }: { readonly count: number; readonly signal: AbortSignal },
): Promise<SeenFootage> {
  const session = await ort.InferenceSession.create(model.path, { intraOpNumThreads: 1 });
  const reader = createOutputReader(model.card, model.format);
  const area = pictureArea(model.format.fit, model.format, material.recording.plan.info);
  const { source } = await openRecording({ path: material.footage, startUs: START_US }, signal);
  const frames: (readonly Detection[])[] = [];
  let outputs: Outputs | undefined;
  const pictures = source.frames(recordingRequest(material.camera, model.format), signal);
  try {
    for await (const event of pictures) {
      if (event.kind === 'gap') continue;
      const run = await session.run({ [model.card.input.name]: pixelTensor(event.frame.data, model) });
      event.frame.release();
      const found = reader.read(run as unknown as Outputs, area).map(quantiseDetection);
      if (found.length >= Math.max(0, ...frames.map(({ length }) => length)))
        outputs = run as unknown as Outputs;
      frames.push(found);
      if (frames.length === count) break;
    }
  } finally {
    await session.release();
  }
  if (outputs === undefined) throw new Error('the footage gives no picture');
  return { outputs, frames };
}

function pixelTensor(pixels: Buffer, { card, format: { widthPx, heightPx } }: MeasuredModel): ort.Tensor {
  if (card.input.layout !== 'NHWC' || card.input.dtype !== 'uint8')
    throw new Error(`${card.id}: stages are timed with a model that takes uint8 pixels`);
  return new ort.Tensor('uint8', Uint8Array.from(pixels), [1, heightPx, widthPx, 3]);
}

/** Cells of a crowd along each side: 25 times the footage, small. */
const CELLS = 5;

/**
 * Exactly `boxes` detections in every picture, each of a real person with its real jitter: the footage is laid out in
 * small copies beside each other, each at another moment, until there are enough. Forwards, then backwards, so that
 * it may be repeated without a jump.
 */
export function crowdOf(frames: readonly (readonly Detection[])[], boxes: number): (readonly Detection[])[] {
  const cells = CELLS ** 2;
  const crowds = frames.map((_, index) => {
    const crowd: Detection[] = [];
    for (let cell = 0; cell < cells; cell++) {
      const own = frames[(index + cell * 7) % frames.length] ?? [];
      crowd.push(...own.map((detection) => intoCell(detection, cell)));
    }
    return crowd.slice(0, boxes);
  });
  return [...crowds, ...crowds.toReversed()];
}

function intoCell(detection: Detection, cell: number): Detection {
  const [column, row] = [cell % CELLS, Math.floor(cell / CELLS)];
  const { left, top, right, bottom } = detection.box;
  const box = {
    left: (left + column) / CELLS,
    right: (right + column) / CELLS,
    top: (top + row) / CELLS,
    bottom: (bottom + row) / CELLS,
  };
  return { ...detection, box };
}
