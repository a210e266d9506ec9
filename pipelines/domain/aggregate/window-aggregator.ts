/**
 * Counted frames and gaps → observations per window. Pure and bounded: it holds the sums of one open window and
 * who was present in the last frame, nothing else. All sums are integers; rounding happens once, in `records.ts`.
 */
import { addCrossingSpeed, measuresSpeed, type ZoneMotion } from '../calibration/speed-sums.ts';
import { ROAD_USER_CLASSES, type RoadUserClass } from '../classes.ts';
import type { CountingSite } from '../site.ts';
import { US_PER_SECOND, windowOf } from '../time.ts';
import type { Crossing, GapReason, Lineage, Observation } from '../types.ts';
import { type AggregatorStart, beginning, noMotion } from './beginning.ts';
import type { AggregatorCheckpoint } from './checkpoint.ts';
import { type CoverageSpan, createCoverage, type SamplingClock } from './coverage.ts';
import { type RecordContext, windowRecords } from './records.ts';
import {
  addGap,
  addHeld,
  addHeldMotion,
  addReason,
  addVector,
  emptyTotals,
  toVector,
  type WindowTotals,
  zeroVector,
} from './window-totals.ts';

type ClassCounts = Readonly<Record<RoadUserClass, number>>;

/** What the counters saw in one frame. */
export interface CountedFrame {
  readonly capturedAtUs: number;
  /** One per zone of the site; a zone left out counts as empty. */
  readonly zones: readonly {
    readonly zoneId: string;
    readonly present: ClassCounts;
    readonly entered: ClassCounts;
    readonly left: ClassCounts;
    /** Left out on cameras that measure no speeds. */
    readonly motion?: ZoneMotion;
  }[];
  readonly crossings: readonly Crossing[];
}

/**
 * A gap longer than this many windows (a week of minutes) is reported for so many windows from its start and then
 * skipped: one wrong time stamp must not produce millions of records.
 */
export const MAX_GAP_WINDOWS = 10_080;

/** Settings of `createWindowAggregator`. */
export interface AggregatorOptions {
  readonly site: CountingSite;
  readonly clock: SamplingClock;
  readonly lineage: Lineage;
  readonly start: AggregatorStart;
}

/** Records come out in a fixed order: window, zones in site order, lines in site order, `in` before `out`. */
export interface WindowAggregator {
  /** Takes one counted frame, or ignores it, see `accepts`. */
  frame(frame: CountedFrame): readonly Observation[];
  gap(fromUs: number, toUs: number, reason: GapReason): readonly Observation[];
  /** Whether a frame of this instant would be counted: later than the last one, its window still open. */
  accepts(capturedAtUs: number): boolean;
  /**
   * Ends the run at `toUs` (default: as far as the last frame or gap reaches): what is left of its window is a gap
   * with `reason`, and the window is emitted. `crossings` became certain by the end; they count in the open window.
   */
  finish(at: {
    readonly toUs?: number;
    readonly reason: GapReason;
    readonly crossings?: readonly Crossing[];
  }): readonly Observation[];
  /**
   * What another worker needs to go on. After `finish` it is the state before it, with a higher revision for the
   * windows that `finish` published, so that the successor's records replace the partial ones.
   */
  checkpoint(): AggregatorCheckpoint;
}

