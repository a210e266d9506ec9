/** The portal's store by meaning. Engines implement it; nothing here knows how rows are kept. */
import type { FencedObservation } from '../../pipelines/domain/observation-key.ts';
import type { Direction, GapReason, Observation } from '../../pipelines/domain/types.ts';
import type { IdentityStore } from '../identity/identity-store.ts';
import type { Level, RolledLevel } from '../levels/level.ts';
import type { SeriesRow } from '../levels/series-row.ts';

/** What became of each record of a batch; together they are its size. */
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
  /** Coverage of the last window, the lowest of its records; absent when retention has taken them. */
  readonly lastCoverage?: number;
}

/** Keeps records. Every method throws `AnalysisError` `store-failed` when the engine fails. */
export interface ObservationStore {
  /**
   * Writes a batch wholly or not at all. By natural key: a lower fence than the stored one is refused and counted;
   * the same content changes nothing; other content replaces and raises the revision by one. Never adds up.
   * A record's first write keeps the revision it came with. The levels above follow with the next `rollUp`; that they
   * have to is stored with the records.
   */
  upsert(records: readonly FencedObservation[]): Promise<UpsertOutcome>;
  /** Matching records in the stable order. */
  observations(filter: ObservationFilter, page: PageRequest): Promise<ObservationPage>;
  /** Position of the last record of that page when records follow it, else undefined. */
  endOfPage(filter: ObservationFilter, page: PageRequest): Promise<ObservationPosition | undefined>;
  /** Cameras that have or had data, by id. */
  cameras(): Promise<readonly CameraSummary[]>;
  /** All records of the newest window of each camera, or of the one named. Cheap to ask again: kept until data change. */
  latest(cameraId?: string): Promise<readonly Observation[]>;
  /** Changes whenever what is stored changes, and only then; the same text from every process. */
  version(): Promise<string>;
  /** Resolves when the store can be read and written; throws what is wrong otherwise. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Which rows of a level are wanted; a part left out does not narrow. */
export interface SeriesQuery {
  readonly level: Level;
  readonly kind: Observation['kind'];
  readonly cameraIds?: readonly string[];
  /** Lines of flow, zones of presence. Ids are unique in a camera only. */
  readonly placeIds?: readonly string[];
  readonly direction?: Direction;
  /** Windows that start at or after this instant, µs UTC. */
  readonly fromUs?: number;
  /** Windows that start before this instant, µs UTC. */
  readonly toUs?: number;
}

/** A place in the one stable order of rows: camera, windowStart, line or zone, direction. */
export type SeriesPosition = readonly [
  cameraId: string,
  windowStartUs: number,
  placeId: string,
  direction: string,
];

/** Which part of the matching rows is wanted. */
export interface SeriesPageRequest {
  /** At most this many rows. */
  readonly limit: number;
  /** Only rows after this position. */
  readonly after?: SeriesPosition;
  /** Rows to pass over first (CKAN's `offset`); its cost grows with it, so page by `after` where possible. */
  readonly skip?: number;
}

/** Rows in the stable order. */
export interface SeriesPage {
  readonly rows: readonly SeriesRow[];
  /** Position of the last row when rows follow it, else absent. */
  readonly next?: SeriesPosition;
}

/** Newest rows of cameras. */
export interface LatestSeriesQuery {
  readonly level: Level;
  readonly kind: Observation['kind'];
  readonly cameraIds?: readonly string[];
  /** Only windows that end at or before this instant, µs UTC: no window that is still open. */
  readonly endedByUs?: number;
}

/** Which coverage is wanted; a part left out does not narrow. */
export interface CoverageQuery {
  readonly level: RolledLevel;
  readonly cameraIds?: readonly string[];
  readonly fromUs?: number;
  readonly toUs?: number;
}

/** What was seen of one camera in one window; a window without any record has no row. */
export interface CoverageRow {
  readonly cameraId: string;
  readonly windowStartUs: number;
  readonly windowEndUs: number;
  /** Time that some record tells of, µs: the least of the camera's lines and zones. */
  readonly recordedUs: number;
  /** Analysed time, µs: the least of the camera's lines and zones. */
  readonly analysedUs: number;
  /** As known; a part without any record has no reason. Canonical order. */
  readonly reasons: readonly GapReason[];
}

/** One camera's local day. */
export interface CameraDay {
  readonly cameraId: string;
  /** Local midnight that the day begins with, µs UTC. */
  readonly dayStartUs: number;
}

/** Which days' windows, of any level above `minute`, read otherwise than they did. */
export interface DayChanges {
  /** What to ask with next. */
  readonly sequence: number;
  /** The newest number there is; where it is greater than `sequence`, ask again. */
  readonly newest: number;
  /** Days with windows that got a number above the one asked with. */
  readonly changed: readonly CameraDay[];
  /** Days with windows that have not ended: they change without getting a number. */
  readonly open: readonly CameraDay[];
  /** Another text whenever retention took windows away. */
  readonly removals: string;
}

/** Reads of the levels. */
export interface SeriesStore {
  /** One page in the stable order; walk on with `after: page.next`, or use `seriesRows`. */
  series(query: SeriesQuery, page: SeriesPageRequest): Promise<SeriesPage>;
  /** How many rows match. */
  countSeries(query: SeriesQuery): Promise<number>;
  /** All rows of the newest window of each camera, by camera, line or zone, direction. */
  latestSeries(query: LatestSeriesQuery): Promise<readonly SeriesRow[]>;
  /** Coverage window by window, by camera and time: `gapsOf` of `portal/datasets/quality` makes gaps of it. */
  coverage(query: CoverageQuery): Promise<readonly CoverageRow[]>;
  /**
   * What changed in days that were read before: who keeps results of days asks with the sequence that they were read at,
   * at most `limit` numbers at a time. Without a sequence: where to begin, nothing as changed.
   */
  dayChanges(query: { readonly sequence?: number; readonly limit: number }): Promise<DayChanges>;
}

/** Rows of one camera and window that are new or changed. */
export interface SeriesChange {
  /** Grows with every change; a row that changes again gets a new number and loses the old one. */
  readonly sequence: number;
  readonly level: RolledLevel;
  readonly kind: Observation['kind'];
  readonly cameraId: string;
  readonly windowStartUs: number;
  /** All rows of that camera, kind and window. */
  readonly rows: readonly SeriesRow[];
}

/** What a publisher stands on: what changed, and how far each publisher has got. */
export interface PublishingStore {
  /**
   * Changes with a sequence above the one given, in its order, at most `limit`. Only windows that have ended; each comes
   * once when it has ended and again whenever its content changes after that. No change can appear later below a sequence
   * that was already returned, also with several writers.
   */
  changesSince(
    sequence: number,
    options: { readonly limit: number; readonly level?: RolledLevel; readonly kind?: Observation['kind'] },
  ): Promise<readonly SeriesChange[]>;
  /** The sequence a publisher has sent everything up to; 0 at first. */
  cursor(publisherId: string): Promise<number>;
  /** Notes how far a publisher has got; it may also go back, to send again. */
  setCursor(publisherId: string, sequence: number): Promise<void>;
}

/** Visits of one local day (Asia/Jakarta); nothing about who visited is kept. */
export interface VisitDay {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly visits: number;
}

/** A time in which a system was not available (ISO 37122 10.4). */
export interface Incident {
  readonly id: number;
  /** `portal`, or what else was not available. */
  readonly subject: string;
  readonly startedAtUs: number;
  /** Absent while it lasts. */
  readonly endedAtUs?: number;
  /** Maintenance announced beforehand. */
  readonly isPlanned: boolean;
  readonly note: string;
}

/** The portal's own record of its service. */
export interface ServiceStore {
  /** Adds to the visits of a day. */
  addVisits(day: string, visits: number): Promise<void>;
  /** Days with visits, both ends included. */
  visits(fromDay: string, toDay: string): Promise<readonly VisitDay[]>;
  /** Notes that an incident began, or a whole one; answers its id. */
  addIncident(incident: Omit<Incident, 'id'>): Promise<number>;
  endIncident(id: number, endedAtUs: number): Promise<void>;
  /** Incidents that overlap `[fromUs, toUs)`, by start. */
  incidents(fromUs: number, toUs: number): Promise<readonly Incident[]>;
  /** Notes that a subject was up at an instant; who finds a long silence behind it can add an incident. */
  noteAlive(subject: string, atUs: number): Promise<void>;
  lastAliveUs(subject: string): Promise<number | undefined>;
}

/** What a retention run took away. */
export interface RetentionRun {
  readonly level: Level;
  /** Every window that started before this instant is gone. */
  readonly beforeUs: number;
  /** Camera windows removed; in PostgreSQL those of dropped partitions are counted as well. */
  readonly removed: number;
  readonly atUs: number;
}

/** Size on disk of one table with its indexes. */
export interface TableSize {
  readonly name: string;
  readonly bytes: number;
  readonly rows: number;
}

/** Work that is to be done from time to time; see `portal/maintenance.ts`. */
export interface StoreUpkeep {
  /**
   * Brings the levels up to date, at most `limit` camera hours, in one transaction; answers how many are left. All have
   * their turn, also while new ones come. See `rollUpPass`.
   * Windows that end by `nowUs` are given to the publishers.
   */
  rollUp(options: { readonly nowUs: number; readonly limit: number }): Promise<number>;
  /**
   * Removes the windows of one level that started before an instant (cut down to a local day) and keeps the levels
   * above. What was not rolled up yet is rolled up first. Noted in `retentionRuns`. Records that come late for a
   * window whose records are gone are kept until the next run and change nothing above: it can't be computed again.
   */
  retain(options: {
    readonly level: Level;
    readonly beforeUs: number;
    readonly nowUs: number;
  }): Promise<RetentionRun>;
  /** The last runs, newest first. */
  retentionRuns(limit: number): Promise<readonly RetentionRun[]>;
  /**
   * Puts the windows of at most `limit` spans that are over side by side in the order in which they are read: a line's
   * day, or 28 days of its days, is one row then. They come in the order of time, each on a page of its own as far as one
   * camera is concerned. Changes nothing that can be read, no version and no revision. An hour after the span's end;
   * what comes later makes it wait again. Answers how many were taken; fewer than `limit`: no more can be had now. Safe
   * with several portals.
   */
  gather(options: { readonly nowUs: number; readonly limit: number }): Promise<number>;
  /** Makes room ahead of time: PostgreSQL's partitions of this and the next months. */
  prepare(nowUs: number): Promise<void>;
  sizes(): Promise<readonly TableSize[]>;
}

/** The portal's whole store. Every method throws `AnalysisError` `store-failed` when the engine fails. */
export interface PortalStore
  extends ObservationStore,
    SeriesStore,
    PublishingStore,
    ServiceStore,
    StoreUpkeep {
  readonly engine: 'sqlite' | 'postgresql';
  /** People, tokens and the audit log, in the same file or database. */
  readonly identities: IdentityStore;
}

/** Every matching row in the stable order, read page by page. */
export async function* seriesRows(
  store: SeriesStore,
  query: SeriesQuery,
  pageSize = 5000,
): AsyncGenerator<SeriesRow> {
  let after: SeriesPosition | undefined;
  do {
    const page = await store.series(query, { limit: pageSize, ...(after === undefined ? {} : { after }) });
    yield* page.rows;
    after = page.next;
  } while (after !== undefined);
}
