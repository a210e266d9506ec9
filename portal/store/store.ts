/** The portal's store by meaning. Engines implement it; nothing here knows how rows are kept. */
import type { FencedObservation } from '../../pipelines/domain/observation-key.ts';
import type { Direction, Observation } from '../../pipelines/domain/types.ts';

/** What became of each record of a batch; the three add up to its size. */
export interface UpsertOutcome {
  /** New, or replaced an older content of the same key. */
  readonly accepted: number;
  /** Already there with the same content. */
  readonly unchanged: number;
  /** Refused because a later writer already wrote the key. */
  readonly fenced: number;
}

/** Which records are wanted; a part left out does not narrow. */
export interface ObservationFilter {
  readonly kind?: Observation['kind'];
  readonly cameraId?: string;
  readonly lineId?: string;
  readonly zoneId?: string;
  readonly direction?: Direction;
  /** Windows that start at or after this instant, µs UTC. */
  readonly fromUs?: number;
  /** Windows that start before this instant, µs UTC. */
  readonly toUs?: number;
}

/** A place in the one stable order: windowStart, camera, kind, line or zone, direction, window length. */
export type ObservationPosition = readonly [
  windowStartUs: number,
  cameraId: string,
  kind: string,
  placeId: string,
  direction: string,
  windowSeconds: number,
];

/** Which part of the matching records is wanted. */
export interface PageRequest {
  /** At most this many records. */
  readonly limit: number;
  /** Only records after this position. */
  readonly after?: ObservationPosition;
}

/** Records in the stable order. */
export interface ObservationPage {
  readonly observations: readonly Observation[];
  /** Position of the last record, absent when the page is empty. */
  readonly last?: ObservationPosition;
}

/** A camera that has data. */
export interface CameraSummary {
  readonly cameraId: string;
  readonly firstWindowStart: string;
  readonly lastWindowStart: string;
  /** Exclusive end of the last window. */
  readonly lastWindowEnd: string;
  /** Exclusive end of the last window of which anything was analysed; absent when none ever was. */
  readonly lastAnalysedWindowEnd?: string;
  /** Coverage of the last window, the lowest of its records. */
  readonly lastCoverage: number;
}

/** Keeps records. Every method throws `AnalysisError` `store-failed` when the engine fails. */
export interface ObservationStore {
  /**
   * Writes a batch wholly or not at all. By natural key: a lower fence than the stored one is refused and counted;
   * the same content changes nothing; other content replaces and raises the revision by one. Never adds up.
   * A record's first write keeps the revision it came with.
   */
  upsert(records: readonly FencedObservation[]): Promise<UpsertOutcome>;
  /** Matching records in the stable order. */
  observations(filter: ObservationFilter, page: PageRequest): Promise<ObservationPage>;
  /** Position of the last record of that page when records follow it, else undefined. */
  endOfPage(filter: ObservationFilter, page: PageRequest): Promise<ObservationPosition | undefined>;
  /** Cameras that have data, by id. */
  cameras(): Promise<readonly CameraSummary[]>;
  /** All records of the newest window of each camera, or of the one named. */
  latest(cameraId?: string): Promise<readonly Observation[]>;
  /** Changes whenever what is stored changes, and only then; the same text from every process. */
  version(): Promise<string>;
  /** Resolves when the store can be read and written; throws what is wrong otherwise. */
  check(): Promise<void>;
  close(): Promise<void>;
}
