/**
 * Constant-velocity Kalman filter on a box's centre and size (cx, cy, width, height), as DeepSORT and ByteTrack use.
 *
 * With diagonal noise the usual 8-state filter falls apart into four independent (value, velocity) filters, which is
 * what is kept: no matrices, no allocation. Units are normalised picture units and seconds, so any frame interval,
 * regular or not, is right. All noise is a multiple of the box's own size: of its width along x and of its height
 * along y, so that near and far road users, and pictures of any aspect, are treated alike.
 * The functions of one axis take plain numbers, not an options object: they run four times per track and frame.
 */
import type { Box } from '../types.ts';

/** Index of each filtered quantity in the state. */
const AXIS = { centreX: 0, centreY: 1, width: 2, height: 3 } as const;

/** Entries per quantity: value, velocity, variance of the value, covariance, variance of the velocity. */
const STRIDE = 5;

/** Length of one filter's state; lay it out in a `Float64Array` of your own. */
export const BOX_FILTER_LENGTH = 4 * STRIDE;

/** Boxes thinner than this (a quarter pixel of a 2000 px picture) get the noise of a box of this size. */
const SMALLEST_SIZE = 1e-4;

/** Standard deviations in box sizes and seconds. */
export interface BoxFilterNoise {
  /** Jitter of a detected centre. */
  readonly centre: number;
  /** Jitter of a detected width or height. */
  readonly size: number;
  /** Speed a road user may have when first seen, per second. */
  readonly initialSpeed: number;
  /** Rate of growth a box may have when first seen, per second. */
  readonly initialGrowth: number;
  /** Change of speed after one second of free motion (white acceleration), per second. */
  readonly acceleration: number;
  /** Change of the rate of growth after one second, per second. */
  readonly growthChange: number;
}

/**
 * - `centre` 0.12, `size` 0.15: jitter of detected people against the truth of PETS09-S2L1 (default model: 0.12 widths,
 *   0.04 heights, sizes 0.16 and 0.07; YOLOX-nano the same within 0.02). The larger axis is taken for both.
 * - `initialSpeed` 3.5: a walker covers 1.4 m/s = 2.3 of his own widths (0.6 m) per second, a car at 50 km/h 3 of its
 *   lengths (4.5 m), a motorcycle at 60 km/h 8 of its own (2 m), which is still within 2.5 standard deviations.
 * - `acceleration` 1: a walker stops or starts within two seconds; a car that brakes with 4 m/s² changes by 0.9
 *   lengths per second each second.
 * - `initialGrowth`, `growthChange` 0.25: a car that comes nearer at 10 m/s from 40 m grows by a quarter per second.
 */
export const DEFAULT_BOX_FILTER_NOISE: BoxFilterNoise = {
  centre: 0.12,
  size: 0.15,
  initialSpeed: 3.5,
  initialGrowth: 0.25,
  acceleration: 1,
  growthChange: 0.25,
};

/** Starts a filter at rest on a first box. */
export function initiateBoxFilter(state: Float64Array, box: Box, noise: BoxFilterNoise): void {
  const width = Math.max(SMALLEST_SIZE, box.right - box.left);
  const height = Math.max(SMALLEST_SIZE, box.bottom - box.top);
  initiateAxis(
    state,
    AXIS.centreX,
    (box.left + box.right) / 2,
    noise.centre * width,
    noise.initialSpeed * width,
  );
  initiateAxis(
    state,
    AXIS.centreY,
    (box.top + box.bottom) / 2,
    noise.centre * height,
    noise.initialSpeed * height,
  );
  initiateAxis(state, AXIS.width, width, noise.size * width, noise.initialGrowth * width);
  initiateAxis(state, AXIS.height, height, noise.size * height, noise.initialGrowth * height);
}

/** Moves a filter on by `seconds` of free motion. */
export function predictBoxFilter(state: Float64Array, seconds: number, noise: BoxFilterNoise): void {
  const width = filteredWidth(state);
  const height = filteredHeight(state);
  predictAxis(state, AXIS.centreX, seconds, noise.acceleration * width);
  predictAxis(state, AXIS.centreY, seconds, noise.acceleration * height);
  predictAxis(state, AXIS.width, seconds, noise.growthChange * width);
  predictAxis(state, AXIS.height, seconds, noise.growthChange * height);
}

