/**
 * What `npm run accuracy` measured of one model, as its file under `models/accuracy/` holds it, and how figures of
 * several scenes are put together. Every row is one scene at one sampling rate.
 */

import type { BilingualText } from '../bilingual-text.ts';
import type { ClassGroup } from '../classes.ts';
import type { Lineage } from '../types.ts';

/** A two-sided 95 % interval. */
export interface FigureInterval {
  readonly low: number;
  readonly high: number;
}

/** Crossings of one class group over all lines and directions of one scene. */
export interface CrossingFigures {
  readonly group: ClassGroup;
  readonly framesPerSecond: number;
  readonly sceneId: string;
  /** Equally good choices of pictures at this rate over which the numbers are means. */
  readonly runs: number;
  /** True crossings. */
  readonly truth: number;
  /** True crossings that were not counted, at most `truth`. */
  readonly missed: number;
  /** Counted crossings that were none. */
  readonly overCounted: number;
}

/** Errors of a present count, in road users. */
export interface CountErrorFigures {
  /** Instants or windows compared. */
  readonly samples: number;
  readonly meanTruth: number;
  readonly mae: number;
  /** Mean of counted − truth. */
  readonly bias: number;
  readonly rmse: number;
}

/** Presence of one class group in one zone of one scene. */
export interface PresenceFigures {
  readonly group: ClassGroup;
  readonly framesPerSecond: number;
  readonly sceneId: string;
  readonly zoneId: string;
  readonly runs: number;
  /** At single analysed pictures, with block-bootstrap intervals where the series is long enough. */
  readonly perFrame: CountErrorFigures & {
    readonly maeInterval?: FigureInterval;
    readonly biasInterval?: FigureInterval;
  };
  /** Published window means; absent where the truth is not known at every picture. */
  readonly perWindow?: CountErrorFigures & { readonly windowSeconds: number };
  /** How many of the errors may be taken for independent; fewer than the samples, because neighbours resemble. */
  readonly independent: number;
}

/** A recording with truth and what it is like: what the figures can stand for. */
export interface FigureScene {
  readonly sceneId: string;
  readonly title: BilingualText;
  readonly conditions: BilingualText;
  readonly seconds: number;
}

/** Everything measured of one model. */
export interface AccuracyFigures {
  readonly modelId: string;
  readonly modelSha256: string;
  readonly pipelineVersion: string;
  /** Day of the measurement, `YYYY-MM-DD`. */
  readonly date: string;
  readonly commit: string;
  readonly scenes: readonly FigureScene[];
  /** What the scenes do not tell. */
  readonly limits: readonly BilingualText[];
  readonly crossings: readonly CrossingFigures[];
  readonly presence: readonly PresenceFigures[];
  /** The file and a digest of its numbers, e.g. `models/accuracy/x.json@0123456789ab`; made by its reader. */
  readonly basis: string;
}

/** Whether the figures were measured with exactly what made a record: model, its bytes, and version of the counting. */
export function areFiguresOf(
  figures: AccuracyFigures,
  { modelId, modelSha256, pipelineVersion }: Pick<Lineage, 'modelId' | 'modelSha256' | 'pipelineVersion'>,
): boolean {
  return (
    figures.modelId === modelId &&
    figures.modelSha256 === modelSha256 &&
    figures.pipelineVersion === pipelineVersion
  );
}

/**
 * A camera is compared with the next measured rate at or below its own, because the error falls as the rate rises; but
 * not with one below half of its own, which would say nothing of it any more.
 */
const LEAST_RATE_SHARE = 0.5;
/** Rates are quotients of whole numbers; their rounding must not decide. */
const RATE_TOLERANCE = 1e-9;

