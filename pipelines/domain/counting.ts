/**
 * track → count → aggregate as one object: the cheap, sequential half of the path. Recordings, live cameras and
 * `pantau analyze` all count through it. Pure: the same events give the same records, byte for byte, however they are
 * grouped into calls.
 */
import { type AggregatorCheckpoint, readCheckpoint } from './aggregate/checkpoint.ts';
import { samplingClock } from './aggregate/coverage.ts';
import {
  type AggregatorStart,
  createWindowAggregator,
  type WindowAggregator,
} from './aggregate/window-aggregator.ts';
import { createGroundMap } from './calibration/ground-map.ts';
import {
  createSpeedometer,
  MIN_SPEED_FRAMES_PER_SECOND,
  type Speedometer,
} from './calibration/ground-speed.ts';
import { measuresSpeed } from './calibration/speed-sums.ts';
import { withCalibratedGround } from './calibration/zone-ground.ts';
import { createLineCounter } from './count/line-counter.ts';
import { createZoneCounter, type ZoneState } from './count/zone-counter.ts';
import { dropRiders } from './detect/rider-rule.ts';
import type { CountingSite } from './site.ts';
import { DEFAULT_TRACKER_SETTINGS } from './track/byte-tracker.ts';
import { createTrackers } from './track/trackers.ts';
import type { Crossing, Detection, GapReason, Lineage, Observation, TimelineEvent, Track } from './types.ts';

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

/** What was seen in one analysed frame, for `--frames`, `--mot` and tests; never stored with a record. */
export interface CountedFrameView {
  readonly capturedAtUs: number;
  /** Live tracks of all counted groups, also tentative and lost ones. */
  readonly tracks: readonly Track[];
  /** In the site's order. */
  readonly zones: readonly ZoneState[];
  readonly crossings: readonly Crossing[];
}

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
}

/** See `createCounting`. */
export interface Counting {
  /** Takes the next event in time order; answers the records of every window that it closed. */
  push(event: TimelineEvent): readonly Observation[];
  /**
   * Ends the run: time up to `toUs` (default: as far as the last frame or gap reaches) is accounted for, the rest
   * of that window is a gap with `reason`. Nothing can be pushed afterwards.
   */
  finish(at: { readonly toUs?: number; readonly reason: GapReason }): readonly Observation[];
  /** For the next worker; may be taken at any time, also after `finish` (see `WindowAggregator.checkpoint`). */
  checkpoint(): CountingCheckpoint;
  /** Frames ignored because they did not come in growing time. */
  ignoredFrames(): number;
}

/** Beginning a track asks for a little more than going on with one, as in the tracker's own defaults. */
const NEW_TRACK_MARGIN = DEFAULT_TRACKER_SETTINGS.newTrackScore - DEFAULT_TRACKER_SETTINGS.highScore;

/**
 * Counts one camera's time line. Throws `RangeError` for rates that are not positive and for a calibration that
 * `calibrationFault` refuses.
 */
export function createCounting(options: CountingOptions): Counting {
  const { lineage } = options;
  const clock = samplingClock(options);
  const site = calibratedSite(options.site, clock.effectiveFramesPerSecond);
  const follow = createFollower({ site, thresholds: options.thresholds });
  let aggregator: WindowAggregator | undefined;
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
    finish: (at) => aggregator?.finish(at) ?? [],
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

/** Rider rule, one tracker per group, all lines and zones. */
function createFollower({ site, thresholds }: Pick<CountingOptions, 'site' | 'thresholds'>) {
  const tracker = createTrackers([...new Set(site.groups)], {
    highScore: thresholds.score,
    lowScore: thresholds.lowScore,
    newTrackScore: Math.min(1, thresholds.score + NEW_TRACK_MARGIN),
  });
  const speedometer = createSiteSpeedometer(site);
  const measured = speedometer === undefined ? {} : { speedOf: speedometer.speedOf };
  const lines = site.lines.map((line) => createLineCounter(line, measured));
  const zones = site.zones.map((zone) => createZoneCounter(zone, measured));

  return {
    forget() {
      tracker.reset();
      speedometer?.reset();
    },
    see(detections: readonly Detection[], capturedAtUs: number): CountedFrameView {
      const tracks = tracker.update(dropRiders(detections, thresholds.score), capturedAtUs);
      speedometer?.update(tracks, capturedAtUs);
      return {
        capturedAtUs,
        tracks,
        crossings: lines.flatMap((line) => line.update(tracks, capturedAtUs)),
        zones: zones.map((zone) => zone.update(tracks, capturedAtUs)),
      };
    },
  };
}

/** Zones with their sizes on the ground; without the calibration itself where frames are too rare for speeds. */
function calibratedSite(declared: CountingSite, framesPerSecond: number): CountingSite {
  const site = withCalibratedGround(declared);
  if (site.calibration === undefined || framesPerSecond >= MIN_SPEED_FRAMES_PER_SECOND) return site;
  const { calibration: _unused, ...rest } = site;
  return rest;
}

function createSiteSpeedometer(site: CountingSite): Speedometer | undefined {
  if (site.calibration === undefined || !measuresSpeed(site)) return undefined;
  return createSpeedometer(createGroundMap(site.calibration));
}