/** Corrects a filter by a detected box. */
export function updateBoxFilter(state: Float64Array, box: Box, noise: BoxFilterNoise): void {
  const width = filteredWidth(state);
  const height = filteredHeight(state);
  updateAxis(state, AXIS.centreX, (box.left + box.right) / 2, noise.centre * width);
  updateAxis(state, AXIS.centreY, (box.top + box.bottom) / 2, noise.centre * height);
  updateAxis(state, AXIS.width, box.right - box.left, noise.size * width);
  updateAxis(state, AXIS.height, box.bottom - box.top, noise.size * height);
}

/** Stops growth: a road user who is not seen keeps the last known size, else a coasting box would swell or vanish. */
export function freezeBoxSize(state: Float64Array): void {
  state[AXIS.width * STRIDE + 1] = 0;
  state[AXIS.height * STRIDE + 1] = 0;
}

/** The filtered box. */
export function filteredBox(state: Float64Array): Box {
  const x = state[AXIS.centreX * STRIDE]!;
  const y = state[AXIS.centreY * STRIDE]!;
  const halfWidth = filteredWidth(state) / 2;
  const halfHeight = filteredHeight(state) / 2;
  return { left: x - halfWidth, top: y - halfHeight, right: x + halfWidth, bottom: y + halfHeight };
}

/** Width in picture units, never 0. */
export function filteredWidth(state: Float64Array): number {
  return Math.max(SMALLEST_SIZE, state[AXIS.width * STRIDE]!);
}

/** Height in picture units, never 0. */
export function filteredHeight(state: Float64Array): number {
  return Math.max(SMALLEST_SIZE, state[AXIS.height * STRIDE]!);
}

/** Standard deviation, in box widths, of where the next detected centre is expected along x. */
export function centreSpreadX(state: Float64Array, noise: BoxFilterNoise): number {
  return spread(state, AXIS.centreX, filteredWidth(state), noise.centre);
}

/** Standard deviation, in box heights, of where the next detected centre is expected along y. */
export function centreSpreadY(state: Float64Array, noise: BoxFilterNoise): number {
  return spread(state, AXIS.centreY, filteredHeight(state), noise.centre);
}

function spread(state: Float64Array, axis: number, size: number, jitter: number): number {
  return Math.sqrt(state[axis * STRIDE + 2]! / (size * size) + jitter * jitter);
}

function initiateAxis(state: Float64Array, axis: number, value: number, jitter: number, speed: number): void {
  const at = axis * STRIDE;
  state[at] = value;
  state[at + 1] = 0;
  state[at + 2] = jitter * jitter;
  state[at + 3] = 0;
  state[at + 4] = speed * speed;
}

/** White-noise acceleration of spectral density `acceleration²` (Bar-Shalom 2001, §6.2.2). */
function predictAxis(state: Float64Array, axis: number, seconds: number, acceleration: number): void {
  const at = axis * STRIDE;
  const density = acceleration * acceleration;
  const covariance = state[at + 3]!;
  const speedVariance = state[at + 4]!;
  state[at] = state[at]! + state[at + 1]! * seconds;
  state[at + 2] =
    state[at + 2]! + 2 * seconds * covariance + seconds ** 2 * speedVariance + (density * seconds ** 3) / 3;
  state[at + 3] = covariance + seconds * speedVariance + (density * seconds ** 2) / 2;
  state[at + 4] = speedVariance + density * seconds;
}

function updateAxis(state: Float64Array, axis: number, measured: number, jitter: number): void {
  const at = axis * STRIDE;
  const variance = state[at + 2]!;
  const covariance = state[at + 3]!;
  const innovation = measured - state[at]!;
  const gain = variance / (variance + jitter * jitter);
  const speedGain = covariance / (variance + jitter * jitter);
  state[at] = state[at]! + gain * innovation;
  state[at + 1] = state[at + 1]! + speedGain * innovation;
  state[at + 2] = (1 - gain) * variance;
  state[at + 3] = (1 - gain) * covariance;
  state[at + 4] = state[at + 4]! - speedGain * covariance;
}