/** Starts in the window of `options.start`; see `WindowAggregator`. */
export function createWindowAggregator(options: AggregatorOptions): WindowAggregator {
  const { site, clock, start } = options;
  const windowUs = site.windowSeconds * US_PER_SECOND;
  const context: RecordContext = {
    site,
    lineage: options.lineage,
    framesExpected: Math.round(site.windowSeconds * clock.effectiveFramesPerSecond),
  };
  const begun = beginning(site, start, clock);
  const coverage = createCoverage({ clock, windowSeconds: site.windowSeconds, ...begun.coverage });
  let { totals, held, heldMotion, lastFrameUs, reissue } = begun;
  let finished: AggregatorCheckpoint | null = null;
  let records: Observation[] = [];

  function revisionOf({ startUs }: WindowTotals): number {
    return reissue !== null && startUs < reissue.untilUs ? reissue.revision : 1;
  }
  function closeWindow(): void {
    records.push(...windowRecords(totals, revisionOf(totals), context));
    totals = emptyTotals(site, totals.startUs + windowUs);
    if (reissue !== null && totals.startUs >= reissue.untilUs) reissue = null;
  }
  /** Splits a span at window edges and closes every window it passes. */
  function settle(span: CoverageSpan): void {
    if (span.kind === 'also') {
      if (span.toUs > totals.startUs) addReason(totals, span.reason);
      return;
    }
    let fromUs = span.fromUs;
    for (let windows = 0; fromUs < span.toUs; windows++) {
      if (windows > MAX_GAP_WINDOWS) {
        totals = emptyTotals(site, windowOf(span.toUs, site.windowSeconds).startUs);
        fromUs = totals.startUs;
        windows = 0;
        if (fromUs >= span.toUs) return;
      }
      const endUs = totals.startUs + windowUs;
      const toUs = Math.min(span.toUs, endUs);
      if (span.kind === 'held') {
        addHeld(totals, held, toUs - fromUs);
        addHeldMotion(totals, heldMotion, toUs - fromUs);
      } else addGap(totals, toUs - fromUs, span.reason);
      if (toUs === endUs) closeWindow();
      fromUs = toUs;
    }
  }
  function addCrossing(crossing: Crossing): void {
    const line = totals.lines[site.lines.findIndex(({ id }) => id === crossing.lineId)];
    if (line === undefined) return;
    const { direction, roadUserClass, speedKmPerHour } = crossing;
    const index = ROAD_USER_CLASSES.indexOf(roadUserClass);
    line[direction][index] = (line[direction][index] ?? 0) + 1;
    if (line.speeds !== undefined && speedKmPerHour !== undefined) {
      addCrossingSpeed(line.speeds[direction], speedKmPerHour);
    }
  }
  function takeRecords(): readonly Observation[] {
    const taken = records;
    records = [];
    return taken;
  }
  function snapshot(): AggregatorCheckpoint {
    return structuredClone({
      version: 1,
      siteVersion: options.lineage.siteVersion,
      windowSeconds: site.windowSeconds,
      coverage: coverage.state(),
      lastFrameUs,
      held,
      ...(measuresSpeed(site) ? { heldMotion } : {}),
      totals,
      reissue,
    } satisfies AggregatorCheckpoint);
  }
  function countFrame(frame: CountedFrame): void {
    held = site.zones.map(() => zeroVector());
    heldMotion = noMotion(site);
    for (const seen of frame.zones) {
      const i = site.zones.findIndex(({ id }) => id === seen.zoneId);
      const zone = totals.zones[i];
      if (zone === undefined) continue;
      held[i] = toVector(seen.present);
      if (heldMotion[i] !== undefined && seen.motion !== undefined) heldMotion[i] = seen.motion;
      addVector(zone.entered, toVector(seen.entered));
      addVector(zone.left, toVector(seen.left));
    }
    totals.framesAnalysed += 1;
  }

  function accepts(capturedAtUs: number): boolean {
    return finished === null && capturedAtUs > (lastFrameUs ?? -Infinity) && capturedAtUs >= totals.startUs;
  }

  return {
    accepts,
    frame(frame) {
      const { capturedAtUs } = frame;
      if (!accepts(capturedAtUs)) return [];
      // A crossing belongs to the window of its own instant while that is open, else to the frame's window.
      const openEndUs = totals.startUs + windowUs;
      const isEarlier = (crossing: Crossing) => crossing.capturedAtUs < openEndUs;
      frame.crossings.filter(isEarlier).forEach(addCrossing);
      coverage.frame(capturedAtUs).forEach(settle);
      frame.crossings.filter((crossing) => !isEarlier(crossing)).forEach(addCrossing);
      countFrame(frame);
      lastFrameUs = capturedAtUs;
      return takeRecords();
    },
    gap(fromUs, toUs, reason) {
      if (finished === null) coverage.gap(fromUs, toUs, reason).forEach(settle);
      return takeRecords();
    },
    finish({ toUs = coverage.knownUntilUs(), reason, crossings = [] }) {
      if (finished !== null) return [];
      const before = snapshot();
      const revision = revisionOf(totals) + 1;
      crossings.forEach(addCrossing);
      coverage.finish(toUs, reason).forEach(settle);
      const restUs = windowUs - totals.coveredUs - totals.uncoveredUs;
      if (restUs < windowUs) {
        addGap(totals, restUs, reason);
        closeWindow();
      }
      finished = { ...before, reissue: { untilUs: totals.startUs, revision } };
      return takeRecords();
    },
    checkpoint: () => (finished === null ? snapshot() : structuredClone(finished)),
  };
}
