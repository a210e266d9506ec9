/** One recorded scene with one model at one rate: frozen detections in, all figures out. */
import type { ModelCard } from '../../../models/card.ts';
import type { TimelineEvent } from '../../../pipelines/domain/types.ts';
import { finishRecording, recordingCounting } from '../../../pipelines/recording.ts';
import type { SiteCamera } from '../../../pipelines/site-file.ts';
import { siteVersion } from '../../../pipelines/site-file.ts';
import type { CrossingScore } from '../metrics/crossings.ts';
import { type Counted, countFrozen } from './count-frozen.ts';
import {
  type Compared,
  crossingFigures,
  type DetectorFigures,
  detectorFigures,
  type PresenceFigures,
  presenceFigures,
  type TrackingFigures,
  trackingFigures,
} from './evaluate.ts';
import { aboveLowScore } from './frozen-detections.ts';
import type { RecordedScene } from './recorded-scene.ts';
import { resample } from './resample.ts';

/** What is run. */
export interface SceneRun {
  readonly scene: RecordedScene;
  readonly card: ModelCard;
  /** Frozen, at the full rate. */
  readonly events: readonly TimelineEvent[];
  readonly framesPerSecond: number;
  readonly phaseSeconds?: number;
}

/** Every figure of one run. */
export interface SceneFigures {
  readonly sceneId: string;
  readonly modelId: string;
  readonly framesPerSecond: number;
  readonly framesAnalysed: number;
  readonly presence: readonly PresenceFigures[];
  readonly crossings: readonly CrossingScore[];
  readonly detector?: DetectorFigures;
  readonly tracking?: TrackingFigures;
}

/** Figures, and what they were made from for plots. */
export interface SceneResult {
  readonly figures: SceneFigures;
  readonly compared: Compared;
  readonly counted: Counted;
}

/** Counts through `createCounting` exactly as `pantau analyze --fps N` does, and compares. */
export function runScene(run: SceneRun): SceneResult {
  const { scene, card, framesPerSecond } = run;
  const events = aboveLowScore(resample(run.events, run), card.thresholds.lowScore);
  const startUs = scene.recording.plan.startUs;
  const counted = countFrozen({ events, startUs, ...countingOf(run) });
  const compared: Compared = { truth: scene.truth, startUs, framesPerSecond, views: counted.views };
  const detector = detectorFigures(events, compared, card.thresholds.score);
  const tracking = trackingFigures(compared);
  const figures: SceneFigures = {
    sceneId: scene.id,
    modelId: card.id,
    framesPerSecond,
    framesAnalysed: counted.views.length,
    presence: presenceFigures(compared, counted.observations),
    crossings: crossingFigures(
      compared,
      scene.camera.lines.map(({ id }) => id),
    ),
    ...(detector === undefined ? {} : { detector }),
    ...(tracking === undefined ? {} : { tracking }),
  };
  return { figures, compared, counted };
}

function countingOf({
  scene,
  card,
  framesPerSecond,
}: SceneRun): Pick<Parameters<typeof countFrozen>[0], 'createCounting' | 'finish'> {
  const { plan } = scene.recording;
  const { windowSeconds } = scene;
  const camera: SiteCamera = { ...scene.camera, sampling: { ...scene.camera.sampling, framesPerSecond } };
  return {
    createCounting: (onFrame) =>
      recordingCounting({
        camera,
        windowSeconds,
        siteVersion: siteVersion(camera, windowSeconds),
        card,
        plan,
        jobId: `accuracy_${scene.id}`,
        onFrame,
      }),
    finish: (counting) => finishRecording(counting, plan),
  };
}
