/** Detections → tracks → who crosses and who is where: the sequential half of the path without its books. */
import { createGroundMap } from '../calibration/ground-map.ts';
import { createSpeedometer, type Speedometer } from '../calibration/ground-speed.ts';
import { measuresSpeed } from '../calibration/speed-sums.ts';
import { dropIgnored } from '../detect/ignore-areas.ts';
import { DEFAULT_JOIN_RULE, type JoinRule, joinVehicles } from '../detect/join-vehicles.ts';
import { DEFAULT_RIDER_RULE, dropRiders, type RiderRule } from '../detect/rider-rule.ts';
import type { CountingSite } from '../site.ts';
import { DEFAULT_TRACKER_SETTINGS } from '../track/tracker-settings.ts';
import { createTrackers, type TrackersOptions } from '../track/trackers.ts';
import type { Crossing, Detection, Track } from '../types.ts';
import { createLineCounter, type LineCounterOptions } from './line-counter.ts';
import { createZoneCounter, type ZoneCounterOptions, type ZoneState } from './zone-counter.ts';

/** What was seen in one analysed frame, for `--frames`, `--mot` and tests; never stored with a record. */
export interface CountedFrameView {
  readonly capturedAtUs: number;
  /** Live tracks of all counted groups, also tentative and lost ones. */
  readonly tracks: readonly Track[];
  /** In the site's order. */
  readonly zones: readonly ZoneState[];
  readonly crossings: readonly Crossing[];
}

/** What a study of the defaults varies; a camera never does. */
export interface CountingTuning {
  /** How much more than `thresholds.score` beginning a track asks for. */
  readonly newTrackMargin?: number;
  readonly tracker?: Omit<TrackersOptions, 'highScore' | 'lowScore' | 'newTrackScore'>;
  readonly lineCounter?: Omit<LineCounterOptions, 'speedOf'>;
  readonly zoneCounter?: Omit<ZoneCounterOptions, 'speedOf'>;
  /** When boxes of several vehicle classes at one place are one vehicle; null: never. */
  readonly joinRule?: JoinRule | null;
  readonly riderRule?: RiderRule;
}

/** Settings of `createFollower`. */
export interface FollowerOptions {
  readonly site: CountingSite;
  /** The model card's. */
  readonly thresholds: { readonly score: number; readonly lowScore: number };
  readonly tuning?: CountingTuning;
}

/** See `createFollower`. */
export interface Follower {
  /** Takes the detections of one frame, in growing time. */
  see(detections: readonly Detection[], capturedAtUs: number): CountedFrameView;
  /** Crossings that are settled by there being no further frame; see `LineCounter.finish`. */
  finish(): readonly Crossing[];
  /** Another view: who was known is forgotten. */
  forget(): void;
}

/** Beginning a track asks for a little more than going on with one, as in the tracker's own defaults. */
export const NEW_TRACK_MARGIN = DEFAULT_TRACKER_SETTINGS.newTrackScore - DEFAULT_TRACKER_SETTINGS.highScore;

/** Areas to ignore, joined vehicle classes, rider rule, one tracker per group, all lines and zones of one camera. */
export function createFollower({ site, thresholds, tuning = {} }: FollowerOptions): Follower {
  const { newTrackMargin = NEW_TRACK_MARGIN, joinRule = DEFAULT_JOIN_RULE } = tuning;
  const { riderRule = DEFAULT_RIDER_RULE } = tuning;
  const tracker = createTrackers([...new Set(site.groups)], {
    ...tuning.tracker,
    highScore: thresholds.score,
    lowScore: thresholds.lowScore,
    newTrackScore: Math.min(1, thresholds.score + newTrackMargin),
  });
  const speedometer = createSiteSpeedometer(site);
  const measured = speedometer === undefined ? {} : { speedOf: speedometer.speedOf };
  const lines = site.lines.map((line) => createLineCounter(line, { ...tuning.lineCounter, ...measured }));
  const zones = site.zones.map((zone) => createZoneCounter(zone, { ...tuning.zoneCounter, ...measured }));

  return {
    see(detections, capturedAtUs) {
      const believed = dropIgnored(detections, site.ignore ?? []);
      const named = joinRule === null ? believed : joinVehicles(believed, joinRule);
      const tracks = tracker.update(dropRiders(named, thresholds.score, riderRule), capturedAtUs);
      speedometer?.update(tracks, capturedAtUs);
      return {
        capturedAtUs,
        tracks,
        crossings: lines.flatMap((line) => line.update(tracks, capturedAtUs)),
        zones: zones.map((zone) => zone.update(tracks, capturedAtUs)),
      };
    },
    finish: () => lines.flatMap((line) => line.finish()),
    forget() {
      tracker.reset();
      speedometer?.reset();
    },
  };
}

function createSiteSpeedometer(site: CountingSite): Speedometer | undefined {
  if (site.calibration === undefined || !measuresSpeed(site)) return undefined;
  return createSpeedometer(createGroundMap(site.calibration));
}
