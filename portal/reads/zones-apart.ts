/**
 * Which zones of a camera may be added up. Whoever stands where two zones lie over one another is counted in both, so of
 * zones that overlap only the fullest counts; zones that lie apart are added. The sum is exact where no zone overlaps and
 * otherwise a lower bound: at least that many stand in the zones together. Pure.
 */
import { isInsidePolygon, polygonArea } from '../../pipelines/domain/geometry.ts';
import type { Point } from '../../pipelines/domain/types.ts';

/** A zone with its outline in the picture. */
export interface OutlinedZone {
  readonly id: string;
  readonly polygon: readonly Point[];
}

/** Zones by camera and id: those with the same number overlap, directly or through others. */
export type ZoneClusters = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** What people draw beside one another may share a sliver: this share of the smaller zone. */
const SLIVER = 0.01;
/** Points of the common box per axis by which a common area is measured. */
const SAMPLES = 32;

/** The clusters of every camera's zones. */
export function zoneClusters(
  cameras: readonly { readonly id: string; readonly zones: readonly OutlinedZone[] }[],
): ZoneClusters {
  return new Map(cameras.map(({ id, zones }) => [id, clustersOf(zones)]));
}

function clustersOf(zones: readonly OutlinedZone[]): ReadonlyMap<string, number> {
  const clusters = zones.map((_, i) => i);
  for (const [i, zone] of zones.entries()) {
    for (const [j, other] of zones.slice(0, i).entries()) {
      const [mine, its] = [clusters[i]!, clusters[j]!];
      if (mine === its || !overlap(zone.polygon, other.polygon)) continue;
      for (const [k, cluster] of clusters.entries()) if (cluster === mine) clusters[k] = its;
    }
  }
  return new Map(zones.map(({ id }, i) => [id, clusters[i]!]));
}

/** Whether two outlines have more than a sliver in common. */
export function overlap(a: readonly Point[], b: readonly Point[]): boolean {
  const [one, other] = [boxOf(a), boxOf(b)];
  const left = Math.max(one.left, other.left);
  const top = Math.max(one.top, other.top);
  const width = Math.min(one.right, other.right) - left;
  const height = Math.min(one.bottom, other.bottom) - top;
  if (!(width > 0 && height > 0)) return false;
  let common = 0;
  for (let i = 0; i < SAMPLES; i += 1) {
    for (let j = 0; j < SAMPLES; j += 1) {
      const point = { x: left + ((i + 0.5) / SAMPLES) * width, y: top + ((j + 0.5) / SAMPLES) * height };
      if (isInsidePolygon(a, point) && isInsidePolygon(b, point)) common += 1;
    }
  }
  const commonArea = (common / SAMPLES ** 2) * width * height;
  return commonArea > SLIVER * Math.min(polygonArea(a), polygonArea(b));
}

function boxOf(polygon: readonly Point[]) {
  const xs = polygon.map(({ x }) => x);
  const ys = polygon.map(({ y }) => y);
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

/** A row of a zone. */
interface ZoneRow {
  readonly cameraId: string;
  readonly zoneId: string;
}

/**
 * The rows that are added up: of each cluster the one with the highest value, the first of equal ones. Of a camera with a
 * row whose zone has no known outline (no longer registered, renamed) all zones are taken to overlap.
 */
export function fullestApart<Row>(
  rows: readonly Row[],
  reads: {
    readonly clusters: ZoneClusters;
    readonly zoneOf: (row: Row) => ZoneRow;
    readonly value: (row: Row) => number | undefined;
  },
): readonly Row[] {
  const places = rows.map(reads.zoneOf);
  const clusterOf = ({ cameraId, zoneId }: ZoneRow) => reads.clusters.get(cameraId)?.get(zoneId);
  const unclear = new Set(
    places.filter((place) => clusterOf(place) === undefined).map(({ cameraId }) => cameraId),
  );
  const fullest = new Map<string, { readonly row: Row; readonly value: number }>();
  for (const [i, row] of rows.entries()) {
    const value = reads.value(row);
    if (value === undefined) continue;
    const { cameraId } = places[i]!;
    const key = JSON.stringify([cameraId, unclear.has(cameraId) ? -1 : clusterOf(places[i]!)]);
    const known = fullest.get(key);
    if (known === undefined || value > known.value) fullest.set(key, { row, value });
  }
  return [...fullest.values()].map(({ row }) => row);
}
