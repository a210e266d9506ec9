/** Measures this machine: what a live camera needs of it, stage by stage. About a minute and a half. */
import path from 'node:path';
import { detectorFormat } from '../../pipelines/adapters/detect/detector-format.ts';
import {
  type DecodeCost,
  type MachineProfile,
  PROFILE_VERSION,
} from '../../pipelines/domain/planning/machine-profile.ts';
import { AnalysisError } from '../../pipelines/errors.ts';
import { type CameraClip, cameraClip } from '../cluster/camera-clip.ts';
import { type Material, type MeasuredModel, measuredModel } from '../material.ts';
import { describeMachine } from '../measure/machine.ts';
import { type MeasuredDecode, measureDecode } from './decode-cost.ts';
import { type LiveCost, measureLiveCost } from './live-cost.ts';
import {
  type CameraCost,
  decoderMemoryMiB,
  fileStagesMs,
  type RedisSpan,
  solveReceive,
  solveRedis,
  solveWorker,
} from './solve.ts';

/** The sizes that cameras commonly send. */
const SIZES = [
  { widthPx: 640, heightPx: 360 },
  { widthPx: 1280, heightPx: 720 },
  { widthPx: 1920, heightPx: 1080 },
] as const;
const DENSITY = { framesPerSecond: 1, keyframesOnly: true };
const FLOW = { framesPerSecond: 5, keyframesOnly: false };
/** Enough to fill about half a core of today's machines, so that caches are as busy as in earnest. */
const MANY = 8;
const LEAST_SHARE = 0.9;
const FEW = 2;

/** Where it is measured and how it tells. */
export interface ProfileOptions {
  readonly material: Material;
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
}

interface DecodedClip {
  readonly clip: CameraClip;
  readonly decode: MeasuredDecode;
}

/**
 * Measures and joins everything.
 * @throws AnalysisError `model-missing` when the default model is not on this machine.
 */
export async function measureProfile(options: ProfileOptions): Promise<MachineProfile> {
  const { material, signal, progress } = options;
  const model = await measuredModel(material);
  if ('missing' in model) throw new AnalysisError('model-missing', 'profile', model.missing);
  const machine = describeMachine(material.root);
  const clips = await measureSizes(options, model);
  const [small, , large] = clips.map(({ clip }) => clip) as [CameraClip, CameraClip, CameraClip];
  const live = async (clip: CameraClip, rate: typeof DENSITY, cameras: number): Promise<LiveCost> => {
    const kind = rate.keyframesOnly ? 'keyframes only' : 'every picture decoded';
    progress(`${cameras} cameras ${clip.widthPx}×${clip.heightPx}, ${rate.framesPerSecond} frame/s, ${kind}`);
    const cost = await measureLiveCost({ material, clip, rate, cameras, signal });
    checkAnalysed(cost);
    return cost;
  };
  const many = await live(large, DENSITY, MANY);
  const flow = await live(large, FLOW, FEW);
  const smallest = await live(small, DENSITY, MANY);
  return joined({ machine, model, clips, many, flow, smallest });
}

/** A load of half a core is always carried; where it is not, other work has the core and the bill means nothing. */
function checkAnalysed({ span: { analysedShare, foreign } }: LiveCost): void {
  if (analysedShare >= LEAST_SHARE) return;
  const found = `${(analysedShare * 100).toFixed(0)} % of the pictures were analysed, others used ${foreign.toFixed(2)} of the core`;
  throw new AnalysisError(
    'config-invalid',
    'profile',
    `the machine is too busy to be measured: ${found}; let it rest`,
  );
}

async function measureSizes(
  { material, signal, progress }: ProfileOptions,
  model: MeasuredModel,
): Promise<DecodedClip[]> {
  const rows: DecodedClip[] = [];
  for (const size of SIZES) {
    signal.throwIfAborted();
    progress(`decoding ${size.widthPx}×${size.heightPx}`);
    const folder = path.join(material.dataDir, 'bench');
    const clip = await cameraClip({ footage: material.footage, folder, ...size });
    rows.push({ clip, decode: await measureDecode(clip, detectorFormat(model.card, clip)) });
  }
  return rows;
}

interface Measured {
  readonly machine: ReturnType<typeof describeMachine>;
  readonly model: MeasuredModel;
  readonly clips: readonly DecodedClip[];
  readonly many: LiveCost;
  readonly flow: LiveCost;
  readonly smallest: LiveCost;
}

