/**
 * Rows as the public may have them. Only this folder makes them (`publish-rows.ts`): the mark keeps a raw row, which is
 * not assignable to these types, from reaching an output by oversight.
 */
import type { FlowObservation, PresenceObservation } from '../../pipelines/domain/types.ts';
import type { FlowSeriesRow, PresenceSeriesRow } from '../levels/series-row.ts';

declare const isPublic: unique symbol;

/** Made by the disclosure rule. The mark exists for the compiler alone. */
interface Marked {
  readonly [isPublic]: true;
}

/** What a row tells of what it does not tell. */
export interface Disclosure {
  /** Dotted names of the people measures that are absent because of the rule; absent when none is. */
  readonly suppressed?: readonly string[];
  /**
   * Dotted names of the people measures that are lower bounds: of counts (and rates) the parts that are not shown are
   * left out, means (and densities) are cut down to an even number. Absent when there is none.
   */
  readonly partlyHidden?: readonly string[];
  /** True while `suppressed` measures wait for their release: the pair of quarter hours, or the window, is not over. */
  readonly isPending?: true;
}

/** A record as readers get it. */
export type PublicObservation =
  | (FlowObservation & Disclosure & Marked)
  | (PresenceObservation & Disclosure & Marked);

/** A row of a level as readers get it. */
export type PublicSeriesRow =
  | (Omit<FlowSeriesRow, 'people'> & Disclosure & Marked)
  | (Omit<PresenceSeriesRow, 'people'> & Disclosure & Marked);
