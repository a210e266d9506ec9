/** Cameras, zones and lines as plain data. The file format and its checks live in `pipelines/site-file.ts`. */
import type { ClassGroup, RoadUserClass } from './classes.ts';
import type { ServiceTableName } from './tables/level-of-service.ts';
import type { Direction, Point } from './types.ts';

/**
 * A directed segment. Walk from `from` to `to` in the picture (y down): a track whose ground point passes from
 * your left hand to your right hand crosses `in`, from right to left `out`. A line drawn top to bottom has the
 * picture's right side on its left hand, so right-to-left in the picture is `in`.
 */
export interface CountingLine {
  readonly id: string;
  readonly name?: string;
  readonly from: Point;
  readonly to: Point;
  /** What each direction means on the ground, e.g. "ke utara". */
  readonly directionNames?: Readonly<Partial<Record<Direction, string>>>;
  readonly road?: RoadData;
}

/** Inputs of smp, capacity and level of service; PKJI 2023 terms in `docs/data-contract.md`. */
export interface RoadData {
  readonly type: '2/2-TT' | '4/2-TT' | '4/2-T' | '6/2-T' | '2/1' | '3/1';
  /** Lanes counted by this line in one direction. */
  readonly lanes: number;
  readonly laneWidthM?: number;
  readonly carriagewayWidthM?: number;
  /** Share of the heavier direction in percent, undivided roads. */
  readonly directionalSplitPercent?: number;
  readonly sideFriction?: 'SR' | 'R' | 'S' | 'T' | 'ST';
  readonly edge?: 'kerb' | 'shoulder';
  readonly edgeDistanceM?: number;
  readonly cityPopulationMillions?: number;
  /** Name of the table of `tables/level-of-service.json` that grades DJ; `VC-Indonesia` without it. */
  readonly levelOfServiceTable?: ServiceTableName;
}

/** A place of which both the picture coordinates and the ground coordinates are known. */
export interface CalibrationPoint {
  readonly picture: Point;
  /** Metres from any fixed point of the place (local grid, UTM), two axes at right angles, of either hand. */
  readonly groundM: Point;
}

/**
 * What is known of the ground in the picture; checked by `calibrationFault`, used through `createGroundMap`.
 * - `points`: four or more places on flat ground give the whole plane (a homography)
 * - `length`: one known length along a road gives metres beside that piece of road only
 */
export type Calibration =
  | { readonly kind: 'points'; readonly points: readonly CalibrationPoint[] }
  | { readonly kind: 'length'; readonly from: Point; readonly to: Point; readonly lengthM: number };

/** A polygon in which road users are counted while their ground point is inside. */
export interface Zone {
  readonly id: string;
  readonly name?: string;
  readonly polygon: readonly Point[];
  /** Ground area; without it that of the calibration is taken, and without either density is absent. */
  readonly groundAreaM2?: number;
  /** Length along the road; without it that of the calibration is taken, and without either `vehiclesPerKm` is absent. */
  readonly groundLengthM?: number;
  readonly lanes?: number;
  readonly fruinTable?: 'walkway' | 'queue';
  readonly road?: RoadData;
  /** Which way the road runs, for the length by calibration of a zone about as wide as it is long. */
  readonly roadAxis?: { readonly from: Point; readonly to: Point };
}

/**
 * A polygon in which a detection is taken as not reported when its ground point is inside or on the outline: a poster, a
 * statue, a reflection, a car park. Who walks into one ends there as at the picture's edge.
 */
export interface IgnoreArea {
  readonly id: string;
  readonly name?: string;
  readonly polygon: readonly Point[];
  /** Only these classes are ignored; all without it. */
  readonly classes?: readonly RoadUserClass[];
}

/** What counting needs to know of a camera. */
export interface CountingSite {
  readonly cameraId: string;
  readonly lines: readonly CountingLine[];
  readonly zones: readonly Zone[];
  /** None unless the camera has some. */
  readonly ignore?: readonly IgnoreArea[];
  /** Groups to count; both unless the camera says otherwise. */
  readonly groups: readonly ClassGroup[];
  readonly windowSeconds: number;
  /** Gives areas, lengths and speeds on the ground; absent where the camera is not calibrated. */
  readonly calibration?: Calibration;
}
