/**
 * What a window of a level is put together from: whole numbers that are added, or of which the greatest counts, and sets
 * that are joined. So order and grouping change nothing: a day is the same out of its hours, its quarter hours and its
 * minutes. Rounding happens once, in `rowOf`. Pure.
 *
 * A mean-like measure m (people present, people/m², DJ …) is held as its integral round(m × analysed µs) beside the
 * analysed time of the records that have it: a record without it (another class group, no calibration yet) neither
 * lowers nor raises it. 2^53 holds a day of 100 000 people.
 */
import { VEHICLE_CLASSES } from '../../pipelines/domain/classes.ts';
import { GAP_REASONS, type GapReason, type Observation } from '../../pipelines/domain/types.ts';

const SHARED_SUMS = ['recordedUs', 'analysedUs', 'framesExpected', 'framesAnalysed'] as const;

/** Names of the numbers of a flow window, in the order in which they are kept. New ones only at the end. */
export const FLOW_SUMS = [
  ...SHARED_SUMS,
  ...(['peopleUs', 'count_person', 'vehicleUs'] as const),
  ...VEHICLE_CLASSES.map((name) => `count_${name}` as const),
  /** smp: Σ hundredths. */
  ...(['pcuUs', 'pcuHundredths', 'saturationUs', 'saturationIntegral'] as const),
  /** Σ samples × µs/km of the records that have a speed. */
  ...(['speedUs', 'speedSamples', 'paceUs'] as const),
] as const;

/** Names of the numbers of a presence window; see `FLOW_SUMS`. */
export const PRESENCE_SUMS = [
  ...SHARED_SUMS,
  ...(['peopleUs', 'presentUs_person', 'max_person', 'entered_person', 'left_person', 'vehicleUs'] as const),
  ...VEHICLE_CLASSES.map((name) => `presentUs_${name}` as const),
  ...VEHICLE_CLASSES.map((name) => `max_${name}` as const),
  ...VEHICLE_CLASSES.map((name) => `entered_${name}` as const),
  ...VEHICLE_CLASSES.map((name) => `left_${name}` as const),
  ...(['vehiclesUs', 'max_vehicles', 'occupiedUs'] as const),
  ...(['areaUs', 'areaIntegral', 'lengthUs', 'lengthIntegral', 'pcuUs', 'pcuIntegral'] as const),
  /** Σ samples × whole metres per hour of the records that have a speed. */
  ...(['speedUs', 'speedSamples', 'speedSum'] as const),
] as const;

export type FlowSum = (typeof FLOW_SUMS)[number];
export type PresenceSum = (typeof PRESENCE_SUMS)[number];

/** Counts of people by part; for the disclosure rule alone, never published. JSON-safe. */
export interface PeopleParts {
  /**
   * Per measure (crossings; of a zone who entered, who left), per hour (an hour row has one, a day row one per hour
   * from local midnight on) the counts of its four quarter hours and of the windows that nest in none. −1: not
   * counted; cut off where nothing follows.
   */
  readonly counts: readonly (readonly (readonly number[])[])[];
  /** The smallest mean (rounded down) or maximum of people present of the parts that were not empty; −1: all were. */
  readonly leastPresent: number;
}

/** Everything known of one line and direction, or one zone, in one window. JSON-safe. */
export interface LevelSums {
  /** In the order of `FLOW_SUMS` or `PRESENCE_SUMS`; 0 where there is nothing. */
  readonly values: readonly number[];
  /** Bit i is `GAP_REASONS[i]`. */
  readonly reasons: number;
  /** Distinct methods as canonical JSON, sorted. */
  readonly methods: readonly string[];
  /** Names of the emp tables and rows that took part, sorted. */
  readonly empTables: readonly string[];
  /** Names of the tables of levels of service, or Fruin's, that took part, sorted. */
  readonly levelTables: readonly string[];
  /** Of hours and days of cameras that count people. */
  readonly people?: PeopleParts;
}

/** Where each number stands. */
export const FLOW_PLACES = placesOf<FlowSum>(FLOW_SUMS);
export const PRESENCE_PLACES = placesOf<PresenceSum>(PRESENCE_SUMS);

function placesOf<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name, i) => [name, i])) as Record<Name, number>;
}

const IS_MAX = {
  flow: FLOW_SUMS.map(() => false),
  presence: PRESENCE_SUMS.map((name) => name.startsWith('max_')),
} as const;

/** The reasons as bits. */
export function reasonBits(reasons: readonly GapReason[]): number {
  return reasons.reduce((bits, reason) => bits | (1 << GAP_REASONS.indexOf(reason)), 0);
}

const reasonLists = new Map<number, readonly GapReason[]>();

/** The bits as reasons, in the canonical order; the same list every time. */
export function reasonsOf(bits: number): readonly GapReason[] {
  const known = reasonLists.get(bits) ?? GAP_REASONS.filter((_, i) => (bits & (1 << i)) !== 0);
  reasonLists.set(bits, known);
  return known;
}

/** A stretch of time with its sums, to be put together with others of the same line or zone. */
export interface LevelPart {
  readonly startUs: number;
  readonly lengthUs: number;
  readonly sums: LevelSums;
}

/**
 * The sums of several parts, whatever their order; undefined when there are none. Where parts of different lengths
 * overlap (a recording was counted again with other windows) the shorter ones count and the longer is left out whole:
 * no time counts twice.
 */
export function putTogether(kind: Observation['kind'], parts: readonly LevelPart[]): LevelSums | undefined {
  const [first, ...others] = withoutOverlaps(parts);
  if (first === undefined) return undefined;
  const isMax = IS_MAX[kind];
  const values = [...first.sums.values];
  let { reasons, methods, empTables, levelTables } = first.sums;
  for (const { sums } of others) {
    // Stored values end where only zeros follow.
    for (let i = 0; i < Math.max(values.length, sums.values.length); i++) {
      const value = sums.values[i] ?? 0;
      const sum = values[i] ?? 0;
      values[i] = isMax[i] === true ? Math.max(sum, value) : sum + value;
    }
    reasons |= sums.reasons;
    methods = joined(methods, sums.methods);
    empTables = joined(empTables, sums.empTables);
    levelTables = joined(levelTables, sums.levelTables);
  }
  return { values, reasons, methods, empTables, levelTables };
}

/** The parts that `putTogether` counts. */
export function withoutOverlaps(parts: readonly LevelPart[]): readonly LevelPart[] {
  if (parts.every(({ lengthUs }) => lengthUs === parts[0]?.lengthUs)) return parts;
  const kept: LevelPart[] = [];
  for (const part of parts.toSorted((a, b) => a.lengthUs - b.lengthUs || a.startUs - b.startUs)) {
    const isFree = kept.every(
      ({ startUs, lengthUs }) =>
        startUs + lengthUs <= part.startUs || part.startUs + part.lengthUs <= startUs,
    );
    if (isFree) kept.push(part);
  }
  return kept;
}

function joined(a: readonly string[], b: readonly string[]): readonly string[] {
  if (b.every((text) => a.includes(text))) return a;
  return [...new Set([...a, ...b])].sort();
}
