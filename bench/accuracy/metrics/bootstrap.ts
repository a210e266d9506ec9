/** Confidence intervals for means of series whose neighbours resemble each other. Deterministic. */

/** A two-sided 95 % interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** How an interval is drawn. */
export interface BlockBootstrap {
  /** Values in one block; about as many as resemble each other. */
  readonly blockLength: number;
  readonly replicates?: number;
  readonly seed?: number;
}

/** Enough for two digits of a percentile's place. */
const DEFAULT_REPLICATES = 2_000;
const DEFAULT_SEED = 20_090_101;

/**
 * 95 % interval of the mean of a series by the circular block bootstrap (Politis & Romano 1992): replicates are put
 * together from blocks of consecutive values, wrapped round at the end so that every value is as likely, and the 2.5th
 * and 97.5th percentile of their means are the interval. Plain resampling of single frames would take frames for
 * independent and give an interval several times too narrow. Undefined for an empty series; a series of one block or
 * less gives no honest interval and is undefined too.
 */
export function meanInterval(values: readonly number[], options: BlockBootstrap): Interval | undefined {
  const { blockLength, replicates = DEFAULT_REPLICATES, seed = DEFAULT_SEED } = options;
  if (!Number.isInteger(blockLength) || blockLength < 1)
    throw new RangeError(`block of ${blockLength} values; allowed is a whole number from 1`);
  if (values.length <= blockLength) return undefined;
  const random = createRandom(seed);
  const means = new Float64Array(replicates);
  for (let replicate = 0; replicate < replicates; replicate++) {
    means[replicate] = resampledMean(values, blockLength, random);
  }
  means.sort();
  return { low: percentile(means, 0.025), high: percentile(means, 0.975) };
}

function resampledMean(values: readonly number[], blockLength: number, random: () => number): number {
  let sum = 0;
  let taken = 0;
  while (taken < values.length) {
    const start = Math.floor(random() * values.length);
    const length = Math.min(blockLength, values.length - taken);
    for (let offset = 0; offset < length; offset++) sum += values[(start + offset) % values.length]!;
    taken += length;
  }
  return sum / values.length;
}

/** Linear between the nearest two of sorted values. */
function percentile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}

/** Park and Miller's minimal standard generator (CACM 1988), 0..1 exclusive: the same interval on every machine. */
function createRandom(seed: number): () => number {
  let state = seed % 2_147_483_647 || 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
