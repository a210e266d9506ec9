/** The largest number that still passes: from a prediction outwards, then by bisection. Pure but for `probe`. */

/** What one try says. */
export interface Verdict {
  readonly passes: boolean;
  /** Something else used the machine meanwhile: a failure may not be the number's fault. */
  readonly isDisturbed: boolean;
}

/** A search and its limits. */
export interface SearchOptions {
  /** Where to begin. */
  readonly predicted: number;
  /** Known to pass already; 0 when nothing is. */
  readonly passing: number;
  /** More can't be tried. */
  readonly most: number;
  readonly probe: (count: number) => Promise<Verdict>;
  /** False once no further try should be begun. */
  readonly hasTime: () => boolean;
}

/** What was found. `largest` is 0 where nothing passed. */
export interface Found {
  readonly largest: number;
  /** The smallest number that failed; absent where none did. */
  readonly smallestFailing?: number;
  /** False where time ran out with numbers untried between the two. */
  readonly isComplete: boolean;
}

/** First step away from the prediction, as a share of it; it doubles until both sides are known. */
const FIRST_STEP = 0.06;

/** Tries numbers until the largest passing one and the next are neighbours, or time is over. */
export async function searchLargest(options: SearchOptions): Promise<Found> {
  const { predicted, passing, most, hasTime } = options;
  const within = (count: number): number => Math.min(most, Math.max(1, Math.round(count)));
  let passed = passing;
  let failed = most + 1;
  let step = Math.max(1, Math.round(predicted * FIRST_STEP));
  let next = within(Math.max(predicted, passed + 1));
  while (failed - passed > 1 && hasTime()) {
    const isPassed = await passesTwice(options, next);
    if (isPassed) passed = next;
    else failed = next;
    // Near the prediction first, in growing steps; halfway once a step would go beyond what is known.
    const stepped = isPassed ? passed + step : failed - step;
    const isKnown = stepped <= passed || stepped >= failed;
    next = isKnown ? Math.floor((passed + failed) / 2) : stepped;
    step *= 2;
  }
  return {
    largest: passed,
    ...(failed <= most ? { smallestFailing: failed } : {}),
    isComplete: failed - passed === 1,
  };
}

/** A failure that something else may have caused is tried once more. */
async function passesTwice({ probe, hasTime }: SearchOptions, count: number): Promise<boolean> {
  const first = await probe(count);
  if (first.passes || !first.isDisturbed || !hasTime()) return first.passes;
  return (await probe(count)).passes;
}
