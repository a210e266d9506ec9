/** Rows of a table with their numbers, in the stable order, from any place on. */
import { parseIsoUs } from '../../../pipelines/domain/time.ts';
import type { Observation } from '../../../pipelines/domain/types.ts';
import type { Resource } from '../../datasets/data-set.ts';
import { countedGroup } from '../../datasets/data-sets.ts';
import type { RolledLevel } from '../../levels/level.ts';
import { publicCameras } from '../../reads/camera-list.ts';
import { type DataSetReads, dataSetPages, type RowFilter, SERIES_KINDS } from '../../reads/data-set-rows.ts';
import type { SeriesQuery } from '../../store/store.ts';
import type { RowConditions } from './row-conditions.ts';
import { createNumbering, idBlock, idStepUs, type NumberedRow } from './row-ids.ts';

/** A table and where its rows come from. */
export interface TableReads {
  readonly reads: DataSetReads;
  readonly resource: Resource;
}

/** Which rows are read. */
export type RowWish = Pick<RowConditions, 'filter' | 'ids'>;

/** A table whose rows are rows of the pyramid. */
type SeriesResource = Resource & { readonly level: RolledLevel };

function isSeries(resource: Resource): resource is SeriesResource {
  return resource.level !== undefined;
}

/** Lines, or zones, of one camera: rows that follow each other in the table. */
export interface Segment {
  readonly cameraRank: number;
  readonly cameraId: string;
  readonly kind: Observation['kind'];
}

/** Numbers of all rows. */
export const ALL_IDS = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY } as const;

/** The parts of a series table that can hold wanted rows, in its order. */
export async function segmentsOf(
  { reads, resource }: TableReads,
  { filter, ids }: RowWish,
): Promise<Segment[]> {
  const { cameraIds, kinds = SERIES_KINDS } = filter;
  const group = countedGroup(resource);
  const cameras = [...(await publicCameras({ store: reads.reader, register: reads.register })).values()];
  return cameras.flatMap(({ id, groups }, cameraRank) =>
    !groups.includes(group) || (cameraIds !== undefined && !cameraIds.includes(id))
      ? []
      : SERIES_KINDS.filter((kind) => {
          const { first, last } = idBlock(cameraRank, kind);
          return kinds.includes(kind) && first <= ids.high && last >= ids.low;
        }).map((kind) => ({ cameraRank, cameraId: id, kind })),
  );
}

/** How many rows there are, not looking at their numbers. */
export async function countRows({ reads, resource }: TableReads, filter: RowFilter): Promise<number> {
  if (!isSeries(resource)) {
    let count = 0;
    for await (const page of dataSetPages(reads, resource, filter)) count += page.length;
    return count;
  }
  const segments = await segmentsOf({ reads, resource }, { filter, ids: ALL_IDS });
  const cameraIds = [...new Set(segments.map(({ cameraId }) => cameraId))];
  const kinds = SERIES_KINDS.filter((kind) => segments.some((segment) => segment.kind === kind));
  const counts = await Promise.all(
    kinds.map((kind) =>
      reads.reader.countSeries({ level: resource.level, kind, cameraIds, ...rangeOf(filter) }),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Pages of rows in the stable order without the first `skip`; of a series these are passed over by counting. */
export async function* numberedPages(
  { reads, resource }: TableReads,
  wish: RowWish,
  skip = 0,
): AsyncGenerator<readonly NumberedRow[]> {
  const cameras = await publicCameras({ store: reads.reader, register: reads.register });
  const ranks = new Map([...cameras.keys()].map((id, rank) => [id, rank]));
  const number = createNumbering(resource, ranks);
  for await (const { filter, drop } of startsOf({ reads, resource }, wish, skip)) {
    let left = drop;
    for await (const page of dataSetPages(reads, resource, filter)) {
      const rows = page.map(number);
      yield left === 0 ? rows : rows.slice(left);
      left = Math.max(0, left - rows.length);
    }
  }
}

interface Start {
  readonly filter: RowFilter;
  /** Rows of it to pass over one by one. */
  readonly drop: number;
}

/** What is read one after the other: tables that are no series whole, of a series each segment from a window on. */
async function* startsOf(table: TableReads, wish: RowWish, skip: number): AsyncGenerator<Start> {
  const { reads, resource } = table;
  if (!isSeries(resource)) {
    yield { filter: wish.filter, drop: skip };
    return;
  }
  let left = skip;
  for (const segment of await segmentsOf(table, wish)) {
    const filter = segmentFilter(segment, wish);
    if (left === 0) {
      yield { filter, drop: 0 };
      continue;
    }
    const { cameraId, kind } = segment;
    const query = { level: resource.level, kind, cameraIds: [cameraId], ...rangeOf(filter) };
    const count = await reads.reader.countSeries(query);
    if (count <= left) {
      left -= count;
      continue;
    }
    const { fromUs, drop } = await placeOf(reads, query, left);
    left = 0;
    yield { filter: { ...filter, fromUs }, drop };
  }
}

/** The window that a row is in, and the rows before it in that window. */
async function placeOf({ reader }: DataSetReads, query: SeriesQuery, skip: number) {
  const [row] = (await reader.series(query, { limit: 1, skip })).rows;
  // Rows went between two reads: there is nothing left to pass over.
  if (row === undefined) return { fromUs: Number.MAX_SAFE_INTEGER, drop: 0 };
  const fromUs = parseIsoUs(row.windowStart);
  return { fromUs, drop: skip - (await reader.countSeries({ ...query, toUs: fromUs })) };
}

/** The segment alone, from the window of the least number to that of the greatest. */
function segmentFilter({ cameraRank, cameraId, kind }: Segment, { filter, ids }: RowWish): RowFilter {
  const block = idBlock(cameraRank, kind);
  const fromUs = ids.low <= block.first ? undefined : idStepUs(block, ids.low);
  const toUs = ids.high >= block.last ? undefined : idStepUs(block, ids.high) + 1;
  const range = {
    fromUs: Math.max(filter.fromUs ?? Number.NEGATIVE_INFINITY, fromUs ?? Number.NEGATIVE_INFINITY),
    toUs: Math.min(filter.toUs ?? Number.POSITIVE_INFINITY, toUs ?? Number.POSITIVE_INFINITY),
  };
  return {
    cameraIds: [cameraId],
    kinds: [kind],
    ...(Number.isFinite(range.fromUs) ? { fromUs: range.fromUs } : {}),
    ...(Number.isFinite(range.toUs) ? { toUs: range.toUs } : {}),
  };
}

function rangeOf({ fromUs, toUs }: RowFilter): Pick<SeriesQuery, 'fromUs' | 'toUs'> {
  return { ...(fromUs === undefined ? {} : { fromUs }), ...(toUs === undefined ? {} : { toUs }) };
}
