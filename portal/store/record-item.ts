/**
 * Records as they are kept: all records of one camera, kind and window are one row whose payload is a JSON array of
 * items. An item is an array of bare values; names and units are those of the data contract, in the order below. A
 * record with 6 classes takes about 110 bytes instead of 1.3 kB, and a row of ten records is one write.
 */
import { ROAD_USER_CLASSES } from '../../pipelines/domain/classes.ts';
import { US_PER_SECOND } from '../../pipelines/domain/time.ts';
import type {
  FlowObservation,
  Observation,
  PresenceObservation,
  WindowStatus,
} from '../../pipelines/domain/types.ts';

/** One value of an item; null where the record has none. */
export type ItemValue =
  | string
  | number
  | null
  | readonly (number | null)[]
  | Readonly<Record<string, unknown>>;

/** `[place, direction, fence, revision, …content]`. */
export type RecordItem = readonly [
  placeId: string,
  direction: string,
  fence: number,
  revision: number,
  ...content: ItemValue[],
];

/** Where an item's content begins: what makes two items the same content. */
export const CONTENT = 4;

/** How statuses are told: by their place here. */
export const STATUSES: readonly WindowStatus[] = ['complete', 'partial', 'empty', 'disrupted'];

/** Of both kinds coverage, status, reasons, frames expected and analysed, and lineage come first. */
export const MEASURES = CONTENT + 6;

/** Flow: a count per class. */
export const FLOW_MEASURES = ROAD_USER_CLASSES.length;
/** Presence: mean and max per class, of people and of vehicles, then who entered and who left per class. */
export const PRESENCE_MEASURES = 4 * ROAD_USER_CLASSES.length + 4;

type Scalar<Kind> = Extract<keyof Kind, string>;

/** Single measures of a flow record; they follow its counts. New ones only at the end. */
export const FLOW_SCALARS: readonly Scalar<FlowObservation>[] = [
  'volume',
  'flowRatePerHour',
  'peopleVolume',
  'peopleFlowRatePerHour',
  'pcuPerHour',
  'empTable',
  'degreeOfSaturation',
  'levelOfService',
  'levelOfServiceTable',
  'spaceMeanSpeedKmPerHour',
  'speedSamples',
];

/** Single measures of a presence record; see `FLOW_SCALARS`. */
export const PRESENCE_SCALARS: readonly Scalar<PresenceObservation>[] = [
  'timeOccupancy',
  'peoplePerM2',
  'fruinLevel',
  'fruinTable',
  'vehiclesPerKm',
  'pcuPerKm',
  'empTable',
  'spaceMeanSpeedKmPerHour',
  'speedSamples',
];

/** Scalars that are texts: they become terms. */
export const TEXTS = new Set<string>([
  'empTable',
  'levelOfService',
  'levelOfServiceTable',
  'fruinLevel',
  'fruinTable',
]);

/** Measures that may have an uncertainty, in the order in which they are kept. */
export const UNCERTAIN = {
  flow: ['volume', 'flowRatePerHour', 'peopleVolume', 'peopleFlowRatePerHour'],
  presence: ['peoplePresentMean', 'vehiclesPresentMean'],
} as const;

/** Which window a row is of. */
export interface RecordWindowKey {
  readonly cameraId: string;
  readonly kind: Observation['kind'];
  readonly windowStartUs: number;
  readonly lengthUs: number;
}

/** Length in seconds of a window, for positions and keys. */
export function windowSecondsOf({ lengthUs }: RecordWindowKey): number {
  return lengthUs / US_PER_SECOND;
}
