/** How good the counts are, as a data set says it beside its numbers: figures of every rate, conditions and limits. */

import { type BilingualText, decimalComma } from '../bilingual-text.ts';
import type { ClassGroup } from '../classes.ts';
import { type AccuracyFigures, crossingEvidence, type FigureScene, presenceEvidence } from './figures.ts';
import { crossingErrorRates, presenceUncertainty } from './uncertainty.ts';

/** Crossings of one group at one rate, all scenes together. A miss and an over-count never cancel. */
export interface CrossingStatement {
  readonly group: ClassGroup;
  readonly framesPerSecond: number;
  readonly sceneIds: readonly string[];
  /** True crossings; means over equally good choices of pictures, so not always whole. */
  readonly truth: number;
  readonly missed: number;
  readonly overCounted: number;
  /** Chance of a miss per true crossing with its standard uncertainty (Jeffreys' prior). */
  readonly missRate: number;
  readonly missRateUncertainty: number;
  /** False crossings per true one. */
  readonly overRate: number;
  readonly overRateUncertainty: number;
}

/** Presence of one group at one rate, all scenes together, in road users. */
export interface PresenceStatement {
  readonly group: ClassGroup;
  readonly framesPerSecond: number;
  readonly sceneIds: readonly string[];
  /** Whether the errors are of published window means or, for want of a dense truth, of single instants. */
  readonly errorsOf: 'windows' | 'instants';
  readonly independentErrors: number;
  readonly meanTruth: number;
  readonly mae: number;
  readonly bias: number;
  readonly rmse: number;
  /** Standard uncertainty of a wholly analysed window whose mean is `meanTruth`. */
  readonly standardUncertainty: number;
}

/** The `accuracy` block of a data set's metadata, for one model. */
export interface AccuracyStatement {
  readonly modelId: string;
  readonly modelSha256: string;
  readonly pipelineVersion: string;
  readonly date: string;
  readonly commit: string;
  /** As in the records' `uncertainty`. */
  readonly basis: string;
  /** The figures at the highest measured rate in words. */
  readonly summary: BilingualText;
  readonly scenes: readonly FigureScene[];
  readonly limits: readonly BilingualText[];
  /** By group, then growing rate. */
  readonly crossings: readonly CrossingStatement[];
  readonly presence: readonly PresenceStatement[];
}

const GROUPS: readonly ClassGroup[] = ['people', 'vehicles'];
const DECIMALS = 3;

/** Says what was measured of one model. */
export function accuracyStatement(figures: AccuracyFigures): AccuracyStatement {
  const { modelId, modelSha256, pipelineVersion, date, commit, basis, scenes, limits } = figures;
  const crossings = GROUPS.flatMap((group) => crossingStatements(figures, group));
  const presence = GROUPS.flatMap((group) => presenceStatements(figures, group));
  return {
    ...{ modelId, modelSha256, pipelineVersion, date, commit, basis },
    summary: summaryOf(crossings, presence),
    ...{ scenes, limits, crossings, presence },
  };
}

function ratesOf(
  rows: AccuracyFigures['crossings'] | AccuracyFigures['presence'],
  group: ClassGroup,
): number[] {
  const rates = rows.filter((row) => row.group === group).map((row) => row.framesPerSecond);
  return [...new Set(rates)].sort((a, b) => a - b);
}

function sceneIdsOf(
  rows: AccuracyFigures['crossings'] | AccuracyFigures['presence'],
  group: ClassGroup,
  framesPerSecond: number,
): string[] {
  const same = rows.filter((row) => row.group === group && row.framesPerSecond === framesPerSecond);
  return [...new Set(same.map(({ sceneId }) => sceneId))];
}

function crossingStatements(figures: AccuracyFigures, group: ClassGroup): CrossingStatement[] {
  const measured = figures.crossings.filter(({ truth }) => truth > 0);
  return ratesOf(measured, group).flatMap((framesPerSecond) => {
    const evidence = crossingEvidence(figures, group, framesPerSecond);
    if (evidence === undefined) return [];
    const rates = crossingErrorRates(evidence);
    return {
      ...{ group, framesPerSecond, sceneIds: sceneIdsOf(figures.crossings, group, framesPerSecond) },
      truth: rounded(evidence.truth),
      missed: rounded(evidence.missed),
      overCounted: rounded(evidence.overCounted),
      missRate: rounded(rates.missRate),
      missRateUncertainty: rounded(Math.sqrt(rates.missVariance)),
      overRate: rounded(rates.overRate),
      overRateUncertainty: rounded(Math.sqrt(rates.overVariance)),
    };
  });
}

function presenceStatements(figures: AccuracyFigures, group: ClassGroup): PresenceStatement[] {
  return ratesOf(figures.presence, group).flatMap((framesPerSecond) => {
    const evidence = presenceEvidence(figures, group, framesPerSecond);
    if (evidence === undefined) return [];
    const rows = figures.presence.filter(
      (row) => row.group === group && row.framesPerSecond === framesPerSecond,
    );
    return {
      ...{ group, framesPerSecond, sceneIds: sceneIdsOf(figures.presence, group, framesPerSecond) },
      errorsOf: rows.every(({ perWindow }) => perWindow !== undefined) ? 'windows' : 'instants',
      independentErrors: evidence.independent,
      meanTruth: rounded(evidence.level),
      mae: rounded(evidence.mae),
      bias: rounded(evidence.bias),
      rmse: rounded(evidence.rmse),
      standardUncertainty: rounded(presenceUncertainty(evidence.level, 1, evidence)),
    } satisfies PresenceStatement;
  });
}

const GROUP_NAMES: Readonly<Record<ClassGroup, BilingualText>> = {
  people: { id: 'orang', en: 'people' },
  vehicles: { id: 'kendaraan', en: 'vehicles' },
};

function summaryOf(
  crossings: readonly CrossingStatement[],
  presence: readonly PresenceStatement[],
): BilingualText {
  const parts = GROUPS.flatMap((group) => [
    ...crossings
      .filter((one) => one.group === group)
      .slice(-1)
      .map(crossingWords),
    ...presence
      .filter((one) => one.group === group)
      .slice(-1)
      .map(presenceWords),
  ]);
  return { id: parts.map(({ id }) => id).join(' '), en: parts.map(({ en }) => en).join(' ') };
}

function crossingWords({
  group,
  framesPerSecond,
  truth,
  missed,
  overCounted,
}: CrossingStatement): BilingualText {
  const [rate, all, misses, overs] = [framesPerSecond, truth, missed, overCounted].map(decimalComma);
  return {
    id: `Lintasan ${GROUP_NAMES[group].id} pada ${rate} gambar/detik: dari ${all}, ${misses} terlewat dan ${overs} lebih hitung.`,
    en: `Crossings of ${GROUP_NAMES[group].en} at ${framesPerSecond} pictures/s: of ${truth}, ${missed} missed and ${overCounted} over-counted.`,
  };
}

function presenceWords({ group, framesPerSecond, mae, bias, meanTruth }: PresenceStatement): BilingualText {
  const [rate, error, offset, level] = [framesPerSecond, mae, bias, meanTruth].map(decimalComma);
  return {
    id: `Kehadiran ${GROUP_NAMES[group].id} pada ${rate} gambar/detik: galat mutlak rata-rata ${error} dari ${level} (bias ${offset}).`,
    en: `Presence of ${GROUP_NAMES[group].en} at ${framesPerSecond} pictures/s: mean absolute error ${mae} of ${meanTruth} (bias ${bias}).`,
  };
}

function rounded(value: number): number {
  return Math.round(value * 10 ** DECIMALS) / 10 ** DECIMALS;
}
