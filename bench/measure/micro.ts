/** Times single functions with tinybench, each beside a reference loop, so that a slower machine cancels. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Bench } from 'tinybench';
import type { StageResult } from '../result.ts';
import { estimate, median } from './statistics.ts';

/** One function to time. */
export interface Stage {
  readonly name: string;
  readonly what: string;
  /** Does one operation and returns what it made, so that the compiler can't leave it out. */
  once(): unknown;
}

/** How long and how often. */
export interface MicroOptions {
  readonly rounds: number;
  /** Wall time of one stage in one round. */
  readonly timeMs: number;
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
}

/** Far longer than reading the clock takes (about 50 ns), far shorter than a time slice of the scheduler (ms). */
const CALL_NS = 100_000;
const ALLOCATION_TRIALS = 15;
const REFERENCE_SIZE = 512;

/**
 * Each round times every stage, right after the reference loop, and takes the **median** call of the round: calls that
 * a garbage collection or another process fell into lie above it and move it little. The estimate is over rounds.
 */
export async function timeStages(stages: readonly Stage[], options: MicroOptions): Promise<StageResult[]> {
  const { rounds, timeMs, signal, progress } = options;
  const batches = stages.map((stage) => batchOf(stage.once));
  const reference = createReferenceLoop();
  const referenceBatch = batchOf(reference);
  const times = stages.map(() => ({ ns: [] as number[], speed: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    progress(`${round + 1} of ${rounds}`);
    for (let turn = 0; turn < stages.length; turn++) {
      signal.throwIfAborted();
      const index = (turn + round) % stages.length;
      const referenceNs = await medianNs(reference, referenceBatch, timeMs / 3);
      const ns = await medianNs(stages[index]!.once, batches[index]!, timeMs);
      times[index]!.ns.push(ns);
      times[index]!.speed.push(referenceNs / ns);
    }
  }
  return stages.map(({ name, what, once }, index) => ({
    name,
    what,
    nsPerOperation: estimate(times[index]!.ns),
    bytesPerOperation: allocatedBytes(once),
    speedRounds: times[index]!.speed,
  }));
}

/** Keeps the last result alive. */
let sink: unknown;

async function medianNs(once: () => unknown, batch: number, timeMs: number): Promise<number> {
  const bench = new Bench({
    time: timeMs,
    iterations: 8,
    warmupTime: timeMs / 5,
    warmupIterations: 4,
    throws: true,
  });
  bench.add('stage', () => {
    for (let index = 0; index < batch; index++) sink = once();
  });
  const [task] = await bench.run();
  if (task?.result.state !== 'completed') throw new Error(`a stage was not timed: ${task?.result.state}`);
  return (task.result.latency.p50 * 1e6) / batch;
}

/** Operations per call that make a call long enough; the first operations compile the function. */
function batchOf(once: () => unknown): number {
  for (let batch = 1; ; batch *= 2) {
    const startNs = process.hrtime.bigint();
    for (let index = 0; index < batch; index++) sink = once();
    if (Number(process.hrtime.bigint() - startNs) >= CALL_NS) return batch;
  }
}

/** Median growth of the heap by one operation right after a collection, less that of looking at it. */
function allocatedBytes(once: () => unknown): number {
  return Math.max(0, Math.round(medianGrowth(once) - medianGrowth(() => undefined)));
}

function medianGrowth(work: () => unknown): number {
  const collect = garbageCollector();
  return median(
    Array.from({ length: ALLOCATION_TRIALS }, () => {
      collect({ type: 'minor' });
      const before = process.memoryUsage().heapUsed;
      sink = work();
      return process.memoryUsage().heapUsed - before;
    }),
  );
}

/** A minor collection empties the space that new objects go to, so that none falls into the operation. */
function garbageCollector(): (options: { type: 'minor' }) => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as ReturnType<typeof garbageCollector>;
}

/** What this machine does with plain JavaScript: objects, floating point, a sort. Never changed, else old runs mislead. */
function createReferenceLoop(): () => unknown {
  let seed = 1;
  return () => {
    const boxes = [];
    for (let index = 0; index < REFERENCE_SIZE; index++) {
      seed = (seed * 48271) % 2147483647;
      boxes.push({ score: seed / 2147483647, area: Math.hypot(index, seed % 97) });
    }
    boxes.sort((a, b) => b.score - a.score);
    let sum = 0;
    for (const { score, area } of boxes) sum += score * area;
    return sum + (sink === undefined ? 0 : 1);
  };
}
