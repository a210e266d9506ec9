/** Does a worker stay as it is over hours: memory, open files, processes, event loop? */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { loadavg } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type BenchWorker, PORTAL_PREFIX, startBenchCluster } from '../cluster/bench-cluster.ts';
import { cameraClip } from '../cluster/camera-clip.ts';
import { liveCameraId, startLiveLoad } from '../cluster/live-load.ts';
import { scrapeWorker, type WorkerMetrics } from '../cluster/worker-metrics.ts';
import { type Material, START_US } from '../material.ts';
import { type LiveHeap, openLiveHeap } from '../measure/live-heap.ts';
import { type ResourceSample, sampleResources } from '../measure/resources.ts';
import type { ScenarioResult } from '../result.ts';
import { type LoopedFootage, type LoopTruth, readLoopTruth } from './cameras-per-core-truth.ts';
import type { ScenarioContext } from './interleave.ts';
import { soakResult, type Watched } from './soak-figures.ts';

const run = promisify(execFile);

/** Issue 3 §2.8. */
const CAMERAS = 16;
const SMOKE = { cameras: 2, minutes: 0.25, hours: 0.05, warmUpS: 3 };
/** Every camera is connected and every pool full within the first minute, which is not watched. */
const WARM_UP_S = 60;
const SAMPLE_MS = 1_000;
const SCRAPE_EVERY = 5;
/** A full collection stops the worker for a tenth of a second: seldom enough to change little else. */
const COLLECT_EVERY = 15;
/** A window a minute, as cameras have by default. */
const WINDOW_S = 60;
const SEGMENT_WINDOWS = 5;
const CLIP_FRAMES_PER_SECOND = 10;
/** Whole seconds of the footage, so that keyframes stay a second apart over the seam. */
const LOOP_S = 79;
const LONG_RECORDING: LoopedFootage = {
  clip: { framesPerSecond: CLIP_FRAMES_PER_SECOND, frames: LOOP_S * CLIP_FRAMES_PER_SECOND },
  cameras: [{ epochMs: START_US / 1e3, offset: 0 }],
};

/** `soak`: live cameras at one picture a second, keyframes only, in real time. */
export async function measureSoak(context: ScenarioContext): Promise<ScenarioResult> {
  const { material, isSmoke, signal, progress } = context;
  const loadBefore = loadavg()[0] ?? Number.NaN;
  const cameras = isSmoke ? SMOKE.cameras : CAMERAS;
  progress('encoding 1080p25, starting cameras');
  const folder = path.join(material.dataDir, 'bench');
  const clip = await cameraClip({ footage: material.footage, folder, widthPx: 1920, heightPx: 1080 });
  const rate = { framesPerSecond: 1, keyframesOnly: true };
  const heap = openLiveHeap();
  const load = await startLiveLoad({
    ...{ material, clip, rate, detectors: material.cores, mostCameras: cameras, windowSeconds: WINDOW_S },
    nodeOptions: heap.nodeOptions,
  });
  try {
    if (!(await load.setCameras(cameras, signal)))
      throw new Error(`${cameras} simulated cameras did not all give pictures`);
    progress('warm-up');
    await sleep((isSmoke ? SMOKE.warmUpS : WARM_UP_S) * 1_000, undefined, { signal });
    const minutes = isSmoke ? SMOKE.minutes : context.soak.minutes;
    const endMs = performance.now() + minutes * 60_000;
    const all = await watch({ ...context, worker: load.worker, heap }, () => performance.now() >= endMs);
    const watched = isSmoke ? all : afterFirstFifth(all);
    const records = await Promise.all(
      load.fleet.cameras.map((_, index) => load.cluster.records(liveCameraId(index))),
    );
    return soakResult(watched, {
      name: 'soak',
      input: `1 worker, ${cameras} RTSP cameras 1920×1080 25 frames/s, 1 frame/s, keyframes only; ${minutes} min${isSmoke ? '' : ', the first fifth of them warm-up'}`,
      loadBefore,
      mediaPerWall: 1,
      countError: truthOf(context, load.fleet)?.(records),
    });
  } finally {
    await load.stop();
    heap.close();
  }
}

