import { describe, expect, it } from 'vitest';
import { type ClassCounts, SCENE_START_US, type Scene } from '../../../fixtures/scenes/scene.ts';
import { SYNTHETIC_SCENES } from '../../../fixtures/scenes/synthetic-scenes.ts';
import { perClass, type RoadUserClass } from '../../../pipelines/domain/classes.ts';
import { createFollower } from '../../../pipelines/domain/count/follower.ts';
import type { CountingSite } from '../../../pipelines/domain/site.ts';
import { DEFAULT_TRACKER_SETTINGS } from '../../../pipelines/domain/track/tracker-settings.ts';
import type { Crossing } from '../../../pipelines/domain/types.ts';

/** What tracker and counters with their defaults make of a scene, in the form of its truth. */
function measure(scene: Scene) {
  const { highScore: score, lowScore } = DEFAULT_TRACKER_SETTINGS;
  const site: CountingSite = {
    ...{ cameraId: 'scene', lines: [scene.line], zones: [scene.zone], windowSeconds: 60 },
    groups: ['people', 'vehicles'],
  };
  const follower = createFollower({ site, thresholds: { score, lowScore } });
  const crossings = { in: perClass(() => 0), out: perClass(() => 0) };
  const count = ({ direction, roadUserClass }: Crossing) => {
    crossings[direction][roadUserClass] += 1;
  };
  const entered = perClass(() => 0);
  const left = perClass(() => 0);
  const presentAt = new Map<number, ClassCounts>();
  for (const frame of scene.frames) {
    const view = follower.see(frame.detections, frame.capturedAtUs);
    view.crossings.forEach(count);
    const zone = view.zones[0]!;
    add(entered, zone.entered);
    add(left, zone.left);
    presentAt.set(frame.capturedAtUs, zone.present);
  }
  follower.finish().forEach(count);
  const present = scene.truth.present.map(({ atSeconds }) => {
    const frame = scene.frames.find((one) => one.capturedAtUs >= SCENE_START_US + atSeconds * 1e6);
    return { atSeconds, counts: presentAt.get(frame!.capturedAtUs) };
  });
  return { crossings, entered, left, present };
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
        const { crossings, entered, left, present } = measure(scene);
        const { truth } = scene;
        expect({ seed, crossings, entered, left, present }).toEqual({
          seed,
          crossings: { in: full(truth.crossings.in), out: full(truth.crossings.out) },
          entered: full(truth.entered),
          left: full(truth.left),
          present: truth.present.map(({ atSeconds, counts }) => ({ atSeconds, counts: full(counts) })),
        });
      }
    },
  );
});
