import { describe, expect, it } from 'vitest';
import { type ClassCounts, SCENE_START_US, type Scene } from '../../../fixtures/scenes/scene.ts';
import { SYNTHETIC_SCENES } from '../../../fixtures/scenes/synthetic-scenes.ts';
import { perClass, type RoadUserClass } from '../../../pipelines/domain/classes.ts';
import { createLineCounter } from '../../../pipelines/domain/count/line-counter.ts';
import { createZoneCounter } from '../../../pipelines/domain/count/zone-counter.ts';
import { dropRiders } from '../../../pipelines/domain/detect/rider-rule.ts';
import { DEFAULT_TRACKER_SETTINGS } from '../../../pipelines/domain/track/byte-tracker.ts';
import { createTrackers } from '../../../pipelines/domain/track/trackers.ts';

/** What tracker and counters with their defaults make of a scene, in the form of its truth. */
function measure(scene: Scene) {
  const trackers = createTrackers(['people', 'vehicles']);
  const line = createLineCounter(scene.line);
  const zone = createZoneCounter(scene.zone);
  const crossings = { in: perClass(() => 0), out: perClass(() => 0) };
  const entered = perClass(() => 0);
  const left = perClass(() => 0);
  const presentAt = new Map<number, ClassCounts>();
  for (const frame of scene.frames) {
    const detections = dropRiders([...frame.detections], DEFAULT_TRACKER_SETTINGS.highScore);
    const tracks = trackers.update(detections, frame.capturedAtUs);
    for (const crossing of line.update(tracks, frame.capturedAtUs)) {
      crossings[crossing.direction][crossing.roadUserClass] += 1;
    }
    const state = zone.update(tracks, frame.capturedAtUs);
    add(entered, state.entered);
    add(left, state.left);
    presentAt.set(frame.capturedAtUs, state.present);
  }
  const present = scene.truth.present.map(({ atSeconds }) => {
    const frame = scene.frames.find((one) => one.capturedAtUs >= SCENE_START_US + atSeconds * 1e6);
    return { atSeconds, counts: presentAt.get(frame!.capturedAtUs) };
  });
  return { crossings, entered, left, present, openTracks: line.openTracks() + zone.openTracks() };
}

function add(sum: Record<RoadUserClass, number>, more: Readonly<Record<RoadUserClass, number>>): void {
  for (const name of Object.keys(sum) as RoadUserClass[]) sum[name] += more[name];
}

const full = (counts: ClassCounts) => perClass((name) => counts[name] ?? 0);

describe.each([10, 5])('synthetic scenes at %i frames/s', (framesPerSecond) => {
  it.each(SYNTHETIC_SCENES.map((build) => [build.name, build] as const))(
    '%s is counted exactly',
    (_, build) => {
      const isLong = build({ framesPerSecond: 1 }).frames.length > 1000;
      for (let seed = 1; seed <= (isLong ? 1 : 8); seed++) {
        const scene = build({ framesPerSecond, seed });
        const { crossings, entered, left, present, openTracks } = measure(scene);
        const { truth } = scene;
        expect({ seed, crossings, entered, left, present }).toEqual({
          seed,
          crossings: { in: full(truth.crossings.in), out: full(truth.crossings.out) },
          entered: full(truth.entered),
          left: full(truth.left),
          present: truth.present.map(({ atSeconds, counts }) => ({ atSeconds, counts: full(counts) })),
        });
        expect(openTracks).toBeLessThanOrEqual(8);
      }
    },
  );
});
