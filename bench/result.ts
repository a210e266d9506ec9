/** What a benchmark says, for people and for `--compare`. */
import type { Machine } from './measure/machine.ts';
import type { Estimate } from './measure/statistics.ts';
import type { CountQuality, CpuBill, Slice } from './subjects/subject.ts';

/** Version of the JSON layout; raised when a reader of old files would misread new ones. */
export const RESULT_VERSION = 1;

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

/** Two subjects of the same rounds. */
export interface RatioResult extends Estimate {
  readonly name: string;
  /** What the ratio should reach or keep below, where an issue says so. */
  readonly target?: string;
}

/** A single number. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: string;
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
  readonly remarks: readonly string[];
}

/** A whole run. */
export interface BenchResult {
  readonly version: typeof RESULT_VERSION;
  readonly command: string;
  readonly machine: Machine;
  readonly scenarios: readonly ScenarioResult[];
  /** What was not measured, and why. */
  readonly skipped: readonly string[];
}
