/** Child process of the sweep: one session with the product's options but for its threads. See `swept-engine.ts`. */
import { readFileSync, readSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { SLOT_STRIDE_BYTES } from '../../pipelines/adapters/detect/detector-protocol.ts';
import { runnableBytes } from '../../pipelines/adapters/detect/ort-session.ts';
import { createOutputReader, type Outputs } from '../../pipelines/adapters/detect/output-reader.ts';
import type { Detection } from '../../pipelines/domain/types.ts';
import { SWEPT_MEMORY_FD, type SweptAnswer, type SweptMessage } from './swept-engine.ts';

let detect: ((slot: number) => Promise<readonly Detection[]>) | undefined;
let queue = Promise.resolve();

process.on('message', (message: SweptMessage) => {
  queue = queue.then(async () => {
    if (message.kind === 'open') {
      detect = await open(message);
      process.send?.({} satisfies SweptAnswer);
    } else {
      const { slot } = message;
      process.send?.({ slot, detections: (await detect?.(slot)) ?? [] } satisfies SweptAnswer);
    }
  });
});
process.on('disconnect', () => process.exit(0));

async function open({ model, threads, area }: Extract<SweptMessage, { kind: 'open' }>) {
  const { card, format } = model;
  const session = await ort.InferenceSession.create(runnableBytes(card, readFileSync(model.path)), {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    // As in the product: a waiting thread that spins takes the core from another session.
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  });
  const reader = createOutputReader(card, format);
  const input = createInput(model);
  const feeds = { [card.input.name]: input.tensor };
  const infer = async (): Promise<Outputs> => (await session.run(feeds)) as unknown as Outputs;
  for (let warm = 0; warm < 3; warm++) await infer();
  return async (slot: number) => {
    readSync(SWEPT_MEMORY_FD, input.pixels, 0, input.pixels.length, slot * SLOT_STRIDE_BYTES);
    input.fill();
    return reader.read(await infer(), area);
  };
}

/** The two layouts of the models that Pantau brings: interleaved as it comes, and planes of blue, green and red. */
function createInput({
  card,
  format: { widthPx, heightPx },
}: Extract<SweptMessage, { kind: 'open' }>['model']) {
  const pixels = new Uint8Array(widthPx * heightPx * 3);
  if (card.input.dtype === 'uint8') {
    const tensor = new ort.Tensor('uint8', pixels, [1, heightPx, widthPx, 3]);
    return { pixels, tensor, fill: () => undefined };
  }
  const plane = widthPx * heightPx;
  const values = new Float32Array(3 * plane);
  const tensor = new ort.Tensor('float32', values, [1, 3, heightPx, widthPx]);
  const fill = (): void => {
    for (let at = 0, from = 0; at < plane; at++, from += 3) {
      values[at + 2 * plane] = pixels[from]!;
      values[at + plane] = pixels[from + 1]!;
      values[at] = pixels[from + 2]!;
    }
  };
  return { pixels, tensor, fill };
}
