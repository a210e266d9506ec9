/** The current state of the city's cameras as GeoJSON (RFC 7946). Pure. */
import type { PublicObservation, PublicSeriesRow } from '../privacy/public-row.ts';
import { grouped } from '../store/grouped.ts';
import type { CameraHealth } from './camera-health.ts';
import type { ListedCamera } from './camera-list.ts';

/** What the state of a camera is told from: all rows of one window. */
export type StateRow = PublicObservation | PublicSeriesRow;

/**
 * What a camera shows now. Counts are added up over its lines. Presence is that of its fullest zone: zones may lie over one
 * another, and whoever stands in two must not be two. Levels are of the worst line or zone.
 */
export interface CameraState {
  readonly cameraId: string;
  readonly name?: string;
  readonly road?: string;
  readonly state: CameraHealth['state'];
  readonly windowStart?: string;
  readonly windowEnd?: string;
  readonly coverage?: number;
  readonly volume?: number;
  readonly flowRatePerHour?: number;
  readonly pcuPerHour?: number;
  readonly degreeOfSaturation?: number;
  readonly levelOfService?: string;
  readonly peoplePresent?: number;
  readonly peoplePerM2?: number;
  readonly fruinLevel?: string;
  readonly vehiclesPresent?: number;
  /** True where people measures are withheld or cut down by the small-count rule. */
  readonly suppressed?: boolean;
}

/** One camera as a feature; a camera without a location has no geometry. */
export interface CameraFeature {
  readonly type: 'Feature';
  readonly id: string;
  readonly geometry: {
    readonly type: 'Point';
    readonly coordinates: readonly [lon: number, lat: number];
  } | null;
  readonly properties: CameraState;
}

/** Every camera with the rows of its newest window. */
export function cityState(cameras: readonly ListedCamera[], rows: readonly StateRow[]) {
  const byCamera = grouped(rows, ({ cameraId }) => cameraId);
  const features = cameras.map((camera): CameraFeature => {
    const { cameraId, location } = camera;
    return {
      type: 'Feature',
      id: cameraId,
      geometry: location === undefined ? null : { type: 'Point', coordinates: [location.lon, location.lat] },
      properties: cameraState(camera, byCamera.get(cameraId) ?? []),
    };
  });
  return { type: 'FeatureCollection', features } as const;
}

/** The state of one camera. */
export function cameraState(
  { cameraId, name, road, health }: ListedCamera,
  found: readonly StateRow[],
): CameraState {
  const named = {
    cameraId,
    ...(name === undefined ? {} : { name }),
    ...(road === undefined ? {} : { road }),
  };
  const newest = found
    .map(({ windowStart }) => windowStart)
    .sort()
    .at(-1);
  const rows = found.filter(({ windowStart }) => windowStart === newest);
  const [first] = rows;
  if (first === undefined) return { ...named, state: health.state };
  const isHidden = rows.some((row) => row.suppressed !== undefined || row.partlyHidden !== undefined);
  return {
    ...named,
    state: health.state,
    windowStart: first.windowStart,
    windowEnd: first.windowEnd,
    coverage: Math.min(...rows.map(({ coverage }) => coverage)),
    ...flowState(rows),
    ...presenceState(rows),
    ...(isHidden ? { suppressed: true } : {}),
  };
}

function flowState(rows: readonly StateRow[]) {
  const flows = rows.filter((row) => row.kind === 'flow');
  const worst = highest(flows, (row) => row.degreeOfSaturation);
  return {
    ...total('volume', flows, (row) => row.volume),
    ...total('flowRatePerHour', flows, (row) => row.flowRatePerHour),
    ...total('pcuPerHour', flows, (row) => row.pcuPerHour),
    ...(worst === undefined ? {} : { degreeOfSaturation: worst.value }),
    ...(worst?.row.levelOfService === undefined ? {} : { levelOfService: worst.row.levelOfService }),
  };
}

function presenceState(rows: readonly StateRow[]) {
  const zones = rows.filter((row) => row.kind === 'presence');
  const worst = highest(zones, (row) => row.peoplePerM2);
  return {
    ...fullest('peoplePresent', zones, (row) => row.peoplePresent?.mean),
    ...(worst === undefined ? {} : { peoplePerM2: worst.value }),
    ...(worst?.row.fruinLevel === undefined ? {} : { fruinLevel: worst.row.fruinLevel }),
    ...fullest('vehiclesPresent', zones, (row) => row.vehiclesPresent?.mean),
  };
}

function total<Name extends string, Row>(
  name: Name,
  rows: readonly Row[],
  read: (row: Row) => number | undefined,
): { readonly [K in Name]?: number } {
  const values = rows.flatMap((row) => read(row) ?? []);
  if (values.length === 0) return {};
  const sum = Math.round(values.reduce((all, value) => all + value, 0) * 1e6) / 1e6;
  return { [name]: sum } as { [K in Name]: number };
}

function fullest<Name extends string, Row>(
  name: Name,
  rows: readonly Row[],
  read: (row: Row) => number | undefined,
): { readonly [K in Name]?: number } {
  const found = highest(rows, read);
  return found === undefined ? {} : ({ [name]: found.value } as { [K in Name]: number });
}

function highest<Row>(rows: readonly Row[], read: (row: Row) => number | undefined) {
  let found: { readonly row: Row; readonly value: number } | undefined;
  for (const row of rows) {
    const value = read(row);
    if (value !== undefined && (found === undefined || value > found.value)) found = { row, value };
  }
  return found;
}
