/**
 * Leave-one-scene-out: for every scene the value that is best on all the **other** scenes is chosen, and what it gives on
 * this scene stands beside what the default gives. A default that was tuned to one clip loses here.
 */
import type { ModelCard } from '../../../models/card.ts';
import { NEW_TRACK_MARGIN } from '../../../pipelines/domain/count/follower.ts';
import { JITTER_MARGIN } from '../../../pipelines/domain/count/side-memory.ts';
import { GONE_SECONDS } from '../../../pipelines/domain/count/visit.ts';
import { DEFAULT_COAST_SECONDS } from '../../../pipelines/domain/count/zone-counter.ts';
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
}

/**
 * Every threshold with a default that could have been fitted to a clip and that acts on frozen detections. Left out: what
 * acts before them (the cards' `nmsIou`; `bench/findings.md`), at other rates only (`sparseSeconds`), or on what no recording
 * shows (riders); the overlap and least score of `joinVehicles`, for which one clip is all there is; and how many sights, or how
 * deep a last one, settle a side (`side-memory.ts`), which follow from what one wild box may do.
 */
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
  trackerThreshold('confirmSeconds', [0, 0.2, 0.4, 0.6, 0.8]),
  trackerThreshold('tentativeSeconds', [0, 0.15, 0.3, 0.5]),
  trackerThreshold('lowScoreSeconds', [0.25, 0.5, 1, 2, 4]),
  trackerThreshold('forgetSeconds', [1, 2, 4, 6]),
  trackerThreshold('duplicateOverlap', [0.6, 0.7, 0.8, 0.9]),
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
  faintThreshold('faint.confirmSeconds', 'confirmSeconds', [0.4, 0.6, 0.8, 1, 1.2]),
  faintThreshold('faint.travel', 'travel', [0.5, 0.75, 1, 1.5, 2]),
  faintThreshold('faint.cover', 'cover', [0.3, 0.4, 0.5, 0.65, 0.8]),
];

function trackerThreshold(
  name: 'confirmSeconds' | 'tentativeSeconds' | 'lowScoreSeconds' | 'forgetSeconds' | 'duplicateOverlap',
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

/** A scene that can be counted with any settings. */
export interface StudyScene {
  readonly id: string;
  readonly card: Pick<ModelCard, 'thresholds'>;
  readonly measure: (settings: TunedSettings) => SceneLoss;
}

/** How wrong one scene is, each a share of what is true. */
export interface SceneLoss {
  /** Presence MAE / mean truth; absent where the scene has no presence truth. */
  readonly presence?: number;
  /** (missed + over-counted) / true crossings; absent where there are none. */
  readonly crossings?: number;
}

/** One scene held out. */
export interface HeldOut {
  readonly threshold: string;
  readonly sceneId: string;
  readonly defaultValue: number;
  /** Best on the other scenes. */
  readonly chosenValue: number;
  readonly defaultLoss: SceneLoss;
  readonly chosenLoss: SceneLoss;
}

/** Both kinds of error weigh the same: half a share of presence is as bad as half the crossings. */
export function totalLoss({ presence = 0, crossings = 0 }: SceneLoss): number {
  return presence + crossings;
}

/** One threshold over all scenes; empty with fewer than two, as nothing is left to choose on. */
export function holdOut(threshold: TunedThreshold, scenes: readonly StudyScene[]): HeldOut[] {
  if (scenes.length < 2) return [];
  const losses = scenes.map((scene) =>
    threshold.values.map((value) => scene.measure(threshold.settings(scene.card, value))),
  );
  return scenes.map((scene, held) => {
    const defaultValue = threshold.defaultOf(scene.card);
    const sums = threshold.values.map((_, at) =>
      losses.reduce((sum, row, index) => sum + (index === held ? 0 : totalLoss(row[at]!)), 0),
    );
    const chosen = bestIndex(sums, threshold.values, defaultValue);
    return {
      threshold: threshold.name,
      sceneId: scene.id,
      defaultValue,
      chosenValue: threshold.values[chosen]!,
      defaultLoss: scene.measure(threshold.settings(scene.card, defaultValue)),
      chosenLoss: losses[held]![chosen]!,
    };
  });
}

/** The least sum; of equals the value nearest to the default, for nothing speaks for going farther. */
export function bestIndex(sums: readonly number[], values: readonly number[], defaultValue: number): number {
  let best = 0;
  for (let at = 1; at < sums.length; at++) {
    const difference = sums[at]! - sums[best]!;
    const isNearer = Math.abs(values[at]! - defaultValue) < Math.abs(values[best]! - defaultValue);
    if (difference < -1e-12 || (Math.abs(difference) <= 1e-12 && isNearer)) best = at;
  }
  return best;
}
