/** The cameras of the city with what they last told. Pure: the clock is handed in. */
import type { Camera, CameraState, StateCollection } from '../api/answers.ts';
import type { Topic } from '../series/measures.ts';

/** Newest data older than this is stale: a 15-minute window is over, and the next one too. */
export const STALE_AFTER_MS = 35 * 60_000;

/** One camera as map and list show it. */
export interface CityCamera {
  readonly id: string;
  readonly name: string;
  /** Road and kecamatan, as far as they are known. */
  readonly place: string;
  readonly kecamatan?: string;
  readonly location?: readonly [lat: number, lon: number];
  readonly health: string;
  readonly state?: CameraState;
  /** End of the newest window with something seen. */
  readonly seenMs?: number;
  readonly freshness: 'fresh' | 'stale' | 'none';
}

/** Registered cameras and those that only have data, joined with their states, by name. */
export function cityCameras(
  cameras: readonly Camera[],
  states: StateCollection,
  nowMs: number,
): readonly CityCamera[] {
  const features = new Map(states.features.map((feature) => [feature.properties.cameraId, feature]));
  return cameras
    .map((camera) => cityCamera(camera, features.get(camera.cameraId), nowMs))
    .sort((a, b) => a.name.localeCompare(b.name, 'id', { numeric: true }));
}

function cityCamera(
  camera: Camera,
  feature: StateCollection['features'][number] | undefined,
  nowMs: number,
): CityCamera {
  const { cameraId, name, kecamatan, location, health } = camera;
  const state = feature?.properties;
  const end = state?.windowEnd;
  const isSeen = end !== undefined && (state?.coverage ?? 0) > 0;
  const seenMs = isSeen ? Date.parse(end) : undefined;
  return {
    id: cameraId,
    name: name ?? cameraId,
    place: placeText(camera),
    ...(kecamatan?.nama === undefined ? {} : { kecamatan: titleCase(kecamatan.nama) }),
    ...(location === undefined ? {} : { location: [location.lat, location.lon] as const }),
    health: health?.state ?? state?.state ?? 'no-data',
    ...(state === undefined ? {} : { state }),
    ...(seenMs === undefined ? {} : { seenMs }),
    freshness: seenMs === undefined ? 'none' : nowMs - seenMs > STALE_AFTER_MS ? 'stale' : 'fresh',
  };
}

/** Road and kecamatan of a camera, as far as they are known. */
export function placeText({ road, kecamatan }: Pick<Partial<Camera>, 'road' | 'kecamatan'>): string {
  const region = kecamatan?.nama === undefined ? undefined : titleCase(kecamatan.nama);
  return [road, region].filter((part) => part !== undefined && part !== '').join(' · ');
}

/** Region codes' tables write names in capitals. */
function titleCase(name: string): string {
  return name.toLowerCase().replace(/(^|[\s-])\p{L}/gu, (start) => start.toUpperCase());
}

/**
 * The letter that a camera has in a topic: A to F; `-` without recent data, `?` where too little was seen to tell, `•` with data that
 * has no level.
 */
export function letterOf(camera: CityCamera, topic: Topic): string {
  const { state, freshness } = camera;
  if (freshness === 'none' || state?.isOutdated === true) return '-';
  if (scantCoverageOf(camera, topic) !== undefined) return '?';
  return (topic === 'traffic' ? state?.levelOfService : state?.fruinLevel) ?? '•';
}

/** The share that was seen, above 0 to 1, where it is too little for this topic; undefined where it is enough, or nothing. */
export function scantCoverageOf({ state, freshness }: CityCamera, topic: Topic): number | undefined {
  if (freshness === 'none') return undefined;
  if (state?.tooLittleSeen?.includes(topic === 'traffic' ? 'flow' : 'presence') !== true) return undefined;
  return topic === 'traffic' ? state.coverage : (state.presenceCoverage ?? state.coverage);
}

/** The figure that goes with the letter; undefined where it was not measured. */
export function figureOf({ state }: CityCamera, topic: Topic): number | undefined {
  return topic === 'traffic' ? (state?.flowRatePerHour ?? state?.volume) : state?.peoplePresent;
}

/** A sum over cameras. */
export interface CityTotal {
  readonly total: number;
  /** Cameras it is the sum of. */
  readonly cameras: number;
  /** Cameras that are left out as too little was seen. */
  readonly scant: number;
}

/** The city in a few numbers, of cameras with fresh data only. */
export interface CityTotals {
  readonly cameras: number;
  readonly fresh: number;
  readonly vehiclesPerHour: CityTotal;
  readonly people: CityTotal;
  readonly worst: Readonly<Record<Topic, CityCamera | undefined>>;
}

/** Sums over cameras are no counts of different people or vehicles: the same one may pass several. */
export function cityTotals(cameras: readonly CityCamera[]): CityTotals {
  const fresh = cameras.filter(({ freshness }) => freshness === 'fresh');
  const total = (topic: Topic, pick: (state: CameraState | undefined) => number | undefined): CityTotal => {
    const values = fresh.map(({ state }) => pick(state)).filter((value) => value !== undefined);
    return {
      total: values.reduce((sum, value) => sum + value, 0),
      cameras: values.length,
      scant: fresh.filter((camera) => scantCoverageOf(camera, topic) !== undefined).length,
    };
  };
  return {
    cameras: cameras.length,
    fresh: fresh.length,
    vehiclesPerHour: total('traffic', (state) => state?.flowRatePerHour),
    people: total('crowd', (state) => state?.peoplePresent),
    worst: {
      traffic: highest(fresh, (state) => state.degreeOfSaturation),
      crowd: highest(fresh, (state) => state.peoplePerM2),
    },
  };
}

function highest(
  cameras: readonly CityCamera[],
  pick: (state: CameraState) => number | undefined,
): CityCamera | undefined {
  let found: CityCamera | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const camera of cameras) {
    const value = camera.state === undefined ? undefined : pick(camera.state);
    if (value === undefined || value <= most) continue;
    found = camera;
    most = value;
  }
  return found;
}
