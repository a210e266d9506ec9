/** From a few measured loads to the profile's coefficients. Pure. */
import type {
  DecodeCost,
  MachineProfile,
  ReceiveCost,
  WorkerCost,
} from '../../pipelines/domain/planning/machine-profile.ts';

/** CPU milliseconds of one camera and second under one load. */
export interface CameraCost {
  readonly decodeMs: number;
  readonly workerMs: number;
  readonly mbitPerSecond: number;
  readonly picturesPerSecond: number;
}

/** Three loads, each telling one thing apart. */
export interface SolvedLoads {
  /** Large pictures, keyframes only. */
  readonly large: CameraCost;
  /** The same stream, every picture decoded, more of them analysed. */
  readonly flow: CameraCost;
  /** Small pictures, keyframes only. */
  readonly small: CameraCost;
}

/** More pictures of the same stream cost `perPictureMs`, more bits of the same pictures `perMbitMs`, the rest is fixed. */
export function solveWorker({ large, flow, small }: SolvedLoads): WorkerCost {
  const perPictureMs = slope(
    flow.workerMs - large.workerMs,
    flow.picturesPerSecond - large.picturesPerSecond,
  );
  const without = ({ workerMs, picturesPerSecond }: CameraCost): number =>
    workerMs - perPictureMs * picturesPerSecond;
  return { ...line({ of: without, large, small }), perPictureMs };
}

/** What ffmpeg spends beyond the stages that were measured from files; `expectedMs` is their sum for each load. */
export function solveReceive(
  { large, small }: Pick<SolvedLoads, 'large' | 'small'>,
  expectedMs: { readonly large: number; readonly small: number },
): ReceiveCost {
  const rest = (load: CameraCost): number =>
    load.decodeMs - (load === large ? expectedMs.large : expectedMs.small);
  return line({ of: rest, large, small });
}

/** Straight line over Mbit/s through both loads; never below zero. */
function line({
  of,
  large,
  small,
}: {
  of: (load: CameraCost) => number;
  large: CameraCost;
  small: CameraCost;
}): ReceiveCost {
  const perMbitMs = slope(of(large) - of(small), large.mbitPerSecond - small.mbitPerSecond);
  // Through the large load, where a small error matters least.
  return { perMbitMs, perSecondMs: Math.max(0, of(large) - perMbitMs * large.mbitPerSecond) };
}

function slope(rise: number, run: number): number {
  return run === 0 ? 0 : Math.max(0, rise / run);
}

/** Redis' counters over a load. */
export interface RedisSpan {
  readonly cameras: number;
  readonly minutes: number;
  readonly commands: number;
  readonly bytes: number;
  readonly cpuS: number;
  readonly memoryBytes: number;
}

/** Base and share per camera from a load of many cameras and one of few. */
export function solveRedis(many: RedisSpan, few: RedisSpan): MachineProfile['redis'] {
  const perMinute = ({ commands, minutes }: RedisSpan): number => commands / minutes;
  const run = many.cameras - few.cameras;
  const commandsPerCameraMinute = slope(perMinute(many) - perMinute(few), run);
  const commands = many.commands + few.commands;
  return {
    commandsPerCameraMinute,
    baseCommandsPerMinute: Math.max(0, perMinute(many) - commandsPerCameraMinute * many.cameras),
    kilobytesPerCameraMinute: many.bytes / many.minutes / many.cameras / 1_000,
    commandUs: commands === 0 ? 0 : ((many.cpuS + few.cpuS) * 1e6) / commands,
    memoryKiBPerCamera: slope(many.memoryBytes - few.memoryBytes, run) / 1_024,
  };
}

/** Memory of a decoder for sizes that were not run live: in proportion to pixels between the two that were. */
export function decoderMemoryMiB(
  pixels: number,
  measured: { readonly pixels: number; readonly memoryMiB: number }[],
): number {
  const [small, large] = [...measured].sort((a, b) => a.pixels - b.pixels) as [
    (typeof measured)[number],
    (typeof measured)[number],
  ];
  const perPixel = slope(large.memoryMiB - small.memoryMiB, large.pixels - small.pixels);
  return Math.max(1, small.memoryMiB + perPixel * (pixels - small.pixels));
}

/** ffmpeg's stages that were measured from files, for one camera and second. */
export function fileStagesMs(
  cost: Pick<DecodeCost, 'demuxMs' | 'keyframeMs' | 'scaleMs'>,
  { sourceFramesPerSecond, picturesPerSecond }: { sourceFramesPerSecond: number; picturesPerSecond: number },
): number {
  return cost.demuxMs * sourceFramesPerSecond + (cost.keyframeMs + cost.scaleMs) * picturesPerSecond;
}
