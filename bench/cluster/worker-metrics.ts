/** A worker's own metrics, as its `/metrics` page gives them. */
import type { LoopDelayMs } from '../../workers/event-loop-delay.ts';

/** What is read off one scrape. Counters count from the worker's start. */
export interface WorkerMetrics {
  readonly atMs: number;
  /** Since the scrape before. */
  readonly lagMs: LoopDelayMs;
  /** Seconds spent in garbage collection, on the main thread. */
  readonly gcSeconds: number;
  readonly cpuSeconds: number;
  readonly residentMiB: number;
  readonly heapMiB: number;
  readonly detectedFrames: number;
  readonly droppedFrames: number;
  readonly gapSeconds: number;
}

/** One scrape; it starts a new period for the event loop's delay. */
export async function scrapeWorker(url: string): Promise<WorkerMetrics> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const samples = parseMetrics(await response.text());
  const sum = (name: string, label = ''): number =>
    samples.reduce(
      (total, sample) => total + (sample.name === name && sample.labels.includes(label) ? sample.value : 0),
      0,
    );
  const lag = (quantile: string): number =>
    sum('cctv_process_event_loop_lag_seconds', `quantile="${quantile}"`) * 1_000;
  return {
    atMs: performance.now(),
    lagMs: { p50: lag('0.5'), p99: lag('0.99'), max: lag('1') },
    gcSeconds: sum('nodejs_gc_duration_seconds_sum'),
    cpuSeconds: sum('process_cpu_seconds_total'),
    residentMiB: sum('process_resident_memory_bytes') / 2 ** 20,
    heapMiB: sum('nodejs_heap_size_used_bytes') / 2 ** 20,
    detectedFrames: sum('cctv_detect_frames_total'),
    droppedFrames: sum('cctv_detect_dropped_frames_total'),
    gapSeconds: sum('cctv_decode_gap_seconds_total'),
  };
}

interface Sample {
  readonly name: string;
  /** Text between the braces. */
  readonly labels: string;
  readonly value: number;
}

/** Prometheus' text format; comments and what can't be read are left out. */
function parseMetrics(text: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/.exec(line);
    return match === null ? [] : [{ name: match[1]!, labels: match[2] ?? '', value: Number(match[3]) }];
  });
}

/** One camera as a worker's metrics show it. */
export interface CameraMetrics {
  /** Pictures analysed since the worker's start. */
  readonly frames: number;
  /** From the capture of the last analysed picture to its result, seconds; absent before the first. */
  readonly lagS?: number;
}

/** All live cameras of a worker, and how many it holds now. */
export async function scrapeCameras(
  url: string,
): Promise<{ held: number; byId: ReadonlyMap<string, CameraMetrics> }> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const samples = parseMetrics(await response.text());
  const lags = new Map(
    samples.flatMap(({ name, labels, value }) =>
      name === 'cctv_aggregate_lag_seconds' ? [[cameraOf(labels), value] as const] : [],
    ),
  );
  const byId = new Map<string, CameraMetrics>();
  for (const { name, labels, value } of samples) {
    if (name !== 'cctv_detect_frames_total') continue;
    const id = cameraOf(labels);
    const lagS = lags.get(id);
    byId.set(id, { frames: value, ...(lagS === undefined ? {} : { lagS }) });
  }
  const held = samples.find(({ name }) => name === 'cctv_lease_active')?.value ?? 0;
  return { held, byId };
}

function cameraOf(labels: string): string {
  return /camera="([^"]*)"/.exec(labels)?.[1] ?? '';
}
