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
export function pairedRatio(of: readonly number[], to: readonly number[]): Estimate {
  return estimate(of.slice(0, to.length).map((value, round) => value / to[round]!));
}
