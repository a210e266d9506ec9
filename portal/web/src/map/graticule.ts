/** Lines of latitude and longitude: a base map that is always true and needs nobody's server. Pure. */

/** Degrees between lines, from fine to coarse. */
const STEPS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30] as const;
/** More lines than this would be a fence. */
const MOST_LINES = 8;

/** A box in degrees. */
export interface Box {
  readonly south: number;
  readonly west: number;
  readonly north: number;
  readonly east: number;
}

/** Latitudes and longitudes to draw in a box, and how many decimals their labels need. */
export interface Graticule {
  readonly latitudes: readonly number[];
  readonly longitudes: readonly number[];
  readonly decimals: number;
}

/** The finest round lines of which at most eight cross the longer side of the box. */
export function graticuleOf(box: Box): Graticule {
  const span = Math.max(box.north - box.south, box.east - box.west);
  const step = STEPS.find((candidate) => span / candidate <= MOST_LINES) ?? STEPS.at(-1)!;
  return {
    latitudes: multiples(box.south, box.north, step),
    longitudes: multiples(box.west, box.east, step),
    decimals: step < 0.01 ? 3 : step < 0.1 ? 2 : step < 1 ? 1 : 0,
  };
}

function multiples(low: number, high: number, step: number): number[] {
  const first = Math.ceil(low / step);
  const count = Math.max(0, Math.floor(high / step) - first + 1);
  return Array.from({ length: count }, (_, index) => (first + index) * step);
}

/** "6,98° LS" and the like; Indonesian writes south LS, east BT. */
export function degreesText(
  value: number,
  axis: 'lat' | 'lon',
  decimals: number,
  isIndonesian: boolean,
): string {
  const names = isIndonesian
    ? { lat: ['LU', 'LS'], lon: ['BT', 'BB'] }
    : { lat: ['N', 'S'], lon: ['E', 'W'] };
  const text = Math.abs(value).toFixed(decimals);
  return `${isIndonesian ? text.replace('.', ',') : text}° ${names[axis][value < 0 ? 1 : 0]}`;
}
