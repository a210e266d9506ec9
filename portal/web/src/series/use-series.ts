/** Loads the series of a selection: the range, the earlier days it is compared with, four weeks of hours. */
import { useMemo } from 'preact/hooks';
import type { FlatRow, SeriesAnswer } from '../api/answers.ts';
import { fetchSeries, type SeriesQuery } from '../api/client.ts';
import { useLoaded } from '../api/use-loaded.ts';
import { comparedGrid } from './comparison.ts';
import { type Measure, measuresOf } from './measures.ts';
import { DAY_MS, gridOf, HOUR_MS, stepOf, windowEnd } from './ranges.ts';
import { queryOf, type Selection } from './selection.ts';
import { type Grid, type Slot, slotsOf } from './slots.ts';

/** Weeks that the weekly pattern is the mean of. */
const PATTERN_WEEKS = 4;

/** What was loaded; slots are undefined until then. */
export interface PlaceSeries {
  readonly query: SeriesQuery;
  readonly grid: Grid;
  readonly measures: readonly Measure[];
  readonly slots: readonly Slot[] | undefined;
  readonly earlier: readonly Slot[] | undefined;
  /** Hours of the last four weeks. */
  readonly pattern: readonly Slot[] | undefined;
  readonly smallCountBelow: number;
  readonly failure: string | undefined;
}

/** The series of a selection, kept fresh. */
export function usePlaceSeries(selection: Selection): PlaceSeries {
  const { topic, place, range, level, endMs, firstMs, comparison } = selection;
  const measures = useMemo(
    () => measuresOf(topic, place.kind === 'zone' ? 'presence' : 'flow'),
    [topic, place.kind],
  );
  const coarse = gridOf({ endMs, lengthMs: range.lengthMs, stepMs: stepOf(level), firstMs });
  const query = queryOf(selection, coarse);
  const part = `${range.id} ${endMs === selection.newestMs ? 'newest' : endMs}`;
  const main = useSeries(query, part);
  const stepMs = level === '1m' ? baseStep(main.value?.rows ?? []) : coarse.stepMs;
  const grid = gridOf({ endMs, lengthMs: range.lengthMs, stepMs, firstMs });
  const before = comparedGrid(grid, comparison);
  const earlier = useSeries(
    before === undefined ? undefined : queryOf(selection, before),
    `${part} ${comparison}`,
  );
  const weeks = patternGrid(endMs, firstMs);
  const pattern = useSeries({ ...queryOf(selection, weeks), level: '1h' }, part);
  return {
    query,
    grid,
    measures,
    slots: useSlots(main.value, measures, grid),
    earlier: useSlots(earlier.value, measures, before ?? grid),
    pattern: useSlots(pattern.value, measures, weeks),
    smallCountBelow: main.value?.smallCountBelow ?? 0,
    failure: main.failure,
  };
}

/** `part` tells apart what must never be shown for one another: range, and how far the reader went back. */
function useSeries(query: SeriesQuery | undefined, part: string) {
  return useLoaded<SeriesAnswer>({
    key: query === undefined ? undefined : JSON.stringify(query),
    scope: query === undefined ? undefined : JSON.stringify({ ...query, fromMs: 0, toMs: 0, part }),
    load: (signal) => fetchSeries(query!, signal),
  });
}

function useSlots(answer: SeriesAnswer | undefined, measures: readonly Measure[], grid: Grid) {
  const { fromMs, toMs, stepMs } = grid;
  return useMemo(
    () => (answer === undefined ? undefined : slotsOf(answer.rows, measures, { fromMs, toMs, stepMs })),
    [answer, measures, fromMs, toMs, stepMs],
  );
}

/** Cameras may count in windows longer than a minute: the rows say how long. */
function baseStep(rows: readonly FlatRow[]): number {
  const row = rows[0];
  if (row === undefined) return 60_000;
  return Date.parse(String(row['window_end'])) - Date.parse(String(row['window_start'])) || 60_000;
}

function patternGrid(endMs: number, firstMs: number): Grid {
  const toMs = windowEnd(endMs, HOUR_MS);
  const fromMs = Math.max(toMs - PATTERN_WEEKS * 7 * DAY_MS, windowEnd(firstMs, HOUR_MS) - HOUR_MS);
  return { fromMs: Math.min(fromMs, toMs - HOUR_MS), toMs, stepMs: HOUR_MS };
}
