import { type ClassGroup, classGroup } from '../classes.ts';
import type { Detection, Track } from '../types.ts';
import { type ByteTracker, type ByteTrackerOptions, createByteTracker } from './byte-tracker.ts';

/**
 * One tracker per class group behind one call, with ids that are unique over all of them: a person never becomes a
 * vehicle, while within the vehicles a track keeps its identity when an angkot is seen as car, truck and bus in turn.
 * Detections of groups that aren't asked for are ignored. Tracks come group by group, as `groups` orders them.
 */
export function createTrackers(
  groups: readonly ClassGroup[],
  options: Omit<ByteTrackerOptions, 'firstId' | 'idStep'> = {},
): ByteTracker {
  const trackers = groups.map((group, index) => ({
    group,
    tracker: createByteTracker({ ...options, firstId: index + 1, idStep: groups.length }),
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
