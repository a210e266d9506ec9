/**
 * Child process of the ceiling: nothing but `session.run`, one thread, on one picture that never changes. Talks IPC:
 * `open` answers `{ kind: 'open' }`, each `run` answers `{ kind: 'done' }`.
 */
import * as ort from 'onnxruntime-node';
import type { BareMessage } from './ceiling.ts';

/** Those of the product: one thread, arena on, all graph optimisations. */
const OPTIONS: ort.InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
};

let run: (() => Promise<unknown>) | undefined;
let queue = Promise.resolve();

process.on('message', (message: BareMessage) => {
  queue = queue.then(async () => {
    if (message.kind === 'open') run = await open(message);
    else await run?.();
    process.send?.({ kind: message.kind === 'open' ? 'open' : 'done' });
  });
});
process.on('disconnect', () => process.exit(0));

async function open(message: Extract<BareMessage, { kind: 'open' }>): Promise<() => Promise<unknown>> {
  const session = await ort.InferenceSession.create(message.modelPath, OPTIONS);
  const { widthPx, heightPx, input } = message;
  const shape = input.layout === 'NHWC' ? [1, heightPx, widthPx, 3] : [1, 3, heightPx, widthPx];
  const pixels = Uint8Array.from(message.pixels);
  const tensor =
    input.dtype === 'uint8'
      ? new ort.Tensor('uint8', pixels, shape)
      : new ort.Tensor('float32', Float32Array.from(pixels), shape);
  const feeds = { [input.name]: tensor };
  const once = (): Promise<unknown> => session.run(feeds);
  // The first runs allocate the arena.
  for (let warm = 0; warm < 5; warm++) await once();
  return once;
}
