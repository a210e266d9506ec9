/** Uncertainty of rows of the levels: computed from a row's own totals, never put together from its windows'. Pure. */
import { type AccuracyFigures, areFiguresOf } from '../../pipelines/domain/accuracy/figures.ts';
import { flowTotals, presenceTotals } from '../../pipelines/domain/accuracy/record-uncertainty.ts';
import { uncertaintyOf } from '../../pipelines/domain/accuracy/uncertainty.ts';
import type { SeriesRow } from './series-row.ts';

/** The row with its uncertainty; the row itself where its parts were counted in ways that no one set of figures describes. */
export function rowWithUncertainty(row: SeriesRow, figures: readonly AccuracyFigures[]): SeriesRow {
  const measured = figures.find((one) => row.methods.every((method) => areFiguresOf(one, method)));
  if (measured === undefined || row.methods.length === 0 || row.recordedUs === 0) return row;
  const dueSeconds = row.recordedUs / 1e6;
  if (row.kind === 'flow') {
    const uncertainty = uncertaintyOf(flowTotals(row, dueSeconds), measured);
    return uncertainty === undefined ? row : { ...row, uncertainty };
  }
  const uncertainty = uncertaintyOf(presenceTotals(row, dueSeconds), measured);
  return uncertainty === undefined ? row : { ...row, uncertainty };
}