function joined(measured: Measured): MachineProfile {
  const { machine, model, clips, many, flow, smallest } = measured;
  const loads = { large: costOf(many), flow: costOf(flow), small: costOf(smallest) };
  const expected = (index: number): number =>
    fileStagesMs(clips[index]!.decode, {
      sourceFramesPerSecond: clips[index]!.clip.framesPerSecond,
      picturesPerSecond: DENSITY.framesPerSecond,
    });
  const pictures = picturesPerSecond(many) * MANY + picturesPerSecond(flow) * FEW;
  return {
    version: PROFILE_VERSION,
    measuredAt: machine.at,
    commit: machine.commit,
    machine: fingerprintOf(machine),
    model: {
      id: model.card.id,
      sha256: model.card.sha256,
      ...sizeOf(detectorFormat(model.card, clips.at(-1)!.clip)),
    },
    decode: decodeRows(measured),
    receive: solveReceive(loads, { large: expected(clips.length - 1), small: expected(0) }),
    inferenceMs: ((many.span.detect + flow.span.detect) * 1_000) / pictures,
    worker: solveWorker(loads),
    memory: memoryOf(measured),
    redis: solveRedis(redisSpan(many), redisSpan(flow)),
    portal: {
      recordMs: (many.span.portal * many.span.seconds * 1_000) / many.span.records.flat().length,
      recordBytes: many.store.bytes / many.store.records,
    },
  };
}

function fingerprintOf(machine: Measured['machine']): MachineProfile['machine'] {
  const { processor, flags, cores, memoryMiB, kernel, node, onnxruntime, ffmpeg, loadBefore } = machine;
  return { processor, flags, cores, memoryMiB, kernel, node, onnxruntime, ffmpeg, loadBefore };
}

function sizeOf({ widthPx, heightPx }: { widthPx: number; heightPx: number }) {
  return { inputWidthPx: widthPx, inputHeightPx: heightPx };
}

function costOf({ span, mbitPerSecond, rate }: LiveCost): CameraCost {
  return {
    decodeMs: (span.decode * 1_000) / span.cameras,
    workerMs: (span.worker * 1_000) / span.cameras,
    mbitPerSecond,
    picturesPerSecond: picturesPerSecond({ span, rate }),
  };
}

/** Really analysed, per camera: beside other work some may have been dropped. */
function picturesPerSecond({ span, rate }: Pick<LiveCost, 'span' | 'rate'>): number {
  return rate.framesPerSecond * span.analysedShare;
}

function decodeRows({ clips, many, flow, smallest }: Measured): DecodeCost[] {
  const mbitPerPixel = many.mbitPerSecond / (many.clip.widthPx * many.clip.heightPx);
  const memory = [smallest, many].map(({ clip, memoryMiB }) => ({
    pixels: clip.widthPx * clip.heightPx,
    // All pictures decoded need a few reference pictures more than keyframes alone.
    memoryMiB: clip === many.clip ? Math.max(memoryMiB.decoder, flow.memoryMiB.decoder) : memoryMiB.decoder,
  }));
  return clips.map(({ clip, decode }) => {
    const pixels = clip.widthPx * clip.heightPx;
    return {
      ...{ widthPx: clip.widthPx, heightPx: clip.heightPx },
      mbitPerSecond: clip === smallest.clip ? smallest.mbitPerSecond : mbitPerPixel * pixels,
      ...decode,
      memoryMiB: decoderMemoryMiB(pixels, memory),
    };
  });
}

function memoryOf({ many, flow }: Measured): MachineProfile['memory'] {
  const { workerEmpty, worker, detector, services } = many.memoryMiB;
  return {
    workerMiB: Math.min(workerEmpty, flow.memoryMiB.workerEmpty),
    cameraMiB: Math.max(0, worker - workerEmpty) / MANY,
    detectorMiB: Math.max(detector, flow.memoryMiB.detector),
    servicesMiB: services,
  };
}

function redisSpan({ span, redis: { before, after } }: LiveCost): RedisSpan {
  return {
    cameras: span.cameras,
    minutes: (after.atMs - before.atMs) / 60_000,
    commands: after.commands - before.commands,
    bytes: after.bytes - before.bytes,
    cpuS: after.cpuS - before.cpuS,
    memoryBytes: after.memoryBytes,
  };
}
