import { type ClassGroup, classGroup } from '../classes.ts';
import type { Detection, Track } from '../types.ts';
import { type ByteTracker, createByteTracker } from './byte-tracker.ts';
import { DEFAULT_FAINT_RULE } from './faint-rule.ts';
import type { ByteTrackerOptions } from './tracker-settings.ts';

/** Settings that all trackers share; `faint` is that of the vehicles. */
export type TrackersOptions = Omit<ByteTrackerOptions, 'firstId' | 'idStep'>;

/**
 * One tracker per class group behind one call, with ids that are unique over all of them: a person never becomes a
 * vehicle, while within the vehicles a track keeps its identity when an angkot is seen as car, truck and bus in turn.
 * Detections of groups that aren't asked for are ignored. Tracks come group by group, as `groups` orders them.
 *
 * Faint tracks are for vehicles only: they are rigid and move on, while weak boxes of people are as often a limb, a
 * reflection or the driver behind a windscreen, and move just as steadily (junction clip: three false crossings by
 * people, no true one).
 */
export function createTrackers(groups: readonly ClassGroup[], options: TrackersOptions = {}): ByteTracker {
  const { faint = DEFAULT_FAINT_RULE, ...shared } = options;
  const trackers = groups.map((group, index) => ({
    group,
    tracker: createByteTracker({
      ...shared,
      faint: group === 'vehicles' ? faint : null,
      firstId: index + 1,
      idStep: groups.length,
    }),
  }));
  return {
    update(detections: readonly Detection[], capturedAtUs: number): readonly Track[] {
      return trackers.flatMap(({ group, tracker }) =>
        tracker.update(
          detections.filter((detection) => classGroup(detection.roadUserClass) === group),
          capturedAtUs,
        ),
      );
    },
    reset() {
      for (const { tracker } of trackers) tracker.reset();
    },
  };
}
