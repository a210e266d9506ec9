/** Recorded and synthetic scenes in the form in which thresholds are studied. */
import type { Scene } from '../../../fixtures/scenes/scene.ts';
import { SYNTHETIC_SCENES } from '../../../fixtures/scenes/synthetic-scenes.ts';
import type { ModelCard } from '../../../models/card.ts';
import type { TimelineEvent } from '../../../pipelines/domain/types.ts';
import { countingSite } from '../../../pipelines/site-file.ts';
import { countTuned, type TunedSettings } from '../run/count-tuned.ts';
import { type Compared, crossingFigures, presenceFigures } from '../run/evaluate.ts';
import { aboveLowScore } from '../run/frozen-detections.ts';
import type { RecordedScene } from '../run/recorded-scene.ts';
import { resample } from '../run/resample.ts';
import { compareSynthetic, sceneEvents, sceneSite } from '../run/synthetic.ts';
import type { SceneLoss, StudyScene } from './held-out.ts';
import { isGroup, shiftsAt } from './rate-curve.ts';

/** Counts each choice of settings once: a study asks for its default twice, and synthetic scenes are every model's. */
function remembering(measure: StudyScene['measure']): StudyScene['measure'] {
  const known = new Map<string, SceneLoss>();
  return (settings, rates) => {
    const key = JSON.stringify([settings, rates]);
    const loss = known.get(key) ?? measure(settings, rates);
    known.set(key, loss);
    return loss;
  };
}

/** One recording seen by one model. */
export interface RecordedStudy {
  readonly scene: RecordedScene;
  readonly card: ModelCard;
  /** Detections of the card as it is. */
  readonly events: readonly TimelineEvent[];
  /** Detections with another overlap of suppression. */
  readonly otherNmsIous: ReadonlyMap<number, readonly TimelineEvent[]>;
  readonly framesPerSecond: number;
}

/** A recording at its rate, or at others as the mean over equally good choices of pictures. */
export function recordedStudyScene(study: RecordedStudy): StudyScene {
  const { scene, card, otherNmsIous } = study;
  const site = countingSite(scene.camera, scene.windowSeconds);
  const { startUs } = scene.recording.plan;
  const lineIds = scene.camera.lines.map(({ id }) => id);
  return {
    id: `${scene.id} · ${card.id}`,
    card,
    measure: remembering((settings, rates = [study.framesPerSecond]) => {
      const { lowScore, nmsIou } = settings.thresholds;
      const events = (nmsIou === undefined ? undefined : otherNmsIous.get(nmsIou)) ?? study.events;
      const kept = aboveLowScore(events, lowScore, settings.joinRule ?? undefined);
      const lossAt = (framesPerSecond: number, phaseSeconds: number): SceneLoss => {
        const views = countTuned(resample(kept, { framesPerSecond, phaseSeconds }), site, settings);
        return recordedLoss({ truth: scene.truth, startUs, framesPerSecond, views }, lineIds);
      };
      return meanLoss(
        rates.flatMap((rate) =>
          shiftsAt(rate, scene.truth.framesPerSecond).map((phaseSeconds) => lossAt(rate, phaseSeconds)),
        ),
      );
    }),
  };
}

/** Mean of each kind of error over the runs that have it. */
function meanLoss(losses: readonly SceneLoss[]): SceneLoss {
  const mean = (kind: keyof SceneLoss) => {
    const values = losses.flatMap((loss) => loss[kind] ?? []);
    return values.length === 0
      ? {}
      : { [kind]: values.reduce((sum, value) => sum + value, 0) / values.length };
  };
  return { ...mean('presence'), ...mean('crossings') };
}

function recordedLoss(compared: Compared, lineIds: readonly string[]): SceneLoss {
  const presence = presenceFigures(compared, []).flatMap(({ perFrame }) => perFrame.relativeMae ?? []);
  const crossings = crossingFigures(compared, lineIds).filter(({ roadUsers }) => isGroup(roadUsers));
  const truth = crossings.reduce((sum, score) => sum + score.truth, 0);
  const wrong = crossings.reduce((sum, score) => sum + score.missed + score.overCounted, 0);
  return {
    ...(presence.length > 0
      ? { presence: presence.reduce((sum, share) => sum + share, 0) / presence.length }
      : {}),
    ...(truth > 0 ? { crossings: wrong / truth } : {}),
  };
}

/** All synthetic scenes as one, with a card's thresholds: each alone is too simple to choose anything on. */
export function syntheticStudyScene(
  card: Pick<ModelCard, 'thresholds'>,
  framesPerSecond: number,
): StudyScene {
  const scenesAt = (rate: number) => SYNTHETIC_SCENES.map((build) => build({ framesPerSecond: rate }));
  const own = scenesAt(framesPerSecond);
  return {
    id: 'synthetic scenes',
    card,
    measure: remembering((settings, rates) =>
      meanLoss((rates?.map(scenesAt) ?? [own]).map((scenes) => syntheticLoss(scenes, settings))),
    ),
  };
}

function syntheticLoss(scenes: readonly Scene[], settings: TunedSettings): SceneLoss {
  const figures = scenes.map((scene) =>
    compareSynthetic(scene, countTuned(sceneEvents(scene), sceneSite(scene), settings)),
  );
  const sum = (pick: (one: (typeof figures)[number]) => number) =>
    figures.reduce((total, one) => total + pick(one), 0);
  const presentTruth = scenes
    .flatMap((scene) => scene.truth.present)
    .reduce(
      (total, { counts }) => total + Object.values(counts).reduce((people, count) => people + count, 0),
      0,
    );
  return {
    presence: sum((one) => one.presenceError) / presentTruth,
    crossings: sum((one) => one.missed + one.overCounted) / sum((one) => one.truthEvents),
  };
}
