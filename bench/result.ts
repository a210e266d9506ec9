/** What a benchmark says, for people and for `--compare`. */
import type { Machine } from './measure/machine.ts';
import type { Estimate } from './measure/statistics.ts';
import type { CountQuality, CpuBill, Slice } from './subjects/subject.ts';

/**
 * Version of the JSON layout; raised when a reader of old files would misread new ones. 2: every ratio keeps its
 * rounds, without which two runs can't be told apart from noise. 3: missed and over-counted crossings apart. 4: the ceiling
 * decodes on busy cores, so a share of it says something else than before.
 */
export const RESULT_VERSION = 4;

/** One subject over all rounds. */
export interface SubjectResult {
  readonly name: string;
  readonly what: string;
  readonly framesPerSecond: Estimate;
  /** Medians, CPU milliseconds per picture. */
  readonly cpu?: CpuBill;
  readonly startMs?: number;
  readonly quality?: CountQuality;
  readonly slices: readonly Slice[];
}

/** Two subjects of the same rounds; a greater ratio is a better one. */
export interface RatioResult extends Estimate {
  readonly name: string;
  /** One value per round. */
  readonly rounds: readonly number[];
  /** What the ratio should reach, where an issue says so. */
  readonly target?: string;
}

/** A single number. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: string;
  /** Which way is an improvement; a figure without it is told but never judged. */
  readonly better?: 'higher' | 'lower';
  /** One value per round, where it was measured more than once. */
  readonly rounds?: readonly number[];
}

/** One step of the path by itself. */
export interface StageResult {
  readonly name: string;
  /** What one operation is, and on what. */
  readonly what: string;
  readonly nsPerOperation: Estimate;
  /** Bytes that one operation allocates on the JavaScript heap. */
  readonly bytesPerOperation: number;
  /** Time of the reference loop of the same round / time of the operation, one per round; greater is faster. */
  readonly speedRounds: readonly number[];
}

/** Values over time or over another quantity, for plots. */
export interface SeriesResult {
  readonly name: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** One scenario's figures. */
export interface ScenarioResult {
  readonly name: string;
  /** Model, size, footage, rounds. */
  readonly input: string;
  readonly loadBefore: number;
  readonly subjects: readonly SubjectResult[];
  readonly ratios: readonly RatioResult[];
  readonly figures: readonly Figure[];
  readonly stages?: readonly StageResult[];
  readonly series?: readonly SeriesResult[];
  readonly remarks: readonly string[];
}

/** A scenario as it stands in a run. */
export interface TimedScenario extends ScenarioResult {
  /** Wall time of the whole scenario, starts and stops of processes included. */
  readonly seconds: number;
}

/** A whole run. */
export interface BenchResult {
  readonly version: typeof RESULT_VERSION;
  readonly command: string;
  readonly machine: Machine;
  /** Load averages over 1, 5 and 15 minutes after the run; the run itself is in them. */
  readonly loadAfter: readonly number[];
  readonly seconds: number;
  readonly scenarios: readonly TimedScenario[];
  /** What was not measured, and why. */
  readonly skipped: readonly string[];
}
