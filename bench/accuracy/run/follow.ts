/** The pipeline's tracking and counting with settings that `createCounting` keeps to itself, for studies of them. */
import { createLineCounter } from '../../../pipelines/domain/count/line-counter.ts';
import { createZoneCounter, type ZoneCounterOptions } from '../../../pipelines/domain/count/zone-counter.ts';
import type { CountedFrameView } from '../../../pipelines/domain/counting.ts';
import { dropRiders } from '../../../pipelines/domain/detect/rider-rule.ts';
import type { CountingSite } from '../../../pipelines/domain/site.ts';
import {
  type ByteTrackerOptions,
  DEFAULT_TRACKER_SETTINGS,
} from '../../../pipelines/domain/track/byte-tracker.ts';
import { createTrackers } from '../../../pipelines/domain/track/trackers.ts';
import type { Detection, TimelineEvent } from '../../../pipelines/domain/types.ts';

/** What a study varies; all else as in `createCounting`. */
export interface FollowSettings {
  readonly thresholds: { readonly score: number; readonly lowScore: number };
  /** How much more than `thresholds.score` beginning a track asks for. */
  readonly newTrackMargin?: number;
  readonly tracker?: Omit<
    ByteTrackerOptions,
    'highScore' | 'lowScore' | 'newTrackScore' | 'firstId' | 'idStep'
  >;
  readonly zoneCounter?: ZoneCounterOptions;
}

/** Margin of `createCounting`. */
export const DEFAULT_NEW_TRACK_MARGIN =
  DEFAULT_TRACKER_SETTINGS.newTrackScore - DEFAULT_TRACKER_SETTINGS.highScore;

/**
 * Rider rule, trackers, lines and zones put together as `createCounting` does; a test holds the two equal with default
 * settings. Gap events are passed over, as frozen time lines of recordings hold none inside.
 */
export function followFrames(
  events: readonly TimelineEvent[],
  site: CountingSite,
  settings: FollowSettings,
): CountedFrameView[] {
  const { thresholds, newTrackMargin = DEFAULT_NEW_TRACK_MARGIN } = settings;
  const trackers = createTrackers([...new Set(site.groups)], {
    ...settings.tracker,
    highScore: thresholds.score,
    lowScore: thresholds.lowScore,
    newTrackScore: Math.min(1, thresholds.score + newTrackMargin),
  });
  const lines = site.lines.map((line) => createLineCounter(line));
  const zones = site.zones.map((zone) => createZoneCounter(zone, settings.zoneCounter));
  const see = (detections: readonly Detection[], capturedAtUs: number): CountedFrameView => {
    const tracks = trackers.update(dropRiders(detections, thresholds.score), capturedAtUs);
    return {
      capturedAtUs,
      tracks,
      crossings: lines.flatMap((line) => line.update(tracks, capturedAtUs)),
      zones: zones.map((zone) => zone.update(tracks, capturedAtUs)),
    };
  };
  return events.flatMap((event) =>
    event.kind === 'frame' ? [see(event.detections, event.capturedAtUs)] : [],
  );
}
