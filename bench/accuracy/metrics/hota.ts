import { bestPairs } from './best-pairs.ts';
import { COMPARISON_SLACK, type IndexedFrame, type TrackingCase } from './tracking-case.ts';

/** Higher-order tracking accuracy over one sequence, all 0..1, each the mean over `HOTA_ALPHAS`. */
export interface Hota {
  readonly hota: number;
  /** Detection accuracy: matched / (matched + missed + false). */
  readonly detA: number;
  /** Association accuracy: how far the tracks of the matched boxes are one and the same. */
  readonly assA: number;
  /** Mean IoU of the matched boxes. */
  readonly locA: number;
}

/** The overlaps at which HOTA is taken: 0.05, 0.10, …, 0.95. */
const HOTA_ALPHAS: readonly number[] = Array.from({ length: 19 }, (_, index) => (index + 1) * 0.05);

/** What one overlap limit gives. */
interface AtAlpha {
  readonly hota: number;
  readonly detA: number;
  readonly assA: number;
  readonly locA: number;
}

/** A pair that may be a match at some alpha. */
interface Candidate {
  readonly truth: number;
  readonly tracked: number;
  readonly overlap: number;
}

/**
 * Luiten et al. 2020, "HOTA: A Higher Order Metric for Evaluating Multi-Object Tracking", as TrackEval computes it: one
 * matching per frame that maximises (global alignment × IoU), cut at each alpha; HOTA(α) = √(DetA·AssA).
 */
export function hota(sequence: TrackingCase): Hota {
  const candidates = matchAll(sequence);
  const boxes = {
    truth: sequence.truthCounts.reduce((sum, count) => sum + count, 0),
    tracked: sequence.trackedCounts.reduce((sum, count) => sum + count, 0),
  };
  const levels = HOTA_ALPHAS.map((alpha) => {
    const matches = candidates.filter(({ overlap }) => overlap >= alpha - COMPARISON_SLACK);
    return atAlpha(matches, sequence, boxes);
  });
  const mean = (pick: (level: AtAlpha) => number) =>
    levels.reduce((sum, level) => sum + pick(level), 0) / levels.length;
  return {
    hota: mean((level) => level.hota),
    detA: mean((level) => level.detA),
    assA: mean((level) => level.assA),
    locA: mean((level) => level.locA),
  };
}

function matchAll(sequence: TrackingCase): Candidate[] {
  const alignment = globalAlignment(sequence);
  return sequence.frames.flatMap(({ truth, tracked, similarity }) => {
    const scores = similarity.map((overlap, at) => {
      const row = truth[Math.floor(at / tracked.length)]!;
      return overlap * alignment[row * sequence.trackedIds + tracked[at % tracked.length]!]!;
    });
    const pairs = bestPairs({ scores, rowCount: truth.length, columnCount: tracked.length });
    return pairs.map(({ row, column }) => ({
      truth: truth[row]!,
      tracked: tracked[column]!,
      overlap: similarity[row * tracked.length + column]!,
    }));
  });
}

/** Jaccard index of every true identity with every track, before boxes are matched one to one. */
function globalAlignment(sequence: TrackingCase): Float64Array {
  const { trackedIds, truthCounts, trackedCounts } = sequence;
  const potential = new Float64Array(sequence.truthIds * trackedIds);
  for (const frame of sequence.frames) addPotential(potential, frame, trackedIds);
  return potential.map((shared, at) => {
    const either = truthCounts[Math.floor(at / trackedIds)]! + trackedCounts[at % trackedIds]! - shared;
    return shared / either;
  });
}

/** A box that overlaps several shares its vote among them. */
function addPotential(potential: Float64Array, frame: IndexedFrame, trackedIds: number): void {
  const { truth, tracked, similarity } = frame;
  const rowSums = truth.map((_, row) =>
    sumOf(tracked.length, (column) => similarity[row * tracked.length + column]!),
  );
  const columnSums = tracked.map((_, column) =>
    sumOf(truth.length, (row) => similarity[row * tracked.length + column]!),
  );
  for (const [at, overlap] of similarity.entries()) {
    const row = Math.floor(at / tracked.length);
    const column = at % tracked.length;
    const either = rowSums[row]! + columnSums[column]! - overlap;
    if (either > COMPARISON_SLACK)
      potential[truth[row]! * trackedIds + tracked[column]!]! += overlap / either;
  }
}

function sumOf(count: number, value: (index: number) => number): number {
  let sum = 0;
  for (let index = 0; index < count; index++) sum += value(index);
  return sum;
}

function atAlpha(
  matches: readonly Candidate[],
  { trackedIds, truthCounts, trackedCounts }: TrackingCase,
  boxes: { readonly truth: number; readonly tracked: number },
): AtAlpha {
  const together = new Map<number, number>();
  let overlaps = 0;
  for (const { truth, tracked, overlap } of matches) {
    const key = truth * trackedIds + tracked;
    together.set(key, (together.get(key) ?? 0) + 1);
    overlaps += overlap;
  }
  let association = 0;
  for (const [key, count] of together) {
    const either = truthCounts[Math.floor(key / trackedIds)]! + trackedCounts[key % trackedIds]! - count;
    association += (count * count) / Math.max(1, either);
  }
  const detA = matches.length / Math.max(1, boxes.truth + boxes.tracked - matches.length);
  const assA = association / Math.max(1, matches.length);
  // The reference's value for no match at all: localisation is not at fault.
  const locA = matches.length === 0 ? 1 : overlaps / matches.length;
  return { hota: Math.sqrt(detA * assA), detA, assA, locA };
}
