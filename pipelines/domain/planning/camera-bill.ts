/** What one live camera costs a machine, from the machine's profile. */
import type { DecodeCost, MachineProfile } from './machine-profile.ts';

/** How a camera sends and how it is analysed. */
export interface PlannedCamera {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Pictures the camera sends per second. */
  readonly sourceFramesPerSecond: number;
  readonly keyframeIntervalS: number;
  /** Pictures analysed per second. */
  readonly framesPerSecond: number;
  /** Only keyframes are decoded; otherwise every picture is, analysed or not. */
  readonly keyframesOnly: boolean;
  /** What the camera sends; taken from the profile's clips of that size where absent. */
  readonly mbitPerSecond?: number;
}

/** CPU milliseconds of one core per camera and second. */
export interface CameraBill {
  readonly receiveMs: number;
  readonly decodeMs: number;
  readonly scaleMs: number;
  readonly inferenceMs: number;
  readonly workerMs: number;
  readonly totalMs: number;
  readonly mbitPerSecond: number;
  /** Decoder process and its share of the worker, MiB. */
  readonly memoryMiB: number;
  /** The size lies outside of what was measured. */
  readonly isExtrapolated: boolean;
}

/** Adds up what a camera of this kind costs. */
export function cameraBill(profile: MachineProfile, camera: PlannedCamera): CameraBill {
  const cost = decodeCostOf(profile.decode, camera.widthPx * camera.heightPx);
  const { receive, worker, inferenceMs: pictureInferenceMs } = profile;
  const mbitPerSecond = camera.mbitPerSecond ?? cost.mbitPerSecond;
  const analysed = analysedPerSecond(camera);
  const decoded = camera.keyframesOnly
    ? cost.keyframeMs / camera.keyframeIntervalS
    : cost.pictureMs * camera.sourceFramesPerSecond;
  const parts = {
    receiveMs:
      cost.demuxMs * camera.sourceFramesPerSecond + receive.perSecondMs + receive.perMbitMs * mbitPerSecond,
    decodeMs: decoded,
    scaleMs: cost.scaleMs * analysed,
    inferenceMs: pictureInferenceMs * analysed,
    workerMs: worker.perSecondMs + worker.perMbitMs * mbitPerSecond + worker.perPictureMs * analysed,
  };
  return {
    ...parts,
    totalMs: parts.receiveMs + parts.decodeMs + parts.scaleMs + parts.inferenceMs + parts.workerMs,
    mbitPerSecond,
    memoryMiB: cost.memoryMiB + profile.memory.cameraMiB,
    isExtrapolated: cost.isExtrapolated,
  };
}

/** Pictures that can really come: at most what the camera sends, or one per keyframe. */
export function analysedPerSecond(camera: PlannedCamera): number {
  const offered = camera.keyframesOnly ? 1 / camera.keyframeIntervalS : camera.sourceFramesPerSecond;
  return Math.min(camera.framesPerSecond, offered);
}

type CostAtSize = Omit<DecodeCost, 'widthPx' | 'heightPx'> & { readonly isExtrapolated: boolean };

const COST_FIELDS = [
  'mbitPerSecond',
  'demuxMs',
  'keyframeMs',
  'pictureMs',
  'scaleMs',
  'memoryMiB',
] as const satisfies readonly (keyof DecodeCost)[];

/**
 * Straight line through the two measured sizes next to `pixels`: decoding and scaling work in proportion to pixels
 * beside a fixed part. Below the smallest and above the largest size the nearest two are extended, never below zero.
 */
function decodeCostOf(measured: readonly DecodeCost[], pixels: number): CostAtSize {
  const rows = measured.map((cost) => ({ cost, pixels: cost.widthPx * cost.heightPx }));
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError('a profile needs one measured size');
  const isExtrapolated = pixels < first.pixels || pixels > last.pixels;
  const above = Math.max(
    1,
    rows.findIndex((row) => row.pixels >= pixels),
  );
  const high = pixels > last.pixels ? last : (rows[above] ?? last);
  const low = rows[rows.indexOf(high) - 1] ?? first;
  const share = high === low ? 1 : (pixels - low.pixels) / (high.pixels - low.pixels);
  const at = (field: (typeof COST_FIELDS)[number]): number =>
    Math.max(0, low.cost[field] + (high.cost[field] - low.cost[field]) * share);
  const [mbitPerSecond, demuxMs, keyframeMs, pictureMs, scaleMs, memoryMiB] = COST_FIELDS.map(at) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { mbitPerSecond, demuxMs, keyframeMs, pictureMs, scaleMs, memoryMiB, isExtrapolated };
}
