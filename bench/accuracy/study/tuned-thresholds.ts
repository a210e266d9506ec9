/** The numbers of the path that were chosen, and the values they are studied at. */
import type { ModelCard } from '../../../models/card.ts';
import { NEW_TRACK_MARGIN } from '../../../pipelines/domain/count/follower.ts';
import { JITTER_MARGIN, SIDE_RULE, type SideRule } from '../../../pipelines/domain/count/side-memory.ts';
import { GONE_SECONDS } from '../../../pipelines/domain/count/visit.ts';
import { DEFAULT_COAST_SECONDS } from '../../../pipelines/domain/count/zone-counter.ts';
import { DEFAULT_JOIN_RULE, type JoinRule } from '../../../pipelines/domain/detect/join-vehicles.ts';
import { DEFAULT_RIDER_RULE, type RiderRule } from '../../../pipelines/domain/detect/rider-rule.ts';
import type { AssociationGate } from '../../../pipelines/domain/track/association.ts';
import { DEFAULT_FAINT_RULE, type FaintRule } from '../../../pipelines/domain/track/faint-rule.ts';
import type { BoxFilterNoise } from '../../../pipelines/domain/track/kalman.ts';
import { DEFAULT_TRACKER_SETTINGS } from '../../../pipelines/domain/track/tracker-settings.ts';
import type { TunedSettings } from '../run/count-tuned.ts';

/** A threshold, the values tried and how a value is set. */
export interface TunedThreshold {
  readonly name: string;
  /** Growing. */
  readonly values: readonly number[];
  readonly settings: (card: Pick<ModelCard, 'thresholds'>, value: number) => TunedSettings;
  /** The value that is used unless somebody changes it. */
  readonly defaultOf: (card: Pick<ModelCard, 'thresholds'>) => number;
  /** Pictures per second at which it acts, where that is not each scene's own rate. */
  readonly rates?: readonly number[];
}

/** Overlaps of suppression that are tried; it acts in the detector, so each needs detections of its own. */
export const TRIED_NMS_IOUS = [0.4, 0.5, 0.6, 0.7] as const;

/** Every number with a default that could have been fitted to a clip: detector, tracker, lines, zones, joined classes, riders. */
export const TUNED_THRESHOLDS: readonly TunedThreshold[] = [
  {
    name: 'thresholds.score',
    values: [0.3, 0.35, 0.4, 0.45, 0.5],
    settings: ({ thresholds }, score) => ({ thresholds: { ...thresholds, score } }),
    defaultOf: ({ thresholds }) => thresholds.score,
  },
  {
    name: 'thresholds.lowScore',
    values: [0.1, 0.15, 0.2, 0.25, 0.3],
    settings: ({ thresholds }, lowScore) => ({ thresholds: { ...thresholds, lowScore } }),
    defaultOf: ({ thresholds }) => thresholds.lowScore,
  },
  {
    name: 'newTrackScore − score',
    values: [0, NEW_TRACK_MARGIN, 0.1, 0.15, 0.2],
    settings: ({ thresholds }, newTrackMargin) => ({ thresholds, newTrackMargin }),
    defaultOf: () => NEW_TRACK_MARGIN,
  },
  {
    name: 'nmsIou',
    values: TRIED_NMS_IOUS,
    settings: ({ thresholds }, nmsIou) => ({ thresholds: { ...thresholds, nmsIou } }),
    defaultOf: ({ thresholds }) => thresholds.nmsIou,
  },
  joinThreshold('overlap', [0.5, 0.6, 0.7, 0.8]),
  joinThreshold('leastScore', [0.1, 0.125, 0.15, 0.2]),
  riderThreshold('minWidthShare', [0.4, 0.5, 0.6, 0.7, 0.8]),
  riderThreshold('minLowerHalfShare', [0.3, 0.4, 0.5, 0.6, 0.7]),
  riderThreshold('maxFeetBelowWheels', [0, 0.05, 0.1, 0.2, 0.3]),
  riderThreshold('minHeadAbove', [0, 0.1, 0.15, 0.2, 0.3]),
  trackerThreshold('confirmSeconds', [0, 0.2, 0.4, 0.6, 0.8]),
  trackerThreshold('tentativeSeconds', [0, 0.15, 0.3, 0.5]),
  trackerThreshold('lowScoreSeconds', [0.25, 0.5, 1, 2, 4]),
  trackerThreshold('forgetSeconds', [1, 2, 4, 6]),
  trackerThreshold('duplicateOverlap', [0.6, 0.7, 0.8, 0.9]),
  // At 2 pictures/s and below, at 1 and below, and never: values between act as one of these.
  { ...trackerThreshold('sparseSeconds', [0.4, 0.75, 1.5]), rates: [2, 1] },
  gateThreshold('highGate', 'minOverlap', [0.1, 0.15, 0.2, 0.3, 0.4]),
  gateThreshold('highGate', 'maxSpreads', [2, 2.5, 3, 3.5, 4]),
  gateThreshold('highGate', 'maxSpread', [0.5, 0.75, 1, 1.5, 2]),
  gateThreshold('highGate', 'maxSizeRatio', [1.75, 2, 2.5, 3, 4]),
  gateThreshold('lowGate', 'minOverlap', [0.3, 0.4, 0.5, 0.6, 0.7]),
  gateThreshold('lowGate', 'maxSpreads', [1, 1.5, 2, 2.5, 3]),
  gateThreshold('lowGate', 'maxSpread', [0.1, 0.25, 0.5, 1]),
  gateThreshold('lowGate', 'maxSizeRatio', [1.5, 2, 2.5, 3]),
  noiseThreshold('centre', [0.06, 0.09, 0.12, 0.18, 0.24]),
  noiseThreshold('size', [0.075, 0.11, 0.15, 0.22, 0.3]),
  noiseThreshold('initialSpeed', [1.75, 2.5, 3.5, 5, 7]),
  noiseThreshold('initialGrowth', [0.1, 0.25, 0.5, 1]),
  noiseThreshold('growthChange', [0.1, 0.25, 0.5, 1]),
  noiseThreshold('acceleration', [0.5, 0.75, 1, 1.5, 2]),
  {
    name: 'coastSeconds',
    values: [0, 0.25, DEFAULT_COAST_SECONDS, 0.75, 1],
    settings: ({ thresholds }, coastSeconds) => ({ thresholds, zoneCounter: { coastSeconds } }),
    defaultOf: () => DEFAULT_COAST_SECONDS,
  },
  {
    name: 'jitter margin × default',
    values: [0.5, 0.75, 1, 1.5, 2],
    settings: ({ thresholds }, factor) => {
      const margin = { x: factor * JITTER_MARGIN.x, y: factor * JITTER_MARGIN.y };
      return { thresholds, lineCounter: { margin }, zoneCounter: { margin } };
    },
    defaultOf: () => 1,
  },
  {
    name: 'goneSeconds',
    values: [0.5, GONE_SECONDS, 2, 3],
    settings: ({ thresholds }, goneSeconds) => ({
      thresholds,
      lineCounter: { goneSeconds },
      zoneCounter: { goneSeconds },
    }),
    defaultOf: () => GONE_SECONDS,
  },
  sideThreshold('observations', [1, 2, 3]),
  sideThreshold('depth', [1, 1.5, 2, 3, 4]),
  faintThreshold('faint.confirmSeconds', 'confirmSeconds', [0.4, 0.6, 0.8, 1, 1.2]),
  faintThreshold('faint.travel', 'travel', [0.5, 0.75, 1, 1.5, 2]),
  faintThreshold('faint.cover', 'cover', [0.3, 0.4, 0.5, 0.65, 0.8]),
];

