/** What makes two records the same row: their natural key, and the fence that orders their writers. */
import type { Direction, Observation } from './types.ts';

/** The natural key of one record. A second record with the same key replaces the first, it never adds to it. */
export interface ObservationKey {
  readonly kind: Observation['kind'];
  readonly cameraId: string;
  /** The line's id of a flow record, the zone's id of a presence record. */
  readonly placeId: string;
  /** Empty for presence records, which have no direction. */
  readonly direction: Direction | '';
  readonly windowStartUs: number;
  readonly windowSeconds: number;
}

/**
 * A record on its way to a store. `fence` grows with each writer that takes a camera or a recording over
 * (Redis TIME in microseconds, RELIABILITY.md §1.4): a late write of an ousted writer carries a lower one and is
 * refused. It is no part of the record.
 */
export interface FencedObservation {
  readonly fence: number;
  readonly observation: Observation;
}

/** The natural key of a record whose instants are valid ISO 8601. */
export function observationKey(observation: Observation): ObservationKey {
  const startMs = Date.parse(observation.windowStart);
  const isFlow = observation.kind === 'flow';
  return {
    kind: observation.kind,
    cameraId: observation.cameraId,
    placeId: isFlow ? observation.lineId : observation.zoneId,
    direction: isFlow ? observation.direction : '',
    windowStartUs: startMs * 1000,
    windowSeconds: (Date.parse(observation.windowEnd) - startMs) / 1000,
  };
}

/** The key as one text, equal exactly when the keys are equal. */
export function observationKeyText(observation: Observation): string {
  const key = observationKey(observation);
  return JSON.stringify([
    key.cameraId,
    key.kind,
    key.placeId,
    key.direction,
    key.windowStartUs,
    key.windowSeconds,
  ]);
}
