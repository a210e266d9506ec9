import type { RoadUserClass } from '../../../pipelines/domain/classes.ts';
import type { Direction } from '../../../pipelines/domain/types.ts';
import { bestPairs } from './best-pairs.ts';

/** One passage over one line at one instant of media time. */
export interface CrossingEvent {
  readonly lineId: string;
  readonly direction: Direction;
  readonly roadUserClass: RoadUserClass;
  /** Seconds since the recording's start. */
  readonly atSeconds: number;
}

/** Crossings of one line, one direction and one class (or one group of classes). */
export interface CrossingScore {
  readonly lineId: string;
  readonly direction: Direction;
  /** A class, or the group in which classes are not told apart. */
  readonly roadUsers: RoadUserClass | 'people' | 'vehicles';
  readonly truth: number;
  readonly counted: number;
  /** True crossings that were counted. */
  readonly matched: number;
  /** True crossings that were not. */
  readonly missed: number;
  /** Counted crossings that were none. */
  readonly overCounted: number;
}

/** How far in time a counted crossing may be from the true one, in seconds. */
export interface TimeTolerance {
  /** Counted before it happened: labels and boxes are not exact to the frame. */
  readonly earlyS: number;
  /** Counted after: the instrument waits until it is certain. */
  readonly lateS: number;
}

/** What really passed one line in one direction. */
export interface TrueCrossings {
  readonly sure: readonly CrossingEvent[];
  /** May or may not have happened when they say: counting them is no error, nor is not counting them. */
  readonly doubtful?: readonly CrossingEvent[];
}

/**
 * Compares crossings of one line and direction one to one: as many sure ones within the tolerance as possible, then
 * as many doubtful ones, the nearest in time among those. A miss and an over-count are two errors and never cancel.
 */
export function scoreCrossings(
  { sure, doubtful = [] }: TrueCrossings,
  counted: readonly CrossingEvent[],
  tolerance: TimeTolerance,
): { readonly matched: number; readonly missed: number; readonly overCounted: number } {
  const rows = [...sure, ...doubtful];
  const longest = Math.max(tolerance.earlyS, tolerance.lateS);
  // One doubtful pair outweighs all differences in time, one sure pair all doubtful ones.
  const doubtfulWorth = 1 + rows.length * (1 + longest);
  const sureWorth = doubtfulWorth * (1 + rows.length);
  const scores = Float64Array.from(
    rows.flatMap((one, row) =>
      counted.map((other) => {
        const lateS = other.atSeconds - one.atSeconds;
        if (lateS > tolerance.lateS || lateS < -tolerance.earlyS) return 0;
        return (row < sure.length ? sureWorth : doubtfulWorth) - Math.abs(lateS);
      }),
    ),
  );
  const pairs = bestPairs({ scores, rowCount: rows.length, columnCount: counted.length });
  const matched = pairs.filter(({ row }) => row < sure.length).length;
  return { matched, missed: sure.length - matched, overCounted: counted.length - pairs.length };
}

/** GEH statistic of two hourly volumes: √(2(M − C)² / (M + C)); below 5 is taken as a good match. */
export function geh(countedPerHour: number, truePerHour: number): number {
  const sum = countedPerHour + truePerHour;
  return sum === 0 ? 0 : Math.sqrt((2 * (countedPerHour - truePerHour) ** 2) / sum);
}

/** GEH is made for hourly volumes; a quarter of an hour is the shortest count that practice expands to one. */
const GEH_LEAST_SECONDS = 900;

/** GEH of volumes counted over `seconds`; undefined where the count is too short to be expanded to an hour. */
export function gehOfCounts(counted: number, truth: number, seconds: number): number | undefined {
  if (seconds < GEH_LEAST_SECONDS) return undefined;
  const perHour = 3_600 / seconds;
  return geh(counted * perHour, truth * perHour);
}
