/**
 * track → count → aggregate as one object: the cheap, sequential half of the path. Recordings, live cameras and
 * `pantau analyze` all count through it. Pure: the same events give the same records, byte for byte, however they are
 * grouped into calls.
 */

import type { AggregatorStart } from './aggregate/beginning.ts';
import { type AggregatorCheckpoint, readCheckpoint } from './aggregate/checkpoint.ts';
import { samplingClock } from './aggregate/coverage.ts';
import { createWindowAggregator, type WindowAggregator } from './aggregate/window-aggregator.ts';
import { MIN_SPEED_FRAMES_PER_SECOND } from './calibration/ground-speed.ts';
import { withCalibratedGround } from './calibration/zone-ground.ts';
import { type CountedFrameView, type CountingTuning, createFollower } from './count/follower.ts';
import type { CountingSite } from './site.ts';
import type { Crossing, GapReason, Lineage, Observation, TimelineEvent } from './types.ts';

export type { CountedFrameView, CountingTuning } from './count/follower.ts';

/** The state of the open window, JSON-safe; `aggregator` is null before the first event. */
export interface CountingCheckpoint {
  readonly aggregator: AggregatorCheckpoint | null;
}

/** Where counting begins. */
export type CountingStart =
  /** Without `startUs` at the first event. `reason` says why the window's time before that is missing. */
  | { readonly startUs?: number; readonly reason: GapReason }
  /**
   * Goes on from another worker's checkpoint; time without pictures until the first new frame is `worker-down`
   * unless a gap event says otherwise. One that does not fit the site, or is damaged, counts as none.
   */
  | { readonly checkpoint: unknown };

/** Settings of `createCounting`. */
export interface CountingOptions {
  readonly site: CountingSite;
  /** Sampling rate asked for. */
  readonly framesPerSecond: number;
  /** Nominal rate of the source; absent where unknown. */
  readonly sourceFramesPerSecond?: number;
  /** Only for keyframe-only decoding. */
  readonly keyframeIntervalS?: number;
  /** The model card's. */
  readonly thresholds: { readonly score: number; readonly lowScore: number };
  readonly lineage: Lineage;
  /** Default: the first event, what is before it being `paused`. */
  readonly from?: CountingStart;
  readonly onFrame?: (frame: CountedFrameView) => void;
  /** For studies only. */
  readonly tuning?: CountingTuning;
}

/** See `createCounting`. */
export interface Counting {
  /** Takes the next event in time order; answers the records of every window that it closed. */
  push(event: TimelineEvent): readonly Observation[];
  /**
   * Ends the run: time up to `toUs` (default: as far as the last frame or gap reaches) is accounted for, the rest
   * of that window is a gap with `reason`. Nothing can be pushed afterwards. At a recording's end
   * (`outside-recording`) passages that are still open are settled, for no picture will ever tell more.
   */
  finish(at: { readonly toUs?: number; readonly reason: GapReason }): readonly Observation[];
  /** The crossings that `finish` settled; `onFrame` has not told them. */
  settled(): readonly Crossing[];
  /** For the next worker; may be taken at any time, also after `finish` (see `WindowAggregator.checkpoint`). */
  checkpoint(): CountingCheckpoint;
  /** Frames ignored because they did not come in growing time. */
  ignoredFrames(): number;
}

/**
 * Counts one camera's time line. Throws `RangeError` for rates that are not positive and for a calibration that
 * `calibrationFault` refuses.
 */
export function createCounting(options: CountingOptions): Counting {
  const { lineage } = options;
  const clock = samplingClock(options);
  const site = calibratedSite(options.site, clock.effectiveFramesPerSecond);
  const { thresholds, tuning = {} } = options;
  const follow = createFollower({ site, thresholds, tuning });
  let aggregator: WindowAggregator | undefined;
  let settled: readonly Crossing[] = [];
  let ignored = 0;

  function begin(start: AggregatorStart): WindowAggregator {
    aggregator = createWindowAggregator({ site, clock, lineage, start });
    return aggregator;
  }
  const { knownStart, entryReason } = resolveStart({ ...options, site });
  if (knownStart !== undefined) begin(knownStart);

  return {
    push(event) {
      const firstUs = event.kind === 'frame' ? event.capturedAtUs : event.fromUs;
      const open = aggregator ?? begin({ startUs: firstUs, reason: entryReason });
      if (event.kind === 'gap') {
        if (event.reason === 'camera-moved') follow.forget();
        return open.gap(event.fromUs, event.toUs, event.reason);
      }
      if (!open.accepts(event.capturedAtUs)) {
        ignored += 1;
        return [];
      }
      const view = follow.see(event.detections, event.capturedAtUs);
      options.onFrame?.(view);
      return open.frame(view);
    },
    finish(at) {
      if (at.reason === 'outside-recording') settled = [...settled, ...follow.finish()];
      return aggregator?.finish({ ...at, crossings: settled }) ?? [];
    },
    settled: () => settled,
    checkpoint: () => ({ aggregator: aggregator?.checkpoint() ?? null }),
    ignoredFrames: () => ignored,
  };
}

function resolveStart({ from, site, lineage }: CountingOptions): {
  knownStart?: AggregatorStart;
  entryReason: GapReason;
} {
  if (from === undefined) return { entryReason: 'paused' };
  if ('checkpoint' in from) {
    const value = (from.checkpoint as CountingCheckpoint | null | undefined)?.aggregator;
    const checkpoint = readCheckpoint(value, { site, siteVersion: lineage.siteVersion });
    return checkpoint === undefined
      ? { entryReason: 'worker-down' }
      : { knownStart: { checkpoint }, entryReason: 'worker-down' };
  }
  const { startUs, reason } = from;
  return startUs === undefined
    ? { entryReason: reason }
    : { knownStart: { startUs, reason }, entryReason: reason };
}

/** Zones with their sizes on the ground; without the calibration itself where frames are too rare for speeds. */
function calibratedSite(declared: CountingSite, framesPerSecond: number): CountingSite {
  const site = withCalibratedGround(declared);
  if (site.calibration === undefined || framesPerSecond >= MIN_SPEED_FRAMES_PER_SECOND) return site;
  const { calibration: _unused, ...rest } = site;
  return rest;
}
