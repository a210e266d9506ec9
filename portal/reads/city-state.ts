/** The current state of the city's cameras as GeoJSON (RFC 7946). Pure. */
import { LEVEL_SECONDS } from '../levels/level.ts';
import type { PublicObservation, PublicSeriesRow } from '../privacy/public-row.ts';
import { grouped } from '../store/grouped.ts';
import type { CameraHealth } from './camera-health.ts';
import type { ListedCamera } from './camera-list.ts';
import { greatest, total } from './group-column.ts';
import { fullestApart, type ZoneClusters, zoneClusters } from './zones-apart.ts';

/** What the state of a camera is told from: all rows of the newest windows. */
export type StateRow = PublicObservation | PublicSeriesRow;

/**
 * What a camera shows now. Counts are added up over its lines, presence over its zones as in grouped rows: of zones that
 * lie over one another the fullest counts (`zones-apart.ts`). Levels are of the worst line or zone.
 */
export interface CameraState {
  readonly cameraId: string;
  readonly name?: string;
  readonly road?: string;
  readonly state: CameraHealth['state'];
  readonly windowStart?: string;
  readonly windowEnd?: string;
  /** Of what is in the zones, where that is of another window: people are released by half hours. */
  readonly presenceWindowStart?: string;
  readonly presenceWindowEnd?: string;
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
export function cameraState(camera: ListedCamera, found: readonly StateRow[]): CameraState {
  const { cameraId, name, road, health } = camera;
  const named = {
    cameraId,
    ...(name === undefined ? {} : { name }),
    ...(road === undefined ? {} : { road }),
  };
  const rows = newestRows(found);
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
    ...presenceWindow(rows),
    ...presenceState(rows, zoneClusters([{ id: cameraId, zones: camera.zones }])),
    ...(isHidden ? { suppressed: true } : {}),
  };
}

/** Lines may be a quarter hour ahead of zones; what is older is of lines or zones that are no longer counted. */
const AHEAD_MS = LEVEL_SECONDS['quarter-hour'] * 1000;

/** Of lines and of zones the rows of the newest window, the newest of both first. */
function newestRows(found: readonly StateRow[]): readonly StateRow[] {
  const newest = [...grouped(found, ({ kind }) => kind).values()]
    .map((rows) => {
      const [start = ''] = rows
        .map(({ windowStart }) => windowStart)
        .toSorted()
        .reverse();
      return { start, rows: rows.filter(({ windowStart }) => windowStart === start) };
    })
    .sort((a, b) => (a.start > b.start ? -1 : 1));
  const lastMs = Date.parse(newest[0]?.start ?? '');
  return newest.flatMap(({ start, rows }) => (lastMs - Date.parse(start) > AHEAD_MS ? [] : rows));
}

function presenceWindow([first, ...others]: readonly StateRow[]) {
  const zone = others.find(({ kind }) => kind === 'presence');
  return zone === undefined || zone.windowStart === first?.windowStart
    ? {}
    : { presenceWindowStart: zone.windowStart, presenceWindowEnd: zone.windowEnd };
}

function flowState(rows: readonly StateRow[]) {
  const flows = rows.filter((row) => row.kind === 'flow');
  const worst = greatest(flows, (row) => row.degreeOfSaturation);
  return {
    ...sumOf('volume', flows, (row) => row.volume),
    ...sumOf('flowRatePerHour', flows, (row) => row.flowRatePerHour),
    ...sumOf('pcuPerHour', flows, (row) => row.pcuPerHour),
    ...(worst === undefined ? {} : { degreeOfSaturation: worst.value }),
    ...(worst?.row.levelOfService === undefined ? {} : { levelOfService: worst.row.levelOfService }),
  };
}

function presenceState(rows: readonly StateRow[], clusters: ZoneClusters) {
  const zones = rows.filter((row) => row.kind === 'presence');
  const worst = greatest(zones, (row) => row.peoplePerM2);
  const apart = (value: (row: (typeof zones)[number]) => number | undefined) =>
    fullestApart(zones, { clusters, zoneOf: (row) => row, value });
  const people = (row: (typeof zones)[number]) => row.peoplePresent?.mean;
  const vehicles = (row: (typeof zones)[number]) => row.vehiclesPresent?.mean;
  return {
    ...sumOf('peoplePresent', apart(people), people),
    ...(worst === undefined ? {} : { peoplePerM2: worst.value }),
    ...(worst?.row.fruinLevel === undefined ? {} : { fruinLevel: worst.row.fruinLevel }),
    ...sumOf('vehiclesPresent', apart(vehicles), vehicles),
  };
}

function sumOf<Name extends string, Row>(
  name: Name,
  rows: readonly Row[],
  read: (row: Row) => number | undefined,
): { readonly [K in Name]?: number } {
  const sum = total(rows.map(read));
  return sum === null ? {} : ({ [name]: sum } as { [K in Name]: number });
}
