/**
 * The one home of the nouns of the data path.
 *
 * Space: every coordinate is normalised to the upright picture, x to the right and y **down**, 0..1.
 * Time: every instant is a whole number of microseconds of UTC (`…Us`) derived from the media's own clock,
 * never from the clock at processing time. 2^53 µs reach the year 2255.
 */
import type { RoadUserClass } from './classes.ts';

/** A point in normalised picture coordinates. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** An axis-aligned box in normalised picture coordinates; `right > left`, `bottom > top`. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** One box, class and confidence (0..1) in one frame. */
export interface Detection {
  readonly roadUserClass: RoadUserClass;
  readonly score: number;
  readonly box: Box;
}

/**
 * Why a part of a window was not analysed.
 * - `source-down`: camera or network gave no pictures
 * - `decode-stall`: pictures were due but none came out of the decoder
 * - `backlog`: pictures were dropped because detection was behind
 * - `camera-moved`: counting was suspended by the camera-moved guard
 * - `paused`: the camera was off on purpose (operating hours, operator)
 * - `worker-down`: the worker that held the camera died or was being replaced
 * - `media-damaged`: that part of a recording cannot be decoded
 * - `outside-recording`: the window reaches beyond the recording's edge
 */
export const GAP_REASONS = [
  'source-down',
  'decode-stall',
  'backlog',
  'camera-moved',
  'paused',
  'worker-down',
  'media-damaged',
  'outside-recording',
] as const;
/** One of `GAP_REASONS`. */
export type GapReason = (typeof GAP_REASONS)[number];

/** Reasons that are nobody's fault: a window wholly lost to them is `empty`, not `disrupted`. */
export const PLANNED_GAP_REASONS: readonly GapReason[] = ['paused', 'outside-recording'];

/** What detection hands to tracking, in strictly growing time. */
export type TimelineEvent =
  | { readonly kind: 'frame'; readonly capturedAtUs: number; readonly detections: readonly Detection[] }
  /** Nothing was or will be analysed in `[fromUs, toUs)`. Also moves time on while a camera is down. */
  | { readonly kind: 'gap'; readonly fromUs: number; readonly toUs: number; readonly reason: GapReason };

/** A track's life: `tentative` until confirmed, `lost` while unseen, then ended and forgotten. */
export type TrackState = 'tentative' | 'confirmed' | 'lost';

/** One identity through time as the counters see it in one frame. Ids never leave the process. */
export interface Track {
  readonly id: number;
  readonly roadUserClass: RoadUserClass;
  readonly state: TrackState;
  readonly box: Box;
  readonly score: number;
  /** True when a detection of this very frame updated the track. */
  readonly isObserved: boolean;
}

/** Side-to-side direction over a counting line; see `CountingLine`. */
export type Direction = 'in' | 'out';

/** One track passing one line, once, in one direction. */
export interface Crossing {
  readonly lineId: string;
  readonly direction: Direction;
  readonly roadUserClass: RoadUserClass;
  readonly capturedAtUs: number;
  /** Ground speed of a vehicle over the last second, km/h; absent where it is not measured. */
  readonly speedKmPerHour?: number;
}

/** A half-open UTC interval `[startUs, endUs)` aligned to multiples of its length since 1970. */
export interface Window {
  readonly startUs: number;
  readonly endUs: number;
}

/**
 * - `complete`: the whole window was analysed
 * - `partial`: some of it was
 * - `empty`: none, and by plan (`PLANNED_GAP_REASONS`)
 * - `disrupted`: none, and not by plan
 */
export type WindowStatus = 'complete' | 'partial' | 'empty' | 'disrupted';

/** Where a record comes from; identical for every run that must give identical records. */
export interface Lineage {
  readonly modelId: string;
  readonly modelSha256: string;
  /** Digest of what changes a camera’s records: zones, lines, areas to ignore, rates, calibration; names do not. */
  readonly siteVersion: string;
  readonly pipelineVersion: string;
  readonly framesPerSecond: number;
  /** The natural id of the recording or of the camera's lease, the same however often it runs. */
  readonly jobId: string;
}

/** What both observation kinds share. Instants are ISO 8601 in UTC with `Z`. */
export interface ObservationBase {
  readonly cameraId: string;
  readonly windowStart: string;
  /** Exclusive. */
  readonly windowEnd: string;
  /** Share of the window really analysed, 0..1. */
  readonly coverage: number;
  readonly status: WindowStatus;
  /** Empty exactly when `coverage` is 1. */
  readonly reasons: readonly GapReason[];
  readonly framesExpected: number;
  readonly framesAnalysed: number;
  readonly revision: number;
  readonly lineage: Lineage;
}

