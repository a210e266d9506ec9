/** One row of a published series: an observation of a longer window. */
import type {
  FlowObservation,
  Lineage,
  ObservationBase,
  PresenceObservation,
} from '../../pipelines/domain/types.ts';
import type { Level } from './level.ts';
import type { PeopleParts } from './sums.ts';

/** How records were made. The job is no part of it: two recordings counted alike are no break in a series. */
export type Method = Omit<Lineage, 'jobId'>;

/** What both kinds of row have beside the fields of an observation. */
export interface SeriesFields {
  readonly level: Level;
  /** Every distinct way in which a part of this window was counted; more than one is a method break. */
  readonly methods: readonly Method[];
  /** Analysed time in µs; `coverage` is this over the window's length, rounded. */
  readonly analysedUs: number;
  /**
   * Time of which there is a record at all, in µs. A part without any record is not covered and has no reason, so
   * `reasons` may be empty below a coverage of 1 exactly where this is less than the window.
   */
  readonly recordedUs: number;
  /** Of hours and days of cameras that count people: for the disclosure rule alone, `portal/privacy/` takes it off. */
  readonly people?: RowPeople;
}

/** What the disclosure rule has to know of a row. */
export interface RowPeople extends PeopleParts {
  /** Analysed time in which people were counted, µs. */
  readonly analysedUs: number;
}

type Base = Omit<ObservationBase, 'lineage'> & SeriesFields;

/**
 * Crossings of one line in one direction in one window of a level. Fields mean what they mean in `FlowObservation`;
 * `docs/data-contract.md` "Levels" says how each is put together. `empTable` and `levelOfServiceTable` name every table
 * that took part, joined by " + ".
 */
export type FlowSeriesRow = Base & Omit<FlowObservation, keyof ObservationBase>;

/** Presence in one zone in one window of a level; see `FlowSeriesRow`. */
export type PresenceSeriesRow = Base & Omit<PresenceObservation, keyof ObservationBase>;

export type SeriesRow = FlowSeriesRow | PresenceSeriesRow;