/** The measured rate that a camera's rate is compared with; undefined where none is comparable. */
export function comparableRate(measured: readonly number[], framesPerSecond: number): number | undefined {
  const below = measured.filter((rate) => rate <= framesPerSecond + RATE_TOLERANCE);
  if (below.length === 0) return undefined;
  const nearest = Math.max(...below);
  return nearest + RATE_TOLERANCE >= framesPerSecond * LEAST_RATE_SHARE ? nearest : undefined;
}

interface FigureRow {
  readonly group: ClassGroup;
  readonly framesPerSecond: number;
}

/** What is asked for: a class group at a camera's rate, and which rows make a rate a measured one. */
interface RowQuery<Row> extends FigureRow {
  readonly isEvidence: (row: Row) => boolean;
}

/** Rows of one class group at the comparable rate. */
function rowsAt<Row extends FigureRow>(
  rows: readonly Row[],
  { group, framesPerSecond, isEvidence }: RowQuery<Row>,
): Row[] {
  const ofGroup = rows.filter((row) => row.group === group);
  const rates = ofGroup.filter(isEvidence).map((row) => row.framesPerSecond);
  const rate = comparableRate(rates, framesPerSecond);
  return ofGroup.filter((row) => row.framesPerSecond === rate);
}

/** Events of all scenes together. */
export interface CrossingEvidence {
  readonly truth: number;
  readonly missed: number;
  readonly overCounted: number;
}

/** Sums over the scenes at the comparable rate; undefined without a true event. */
export function crossingEvidence(
  { crossings }: Pick<AccuracyFigures, 'crossings'>,
  group: ClassGroup,
  framesPerSecond: number,
): CrossingEvidence | undefined {
  const rows = rowsAt(crossings, { group, framesPerSecond, isEvidence: ({ truth }) => truth > 0 });
  const sum = (pick: (row: CrossingFigures) => number) => rows.reduce((total, row) => total + pick(row), 0);
  const truth = sum((row) => row.truth);
  if (!(truth > 0)) return undefined;
  return { truth, missed: sum((row) => row.missed), overCounted: sum((row) => row.overCounted) };
}

/** The error of present counts over all scenes. */
export interface PresenceEvidence {
  readonly mae: number;
  /** Mean of counted − truth. */
  readonly bias: number;
  /** Mean true number present at which the error was measured. */
  readonly level: number;
  /** Root of the mean squared error. */
  readonly rmse: number;
  /** How many independent errors it rests on. */
  readonly independent: number;
}

/** Below three independent errors the variance of a further one is not finite (Student's t with n degrees of freedom). */
const LEAST_INDEPENDENT = 3;

/**
 * Mean square over the scenes at the comparable rate, each weighed by its independent errors; the zones of a scene show
 * the same moments and share its weight. Windows count where there are any, else single instants, whose root mean square
 * is never less than that of their means. Undefined where nobody was there, or for fewer than `LEAST_INDEPENDENT` errors.
 */
export function presenceEvidence(
  { presence }: Pick<AccuracyFigures, 'presence'>,
  group: ClassGroup,
  framesPerSecond: number,
): PresenceEvidence | undefined {
  const rows = rowsAt(presence, {
    group,
    framesPerSecond,
    isEvidence: ({ independent, perFrame }) => independent > 0 && perFrame.meanTruth > 0,
  });
  const perScene = new Map(rows.map((row) => [row.sceneId, row.independent]));
  const independent = [...perScene.values()].reduce((sum, one) => sum + one, 0);
  if (independent < LEAST_INDEPENDENT) return undefined;
  const mean = (pick: (error: CountErrorFigures) => number) =>
    rows.reduce((total, row) => {
      const zones = rows.filter(({ sceneId }) => sceneId === row.sceneId).length;
      return total + (row.independent / zones) * pick(row.perWindow ?? row.perFrame);
    }, 0) / independent;
  return {
    mae: mean(({ mae }) => mae),
    bias: mean(({ bias }) => bias),
    level: mean(({ meanTruth }) => meanTruth),
    rmse: Math.sqrt(mean(({ rmse }) => rmse * rmse)),
    independent,
  };
}