/**
 * How far a published value may be from the true one, in the value's own unit: the standard uncertainty (GUM, one
 * standard deviation, uncorrected bias included) and the 95 % interval `value ± 2 × standard`, never below 0. Formulas:
 * `accuracy/uncertainty.ts`.
 */
export interface Uncertainty {
  readonly standard: number;
  readonly low: number;
  readonly high: number;
}

/** Uncertainties of a flow record; a measure whose error was not measured is missing. */
export interface FlowUncertainty {
  readonly volume?: Uncertainty;
  readonly flowRatePerHour?: Uncertainty;
  readonly peopleVolume?: Uncertainty;
  readonly peopleFlowRatePerHour?: Uncertainty;
  /** The file of measured figures with their digest, e.g. `models/accuracy/x.json@0123456789ab`. */
  readonly basis: string;
}

/** Uncertainties of a presence record, of the two means; a measure whose error was not measured is missing. */
export interface PresenceUncertainty {
  readonly peoplePresentMean?: Uncertainty;
  readonly vehiclesPresentMean?: Uncertainty;
  /** As in `FlowUncertainty`. */
  readonly basis: string;
}

/**
 * One value per class of the class groups that the camera counts, whole groups, in the canonical order. A class that
 * is not counted is missing, which is not zero.
 */
export type PerCountedClass<T> = Readonly<Partial<Record<RoadUserClass, T>>>;

/**
 * Crossings of one line in one direction. Every measure is absent when `coverage` is 0, and every measure of a class
 * group that the camera does not count.
 */
export interface FlowObservation extends ObservationBase {
  readonly kind: 'flow';
  readonly lineId: string;
  readonly direction: Direction;
  readonly count?: PerCountedClass<number>;
  /** Vehicles (all classes but person) that crossed in the analysed part of the window. */
  readonly volume?: number;
  /** `volume` scaled to one hour of analysed time. */
  readonly flowRatePerHour?: number;
  /** People that crossed. */
  readonly peopleVolume?: number;
  readonly peopleFlowRatePerHour?: number;
  /** Passenger car units per hour, only where the line's road type selects an emp table. */
  readonly pcuPerHour?: number;
  readonly empTable?: string;
  /** q / C, only where the site file gives the capacity inputs. */
  readonly degreeOfSaturation?: number;
  readonly levelOfService?: string;
  readonly levelOfServiceTable?: string;
  /** Harmonic mean of the ground speeds of the vehicles that crossed; only on calibrated cameras. */
  readonly spaceMeanSpeedKmPerHour?: number;
  /** Crossings whose speed was measured; below `MIN_SPEED_SAMPLES` there is no speed. */
  readonly speedSamples?: number;
  /** Absent where nothing was measured for this model, rate and class group, and in records of older versions. */
  readonly uncertainty?: FlowUncertainty;
}

/** Time-weighted mean and maximum of how many are present. */
export interface PresentCount {
  readonly mean: number;
  readonly max: number;
}

/** Who is in one zone. Measures are absent as in `FlowObservation`. */
export interface PresenceObservation extends ObservationBase {
  readonly kind: 'presence';
  readonly zoneId: string;
  readonly present?: PerCountedClass<PresentCount>;
  readonly peoplePresent?: PresentCount;
  readonly vehiclesPresent?: PresentCount;
  /** Tracks whose ground point entered or left the zone in the window. */
  readonly entered?: PerCountedClass<number>;
  readonly left?: PerCountedClass<number>;
  /** Share 0..1 of the analysed time in which at least one vehicle was in the zone. */
  readonly timeOccupancy?: number;
  /** Only where the ground area of the zone is declared or calibrated. */
  readonly peoplePerM2?: number;
  readonly fruinLevel?: string;
  readonly fruinTable?: string;
  /** Only where the length of the zone is declared or calibrated. */
  readonly vehiclesPerKm?: number;
  readonly pcuPerKm?: number;
  readonly empTable?: string;
  /** Distance over time of the vehicles in the zone, standing ones included; only on calibrated cameras. */
  readonly spaceMeanSpeedKmPerHour?: number;
  /** Whole vehicle-seconds with a measured speed; below `MIN_SPEED_SAMPLES` there is no speed. */
  readonly speedSamples?: number;
  /** As in `FlowObservation`. */
  readonly uncertainty?: PresenceUncertainty;
}

/** One published row. */
export type Observation = FlowObservation | PresenceObservation;
