/** Counts calibrated road scenes. */
import { ROAD_CALIBRATION, ROAD_LINE, ROAD_ZONE } from '../../../fixtures/scenes/calibrated-road.ts';
import { SCENE_START_US, type Scene } from '../../../fixtures/scenes/scene.ts';
import { type CountingOptions, createCounting } from '../../../pipelines/domain/counting.ts';
import type { CountingSite } from '../../../pipelines/domain/site.ts';
import type {
  Crossing,
  FlowObservation,
  Observation,
  PresenceObservation,
  TimelineEvent,
} from '../../../pipelines/domain/types.ts';
import { LINEAGE } from '../aggregate/builders.ts';

export const ROAD_SITE: CountingSite = {
  cameraId: 'road',
  lines: [ROAD_LINE],
  zones: [ROAD_ZONE],
  groups: ['people', 'vehicles'],
  windowSeconds: 240,
  calibration: ROAD_CALIBRATION,
};

export function countingOptions(framesPerSecond: number, site: CountingSite): CountingOptions {
  return {
    site,
    framesPerSecond,
    thresholds: { score: 0.4, lowScore: 0.15 },
    lineage: LINEAGE,
    from: { startUs: SCENE_START_US, reason: 'outside-recording' },
  };
}

export function eventsOf(scene: Scene): TimelineEvent[] {
  return scene.frames.map((frame) => ({ kind: 'frame', ...frame }));
}

/** Records and crossings of a scene, to its end. */
export function countRoad(scene: Scene, site: CountingSite = ROAD_SITE) {
  const crossings: Crossing[] = [];
  const counting = createCounting({
    ...countingOptions(scene.framesPerSecond, site),
    onFrame: (view) => crossings.push(...view.crossings),
  });
  const records: Observation[] = [
    ...eventsOf(scene).flatMap((event) => counting.push(event)),
    ...counting.finish({ reason: 'outside-recording' }),
  ];
  return { crossings, records };
}

export function presenceOf(records: readonly Observation[]): PresenceObservation[] {
  return records.filter((record) => record.kind === 'presence');
}

export function flowOf(records: readonly Observation[], direction: 'in' | 'out'): FlowObservation[] {
  return records
    .filter((record) => record.kind === 'flow')
    .filter((record) => record.direction === direction);
}
