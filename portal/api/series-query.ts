/** What `GET /api/v1/series` is asked for. */
import { z } from 'zod';
import type { Level } from '../levels/level.ts';
import { publicCameras } from '../reads/camera-list.ts';
import { registerVersion } from '../reads/camera-register.ts';
import { groupedColumns } from '../reads/group-rows.ts';
import { GROUPINGS } from '../reads/grouping.ts';
import { type SeriesColumn, seriesColumns } from '../reads/series-columns.ts';
import type { SeriesQuery } from '../store/store.ts';
import { refuseUnknownCameras, refuseUnknownPlace } from './known-ids.ts';
import type { PublicOptions } from './public-options.ts';
import {
  instantPart,
  limitPart,
  rangeUs,
  severalPart,
  switchPart,
  textPart,
  wrongQuery,
} from './query-parts.ts';

/** Names of the levels in queries. */
const LEVEL_NAMES: Readonly<Record<'1m' | '15m' | '1h' | '1d', Level>> = {
  '1m': 'minute',
  '15m': 'quarter-hour',
  '1h': 'hour',
  '1d': 'day',
};

/** The query as it is written in the address. */
export const seriesQuerySchema = z.strictObject({
  level: z.enum(['1m', '15m', '1h', '1d']).default('15m'),
  kind: z.enum(['flow', 'presence']).optional(),
  cameraId: severalPart.optional(),
  road: textPart.optional(),
  lineId: textPart.optional(),
  zoneId: textPart.optional(),
  direction: z.enum(['in', 'out']).optional(),
  from: instantPart.optional(),
  to: instantPart.optional(),
  columns: z.string().max(5000).optional(),
  groupBy: z.enum(GROUPINGS).optional(),
  limit: limitPart.optional(),
  cursor: z.string().max(2000).optional(),
  format: z.enum(['json', 'ndjson', 'csv', 'parquet']).optional(),
  bom: switchPart.optional(),
});
/** A checked query. */
export type SeriesRequestQuery = z.infer<typeof seriesQuerySchema>;

/** What a query means. */
export interface WantedSeries {
  readonly series: SeriesQuery;
  readonly columns: readonly SeriesColumn[];
  /** Another text whenever the register would change the answer. */
  readonly version: string;
}

/** Understands a query; throws 400 with the field that is wrong. */
export async function readSeriesQuery(
  options: PublicOptions,
  query: SeriesRequestQuery,
): Promise<WantedSeries> {
  const kind = query.kind ?? (query.zoneId === undefined ? 'flow' : 'presence');
  refuseContradictions(query, kind);
  const { cameraId, road, lineId, zoneId, direction } = query;
  await refuseUnknownCameras(options, { field: 'cameraId', cameraIds: cameraId });
  const placeId = lineId ?? zoneId;
  const watching = road === undefined ? undefined : await camerasOfRoad(options, road);
  const cameraIds =
    watching === undefined ? cameraId : watching.filter((id) => cameraId?.includes(id) ?? true);
  await refuseUnknownPlace(options, { lineId, zoneId, cameraIds });
  const series: SeriesQuery = {
    level: LEVEL_NAMES[query.level],
    kind,
    ...rangeUs(query),
    ...(cameraIds === undefined ? {} : { cameraIds }),
    ...(placeId === undefined ? {} : { placeIds: [placeId] }),
    ...(direction === undefined ? {} : { direction }),
  };
  const all = query.groupBy === undefined ? seriesColumns(kind) : groupedColumns(query.groupBy, kind);
  const needsRegister = query.groupBy !== undefined || road !== undefined;
  const version = needsRegister ? registerVersion(options.register) : '';
  return { series, columns: chosenColumns(all, query.columns), version };
}

function refuseContradictions({ lineId, zoneId, direction }: SeriesRequestQuery, kind: string): void {
  if (lineId !== undefined && zoneId !== undefined) {
    throw wrongQuery('zoneId', zoneId, 'a lineId or a zoneId, not both: a row has one of them');
  }
  if (lineId !== undefined && kind === 'presence') {
    throw wrongQuery('lineId', lineId, 'only with kind=flow: presence rows have zones');
  }
  if (zoneId !== undefined && kind === 'flow') {
    throw wrongQuery('zoneId', zoneId, 'only with kind=presence: flow rows have lines');
  }
  if (direction !== undefined && kind === 'presence') {
    throw wrongQuery('direction', direction, 'only with kind=flow');
  }
}

async function camerasOfRoad({ reader, register }: PublicOptions, road: string): Promise<string[]> {
  const cameras = [...(await publicCameras({ store: reader, register })).values()];
  const found = cameras.filter(({ location }) => location?.road === road).map(({ id }) => id);
  if (found.length > 0) return found;
  const roads = new Set(cameras.flatMap(({ location }) => location?.road ?? []));
  throw wrongQuery('road', road, roads.size === 0 ? 'none: no camera names its road' : [...roads].join(', '));
}

/** Keys always, then what was named, in the order of the table. */
function chosenColumns(all: readonly SeriesColumn[], names: string | undefined): readonly SeriesColumn[] {
  if (names === undefined) return all;
  const wanted = names.split(',').map((name) => name.trim());
  const unknown = wanted.find((name) => all.every((column) => column.name !== name));
  if (unknown !== undefined) {
    throw wrongQuery('columns', unknown, `a list of ${all.map(({ name }) => name).join(', ')}`);
  }
  return all.filter(({ name, isKey }) => isKey || wanted.includes(name));
}
