/** The product's own path without queue: decode ─▶ detect ─▶ track ─▶ count ─▶ aggregate. */
import { createDetectorPool } from '../../pipelines/adapters/detect/detector-pool.ts';
import { detectTimeline } from '../../pipelines/analyze.ts';
import type { CountedFrameView, Counting } from '../../pipelines/domain/counting.ts';
import type { Observation } from '../../pipelines/domain/types.ts';
import type { Detector } from '../../pipelines/ports.ts';
import {
  finishRecording,
  openRecording,
  recordingCounting,
  recordingRequest,
} from '../../pipelines/recording.ts';
import { siteVersion } from '../../pipelines/site-file.ts';
import type { CountTruth } from '../count-quality.ts';
import { type Material, type MeasuredModel, START_US } from '../material.ts';
import { cpuSeconds, cpuSecondsOf, descendants } from '../measure/processes.ts';
import {
  type CountQuality,
  type CpuBill,
  type Part,
  type Slice,
  type Subject,
  steadyRate,
  WARM_UP_FRAMES,
} from './subject.ts';

/** Windows that divide the footage well enough to compare presence in several of them. */
export const WINDOW_SECONDS = 10;

/** What finds the boxes. */
export interface Engine {
  /** One line that says what it is. */
  readonly what: string;
  readonly detector: Detector;
  /** Processes that infer, for their CPU time. */
  pids(): readonly number[];
  close(): Promise<void>;
}

/** What is measured. */
export interface PipelineOptions {
  readonly name: string;
  readonly material: Material;
  readonly model: MeasuredModel;
  readonly engine: Engine;
  readonly truth: CountTruth | undefined;
}

/** One pass over all parts is one recording: tracks and windows go on from part to part, as segments do. */
interface Pass {
  readonly counting: Counting;
  readonly views: CountedFrameView[];
  readonly records: Observation[];
}

/** The product's pool of one-thread detector processes; its model is loaded and warm when this resolves. */
export async function startPool(
  material: Material,
  model: MeasuredModel,
  detectors: number,
): Promise<Engine> {
  const pool = createDetectorPool({ size: detectors });
  const { widthPx, heightPx } = material.recording.plan.info;
  const bind = { card: model.card, modelPath: model.path, widthPx, heightPx, cameraId: material.camera.id };
  const detector = await pool.open({ ...bind, priority: 'recording' });
  while (pool.stats().ready < detectors) await new Promise((resolve) => setTimeout(resolve, 20));
  return {
    what: `pool of ${detectors}`,
    detector,
    pids: () => pool.stats().pids,
    async close() {
      await detector.close();
      await pool.close();
    },
  };
}

/** The path around an engine, which is kept open between parts, so that no part pays for loading. */
export function createPipeline(options: PipelineOptions): Subject {
  const { engine, truth } = options;
  let pass: Pass | undefined;
  let wholeQuality: CountQuality | undefined;
  return {
    name: options.name,
    what: `decode, ${engine.what}, track, count: the product's path without queue`,
    async measure(part, signal) {
      if (part.index === 0 || pass === undefined) pass = startPass(options);
      const slice = await measurePart({ options, part, pass, signal });
      if (part.index === part.count - 1) {
        pass.records.push(...finishRecording(pass.counting, options.material.recording.plan));
        wholeQuality = truth?.ofViews(pass.views, pass.records);
      }
      return slice;
    },
    quality: () => wholeQuality ?? (pass === undefined ? undefined : truth?.ofViews(pass.views)),
    close: () => engine.close(),
  };
}

function startPass({ material, model }: PipelineOptions): Pass {
  const { camera, recording } = material;
  const views: CountedFrameView[] = [];
  const counting = recordingCounting({
    camera,
    windowSeconds: WINDOW_SECONDS,
    siteVersion: siteVersion(camera, WINDOW_SECONDS),
    card: model.card,
    plan: recording.plan,
    jobId: 'bench',
    onFrame: (view) => views.push(view),
  });
  return { counting, views, records: [] };
}

interface PartRun {
  readonly options: PipelineOptions;
  readonly part: Part;
  readonly pass: Pass;
  readonly signal: AbortSignal;
}

async function measurePart({ options, part, pass, signal }: PartRun): Promise<Slice> {
  const { footage, camera } = options.material;
  const { detector } = options.engine;
  const { fromUs, toUs } = part;
  const { source } = await openRecording(
    { path: footage, startUs: START_US, part: { fromUs, toUs } },
    signal,
  );
  const request = recordingRequest(camera, detector.format);
  const meter = createMeter(options.engine);
  const doneAtMs: number[] = [];
  const startedAtMs = performance.now();
  const timeline = detectTimeline({ source, request, detector, dropWhenBusy: false, signal });
  for await (const event of timeline) {
    pass.records.push(...pass.counting.push(event));
    if (event.kind === 'gap') continue;
    doneAtMs.push(performance.now());
    if (doneAtMs.length === WARM_UP_FRAMES) meter.start();
  }
  signal.throwIfAborted();
  return {
    frames: doneAtMs.length,
    framesPerSecond: steadyRate(doneAtMs),
    cpu: meter.bill(doneAtMs.length - WARM_UP_FRAMES),
    startMs: (doneAtMs[0] ?? Number.NaN) - startedAtMs,
  };
}

/** CPU of everything between the warm-up and the end of a part. */
function createMeter(engine: Engine) {
  const look = () => ({
    self: process.cpuUsage(),
    detect: cpuSecondsOf(engine.pids()),
    reaped: cpuSeconds('self').reaped,
    decoding: cpuSecondsOf(
      descendants(process.pid)
        .filter(({ name }) => name === 'ffmpeg')
        .map(({ pid }) => pid),
    ),
  });
  let begin = look();
  return {
    start(): void {
      begin = look();
    },
    /** Per picture. ffmpeg has ended and been waited for, so all it used stands with the reaped. */
    bill(frames: number): CpuBill {
      const end = look();
      const { user, system } = process.cpuUsage(begin.self);
      const decode = ((end.reaped - begin.reaped - begin.decoding) * 1e3) / frames;
      const detect = ((end.detect - begin.detect) * 1e3) / frames;
      const rest = (user + system) / 1e3 / frames;
      return { decode, detect, rest, total: decode + detect + rest };
    },
  };
}
