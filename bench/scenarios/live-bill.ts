/** What one live camera costs, out of a measured span. */
import { loadavg } from 'node:os';
import path from 'node:path';
import { detectorFormat } from '../../pipelines/adapters/detect/detector-format.ts';
import { type CameraClip, cameraClip } from '../cluster/camera-clip.ts';
import { splitCores } from '../cluster/cores.ts';
import { type LiveRate, startLiveLoad } from '../cluster/live-load.ts';
import { type LiveSpan, measureLiveSpan } from '../cluster/live-span.ts';
import { type Material, measuredModel } from '../material.ts';
import { residentMiB } from '../measure/processes.ts';
import { measureDecode } from '../profile/decode-cost.ts';
import type { Figure, ScenarioResult } from '../result.ts';
import { readLoopTruth } from './cameras-per-core-truth.ts';
import type { ScenarioContext } from './interleave.ts';

/** Unit of a camera's bill: a thousand of them are one core. */
const BILL_UNIT = 'CPU ms per camera and second';
/** Windows of five seconds. */
const WINDOW_S = 5;
const WINDOWS = 4;

/** CPU milliseconds of one core per camera and second. */
export interface LiveBill {
  readonly decode: number;
  readonly detect: number;
  readonly rest: number;
  readonly total: number;
}

/** Cores that the worker with its children used. */
export function coresUsed({ decode, detect, worker }: LiveSpan): number {
  return decode + detect + worker;
}

/** Shares the span's cost among its cameras. */
export function billOf(span: LiveSpan): LiveBill {
  const each = (cores: number): number => (cores * 1_000) / span.cameras;
  return {
    decode: each(span.decode),
    detect: each(span.detect),
    rest: each(span.worker),
    total: each(coresUsed(span)),
  };
}

/** The bill as figures of a report. */
export function billFigures(span: LiveSpan): Figure[] {
  const { decode, detect, rest, total } = billOf(span);
  const row = (name: string, value: number): Figure => ({ name, value, unit: BILL_UNIT });
  return [
    row('receive, demux, decode, scale (ffmpeg)', decode),
    row('inference (detectors)', detect),
    row('the rest (worker process)', rest),
    row('one camera', total),
    row('beside it: Redis and portal', ((span.redis + span.portal) * 1_000) / span.cameras),
    row('beside it: the simulated camera', (span.simulators * 1_000) / span.cameras),
  ];
}

/** ffmpeg's part of the bill by its stages, each measured from the clip's file. Empty without the default model. */
export async function decodeFigures(
  { material, clip, rate }: { material: Material; clip: CameraClip; rate: LiveRate },
  ffmpegMs: number,
): Promise<Figure[]> {
  const model = await measuredModel(material);
  if ('missing' in model) return [];
  const cost = await measureDecode(clip, detectorFormat(model.card, clip));
  const stages = {
    demux: cost.demuxMs * clip.framesPerSecond,
    decode: rate.keyframesOnly
      ? cost.keyframeMs / clip.keyframeIntervalS
      : cost.pictureMs * clip.framesPerSecond,
    'scale and hand over': cost.scaleMs * rate.framesPerSecond,
  };
  const sum = Object.values(stages).reduce((total, ms) => total + ms, 0);
  return [
    ...Object.entries(stages).map(([name, value]) => ({
      name: `of ffmpeg: ${name}`,
      value,
      unit: BILL_UNIT,
    })),
    { name: 'of ffmpeg: receive (what is left)', value: Math.max(0, ffmpegMs - sum), unit: BILL_UNIT },
  ];
}

/** The usual stream of the live scenarios. */
export async function fullHdClip({ dataDir, footage }: Material): Promise<CameraClip> {
  return await cameraClip({ footage, folder: path.join(dataDir, 'bench'), widthPx: 1920, heightPx: 1080 });
}

/** A few cameras of one kind, and the bill of one. */
export async function measureLiveBill(
  context: ScenarioContext,
  options: {
    readonly name: string;
    readonly rate: LiveRate;
    readonly cameras: number;
    readonly target?: string;
  },
): Promise<ScenarioResult> {
  const { material, progress, signal, isSmoke } = context;
  const { name, rate, cameras, target } = options;
  const loadBefore = loadavg()[0] ?? Number.NaN;
  progress(`${name}: preparing the stream (the first time about 20 s)`);
  const clip = await fullHdClip(material);
  const load = await startLiveLoad({
    ...{ material, clip, rate, mostCameras: cameras, windowSeconds: WINDOW_S, split: splitCores() },
    detectors: 1,
  });
  try {
    progress(`${name}: ${cameras} cameras`);
    if (!(await load.setCameras(cameras, signal))) throw new Error(`${cameras} cameras did not all play`);
    const span = await measureLiveSpan(load, { cameras, windows: isSmoke ? 1 : WINDOWS, signal });
    const error = readLoopTruth(material, load.fleet)?.(span.records);
    const bill = billOf(span);
    return {
      ...{ name, loadBefore, subjects: [], ratios: [] },
      input: `${cameras} RTSP cameras 1920×1080 25 frames/s H.264 4 Mbit/s, keyframe each second, analysed at ${rate.framesPerSecond} frames/s, ${rate.keyframesOnly ? 'keyframes only' : 'every picture decoded'}, one detector`,
      figures: [
        ...billFigures(span),
        ...(isSmoke ? [] : await decodeFigures({ material, clip, rate }, bill.decode)),
        {
          ...{ name: 'cameras per core by the bill', value: 1_000 / bill.total, unit: 'cameras' },
          ...(target === undefined ? {} : { target }),
        },
        {
          name: 'pictures analysed of those due',
          value: span.analysedShare * 100,
          unit: '%',
          target: '≥ 99',
        },
        { name: 'latency p95, capture to result', value: span.lagMs.p95, unit: 'ms' },
        { name: 'resident memory, worker', value: residentMiB(load.worker.pid), unit: 'MiB' },
        ...(error === undefined
          ? []
          : [{ name: 'people per window, mean absolute error', value: error.mae, unit: 'people' }]),
      ],
      remarks: ['CPU of the simulated cameras themselves is not in the bill; no motion gate.'],
    };
  } finally {
    await load.stop();
  }
}
