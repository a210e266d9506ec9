/** Synthetic scenes: truth by construction, counted by the pipeline's own counting. */
import { type ClassCounts, SCENE_START_US, type Scene } from '../../../fixtures/scenes/scene.ts';
import { SYNTHETIC_SCENES } from '../../../fixtures/scenes/synthetic-scenes.ts';
import type { ModelCard } from '../../../models/card.ts';
import { perClass, ROAD_USER_CLASSES, type RoadUserClass } from '../../../pipelines/domain/classes.ts';
import type { CountedFrameView } from '../../../pipelines/domain/counting.ts';
import { createCounting } from '../../../pipelines/domain/counting.ts';
import type { CountingSite } from '../../../pipelines/domain/site.ts';
import type { TimelineEvent } from '../../../pipelines/domain/types.ts';
import { gehOfCounts } from '../metrics/crossings.ts';
import { countFrozen } from './count-frozen.ts';

/** How far one scene's counts are from its truth; all zero when exact. */
export interface SyntheticFigures {
  readonly name: string;
  readonly framesPerSecond: number;
  /** True crossings, entries and exits. */
  readonly truthEvents: number;
  /** Per class and direction: true events that were not counted. */
  readonly missed: number;
  /** Per class and direction: counted events that were none. */
  readonly overCounted: number;
  /** Sum of |counted − true| presence per class over the listed instants. */
  readonly presenceError: number;
  /** Largest GEH of the line's directions; absent for scenes shorter than a quarter of an hour. */
  readonly geh?: number;
}

/** The scene's frames as a time line. */
export function sceneEvents(scene: Scene): TimelineEvent[] {
  return scene.frames.map((frame) => ({ kind: 'frame', ...frame }));
}

/** The scene's line and zone. */
export function sceneSite(scene: Scene): CountingSite {
  return {
    cameraId: 'synthetic',
    lines: [scene.line],
    zones: [scene.zone],
    groups: ['people', 'vehicles'],
    windowSeconds: 60,
  };
}

/** Counts every scene at one rate with a card's thresholds, as its recordings are counted. */
export function runSyntheticScenes(
  { thresholds }: Pick<ModelCard, 'thresholds'>,
  framesPerSecond: number,
): SyntheticFigures[] {
  return SYNTHETIC_SCENES.map((build) => {
    const scene = build({ framesPerSecond });
    return compareSynthetic(scene, countScene(scene, thresholds));
  });
}

function countScene(scene: Scene, thresholds: ModelCard['thresholds']): readonly CountedFrameView[] {
  const { framesPerSecond } = scene;
  const lineage = {
    modelId: 'synthetic',
    modelSha256: '0'.repeat(64),
    siteVersion: scene.name,
    pipelineVersion: 'accuracy',
    framesPerSecond,
    jobId: 'accuracy_synthetic',
  };
  return countFrozen({
    events: sceneEvents(scene),
    startUs: SCENE_START_US,
    createCounting: (onFrame) =>
      createCounting({
        site: sceneSite(scene),
        framesPerSecond,
        thresholds,
        lineage,
        from: { startUs: SCENE_START_US, reason: 'outside-recording' },
        onFrame,
      }),
    finish: (counting) => counting.finish({ reason: 'outside-recording' }),
  }).views;
}

/** Compares per class and direction, so that no two errors cancel. */
export function compareSynthetic(scene: Scene, views: readonly CountedFrameView[]): SyntheticFigures {
  const { truth } = scene;
  const crossings = views.flatMap((view) => view.crossings);
  const crossed = (direction: 'in' | 'out') =>
    perClass(
      (name) => crossings.filter((one) => one.direction === direction && one.roadUserClass === name).length,
    );
  const moved = (kind: 'entered' | 'left') =>
    perClass((name) => views.reduce((sum, view) => sum + view.zones[0]![kind][name], 0));
  const parts = [
    errorsOf(truth.crossings.in, crossed('in')),
    errorsOf(truth.crossings.out, crossed('out')),
    errorsOf(truth.entered, moved('entered')),
    errorsOf(truth.left, moved('left')),
  ];
  const sum = (pick: (part: ReturnType<typeof errorsOf>) => number) =>
    parts.reduce((total, part) => total + pick(part), 0);
  const geh = gehOfScene(scene, parts.slice(0, 2));
  return {
    name: scene.name,
    framesPerSecond: scene.framesPerSecond,
    truthEvents: sum((part) => part.truth),
    missed: sum((part) => part.missed),
    overCounted: sum((part) => part.overCounted),
    presenceError: presenceError(scene, views),
    ...(geh === undefined ? {} : { geh }),
  };
}

function errorsOf(truth: ClassCounts, counted: Readonly<Record<RoadUserClass, number>>) {
  const pairs = ROAD_USER_CLASSES.map((name) => ({ truth: truth[name] ?? 0, counted: counted[name] }));
  const total = (pick: (pair: { truth: number; counted: number }) => number) =>
    pairs.reduce((sum, pair) => sum + pick(pair), 0);
  return {
    truth: total((pair) => pair.truth),
    counted: total((pair) => pair.counted),
    missed: total((pair) => Math.max(0, pair.truth - pair.counted)),
    overCounted: total((pair) => Math.max(0, pair.counted - pair.truth)),
  };
}

function gehOfScene(
  scene: Scene,
  directions: readonly { truth: number; counted: number }[],
): number | undefined {
  const seconds = scene.frames.length / scene.framesPerSecond;
  const values = directions.map(({ truth, counted }) => gehOfCounts(counted, truth, seconds));
  return values.reduce((worst, value) =>
    worst === undefined || value === undefined ? undefined : Math.max(worst, value),
  );
}

function presenceError(scene: Scene, views: readonly CountedFrameView[]): number {
  return scene.truth.present.reduce((sum, { atSeconds, counts }) => {
    const view = views.find((one) => one.capturedAtUs >= SCENE_START_US + atSeconds * 1e6);
    const present = view?.zones[0]?.present;
    const wrong = ROAD_USER_CLASSES.map((name) => Math.abs((present?.[name] ?? 0) - (counts[name] ?? 0)));
    return sum + wrong.reduce((total, error) => total + error, 0);
  }, 0);
}

/** Whether nothing at all is wrong. */
export function isExact({ missed, overCounted, presenceError: present }: SyntheticFigures): boolean {
  return missed + overCounted + present === 0;
}
