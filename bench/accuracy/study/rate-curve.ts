/** Error against sampling rate: what a lower rate costs, over several equally good choices of pictures. */
import type { ModelCard } from '../../../models/card.ts';
import type { TimelineEvent } from '../../../pipelines/domain/types.ts';
import type { RecordedScene } from '../run/recorded-scene.ts';
import { runScene, type SceneFigures } from '../run/run-scene.ts';

/** Pictures per second at which the error is measured. */
export const CURVE_RATES: readonly number[] = [0.2, 0.5, 1, 2, 5, 10];

/**
 * At a low rate a clip of a minute holds few pictures, and which ones is chance. Each rate is therefore run with the grid
 * shifted by 0, 1/5, … 4/5 of its interval, and the figures are means over the shifts.
 */
const SHIFTS = 5;

/** Means over the shifts. */
export interface RatePoint {
  readonly framesPerSecond: number;
  readonly runs: number;
  /** Of the scene's first zone and labelled group, at analysed frames. */
  readonly presenceMae: number;
  readonly presenceBias: number;
  /** Of published window means; absent where the truth isn't known at every frame. */
  readonly windowMae?: number;
  readonly windowBias?: number;
  /** True crossings over all lines and directions. */
  readonly crossings: number;
  readonly missed: number;
  readonly overCounted: number;
}

/** The curve of one scene and model. Rates above the source's own are left out. */
export function rateCurve(
  scene: RecordedScene,
  card: ModelCard,
  events: readonly TimelineEvent[],
): RatePoint[] {
  return CURVE_RATES.filter((rate) => rate <= scene.truth.framesPerSecond).map((framesPerSecond) => {
    const runs = shiftsAt(framesPerSecond, scene.truth.framesPerSecond).map(
      (phaseSeconds) => runScene({ scene, card, events, framesPerSecond, phaseSeconds }).figures,
    );
    return ratePoint(framesPerSecond, runs);
  });
}

/** Shifts in whole source pictures; fewer where the interval has fewer. */
export function shiftsAt(framesPerSecond: number, sourceFramesPerSecond: number): number[] {
  const pictures = Math.max(1, Math.round(sourceFramesPerSecond / framesPerSecond));
  const count = Math.min(SHIFTS, pictures);
  return Array.from(
    { length: count },
    (_, index) => Math.round((index * pictures) / count) / sourceFramesPerSecond,
  );
}

function ratePoint(framesPerSecond: number, runs: readonly SceneFigures[]): RatePoint {
  const mean = (pick: (run: SceneFigures) => number) =>
    runs.reduce((sum, run) => sum + pick(run), 0) / runs.length;
  const total = (run: SceneFigures, pick: (score: SceneFigures['crossings'][number]) => number) =>
    run.crossings.reduce((sum, score) => sum + (isGroup(score.roadUsers) ? pick(score) : 0), 0);
  const hasWindows = runs.every((run) => run.presence[0]?.perWindow !== undefined);
  return {
    framesPerSecond,
    runs: runs.length,
    presenceMae: mean((run) => run.presence[0]?.perFrame.mae ?? Number.NaN),
    presenceBias: mean((run) => run.presence[0]?.perFrame.bias ?? Number.NaN),
    ...(hasWindows
      ? {
          windowMae: mean((run) => run.presence[0]!.perWindow!.mae),
          windowBias: mean((run) => run.presence[0]!.perWindow!.bias),
        }
      : {}),
    crossings: mean((run) => total(run, (score) => score.truth)),
    missed: mean((run) => total(run, (score) => score.missed)),
    overCounted: mean((run) => total(run, (score) => score.overCounted)),
  };
}

/** Rows of a whole group; the rows of single classes would count the same crossings again. */
export function isGroup(roadUsers: string): boolean {
  return roadUsers === 'people' || roadUsers === 'vehicles';
}
