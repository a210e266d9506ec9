/** The whole system: enqueue ─▶ Redis ─▶ worker processes ─▶ portal, until the last record is accepted. */
import type { BenchCluster, BenchWorker } from '../cluster/bench-cluster.ts';
import { busyRate, watchFrames } from '../cluster/busy-rate.ts';
import type { CountTruth } from '../count-quality.ts';
import type { Material } from '../material.ts';
import { cpuSeconds, descendants, signalProcess } from '../measure/processes.ts';
import { WINDOW_SECONDS } from './pipeline.ts';
import type { CountQuality, CpuBill, Subject } from './subject.ts';

/** What is measured. */
export interface QueuedOptions {
  readonly cluster: BenchCluster;
  readonly material: Material;
  readonly workers: number;
  /** Detector processes of each worker. */
  readonly detectors: number;
  /** One core per worker, with its detectors and decoders; else all share all. */
  readonly cores?: readonly string[];
  /** Windows per segment. */
  readonly segmentWindows: number;
  readonly truth: CountTruth | undefined;
  /** Looks at the workers each second, for the rate while all of them work; each look costs them a little. */
  readonly isWatched: boolean;
  /** Counted before anything is measured: a worker that has just begun compiles, one in use has done so long ago. */
  readonly warmUp: string | undefined;
  readonly signal: AbortSignal;
}

/** Starts the workers. Each measurement takes the whole footage, whatever part is asked for. */
export async function createQueued(options: QueuedOptions): Promise<Subject> {
  const { cluster, material, workers, detectors, cores, segmentWindows, truth, isWatched } = options;
  const shape = `${workers}x${detectors}${cores === undefined ? '' : '-pinned'}`;
  const name = `queue-${shape}`;
  const prefix = `bench-${shape}`;
  const cameraId = `pets-${shape}`;
  cluster.register([{ ...material.camera, id: cameraId }], WINDOW_SECONDS);
  const running: BenchWorker[] = [];
  for (let index = 0; index < workers; index++) {
    const core = cores?.[index];
    const pin = core === undefined ? {} : { cores: core };
    running.push(await cluster.startWorker({ prefix, detectors, name: `${name}-${index}`, ...pin }));
  }
  if (options.warmUp !== undefined) {
    // Short segments: every worker gets some.
    const warm = { prefix, cameraId: `warm-${shape}`, segmentWindows: 1, footage: options.warmUp };
    cluster.register([{ ...material.camera, id: warm.cameraId }], WINDOW_SECONDS);
    await cluster.count({ ...warm, signal: options.signal });
  }
  setAsleep(running, true);
  let quality: CountQuality | undefined;
  return {
    name,
    what: `${workers} worker process(es) with ${detectors} detector(s) each${cores === undefined ? '' : ', each kept on one core'}, through Redis to the portal`,
    async measure(_part, signal) {
      setAsleep(running, false);
      const before = running.map(lookAt);
      let isDone = false;
      const counted = cluster.count({ prefix, cameraId, segmentWindows, signal }).finally(() => {
        isDone = true;
      });
      const [{ frames, seconds }, seen] = await Promise.all([
        counted,
        isWatched ? watchFrames(running, () => isDone, signal) : [],
      ]);
      const busy = busyRate(seen);
      const cpu = billOf(before, running.map(lookAt), frames);
      quality = truth?.ofRecords(await cluster.records(cameraId));
      setAsleep(running, true);
      return {
        ...{ frames, framesPerSecond: frames / seconds, cpu },
        ...(busy === undefined ? {} : { busyFramesPerSecond: busy }),
      };
    },
    quality: () => quality,
    close() {
      // A process that sleeps does not hear that it should end.
      setAsleep(running, false);
      return Promise.resolve();
    },
  };
}

/**
 * Stops workers and their detectors where they are, or lets them go on: an idle worker still takes about a hundredth of a
 * core, and workers of other shapes wait while one is measured.
 */
function setAsleep(workers: readonly BenchWorker[], isAsleep: boolean): void {
  for (const { pid } of workers) {
    for (const id of [pid, ...descendants(pid).map((row) => row.pid)])
      signalProcess(id, isAsleep ? 'SIGSTOP' : 'SIGCONT');
  }
}

interface Look {
  readonly own: number;
  readonly reaped: number;
  readonly detect: number;
}

/** CPU seconds of a worker so far; its ffmpegs count once they have ended. */
function lookAt({ pid }: BenchWorker): Look {
  const { own, reaped } = cpuSeconds(pid);
  const detectors = descendants(pid).filter((row) => row.name.startsWith('pantau-detect'));
  return { own, reaped, detect: detectors.reduce((sum, row) => sum + cpuSeconds(row.pid).own, 0) };
}

function billOf(before: readonly Look[], after: readonly Look[], frames: number): CpuBill {
  const spent = (part: keyof Look): number =>
    (after.reduce((sum, look, index) => sum + look[part] - before[index]![part], 0) * 1e3) / frames;
  const bill = { decode: spent('reaped'), detect: spent('detect'), rest: spent('own') };
  return { ...bill, total: bill.decode + bill.detect + bill.rest };
}
