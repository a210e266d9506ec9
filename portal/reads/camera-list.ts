/** Cameras as the API lists them: the register joined with what the store knows. */
import type { ClassGroup } from '../../pipelines/domain/classes.ts';
import type { GapReason, Point } from '../../pipelines/domain/types.ts';
import {
  coordinatesOf,
  type ProcessingNotice,
  type PublicCamera,
  publicCamera,
} from '../datasets/public-camera.ts';
import { KOTA_SEMARANG, regionOf } from '../datasets/regions.ts';
import { unknownCamera } from '../datasets/rows.ts';
import type { CameraSummary, ObservationStore } from '../store/store.ts';
import { type CameraHealth, cameraHealth } from './camera-health.ts';
import type { CameraRegister, RegisteredCamera } from './camera-register.ts';

/** A kecamatan; name and BPS code only where a table knows them. */
export interface ListedKecamatan {
  /** Kemendagri. */
  readonly kode: string;
  readonly kodeBps?: string;
  readonly nama?: string;
}

/** A counting line as the API shows it. Coordinates are shares of the picture, y down. */
export interface ListedLine {
  readonly id: string;
  readonly name?: string;
  readonly from: Point;
  readonly to: Point;
  readonly directionNames?: { readonly in?: string; readonly out?: string };
  readonly roadType?: string;
  readonly lanes?: number;
}

/** A zone as the API shows it. */
export interface ListedZone {
  readonly id: string;
  readonly name?: string;
  readonly polygon: readonly Point[];
  readonly groundAreaM2?: number;
  readonly groundLengthM?: number;
  readonly fruinTable?: string;
}

/** What is shown of a camera's definition. Never an address or a credential. */
export interface ListedDefinition {
  readonly name?: string;
  readonly road?: string;
  readonly kecamatan?: ListedKecamatan;
  /** Degrees, rounded to four decimals. */
  readonly location?: { readonly lat: number; readonly lon: number };
  readonly groups: readonly ClassGroup[];
  readonly windowSeconds?: number;
  readonly framesPerSecond?: number;
  readonly calibrated: boolean;
  readonly lines: readonly ListedLine[];
  readonly zones: readonly ListedZone[];
  readonly roadClass?: string;
  readonly roadLengthM?: number;
  readonly notice?: ProcessingNotice;
}

/** One camera of `GET /api/v1/cameras`. */
export interface ListedCamera extends ListedDefinition, Partial<Omit<CameraSummary, 'cameraId'>> {
  readonly cameraId: string;
  readonly health: CameraHealth;
}

/** What the lists are read from. */
export interface CameraReads {
  readonly store: Pick<ObservationStore, 'cameras' | 'latest'>;
  readonly register: CameraRegister;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Every camera that is registered or has data, by id. */
export async function listCameras({ store, register, clock }: CameraReads): Promise<ListedCamera[]> {
  const [summaries, latest] = await Promise.all([store.cameras(), store.latest()]);
  const registered = new Map(register.cameras().map((camera) => [camera.definition.id, camera]));
  const known = new Map(summaries.map((summary) => [summary.cameraId, summary]));
  const reasons = new Map<string, Set<GapReason>>();
  for (const { cameraId, reasons: found } of latest) {
    reasons.set(cameraId, new Set([...(reasons.get(cameraId) ?? []), ...found]));
  }
  const ids = [...new Set([...registered.keys(), ...known.keys()])].sort();
  return ids.map((cameraId) => {
    const camera = registered.get(cameraId);
    const summary = known.get(cameraId);
    const health = cameraHealth({
      ...(camera === undefined ? {} : { registered: camera }),
      ...(summary === undefined ? {} : { summary }),
      lastReasons: [...(reasons.get(cameraId) ?? [])],
      nowMs: clock(),
    });
    const definition = camera === undefined ? UNREGISTERED : listedDefinition(camera);
    return { ...summary, cameraId, ...definition, health };
  });
}

const UNREGISTERED: ListedDefinition = {
  groups: ['people', 'vehicles'],
  calibrated: false,
  lines: [],
  zones: [],
};

/** The camera of every id that is registered, or that has data, as the data sets describe it. */
export async function publicCameras({ store, register }: Pick<CameraReads, 'store' | 'register'>) {
  const cameras = new Map<string, PublicCamera>();
  for (const { definition, isEnabled } of register.cameras()) {
    cameras.set(definition.id, publicCamera(definition, { isPaused: !isEnabled }));
  }
  for (const { cameraId } of await store.cameras()) {
    if (!cameras.has(cameraId)) cameras.set(cameraId, unknownCamera(cameraId));
  }
  return new Map([...cameras].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What is shown of a registered camera, built field by field. */
export function listedDefinition(camera: RegisteredCamera): ListedDefinition {
  const { definition, windowSeconds, isEnabled } = camera;
  const shown = publicCamera(definition, { isPaused: !isEnabled });
  const { name, location, groups, roadClass, roadLengthM, notice } = shown;
  return {
    ...present({ name, road: location?.road, roadClass, roadLengthM, notice }),
    ...(location?.kecamatan === undefined ? {} : { kecamatan: listedKecamatan(location.kecamatan) }),
    ...present({ location: coordinatesOf(shown) }),
    groups,
    windowSeconds,
    framesPerSecond: definition.sampling.framesPerSecond,
    calibrated: definition.calibration !== undefined,
    lines: definition.lines.map((line) => ({
      id: line.id,
      ...present({ name: line.name, roadType: line.road?.type, lanes: line.road?.lanes }),
      from: point(line.from),
      to: point(line.to),
      ...(line.directionNames === undefined
        ? {}
        : { directionNames: present({ in: line.directionNames.in, out: line.directionNames.out }) }),
    })),
    zones: definition.zones.map((zone) => ({
      id: zone.id,
      ...present({ name: zone.name, groundAreaM2: zone.groundAreaM2, groundLengthM: zone.groundLengthM }),
      ...present({ fruinTable: zone.fruinTable }),
      polygon: zone.polygon.map(point),
    })),
  };
}

function point({ x, y }: Point): Point {
  return { x, y };
}

function listedKecamatan(code: string): ListedKecamatan {
  const { kecamatanBps, kecamatanName } = regionOf(code, KOTA_SEMARANG);
  return { kode: code, ...present({ kodeBps: kecamatanBps, nama: kecamatanName }) };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function present<T extends object>(members: T): Present<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Present<T>;
}