function trackerThreshold(
  name:
    | 'confirmSeconds'
    | 'tentativeSeconds'
    | 'lowScoreSeconds'
    | 'forgetSeconds'
    | 'sparseSeconds'
    | 'duplicateOverlap',
  values: readonly number[],
): TunedThreshold {
  return {
    name,
    values,
    settings: ({ thresholds }, value) => ({ thresholds, tracker: { [name]: value } }),
    defaultOf: () => DEFAULT_TRACKER_SETTINGS[name],
  };
}

function gateThreshold(
  name: 'highGate' | 'lowGate',
  key: keyof AssociationGate,
  values: readonly number[],
): TunedThreshold {
  const gate = DEFAULT_TRACKER_SETTINGS[name];
  return {
    name: `${name}.${key}`,
    values,
    settings: ({ thresholds }, value) => ({ thresholds, tracker: { [name]: { ...gate, [key]: value } } }),
    defaultOf: () => gate[key],
  };
}

function noiseThreshold(key: keyof BoxFilterNoise, values: readonly number[]): TunedThreshold {
  const { noise } = DEFAULT_TRACKER_SETTINGS;
  return {
    name: `noise.${key}`,
    values,
    settings: ({ thresholds }, value) => ({ thresholds, tracker: { noise: { ...noise, [key]: value } } }),
    defaultOf: () => noise[key],
  };
}

function faintThreshold(name: string, key: keyof FaintRule, values: readonly number[]): TunedThreshold {
  return {
    name,
    values,
    settings: ({ thresholds }, value) => ({
      thresholds,
      tracker: { faint: { ...DEFAULT_FAINT_RULE, [key]: value } },
    }),
    defaultOf: () => DEFAULT_FAINT_RULE[key],
  };
}

function joinThreshold(key: keyof JoinRule, values: readonly number[]): TunedThreshold {
  return {
    name: `joinRule.${key}`,
    values,
    settings: ({ thresholds }, value) => ({ thresholds, joinRule: { ...DEFAULT_JOIN_RULE, [key]: value } }),
    defaultOf: () => DEFAULT_JOIN_RULE[key],
  };
}

function riderThreshold(key: keyof RiderRule, values: readonly number[]): TunedThreshold {
  return {
    name: `riderRule.${key}`,
    values,
    settings: ({ thresholds }, value) => ({ thresholds, riderRule: { ...DEFAULT_RIDER_RULE, [key]: value } }),
    defaultOf: () => DEFAULT_RIDER_RULE[key],
  };
}

function sideThreshold(key: keyof SideRule, values: readonly number[]): TunedThreshold {
  return {
    name: `sideRule.${key}`,
    values,
    settings: ({ thresholds }, value) => {
      const sideRule = { ...SIDE_RULE, [key]: value };
      return { thresholds, lineCounter: { sideRule }, zoneCounter: { sideRule } };
    },
    defaultOf: () => SIDE_RULE[key],
  };
}
