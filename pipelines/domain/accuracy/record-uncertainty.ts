/** The uncertainty of records, out of what they publish and the measured figures alone: anybody can compute it again. */
import type { Counting } from '../counting.ts';
import type { FlowObservation, Observation, PresenceObservation } from '../types.ts';
import { type AccuracyFigures, areFiguresOf } from './figures.ts';
import { type FlowTotals, type PresenceTotals, uncertaintyOf } from './uncertainty.ts';

/**
 * Totals of a flow record, or of a row of a longer window. `dueSeconds` is the time of which `framesExpected` is told, where
 * that is less than the window.
 */
export function flowTotals(
  record: Omit<FlowObservation, 'lineage' | 'uncertainty'>,
  dueSeconds: number = windowSeconds(record),
): FlowTotals {
  const seconds = windowSeconds(record);
  return {
    kind: 'flow',
    framesPerSecond: record.framesExpected / dueSeconds,
    coverage: record.coverage,
    analysedSeconds: record.coverage * seconds,
    ...(record.volume === undefined ? {} : { volume: record.volume }),
    ...(record.peopleVolume === undefined ? {} : { peopleVolume: record.peopleVolume }),
  };
}

/** Totals of a presence record; `dueSeconds` as in `flowTotals`. */
export function presenceTotals(
  record: Omit<PresenceObservation, 'lineage' | 'uncertainty'>,
  dueSeconds: number = windowSeconds(record),
): PresenceTotals {
  const { peoplePresent, vehiclesPresent } = record;
  return {
    kind: 'presence',
    framesPerSecond: record.framesExpected / dueSeconds,
    coverage: record.coverage,
    ...(peoplePresent === undefined ? {} : { peoplePresentMean: peoplePresent.mean }),
    ...(vehiclesPresent === undefined ? {} : { vehiclesPresentMean: vehiclesPresent.mean }),
  };
}

function windowSeconds({ windowStart, windowEnd }: Pick<Observation, 'windowStart' | 'windowEnd'>): number {
  return (Date.parse(windowEnd) - Date.parse(windowStart)) / 1000;
}

/** The record with its uncertainty; the record itself where the figures are another model's or say nothing of it. */
export function withUncertainty(record: Observation, figures: AccuracyFigures | undefined): Observation {
  if (figures === undefined || !areFiguresOf(figures, record.lineage)) return record;
  if (record.kind === 'flow') {
    const uncertainty = uncertaintyOf(flowTotals(record), figures);
    return uncertainty === undefined ? record : { ...record, uncertainty };
  }
  const uncertainty = uncertaintyOf(presenceTotals(record), figures);
  return uncertainty === undefined ? record : { ...record, uncertainty };
}

/** Counting whose records carry their uncertainty. */
export function countingWithUncertainty(counting: Counting, figures: AccuracyFigures | undefined): Counting {
  if (figures === undefined) return counting;
  const rated = (records: readonly Observation[]) =>
    records.map((record) => withUncertainty(record, figures));
  return {
    ...counting,
    push: (event) => rated(counting.push(event)),
    finish: (at) => rated(counting.finish(at)),
  };
}
