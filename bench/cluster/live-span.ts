/** What live cameras cost and how much of what was due was analysed, over whole windows of wall time. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Observation } from '../../pipelines/domain/types.ts';
import { cpuSeconds, descendants } from '../measure/processes.ts';
import { quantile } from '../measure/statistics.ts';
import { busySeconds } from './cores.ts';
import { type LiveLoad, liveCameraId } from './live-load.ts';
import { scrapeCameras } from './worker-metrics.ts';

/** CPU seconds up to one moment. */
interface Look {
  readonly decodeS: number;
  readonly detectS: number;
  readonly workerS: number;
  readonly simulatorsS: number;
  readonly redisS: number;
  readonly portalS: number;
  /** Of the worker's core, whoever used it. */
  readonly coreS: number;
}

/** One measured span. CPU in seconds per second of wall time, that is in cores. */
export interface LiveSpan {
  readonly cameras: number;
  readonly seconds: number;
  /** Cores: ffmpeg, detectors, the worker process itself. */
  readonly decode: number;
  readonly detect: number;
  readonly worker: number;
  readonly simulators: number;
  readonly redis: number;
  readonly portal: number;
  /** What others used of the worker's core; 0 where it has none of its own. */
  readonly foreign: number;
  /** Pictures analysed of those due, 0..1, by the published records. */
  readonly analysedShare: number;
  /** From capture to result, ms. */
  readonly lagMs: { readonly p50: number; readonly p95: number };
  /** The records of the span, by camera index. */
  readonly records: readonly (readonly Observation[])[];
}

const LAG_EVERY_MS = 1_000;
/** A record is accepted within a second or two after its window. */
const RECORDS_DEADLINE_MS = 15_000;
const POLL_MS = 500;

/** Waits for a window's edge, then measures `windows` whole windows. */
export async function measureLiveSpan(
  load: LiveLoad,
  { cameras, windows, signal }: { cameras: number; windows: number; signal: AbortSignal },
): Promise<LiveSpan> {
  const windowMs = load.options.windowSeconds * 1_000;
  // The first whole window after this one: the one that is open has seen the change of cameras.
  const fromMs = (Math.floor(Date.now() / windowMs) + 1) * windowMs;
  await sleep(fromMs - Date.now(), undefined, { signal });
  const toMs = fromMs + windows * windowMs;
  const [startMs, before] = [performance.now(), lookAt(load)];
  const lags = await collectLags(load, toMs, signal);
  const [seconds, after] = [(performance.now() - startMs) / 1_000, lookAt(load)];
  const records = await collectRecords(load, { cameras, fromMs, toMs, signal });
  const spent = (part: keyof Look): number => (after[part] - before[part]) / seconds;
  const own = spent('decodeS') + spent('detectS') + spent('workerS');
  return {
    ...{ cameras, seconds },
    ...{ decode: spent('decodeS'), detect: spent('detectS'), worker: spent('workerS') },
    ...{ simulators: spent('simulatorsS'), redis: spent('redisS'), portal: spent('portalS') },
    foreign: load.options.split === undefined ? 0 : Math.max(0, spent('coreS') - own),
    analysedShare: analysedShare(load, records, windows),
    lagMs: { p50: quantile(lags, 0.5), p95: quantile(lags, 0.95) },
    records,
  };
}

function lookAt({ worker, fleet, cluster, options }: LiveLoad): Look {
  const family = descendants(worker.pid);
  const spentBy = (isMeant: (name: string) => boolean): number =>
    family.filter(({ name }) => isMeant(name)).reduce((sum, { pid }) => sum + cpuSeconds(pid).own, 0);
  return {
    decodeS: spentBy((name) => name === 'ffmpeg'),
    detectS: spentBy((name) => name.startsWith('pantau-detect')),
    workerS: cpuSeconds(worker.pid).own,
    simulatorsS: cpuSeconds(fleet.pid).own,
    redisS: cpuSeconds(cluster.redisPid).own,
    portalS: cpuSeconds(cluster.portalPid).own,
    coreS: options.split === undefined ? 0 : busySeconds(options.split.worker),
  };
}

/** One lag per camera and second, each of a picture not yet seen. */
async function collectLags({ worker }: LiveLoad, untilMs: number, signal: AbortSignal): Promise<number[]> {
  const lags: number[] = [];
  const seen = new Map<string, number>();
  while (Date.now() < untilMs) {
    await sleep(Math.min(LAG_EVERY_MS, untilMs - Date.now()), undefined, { signal });
    for (const [id, { frames, lagS }] of (await scrapeCameras(worker.metricsUrl)).byId) {
      if (lagS === undefined || seen.get(id) === frames) continue;
      if (seen.has(id)) lags.push(lagS * 1_000);
      seen.set(id, frames);
    }
  }
  return lags;
}

interface RecordQuery {
  readonly cameras: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly signal: AbortSignal;
}

/** Waits until every camera's last window is there, or the deadline: what is missing by then was not analysed. */
async function collectRecords(load: LiveLoad, query: RecordQuery): Promise<Observation[][]> {
  const { cameras, fromMs, toMs, signal } = query;
  const isInside = ({ windowStart, windowEnd }: Observation): boolean =>
    Date.parse(windowStart) >= fromMs && Date.parse(windowEnd) <= toMs;
  const deadlineMs = performance.now() + RECORDS_DEADLINE_MS;
  for (;;) {
    signal.throwIfAborted();
    const records: Observation[][] = [];
    for (let index = 0; index < cameras; index++)
      records.push((await load.cluster.records(liveCameraId(index))).filter(isInside));
    const isWhole = records.every((list) => list.some(({ windowEnd }) => Date.parse(windowEnd) === toMs));
    if (isWhole || performance.now() > deadlineMs) return records;
    await sleep(POLL_MS);
  }
}

/** Each window once: all records of a camera and window carry the same number of pictures. */
function analysedShare({ options }: LiveLoad, records: readonly Observation[][], windows: number): number {
  const due = records.length * windows * options.windowSeconds * options.rate.framesPerSecond;
  const analysed = records.reduce((sum, list) => {
    const byWindow = new Map(list.map(({ windowStart, framesAnalysed }) => [windowStart, framesAnalysed]));
    return sum + [...byWindow.values()].reduce((total, frames) => total + frames, 0);
  }, 0);
  return due === 0 ? 0 : analysed / due;
}
