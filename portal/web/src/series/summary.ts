/** What a range comes to. Pure. */
import { LEAST_COVERAGE } from '../../../reads/least-coverage.ts';
import type { Measure } from './measures.ts';
import type { Reading, Slot } from './slots.ts';

/** Share of a range that was seen. */
export function coverageOf(slots: readonly Slot[]): number {
  return slots.reduce((sum, { coverage }) => sum + coverage, 0) / Math.max(1, slots.length);
}

/** What a range comes to. */
export interface RangeReading extends Reading {
  /** True where windows are hidden and the value is the mean of the others, which is no bound of the whole mean. */
  readonly isOfShown?: true;
}

/**
 * Total, mean or greatest value of a range. Means are weighted by how much of each window was seen. A window that is
 * hidden makes a total a lower bound, and a mean one of the shown windows only.
 */
export function summaryOf(slots: readonly Slot[], measure: Measure): RangeReading {
  const read = slots
    .map(({ coverage, readings }) => ({ coverage, reading: readings[measure.id] }))
    .filter(({ reading }) => reading !== undefined && reading.state !== 'none');
  const valued = read.filter(({ reading }) => reading!.value !== undefined);
  if (valued.length === 0) {
    const first = read[0]?.reading;
    return first === undefined ? { state: 'none' } : { state: first.state };
  }
  const value = rangeValue(valued, measure.ofRange);
  const isMean = measure.ofRange === 'mean';
  const isWhole = (isMean ? valued : read).every(({ reading }) => reading!.state === 'value');
  const isOfShown = isMean && valued.length < read.length;
  return { state: isWhole ? 'value' : 'at-least', value, ...(isOfShown ? { isOfShown } : {}) };
}

function rangeValue(
  valued: readonly { readonly coverage: number; readonly reading: Reading | undefined }[],
  ofRange: Measure['ofRange'],
): number {
  const values = valued.map(({ reading }) => reading!.value!);
  if (ofRange === 'greatest') return Math.max(...values);
  if (ofRange === 'total') return values.reduce((sum, value) => sum + value, 0);
  const weight = valued.reduce((sum, { coverage }) => sum + coverage, 0);
  return valued.reduce((sum, { coverage }, index) => sum + coverage * values[index]!, 0) / weight;
}

/**
 * The newest slot that tells something; while people of the newest one wait for their release, an older one. That a
 * small count is hidden is told: an older number in its place would be another time's.
 */
export function latestTold(slots: readonly Slot[]): Slot | undefined {
  const tells = ({ readings }: Slot) =>
    Object.values(readings).some(({ state, value }) => value !== undefined || state === 'hidden');
  return slots.findLast(tells) ?? slots.findLast(({ coverage }) => coverage > 0);
}

/**
 * True where a window has a value that stands for the whole of it (a rate, a mean, what is graded) though too little was seen.
 * What was counted or seen at most is true however long one looked.
 */
export function isScant({ coverage, readings }: Slot, { id, ofRange }: Measure): boolean {
  return ofRange === 'mean' && coverage < LEAST_COVERAGE && readings[id]?.value !== undefined;
}

/** The measures that at least one slot says something of; those never measured at this place need no room. */
export function presentMeasures(slots: readonly Slot[], measures: readonly Measure[]): Measure[] {
  return measures.filter(({ id }) =>
    slots.some(({ readings }) => (readings[id]?.state ?? 'none') !== 'none'),
  );
}
