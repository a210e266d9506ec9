/** The current state of the city's cameras as GeoJSON (RFC 7946). Pure. */
import { LEVEL_SECONDS } from '../levels/level.ts';
import type { PublicObservation, PublicSeriesRow } from '../privacy/public-row.ts';
import { grouped } from '../store/grouped.ts';
import type { CameraHealth } from './camera-health.ts';
import type { ListedCamera } from './camera-list.ts';
import { greatest, total } from './group-column.ts';
import { LEAST_COVERAGE } from './least-coverage.ts';
import { fullestApart, type ZoneClusters, zoneClusters } from './zones-apart.ts';

/** What the state of a camera is told from: all rows of the newest windows. */
export type StateRow = PublicObservation | PublicSeriesRow;

/**
 * What a camera shows now. Counts are added up over its lines, presence over its zones as in grouped rows: of zones that
 * lie over one another the fullest counts (`zones-apart.ts`). Levels are of the worst line or zone. Measures are absent where
 * too little of their window was seen, or where it is no longer the state of now.
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
  /** Share of the window that was seen, 0 to 1: of the least seen line or zone. */
  readonly coverage?: number;
  /** The same of the presence window, where that is another. */
  readonly presenceCoverage?: number;
  /** Whose measures are left out, as their window was seen for less than `LEAST_COVERAGE`: lines (`flow`), zones (`presence`). */
  readonly tooLittleSeen?: readonly ('flow' | 'presence')[];
  /** True where the newest window ended longer than `RECENT_WITHIN_MS` ago: its measures are left out, its time stays. */
  readonly isOutdated?: true;
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

/**
 * A window that ended longer ago than this tells nothing of now, milliseconds. Two hours: within them a peak comes and goes,
 * so an older flow or crowd may be of the other state of the road. A restart or a lost link is shorter as a rule; until then
 * the map shows the number with its age ("usang"). The bound is our own, as `LEAST_COVERAGE` is.
 */
export const RECENT_WITHIN_MS = 2 * 3_600_000;

/** Every camera with the rows of its newest window; `nowMs` since 1970. */
export function cityState(cameras: readonly ListedCamera[], rows: readonly StateRow[], nowMs: number) {
  const byCamera = grouped(rows, ({ cameraId }) => cameraId);
  const features = cameras.map((camera): CameraFeature => {
    const { cameraId, location } = camera;
    return {
      type: 'Feature',
      id: cameraId,
      geometry: location === undefined ? null : { type: 'Point', coordinates: [location.lon, location.lat] },
      properties: cameraState(camera, byCamera.get(cameraId) ?? [], nowMs),
    };
  });
  return { type: 'FeatureCollection', features } as const;
}

/** The state of one camera. */
export function cameraState(camera: ListedCamera, found: readonly StateRow[], nowMs: number): CameraState {
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
    coverage: coverageOf(rows.filter(({ windowStart }) => windowStart === first.windowStart)),
    ...presenceWindow(rows),
    ...(nowMs - Date.parse(first.windowEnd) > RECENT_WITHIN_MS
      ? { isOutdated: true }
      : {
          ...measuresOf(rows, zoneClusters([{ id: cameraId, zones: camera.zones }])),
          ...(isHidden ? { suppressed: true } : {}),
        }),
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

function coverageOf(rows: readonly StateRow[]): number {
  return Math.min(...rows.map(({ coverage }) => coverage));
}

function presenceWindow([first, ...others]: readonly StateRow[]) {
  const zones = others.filter(({ kind }) => kind === 'presence');
  const [zone] = zones;
  if (zone === undefined || zone.windowStart === first?.windowStart) return {};
  return {
    presenceWindowStart: zone.windowStart,
    presenceWindowEnd: zone.windowEnd,
    presenceCoverage: coverageOf(zones),
  };
}

function measuresOf(rows: readonly StateRow[], clusters: ZoneClusters) {
  const flows = rows.filter((row) => row.kind === 'flow');
  const zones = rows.filter((row) => row.kind === 'presence');
  // A sum without one of its lines, or without the zone that is fullest, would be another measure: all or none.
  const tooLittleSeen = [flows, zones].flatMap((found) => {
    const [row] = found;
    return row === undefined || coverageOf(found) >= LEAST_COVERAGE ? [] : [row.kind];
  });
  return {
    ...(tooLittleSeen.includes('flow') ? {} : flowState(flows)),
    ...(tooLittleSeen.includes('presence') ? {} : presenceState(zones, clusters)),
    ...(tooLittleSeen.length === 0 ? {} : { tooLittleSeen }),
  };
}

type FlowStateRow = Extract<StateRow, { kind: 'flow' }>;
type PresenceStateRow = Extract<StateRow, { kind: 'presence' }>;

function flowState(flows: readonly FlowStateRow[]) {
  const worst = greatest(flows, (row) => row.degreeOfSaturation);
  return {
    ...sumOf('volume', flows, (row) => row.volume),
    ...sumOf('flowRatePerHour', flows, (row) => row.flowRatePerHour),
    ...sumOf('pcuPerHour', flows, (row) => row.pcuPerHour),
    ...(worst === undefined ? {} : { degreeOfSaturation: worst.value }),
    ...(worst?.row.levelOfService === undefined ? {} : { levelOfService: worst.row.levelOfService }),
  };
}

function presenceState(zones: readonly PresenceStateRow[], clusters: ZoneClusters) {
  const worst = greatest(zones, (row) => row.peoplePerM2);
  const apart = (value: (row: PresenceStateRow) => number | undefined) =>
    fullestApart(zones, { clusters, zoneOf: (row) => row, value });
  const people = (row: PresenceStateRow) => row.peoplePresent?.mean;
  const vehicles = (row: PresenceStateRow) => row.vehiclesPresent?.mean;
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
