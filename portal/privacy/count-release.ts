/**
 * Which sums of people counts may be told, so that no small one (1 to k − 1) can be computed from everything told at all
 * levels over time, by somebody who knows this rule. Pure; `docs/data-contract.md` "Small counts" says why.
 *
 * Of every hidden part the public is taken to know an interval of at least two whole numbers, and nothing more. Whether a
 * sum above is told depends on these intervals and on that sum alone, so that a refusal itself narrows it to an
 * interval again; a sum is told only where each part keeps at least two values.
 */

/** A threshold of 2 would hide ones only, and so tell them. */
const LEAST_THRESHOLD = 3;

/** The threshold in force: 0 where the rule is off (0 and 1), else at least 3. */
export function thresholdOf(smallCountBelow: number): number {
  return smallCountBelow <= 1 ? 0 : Math.max(LEAST_THRESHOLD, smallCountBelow);
}

/** True for a count that says too much about single persons; nobody is identified by zero. */
export function isSmall(count: number, threshold: number): boolean {
  return count > 0 && count < threshold;
}

/** A quarter hour's count as it is kept; undefined where people were not counted in it. */
export type PartCount = number | undefined;

/** True when the counts of a fixed pair of quarter hours are both hidden. */
export function isPairHidden(pair: readonly PartCount[], threshold: number): boolean {
  return isAnySmall(pair, threshold);
}

function isAnySmall(counts: readonly PartCount[], threshold: number): boolean {
  return counts.some((count) => count !== undefined && isSmall(count, threshold));
}

/** What of a sum is told. */
export interface ToldSum {
  /** The parts that are shown, with the hidden ones where these are told too. */
  readonly shown: number;
  /** True when `shown` is the whole sum. */
  readonly isWhole: boolean;
  /** What the hidden and untold parts come to: never leaves this module's callers. */
  readonly hidden: number;
  /** What the public knows of `hidden`; absent where the sum is whole. */
  readonly known?: Interval;
}

/** Whole numbers from `low` to `high`, both included. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A hidden part with what is known of it. */
interface HiddenPart {
  readonly amount: number;
  readonly known: Interval;
  /** Its exact amount tells nothing of what it is made of: two hidden counts, exchangeable, at least k together. */
  readonly isPair: boolean;
}

/** The counts of one hour: four quarter hours, then what was counted in windows that nest in none. */
export type HourCounts = readonly PartCount[];

/** What is told of an hour's sum. */
export function toldHour(counts: HourCounts, threshold: number): ToldSum {
  const total = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  if (!isAnySmall(counts, threshold)) return { shown: total, isWhole: true, hidden: 0 };
  const groups = [counts.slice(0, 2), counts.slice(2, 4), counts.slice(4)];
  const hidden = groups
    .filter((group) => isPairHidden(group, threshold))
    .map((group) => hiddenPart(group, threshold));
  return told(total, hidden, threshold);
}

/** What is told of a day's sum, out of its hours. */
export function toldDay(hours: readonly HourCounts[], threshold: number): ToldSum {
  const sums = hours.map((counts) => toldHour(counts, threshold));
  const total = sums.reduce((sum, { shown, hidden }) => sum + shown + hidden, 0);
  const hidden = sums.flatMap(({ hidden: amount, known }): HiddenPart[] =>
    known === undefined ? [] : [{ amount, known, isPair: false }],
  );
  return told(total, hidden, threshold);
}

function hiddenPart(group: readonly PartCount[], threshold: number): HiddenPart {
  const counts = group.filter((count) => count !== undefined);
  const isPair = counts.length === 2;
  return {
    amount: counts.reduce((sum, count) => sum + count, 0),
    known: { low: 1, high: isPair ? Number.POSITIVE_INFINITY : threshold - 1 },
    isPair,
  };
}

function told(total: number, parts: readonly HiddenPart[], threshold: number): ToldSum {
  if (parts.length === 0) return { shown: total, isWhole: true, hidden: 0 };
  const amount = parts.reduce((sum, part) => sum + part.amount, 0);
  const known = refusal(parts, amount, threshold);
  if (known === undefined) return { shown: total, isWhole: true, hidden: 0 };
  return { shown: total - amount, isWhole: false, hidden: amount, known };
}

/**
 * The interval that a refusal tells; undefined where the sum may be told. Refused are sums below the threshold and the
 * two outermost ones on either side: at the outermost every part is known, and with the next one alone beside it a
 * refusal would tell that. Told sums lie at least 2 within, so with two parts or more each can be one more or one less.
 */
function refusal(parts: readonly HiddenPart[], amount: number, threshold: number): Interval | undefined {
  const low = parts.reduce((sum, { known }) => sum + known.low, 0);
  const high = parts.reduce((sum, { known }) => sum + known.high, 0);
  const [only, ...others] = parts;
  const isLonePair = others.length === 0 && only?.isPair === true;
  if (others.length === 0 && !isLonePair) return { low, high };
  const lastRefused = Math.max(threshold - 1, low + 1);
  if (high <= lastRefused + 1) return { low, high };
  if (amount <= lastRefused) return { low, high: lastRefused };
  return amount < high - 1 ? undefined : { low: Math.max(lastRefused + 1, high - 1), high };
}