/** `soak-recording`: hours of media through one worker as fast as it goes. */
export async function measureRecordingSoak(context: ScenarioContext): Promise<ScenarioResult> {
  const { material, isSmoke, signal, progress } = context;
  const loadBefore = loadavg()[0] ?? Number.NaN;
  const hours = isSmoke ? SMOKE.hours : context.soak.hours;
  progress('making the long recording');
  const footage = await longRecording(material, hours);
  const cluster = await startBenchCluster({ ...material, footage });
  const heap = openLiveHeap();
  try {
    const worker = await cluster.startWorker({
      prefix: PORTAL_PREFIX,
      detectors: material.cores,
      name: 'soak',
      nodeOptions: heap.nodeOptions,
    });
    const cameraId = 'long-recording';
    const sampling = { framesPerSecond: 1, keyframesOnly: true, keyframeIntervalS: 1 };
    cluster.register([{ ...material.camera, id: cameraId, sampling }], WINDOW_S);
    let isDone = false;
    const counted = cluster
      .count({ prefix: PORTAL_PREFIX, cameraId, segmentWindows: SEGMENT_WINDOWS, signal })
      .finally(() => {
        isDone = true;
      });
    const [watched, { frames, seconds }] = await Promise.all([
      watch({ ...context, worker, heap }, () => isDone),
      counted,
    ]);
    const mediaPerWall = frames / sampling.framesPerSecond / seconds;
    return soakResult(afterFirstFifth(watched), {
      name: 'soak-recording',
      input: `1 worker, ${hours} h of 768×576 H.264 with a keyframe each second, 1 frame/s, keyframes only: ${frames} pictures in ${seconds.toFixed(0)} s`,
      loadBefore,
      mediaPerWall,
      countError: truthOf(context, LONG_RECORDING)?.([await cluster.records(cameraId)]),
    });
  } finally {
    await cluster.stop();
    heap.close();
  }
}

function truthOf({ material, skip }: ScenarioContext, footage: LoopedFootage): LoopTruth | undefined {
  const truth = readLoopTruth(material, footage);
  if (truth === undefined) skip('count error: ../shared/truth/pets09-s2l1.mot.csv is not beside the clone');
  return truth;
}

/** A worker that is watched. */
interface Watching extends Pick<ScenarioContext, 'signal' | 'progress'> {
  readonly worker: BenchWorker;
  readonly heap: LiveHeap;
}

/** One sample a second; every fifth a scrape, the first and then every fifteenth a full collection. */
async function watch({ signal, progress, worker, heap }: Watching, isOver: () => boolean): Promise<Watched> {
  const samples: ResourceSample[] = [];
  const scrapes: WorkerMetrics[] = [await scrapeWorker(worker.metricsUrl)];
  const startMs = performance.now();
  while (!isOver()) {
    const sample = sampleResources(worker.pid, (performance.now() - startMs) / 1_000);
    samples.push(sample);
    progress(`${sample.atS.toFixed(0)} s, worker ${sample.workerMiB.toFixed(0)} MiB`);
    if (samples.length % SCRAPE_EVERY === 0) scrapes.push(await scrapeWorker(worker.metricsUrl));
    if (samples.length % COLLECT_EVERY === 1) heap.ask(worker.pid);
    await sleep(SAMPLE_MS, undefined, { signal });
  }
  scrapes.push(await scrapeWorker(worker.metricsUrl));
  return { samples, scrapes, heap: heap.samples() };
}

/** The start of a run is its warm-up: compiled code and the heap's own size settle. */
function afterFirstFifth({ samples, scrapes, heap }: Watched): Watched {
  const rest = <T>(values: readonly T[]): readonly T[] => values.slice(Math.floor(values.length / 5));
  return { samples: rest(samples), scrapes: rest(scrapes), heap: rest(heap) };
}

/** The footage again and again with a keyframe each second, copied, not encoded, after its first pass. */
async function longRecording(material: Material, hours: number): Promise<string> {
  const folder = path.join(material.dataDir, 'bench');
  const file = path.join(folder, `long-${hours}h-v1.mp4`);
  if (existsSync(file)) return file;
  await mkdir(folder, { recursive: true });
  const once = path.join(folder, 'keyframe-each-second-v1.mp4');
  const ffmpeg = async (target: string, ...args: readonly string[]): Promise<void> => {
    await run('ffmpeg', ['-nostdin', '-y', '-loglevel', 'error', ...args, '-an', `${target}.part.mp4`]);
    await rename(`${target}.part.mp4`, target);
  };
  if (!existsSync(once)) {
    const gop = String(CLIP_FRAMES_PER_SECOND);
    const x264 = [
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-pix_fmt',
      'yuv420p',
      '-bf',
      '0',
      '-sc_threshold',
      '0',
    ];
    await ffmpeg(once, '-i', material.footage, '-t', String(LOOP_S), ...x264, '-g', gop, '-keyint_min', gop);
  }
  await ffmpeg(file, '-stream_loop', '-1', '-i', once, '-t', String(hours * 3_600), '-c', 'copy');
  return file;
}
