/**
 * The camera as anybody may see it. It is built field by field, so whatever else the site file holds (the stream's
 * address, credentials, geometry in the picture) cannot come along.
 */
import type { ClassGroup } from '../../pipelines/domain/classes.ts';
import type { Direction } from '../../pipelines/domain/types.ts';

/** 4 decimals of a degree are 11 m: the street, not the pole (DOMAIN.md §8 asks for 3 to 4). */
const COORDINATE_DECIMALS = 4;

/** A counting line by name. */
export interface PublicLine {
  readonly id: string;
  readonly name?: string;
  readonly directionNames?: Readonly<Partial<Record<Direction, string>>>;
}

/** A zone by name and ground. */
export interface PublicZone {
  readonly id: string;
  readonly name?: string;
  readonly groundAreaM2?: number;
}

/** Why a camera may be analysed, and who answers for it (UU 27/2022; DOMAIN.md §8). */
export interface ProcessingNotice {
  readonly purpose?: string;
  readonly legalBasis?: string;
  /** A sign tells passers-by of the camera (art. 17(1)b). */
  readonly hasSignage?: boolean;
  /** Number or address of the impact assessment (art. 34). */
  readonly dpiaReference?: string;
  readonly contact?: string;
}

/** A place on the map, degrees in WGS 84. */
export interface Coordinates {
  readonly lat: number;
  readonly lon: number;
}

/** Where a camera stands, rounded. Of a camera that has not been surveyed only road and region are known. */
export interface PublicLocation extends Partial<Coordinates> {
  readonly road?: string;
  /** Kemendagri code. */
  readonly kecamatan?: string;
}

/** One camera of the public register. */
export interface PublicCamera {
  readonly id: string;
  readonly name?: string;
  readonly location?: PublicLocation;
  readonly groups: readonly ClassGroup[];
  readonly lines: readonly PublicLine[];
  readonly zones: readonly PublicZone[];
  readonly isPaused: boolean;
  /** Length of the road section the camera stands for, for U4SSC. */
  readonly roadLengthM?: number;
  /** Class of the road, e.g. "arteri sekunder", "kolektor primer". */
  readonly roadClass?: string;
  readonly notice?: ProcessingNotice;
}

/** What `publicCamera` reads: a camera of the site file fits, with whatever else it holds. */
export interface CameraFacts extends Omit<PublicCamera, 'isPaused' | 'location'> {
  readonly location?: PublicLocation;
}

/** The public view of a camera; everything that is not named here stays inside. */
export function publicCamera(facts: CameraFacts, state: { readonly isPaused: boolean }): PublicCamera {
  const { id, name, location, groups, roadLengthM, roadClass, notice } = facts;
  return {
    id,
    ...defined({ name, roadLengthM, roadClass }),
    ...(location === undefined ? {} : { location: publicLocation(location) }),
    groups: [...groups],
    lines: facts.lines.map((line) => ({ id: line.id, ...defined({ name: line.name }), ...directions(line) })),
    zones: facts.zones.map((zone) => ({
      id: zone.id,
      ...defined({ name: zone.name, groundAreaM2: zone.groundAreaM2 }),
    })),
    isPaused: state.isPaused,
    ...(notice === undefined ? {} : { notice: publicNotice(notice) }),
  };
}

function publicNotice(notice: ProcessingNotice): ProcessingNotice {
  const { purpose, legalBasis, hasSignage, dpiaReference, contact } = notice;
  return defined({ purpose, legalBasis, hasSignage, dpiaReference, contact });
}

function directions({ directionNames }: PublicLine): Pick<PublicLine, 'directionNames'> {
  if (directionNames === undefined) return {};
  return { directionNames: defined({ in: directionNames.in, out: directionNames.out }) };
}

/** The coordinates of a camera; undefined where only its road is known, or nothing. */
export function coordinatesOf({ location }: Pick<PublicCamera, 'location'>): Coordinates | undefined {
  if (location?.lat === undefined || location.lon === undefined) return undefined;
  return { lat: location.lat, lon: location.lon };
}

function publicLocation(location: PublicLocation): PublicLocation {
  const { road, kecamatan } = location;
  const at = coordinatesOf({ location });
  return {
    ...(at === undefined ? {} : { lat: rounded(at.lat), lon: rounded(at.lon) }),
    ...defined({ road, kecamatan }),
  };
}

function rounded(degrees: number): number {
  return Math.round(degrees * 10 ** COORDINATE_DECIMALS) / 10 ** COORDINATE_DECIMALS;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The members that have a value. */
function defined<T extends object>(members: T): Defined<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Defined<T>;
}
