import type { SeriesRow } from '../levels/series-row.ts';
import type { Terms } from './terms.ts';

/** All lines, or all zones, of one camera in one window; decoded when it is wanted. */
export interface FoundWindow {
  readonly cameraId: string;
  readonly windowStartUs: number;
  /** Rows in it, where that is known without decoding. */
  readonly rowCount?: number;
  /** The rows that match the query, by place and direction. Throws `UnknownTermError`. */
  rows(terms: Terms): readonly SeriesRow[];
}
