/** A series put together by camera, road, kecamatan or city, read window by window in bounded memory. */
import { parseIsoUs, US_PER_SECOND } from '../../pipelines/domain/time.ts';
import type { PublicCamera } from '../datasets/public-camera.ts';
import { unknownCamera } from '../datasets/rows.ts';
import type { FlatRow } from '../formats/table.ts';
import { LEVEL_SECONDS, levelWindowStartUs } from '../levels/level.ts';
import type { PublicReader } from '../privacy/public-reader.ts';
import type { CameraSummary, SeriesPosition, SeriesQuery } from '../store/store.ts';
import type { GroupedSource } from './group-column.ts';
import { groupedRow } from './group-rows.ts';
import { type Grouping, groupKey } from './grouping.ts';
import type { ZoneClusters } from './zones-apart.ts';

/** Rows of the store held at once, about. */
const ROWS_AT_ONCE = 5000;
/** Lines times directions, or zones, that a camera has at most as a rule. */
const PLACES_PER_CAMERA = 8;
const PAGE_ROWS = 5000;

/** A place in the order of grouped rows: window, then group. */
export type GroupPosition = readonly [windowStartUs: number, key: string];

/** Which grouped rows are wanted. */
export interface GroupedQuery {
  readonly series: SeriesQuery;
  readonly grouping: Grouping;
  readonly after?: GroupPosition;
}

/** What grouped rows are read from. */
export interface GroupedReads {
  readonly reader: Pick<PublicReader, 'series'>;
  readonly cameras: ReadonlyMap<string, PublicCamera>;
  readonly summaries: readonly CameraSummary[];
  /** Which zones may be added up. */
  readonly clusters: ZoneClusters;
}

/** One grouped row with its place. */
export interface GroupedRow {
  readonly position: GroupPosition;
  readonly row: FlatRow;
}

/** Every matching row by window, then group. Cameras without the group's fact (no road) are left out. */
export async function* groupedRows(reads: GroupedReads, query: GroupedQuery): AsyncGenerator<GroupedRow> {
  const { series, grouping, after } = query;
  const cameraIds = (series.cameraIds ?? reads.summaries.map(({ cameraId }) => cameraId)).filter(
    (id) => groupKey(grouping, cameraOf(reads, id)) !== undefined,
  );
  const range = rangeOf(reads.summaries, { ...query, series: { ...series, cameraIds } });
  if (range === undefined) return;
  const lengthUs = LEVEL_SECONDS[series.level] * US_PER_SECOND;
  const windows = Math.max(1, Math.floor(ROWS_AT_ONCE / (cameraIds.length * PLACES_PER_CAMERA)));
  for (let fromUs = range.fromUs; fromUs < range.toUs; fromUs += windows * lengthUs) {
    const toUs = Math.min(range.toUs, fromUs + windows * lengthUs);
    const groups = await readGroups(reads, { series: { ...series, cameraIds, fromUs, toUs }, grouping });
    for (const [windowStartUs, byKey] of groups) {
      for (const key of [...byKey.keys()].sort()) {
        if (after !== undefined && windowStartUs === after[0] && key <= after[1]) continue;
        const rows = byKey.get(key) ?? [];
        const { clusters } = reads;
        const row = groupedRow({ grouping, key, kind: series.kind, windowStartUs, rows, clusters });
        yield { position: [windowStartUs, key], row };
      }
    }
  }
}

function cameraOf({ cameras }: GroupedReads, id: string): PublicCamera {
  return cameras.get(id) ?? unknownCamera(id);
}

/** The part of the range in which these cameras have data at all. */
function rangeOf(summaries: readonly CameraSummary[], { series, after }: GroupedQuery) {
  const { level, cameraIds = [] } = series;
  const wanted = summaries.filter(({ cameraId }) => cameraIds.includes(cameraId));
  if (wanted.length === 0) return undefined;
  const firstUs = Math.min(...wanted.map(({ firstWindowStart }) => parseIsoUs(firstWindowStart)));
  const lastUs = Math.max(...wanted.map(({ lastWindowEnd }) => parseIsoUs(lastWindowEnd)));
  const dataFromUs = levelWindowStartUs(level, firstUs);
  return {
    fromUs: Math.max(dataFromUs, series.fromUs ?? dataFromUs, after?.[0] ?? dataFromUs),
    toUs: Math.min(lastUs, series.toUs ?? lastUs),
  };
}

/** Rows of some windows by window, in order, and group. */
async function readGroups(reads: GroupedReads, { series, grouping }: GroupedQuery) {
  const groups = new Map<number, Map<string, GroupedSource[]>>();
  let after: SeriesPosition | undefined;
  do {
    const page = await reads.reader.series(series, {
      limit: PAGE_ROWS,
      ...(after === undefined ? {} : { after }),
    });
    for (const row of page.rows) {
      const camera = cameraOf(reads, row.cameraId);
      const windowStartUs = parseIsoUs(row.windowStart);
      const key = groupKey(grouping, camera) ?? '';
      const byKey = groups.get(windowStartUs) ?? new Map<string, GroupedSource[]>();
      groups.set(windowStartUs, byKey);
      const group = byKey.get(key) ?? [];
      byKey.set(key, group);
      group.push({ row, camera });
    }
    after = page.next;
  } while (after !== undefined);
  return [...groups].sort(([a], [b]) => a - b);
}
