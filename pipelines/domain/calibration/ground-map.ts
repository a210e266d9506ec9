/** From the picture to the ground in metres, and where that may be trusted. */
import { isInsidePolygon, polygonArea } from '../geometry.ts';
import type { Calibration, CalibrationPoint } from '../site.ts';
import type { Point } from '../types.ts';
import { convexHull, stretched } from './convex-hull.ts';
import { fitHomography, type Homography, project } from './homography.ts';

/**
 * How far beyond its points a calibration may be used: their hull stretched from its middle by a tenth, both in the
 * picture (which bounds the near side) and on the ground (which bounds the far side, where a picture line is tens of
 * metres). Farther out the error of a point is carried on with growing leverage.
 */
const VALID_MARGIN = 0.1;

/**
 * How far beside a known length it may be used, in its own length in normalised picture units: scale changes with
 * distance from the camera, and one length says nothing of that.
 */
const BESIDE_LENGTH = 0.15;

/**
 * What the points may disagree by (root mean square on the ground), as a share of their extent, and in metres where
 * that is more. A tape is right to a centimetre and a click to a few pixels; 3 % is what a speed may be wrong by.
 */
const MAX_RESIDUAL = { shareOfExtent: 0.03, atLeastM: 0.3 } as const;

/** Points farther apart than this are no camera's view, nearer than that no place in metres (degrees, kilometres). */
const EXTENT_M = { min: 2, max: 2000 } as const;

/** Shortest known length in the picture, normalised units: below, a click's error is a tenth of it. */
const MIN_PICTURE_LENGTH = 0.05;

/** Smallest triangle of the best four points: in squared picture units, and as a share of the squared ground extent. */
const MIN_TRIANGLE = { picture: 5e-4, ground: 2e-3 } as const;

/** The ground of one calibrated camera. */
export interface GroundMap {
  readonly kind: Calibration['kind'];
  /**
   * Metres on the ground; undefined outside the valid area. For `length` x runs along the known length and y is only
   * a rough measure across it.
   */
  toGroundM(picture: Point): Point | undefined;
  /** Root mean square and largest distance between given and computed ground points; 0 for four points or a length. */
  readonly residualM: { readonly rms: number; readonly max: number };
}

/** Usable as it is. Throws `RangeError` with `calibrationFault`'s words for one that is not. */
export function createGroundMap(calibration: Calibration): GroundMap {
  const result = calibration.kind === 'points' ? planeMap(calibration.points) : lengthMap(calibration);
  if (typeof result === 'string') throw new RangeError(`calibration: ${result}`);
  return result;
}

/** What is wrong with a calibration and what is allowed, in words for who measured it; undefined for a good one. */
export function calibrationFault(calibration: Calibration): string | undefined {
  const result = calibration.kind === 'points' ? planeMap(calibration.points) : lengthMap(calibration);
  return typeof result === 'string' ? result : undefined;
}

function planeMap(points: readonly CalibrationPoint[]): GroundMap | string {
  const picture = points.map((point) => point.picture);
  const ground = points.map((point) => point.groundM);
  const layoutFault = planeFault(picture, ground);
  if (layoutFault !== undefined) return layoutFault;
  const map = fitHomography(points.map((point) => ({ from: point.picture, to: point.groundM })));
  if (map === undefined) {
    return 'no camera can see these ground places at these picture places; two points may be swapped, or one is a wrong place';
  }
  const residuals = points.map((point) => distance(project(map, point.picture), point.groundM));
  const rms = Math.sqrt(residuals.reduce((sum, value) => sum + value * value, 0) / points.length);
  const allowedM = Math.max(MAX_RESIDUAL.atLeastM, MAX_RESIDUAL.shareOfExtent * extent(ground));
  const max = Math.max(...residuals);
  if (!(rms <= allowedM)) {
    return `the points disagree by ${rms.toFixed(2)} m (points[${residuals.indexOf(max)}] by ${max.toFixed(2)} m); allowed are at most ${allowedM.toFixed(2)} m, root mean square`;
  }
  return { kind: 'points', toGroundM: withinHulls(map, picture, ground), residualM: { rms, max } };
}

