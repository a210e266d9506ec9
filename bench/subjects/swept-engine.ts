/**
 * A model in any number of sessions with any number of threads, for the sweep: the product's own pool has one thread
 * per session. Pictures travel as the product's do, through memory that both processes see.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createFrameMemory, type FrameMemory } from '../../pipelines/adapters/detect/frame-memory.ts';
import type { SizePx } from '../../pipelines/domain/detect/letterbox.ts';
import { pictureArea } from '../../pipelines/domain/detect/letterbox.ts';
import type { Detection } from '../../pipelines/domain/types.ts';
import type { Frame } from '../../pipelines/ports.ts';
import type { Material, MeasuredModel } from '../material.ts';
import type { Engine } from './pipeline.ts';

/** What a session process is asked. */
export type SweptMessage =
  | { readonly kind: 'open'; readonly model: MeasuredModel; readonly threads: number; readonly area: SizePx }
  /** The picture lies in that slot of the memory. */
  | { readonly kind: 'detect'; readonly slot: number };

/** Its answer: none to `open`, what it found to `detect`. */
export interface SweptAnswer {
  readonly slot?: number;
  readonly detections?: readonly Detection[];
}

/** Inherited file descriptor of the memory in the child: after stdin, stdout, stderr and the IPC channel. */
export const SWEPT_MEMORY_FD = 4;

/** One picture under way and one waiting, as the product's children have. */
const SLOTS = 2;

interface SweptChild {
  readonly process: ChildProcess;
  readonly memory: FrameMemory;
  /** By slot; undefined where it is free. */
  readonly pending: (((answer: readonly Detection[]) => void) | undefined)[];
}

/** Starts `sessions` processes of `threads` each; all are warm when this resolves. */
export async function startSweptEngine(options: {
  readonly material: Material;
  readonly model: MeasuredModel;
  readonly threads: number;
  readonly sessions: number;
}): Promise<Engine> {
  const { material, model, threads, sessions } = options;
  const area = pictureArea(model.format.fit, model.format, material.recording.plan.info);
  const open: SweptMessage = { kind: 'open', model, threads, area };
  const children = await Promise.all(Array.from({ length: sessions }, () => startChild(open)));
  return {
    what: `${sessions} session(s) of ${threads} thread(s)`,
    detector: {
      modelId: model.card.id,
      modelSha256: model.card.sha256,
      format: model.format,
      concurrency: sessions * SLOTS,
      detect: (frame) => detect(children, frame),
      close: () => Promise.resolve(),
    },
    pids: () => children.map((child) => child.process.pid ?? 0),
    async close() {
      for (const child of children) await stopChild(child);
    },
  };
}

/** To the child with the fewest pictures; `concurrency` promises that one has a free slot. */
function detect(children: readonly SweptChild[], frame: Frame): Promise<readonly Detection[]> {
  const load = ({ pending }: SweptChild): number => pending.filter((one) => one !== undefined).length;
  const child = children.reduce((best, other) => (load(other) < load(best) ? other : best));
  const slot = child.pending.indexOf(undefined);
  if (slot < 0) return Promise.reject(new RangeError('more pictures at once than there are slots'));
  child.memory.write(slot, frame.data);
  return new Promise((resolve, reject) => {
    child.pending[slot] = resolve;
    child.process.send({ kind: 'detect', slot } satisfies SweptMessage, (error) => {
      if (error !== null) reject(error);
    });
  });
}

async function startChild(open: SweptMessage): Promise<SweptChild> {
  const isSource = import.meta.filename.endsWith('.ts');
  const entry = fileURLToPath(new URL(`./swept-session.${isSource ? 'ts' : 'js'}`, import.meta.url));
  const memory = createFrameMemory('/dev/shm');
  const child = spawn(process.execPath, [...(isSource ? ['--import', 'tsx'] : []), entry], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc', memory.fd],
    serialization: 'advanced',
  });
  const swept: SweptChild = { process: child, memory, pending: new Array(SLOTS).fill(undefined) };
  child.send(open);
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('a session ended before it was open'))),
  ]);
  child.on('message', ({ slot = 0, detections = [] }: SweptAnswer) => {
    const resolve = swept.pending[slot];
    swept.pending[slot] = undefined;
    resolve?.(detections);
  });
  return swept;
}

async function stopChild({ process: child, memory }: SweptChild): Promise<void> {
  if (child.connected) child.disconnect();
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  memory.close();
}
