/**
 * Leave-one-scene-out: for every scene the value that is best on all the **other** scenes is chosen, and what it gives on
 * this scene stands beside what the default gives. A default that was tuned to one clip loses here.
 */
import type { ModelCard } from '../../../models/card.ts';
import type { TunedSettings } from '../run/count-tuned.ts';
import type { TunedThreshold } from './tuned-thresholds.ts';

/** A scene that can be counted with any settings. */
export interface StudyScene {
  readonly id: string;
  readonly card: Pick<ModelCard, 'thresholds'>;
  /** At its own rate, or as the mean over others. */
  readonly measure: (settings: TunedSettings, rates?: readonly number[]) => SceneLoss;
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
  const lossOf = (scene: StudyScene, value: number): SceneLoss =>
    scene.measure(threshold.settings(scene.card, value), threshold.rates);
  const losses = scenes.map((scene) => threshold.values.map((value) => lossOf(scene, value)));
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
      defaultLoss: lossOf(scene, defaultValue),
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
