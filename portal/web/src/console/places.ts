/** Where things are in the console. Pure. */
import type { Role } from '../../../identity/identity-store.ts';

export const PLACES = [
  'kamera',
  'rekaman',
  'gagal',
  'situs',
  'penerbit',
  'sistem',
  'orang',
  'kunci',
  'catatan',
  'akun',
] as const;
export type Place = (typeof PLACES)[number];

/** Who may see the places that are not for everybody who signed in. */
const OPEN_TO: Readonly<Partial<Record<Place, readonly Role[]>>> = {
  situs: ['operator', 'admin'],
  orang: ['admin'],
  kunci: ['admin'],
  catatan: ['admin'],
};

/** Whether a role may see a place. */
export function isOpenTo(role: Role, place: Place): boolean {
  return OPEN_TO[place]?.includes(role) ?? true;
}

/** A place and what of it: `/kamera/simpang-5/gambar`. */
export interface ConsolePlace {
  readonly place: Place;
  readonly parts: readonly string[];
}

/** Reads the rest of the route; what is not known is the list of cameras. */
export function placeOf(rest: string): ConsolePlace {
  const [name = '', ...parts] = rest.split('/').filter((part) => part !== '');
  const place = PLACES.find((known) => known === name);
  return place === undefined ? { place: PLACES[0], parts: [] } : { place, parts: parts.map(decoded) };
}

/** A part that is no valid escape is taken as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Address of a place. */
export function consoleHref(place: Place, ...parts: readonly string[]): string {
  return `#/operator/${[place, ...parts.map(encodeURIComponent)].join('/')}`;
}
