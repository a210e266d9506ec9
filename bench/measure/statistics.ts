/** Small statistics for repeated measurements on a machine that others use too. */

/** A figure with the range in which its median lies; `n` measurements. */
export interface Estimate {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/** The value below which a share `q` (0..1) of the values lies, linear between neighbours. NaN without values. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return Number.NaN;
  const at = q * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  return below + (sorted[Math.ceil(at)]! - below) * (at - Math.floor(at));
}

/** Middle value. NaN without values. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * Median with its distribution-free interval: two order statistics that enclose the true median with at least 95 %
 * (each value lies below it with chance ½, so the count below is binomial). Fewer than six values can't say that
 * much: then the range of all is given, 94 % for five, 88 % for four, 75 % for three.
 */
export function estimate(values: readonly number[]): Estimate {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  let outside = 0;
  let rank = 0;
  for (let k = 0; k < n / 2; k++) {
    outside += 2 * binomialHalf(n, k);
    if (outside > 0.05) break;
    rank = k;
  }
  return {
    median: median(sorted),
    low: sorted[rank] ?? Number.NaN,
    high: sorted[n - 1 - rank] ?? Number.NaN,
    n,
  };
}

/** Chance of exactly `k` heads in `n` throws of a fair coin. */
function binomialHalf(n: number, k: number): number {
  let chance = 0.5 ** n;
  for (let i = 1; i <= k; i++) chance *= (n - i + 1) / i;
  return chance;
}

/** Ratios of two series measured in the same rounds, round by round: what slows the whole machine cancels. */
export function pairedRatio(
  of: readonly number[],
  to: readonly number[],
): Estimate & { readonly rounds: readonly number[] } {
  const rounds = of.slice(0, to.length).map((value, round) => value / to[round]!);
  return { ...estimate(rounds), rounds };
}

/** How much greater one mean is than another, with its 95 % interval; 1 is no change. */
export interface Change {
  readonly factor: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Quotient of the geometric means of two independent series of positive values, by Welch's t on their logarithms
 * (Welch 1947): the two may scatter differently and need not be of the same length. Undefined where either has fewer
 * than two values or one that is not positive.
 */
export function changeOf(before: readonly number[], after: readonly number[]): Change | undefined {
  if (![...before, ...after].every((value) => value > 0 && Number.isFinite(value))) return undefined;
  const [was, now] = [logMean(before), logMean(after)];
  if (was === undefined || now === undefined) return undefined;
  const spread = was.meanVariance + now.meanVariance;
  const freedom =
    spread === 0
      ? Number.POSITIVE_INFINITY
      : spread ** 2 / (was.meanVariance ** 2 / (was.n - 1) + now.meanVariance ** 2 / (now.n - 1));
  const reach = studentT975(freedom) * Math.sqrt(spread);
  const difference = now.mean - was.mean;
  return {
    factor: Math.exp(difference),
    low: Math.exp(difference - reach),
    high: Math.exp(difference + reach),
  };
}

function logMean(values: readonly number[]) {
  const n = values.length;
  if (n < 2) return undefined;
  const logs = values.map(Math.log);
  const mean = logs.reduce((sum, value) => sum + value, 0) / n;
  const variance = logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return { n, mean, meanVariance: variance / n };
}

/** Two-sided 95 % points of Student's t for 1 to 30 degrees of freedom (Fisher & Yates 1963, table III). */
const STUDENT_T_975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const NORMAL_975 = 1.959964;

/** For degrees of freedom that are no whole number the next lower one: the wider interval. */
export function studentT975(degreesOfFreedom: number): number {
  const whole = Math.floor(degreesOfFreedom);
  if (whole > STUDENT_T_975.length) return NORMAL_975 * (1 + 1.2 / whole);
  return STUDENT_T_975[Math.max(1, whole) - 1]!;
}

/** A straight line's slope with its 95 % interval. */
export interface Slope {
  readonly perUnit: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Theil–Sen: the median of the slopes of all pairs, which up to 29 % wild values can't move, with the interval by
 * Kendall's S (Sen 1968). It takes the points for independent: average neighbours first where they are not. Undefined
 * for fewer than three points.
 */
export function theilSen(points: readonly (readonly [x: number, y: number])[]): Slope | undefined {
  const n = points.length;
  if (n < 3) return undefined;
  const slopes: number[] = [];
  for (const [index, [x, y]] of points.entries())
    for (const [laterX, laterY] of points.slice(index + 1))
      if (laterX !== x) slopes.push((laterY - y) / (laterX - x));
  slopes.sort((a, b) => a - b);
  const reach = NORMAL_975 * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const rank = Math.floor((slopes.length - reach) / 2);
  return {
    perUnit: median(slopes),
    low: slopes[Math.max(0, rank)] ?? Number.NaN,
    high: slopes[Math.min(slopes.length - 1, slopes.length - 1 - rank)] ?? Number.NaN,
  };
}