function withinHulls(map: Homography, picture: readonly Point[], ground: readonly Point[]) {
  const pictureHull = stretched(convexHull(picture), VALID_MARGIN);
  const groundHull = stretched(convexHull(ground), VALID_MARGIN);
  return (place: Point): Point | undefined => {
    if (!isInsidePolygon(pictureHull, place)) return undefined;
    const onGround = project(map, place);
    return onGround !== undefined && isInsidePolygon(groundHull, onGround) ? onGround : undefined;
  };
}

function planeFault(picture: readonly Point[], ground: readonly Point[]): string | undefined {
  if (picture.length < 4) return `found ${picture.length} points; allowed are 4 or more`;
  if (![...picture, ...ground].every((point) => Number.isFinite(point.x) && Number.isFinite(point.y))) {
    return 'allowed are finite coordinates';
  }
  const extentM = extent(ground);
  if (!(extentM >= EXTENT_M.min && extentM <= EXTENT_M.max)) {
    return `the ground points are ${Number(extentM.toPrecision(3))} m apart; allowed are ${EXTENT_M.min} to ${EXTENT_M.max} m between the outermost (groundM is in metres, not in degrees or kilometres)`;
  }
  if (bestQuadruple(picture) < MIN_TRIANGLE.picture) return onOneLine('picture');
  if (bestQuadruple(ground) < MIN_TRIANGLE.ground * extentM ** 2) return onOneLine('ground');
  return undefined;
}

function onOneLine(plane: string): string {
  return `on the ${plane} three of the points lie (nearly) on one line or in one place; allowed are points of which four span an area, no three in a row`;
}

/** The smallest triangle of those four points whose smallest triangle is largest. */
function bestQuadruple(points: readonly Point[]): number {
  const smallestTriangle = (four: readonly Point[]) => Math.min(...choices(four, 3).map(polygonArea));
  return Math.max(...choices(points, 4).map(smallestTriangle));
}

/** Every way to take `count` of the points, in their order. */
function choices(points: readonly Point[], count: number): readonly (readonly Point[])[] {
  if (count === 0) return [[]];
  return points.flatMap((first, i) =>
    choices(points.slice(i + 1), count - 1).map((rest) => [first, ...rest]),
  );
}

/** The largest distance between two of the points. */
function extent(points: readonly Point[]): number {
  return Math.max(...points.flatMap((a) => points.map((b) => distance(a, b))));
}

function distance(a: Point | undefined, b: Point): number {
  return a === undefined ? Number.POSITIVE_INFINITY : Math.sqrt((a.x - b.x) ** 2 + (a.y - b.y) ** 2);
}

function lengthMap({ from, to, lengthM }: Extract<Calibration, { kind: 'length' }>): GroundMap | string {
  const along = { x: to.x - from.x, y: to.y - from.y };
  const pictureLength = Math.sqrt(along.x ** 2 + along.y ** 2);
  if (!(pictureLength >= MIN_PICTURE_LENGTH)) {
    return `from and to are ${pictureLength.toFixed(4)} apart in the picture; allowed is a distance of ${MIN_PICTURE_LENGTH} or more`;
  }
  if (!(lengthM > 0 && lengthM <= EXTENT_M.max)) {
    return `allowed is a lengthM above 0 and up to ${EXTENT_M.max} m`;
  }
  const square = pictureLength ** 2;
  return {
    kind: 'length',
    residualM: { rms: 0, max: 0 },
    toGroundM(place) {
      const x = place.x - from.x;
      const y = place.y - from.y;
      const share = (x * along.x + y * along.y) / square;
      const beside = (along.x * y - along.y * x) / square;
      const isNear = Math.abs(share - 0.5) <= 0.5 + VALID_MARGIN / 2 && Math.abs(beside) <= BESIDE_LENGTH;
      return isNear ? { x: share * lengthM, y: beside * lengthM } : undefined;
    },
  };
}
