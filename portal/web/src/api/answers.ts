/** The portal's answers as the page reads them (`portal/api`). */
import type { BilingualText } from '../../../../pipelines/domain/observation-columns.ts';
import type { Direction } from '../../../../pipelines/domain/types.ts';
import type { DictionaryEntry } from '../../../catalogue/dictionary.ts';

export type { DictionaryEntry };

/** Length of the windows of a series; `1m` are the windows as they were counted. */
export type SeriesLevel = '1m' | '15m' | '1h' | '1d';

/** A camera as the public sees it. */
export interface Camera {
  readonly cameraId: string;
  readonly name?: string;
  readonly road?: string;
  readonly kecamatan?: { readonly kode: string; readonly nama?: string };
  readonly location?: { readonly lat: number; readonly lon: number };
  readonly groups: readonly string[];
  readonly lines: readonly {
    readonly id: string;
    readonly name?: string;
    readonly directionNames?: Readonly<Partial<Record<Direction, string>>>;
  }[];
  readonly zones: readonly {
    readonly id: string;
    readonly name?: string;
    readonly fruinTable?: string;
  }[];
  readonly health?: CameraHealth;
  readonly firstWindowStart?: string;
  readonly lastWindowEnd?: string;
  readonly lastAnalysedWindowEnd?: string;
}

/** How a camera does. */
export interface CameraHealth {
  readonly state: string;
  readonly reason?: string;
  readonly lastWindowEnd?: string;
}

/** What a camera last told: a feature of `state.geojson`. */
export interface CameraState {
  readonly cameraId: string;
  readonly name?: string;
  /** Health, as in `CameraHealth`. */
  readonly state?: string;
  readonly windowStart?: string;
  readonly windowEnd?: string;
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
  /** True where people measures are withheld, or not released yet. */
  readonly suppressed?: boolean;
}

/** The state of the city. */
export interface StateCollection {
  readonly features: readonly {
    readonly geometry: { readonly coordinates: readonly [lon: number, lat: number] } | null;
    readonly properties: CameraState;
  }[];
}

/** One row of a series: flat columns by name. */
export type FlatRow = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** Rows of a range and the rule they were published under. */
export interface SeriesAnswer {
  readonly rows: readonly FlatRow[];
  readonly smallCountBelow: number;
}

/** One run of time that was not wholly seen. */
export interface GapEntry {
  readonly cameraId: string;
  readonly from: string;
  readonly to: string;
  readonly reasons: readonly string[];
}

/** The share of a period that was observed. */
export interface Filled {
  readonly share: number;
}

/** Filled shares of cameras and data sets. */
export interface QualityAnswer {
  readonly cameras: readonly { readonly cameraId: string; readonly filled: Filled }[];
  readonly dataSets: readonly { readonly id: string; readonly filled: Filled }[];
}

/** One smart-city indicator; null where a fact is missing or nothing happened. */
export interface IndicatorEntry {
  readonly id: string;
  readonly name: BilingualText;
  readonly unit: BilingualText;
  readonly value: number | null;
}

/** One change of the way of counting. */
export interface MethodBreakEntry {
  readonly cameraId: string;
  readonly kind: string;
  readonly since: string;
  readonly before: string;
  readonly after: string;
}
