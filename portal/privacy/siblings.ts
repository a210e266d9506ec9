/** The other halves of pairs of quarter hours: among the rows that were read, else in the store. */
import { LEVEL_SECONDS } from '../levels/level.ts';
import type { SeriesRow } from '../levels/series-row.ts';
import { grouped } from '../store/grouped.ts';
import { type SeriesQuery, type SeriesStore, seriesRows } from '../store/store.ts';
import { hasPeople } from './people-measures.ts';
import { siblingStartUs, startUsOf } from './publish-rows.ts';

const QUARTER_US = LEVEL_SECONDS['quarter-hour'] * 1_000_000;

/** What the rows were narrowed to: their siblings are within the same. */
export type Narrowed = Pick<SeriesQuery, 'placeIds' | 'direction'>;

/** Rows of the same level by start, then by series. */
type Windows = Map<number, Map<string, SeriesRow>>;

/**
 * The sibling of each row, in their order; undefined for what is no quarter hour and where there is none. The store is
 * asked for a page's edges and for holes only: one query for each window that is missing.
 */
export async function siblingsOf(
  store: SeriesStore,
  rows: readonly SeriesRow[],
  { placeIds, direction }: Narrowed,
): Promise<readonly (SeriesRow | undefined)[]> {
  const isQuarter = ({ level }: SeriesRow) => level === 'quarter-hour';
  if (!rows.some((row) => isQuarter(row) && hasPeople(row))) return [];
  const series = rows.map(seriesName);
  const windows: Windows = new Map();
  for (const [i, row] of rows.entries()) if (isQuarter(row)) put(windows, row, series[i]!);
  const siblingIn = (row: SeriesRow, i: number) =>
    isQuarter(row) ? windows.get(siblingStartUs(startUsOf(row)))?.get(series[i]!) : undefined;
  const lonely = rows.filter((row, i) => isQuarter(row) && siblingIn(row, i) === undefined);
  const narrowed = {
    ...(placeIds === undefined ? {} : { placeIds }),
    ...(direction === undefined ? {} : { direction }),
  };
  for (const [first, ...others] of grouped(lonely, (row) => `${row.kind} ${row.windowStart}`).values()) {
    if (first === undefined) continue;
    const { kind, level } = first;
    const fromUs = siblingStartUs(startUsOf(first));
    const cameraIds = [...new Set([first, ...others].map(({ cameraId }) => cameraId))];
    const query = { ...narrowed, level, kind, cameraIds, fromUs, toUs: fromUs + QUARTER_US };
    for await (const row of seriesRows(store, query)) put(windows, row, seriesName(row));
  }
  return rows.map(siblingIn);
}

function put(windows: Windows, row: SeriesRow, series: string): void {
  const startUs = startUsOf(row);
  const window = windows.get(startUs) ?? new Map<string, SeriesRow>();
  windows.set(startUs, window);
  window.set(series, row);
}

/** Line and direction, or zone, of a camera. */
function seriesName(row: SeriesRow): string {
  return row.kind === 'flow'
    ? [row.direction, row.lineId, row.cameraId].join('\n')
    : ['', row.zoneId, row.cameraId].join('\n');
}
