/** What one live camera costs a core, and how many a core carries. */
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchWorker, PORTAL_PREFIX, startBenchCluster } from '../cluster/bench-cluster.ts';
import { startCameraServer } from '../cluster/cameras.ts';
import { scrapeWorker } from '../cluster/worker-metrics.ts';
import { cpuSeconds, descendants, residentMiB } from '../measure/process-cpu.ts';
import type { Figure, ScenarioResult } from '../result.ts';
import { liveCameras, untilAllPlay } from './event-loop.ts';
import type { ScenarioContext } from './interleave.ts';

/** 1080p25 H.264 with a keyframe each second: what issue 3 §2.9 calls a camera. */
const CAMERA = { widthPx: 1920, fps: 25, gop: 25, maxFrames: 250 };
const CAMERAS = 6;
const SECONDS = 20;
const SMOKE_SECONDS = 5;
const WINDOW_S = 5;

/** Cost of all cameras between two looks. */
interface Look {
  readonly atMs: number;
  readonly decode: number;
  readonly detect: number;
  readonly rest: number;
  readonly frames: number;
}

/** `density`: crowd density at one picture per second, keyframes only. */
export async function measureDensity(context: ScenarioContext): Promise<ScenarioResult> {
  const { material, progress, signal } = context;
  const loadBefore = loadavg()[0] ?? Number.NaN;
  progress('density: encoding 1080p25');
  const server = await startCameraServer({ file: material.footage, ...CAMERA });
  const cluster = await startBenchCluster(material);
  try {
    const worker = await cluster.startWorker({
      prefix: PORTAL_PREFIX,
      detectors: material.cores,
      name: 'density',
    });
    const rate = { count: CAMERAS, framesPerSecond: 1, keyframesOnly: true };
    cluster.register(liveCameras(material, server.url, rate), WINDOW_S);
    await untilAllPlay(worker, CAMERAS);
    progress(`density: ${CAMERAS} cameras`);
    const before = await lookAt(worker);
    await sleep((context.rounds === 1 ? SMOKE_SECONDS : SECONDS) * 1_000);
    const after = await lookAt(worker);
    signal.throwIfAborted();
    return {
      name: 'density',
      input: `${CAMERAS} RTSP cameras 1920×1440 25 frames/s H.264, keyframe each second, analysed at 1 frame/s, keyframes only`,
      loadBefore,
      subjects: [],
      ratios: [],
      figures: [
        ...billFigures(before, after),
        { name: 'resident memory, worker', value: residentMiB(worker.pid), unit: 'MiB' },
      ],
      remarks: ['CPU of the simulated cameras themselves is not in the bill.'],
    };
  } finally {
    await cluster.stop();
    await server.stop();
  }
}

async function lookAt(worker: BenchWorker): Promise<Look> {
  const family = descendants(worker.pid);
  const spent = (isMeant: (name: string) => boolean): number =>
    family.filter(({ name }) => isMeant(name)).reduce((sum, { pid }) => sum + cpuSeconds(pid).own, 0);
  const { detectedFrames } = await scrapeWorker(worker.metricsUrl);
  return {
    atMs: performance.now(),
    decode: spent((name) => name === 'ffmpeg'),
    detect: spent((name) => name.startsWith('pantau-detect')),
    rest: cpuSeconds(worker.pid).own,
    frames: detectedFrames,
  };
}

function billFigures(before: Look, after: Look): Figure[] {
  const seconds = (after.atMs - before.atMs) / 1_000;
  const perCamera = (part: 'decode' | 'detect' | 'rest'): number =>
    ((after[part] - before[part]) * 1_000) / seconds / CAMERAS;
  const [decode, detect, rest] = [perCamera('decode'), perCamera('detect'), perCamera('rest')];
  const unit = 'CPU ms per camera and second';
  return [
    { name: 'receive, demux, decode, scale (ffmpeg)', value: decode, unit },
    { name: 'inference (detectors)', value: detect, unit },
    { name: 'the rest (worker process)', value: rest, unit },
    { name: 'one camera', value: decode + detect + rest, unit },
    {
      name: 'cameras per core by the bill',
      value: 1_000 / (decode + detect + rest),
      unit: 'cameras',
      target: '≥ 15',
    },
    {
      name: 'pictures analysed of those due',
      value: ((after.frames - before.frames) * 100) / (CAMERAS * seconds),
      unit: '%',
      target: '≥ 99',
    },
  ];
}
