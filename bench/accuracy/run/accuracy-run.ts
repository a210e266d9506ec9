/** Everything one `npm run accuracy` measures. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ModelCard } from '../../../models/card.ts';
import { builtInCardDir, DEFAULT_MODEL_ID, findCard } from '../../../models/registry.ts';
import type { DetectorPool } from '../../../pipelines/adapters/detect/detector-pool.ts';
import type { TimelineEvent } from '../../../pipelines/domain/types.ts';
import { type HeldOut, holdOut, type StudyScene } from '../study/held-out.ts';
import { LEVERS, type Lever, type LeverFigures, tryLever } from '../study/levers.ts';
import { type RatePoint, rateCurve } from '../study/rate-curve.ts';
import { recordedStudyScene, syntheticStudyScene } from '../study/study-scenes.ts';
import { TRIED_NMS_IOUS, TUNED_THRESHOLDS } from '../study/tuned-thresholds.ts';
import { checkTargets, type Target } from '../targets.ts';
import { type PresenceSample, presenceSamples } from './evaluate.ts';
import { frozenTimeline } from './frozen-detections.ts';
import { COMPARED_MODEL_IDS, findModel, type ReadyModel, withLongSide } from './models.ts';
import { openScenes, type Places, RECORDED_SCENE_IDS, type RecordedScene } from './recorded-scene.ts';
import { runScene, type SceneFigures } from './run-scene.ts';
import { runSyntheticScenes, type SyntheticFigures } from './synthetic.ts';

/** What is asked for; empty lists mean all. */
export interface AccuracyRequest {
  readonly places: Places;
  readonly modelDir: string;
  readonly cacheDir: string;
  readonly sceneIds: readonly string[];
  readonly modelIds: readonly string[];
  /** Instead of each scene's own rate. */
  readonly framesPerSecond?: number;
  /** Rate curves and held-out thresholds too. */
  readonly withStudies: boolean;
  readonly pool: () => DetectorPool;
  readonly progress: (text: string) => void;
}

/** One curve. */
export interface Curve {
  readonly sceneId: string;
  readonly modelId: string;
  readonly points: readonly RatePoint[];
}

/** Figures of everything that was there, and what was not. */
export interface AccuracyResult {
  readonly missing: readonly string[];
  readonly runs: readonly SceneFigures[];
  readonly synthetic: readonly SyntheticFigures[];
  readonly targets: readonly Target[];
  readonly curves: readonly Curve[];
  readonly heldOut: readonly HeldOut[];
  readonly levers: readonly LeverFigures[];
  /** For plots: the first zone and group of each run. */
  readonly samples: readonly { readonly run: SceneFigures; readonly samples: readonly PresenceSample[] }[];
}

/** Rates at which the synthetic scenes are counted: the target's and half of it. */
const SYNTHETIC_RATES = [10, 5];
/** Id under which `--scene` asks for the synthetic scenes. */
export const SYNTHETIC_ID = 'synthetic';
/** Rate of a scene unless another is asked for: the targets', or the source's where that is the site's. */
const rateOf = (scene: RecordedScene, asked: number | undefined) =>
  Math.min(asked ?? scene.camera.sampling.framesPerSecond, scene.truth.framesPerSecond);

interface Material {
  readonly scene: RecordedScene;
  readonly model: ReadyModel;
  readonly events: readonly TimelineEvent[];
}

/** Measures scene after scene; a missing clip, truth or model is listed, never passed over. */
export async function measureAccuracy(
  request: AccuracyRequest,
  signal: AbortSignal,
): Promise<AccuracyResult> {
  const missing: string[] = [];
  const scenes = await findScenes(request, { missing, signal });
  const models = await findModels(request, missing);
  const materials: Material[] = [];
  for (const scene of scenes) {
    for (const model of models) materials.push(await freeze(request, { scene, model, signal }));
  }
  const results = materials.map(({ scene, model: { card }, events }) => ({
    scene,
    ...runScene({ scene, card, events, framesPerSecond: rateOf(scene, request.framesPerSecond) }),
  }));
  const wantsSynthetic = isWanted(request.sceneIds, SYNTHETIC_ID) && request.framesPerSecond === undefined;
  if (wantsSynthetic) request.progress('synthetic scenes');
  const defaultCard = await findCard(DEFAULT_MODEL_ID, [builtInCardDir(request.places.root)]);
  const synthetic = wantsSynthetic
    ? SYNTHETIC_RATES.flatMap((rate) => runSyntheticScenes(defaultCard, rate))
    : [];
  const runs = results.map(({ figures }) => figures);
  const evidence = materials.filter(({ scene }) => !scene.isVariant);
  return {
    missing,
    runs,
    synthetic,
    targets: checkTargets(runs, synthetic),
    curves: request.withStudies ? evidence.map((material) => curveOf(material, request)) : [],
    heldOut: request.withStudies ? await studyThresholds(evidence, { request, defaultCard, signal }) : [],
    levers: request.withStudies
      ? await tryLevers(materials.filter(isLeverEvidence), { request, signal })
      : [],
    samples: results.map(({ figures, compared }) => {
      const key = figures.presence[0];
      return { run: figures, samples: key === undefined ? [] : presenceSamples(compared, key) };
    }),
  };
}

function isWanted(ids: readonly string[], id: string): boolean {
  return ids.length === 0 || ids.includes(id);
}

async function findScenes(
  { places, sceneIds }: AccuracyRequest,
  { missing, signal }: { missing: string[]; signal: AbortSignal },
): Promise<RecordedScene[]> {
  const ids = RECORDED_SCENE_IDS.filter((id) => isWanted(sceneIds, id));
  const found = await openScenes(places, ids, signal);
  for (const one of found) if ('missing' in one) missing.push(`scene ${one.id}: ${one.missing}`);
  return found.flatMap((one) => ('scene' in one ? [one.scene] : []));
}

async function findModels({ places, modelIds, modelDir }: AccuracyRequest, missing: string[]) {
  const ids = modelIds.length > 0 ? modelIds : COMPARED_MODEL_IDS;
  const found = await Promise.all(ids.map((id) => findModel(id, places, modelDir)));
  for (const one of found) if ('missing' in one) missing.push(`model ${one.id}: ${one.missing}`);
  return found.flatMap((one) => ('model' in one ? [one.model] : []));
}

async function freeze(
  { cacheDir, pool, progress }: AccuracyRequest,
  { scene, model, signal }: { scene: RecordedScene; model: ReadyModel; signal: AbortSignal },
): Promise<Material> {
  let frames = 0;
  const onEvent = (): void => {
    frames += 1;
    progress(`${scene.id}, ${model.card.id}: ${frames}/${scene.truth.frameCount} pictures detected`);
  };
  const { recording } = scene;
  const request = { recording, card: model.card, modelPath: model.path, cacheDir, pool, onEvent };
  return { scene, model, events: await frozenTimeline(request, signal) };
}

function curveOf({ scene, model, events }: Material, { progress }: AccuracyRequest): Curve {
  progress(`${scene.id}, ${model.card.id}: error against sampling rate`);
  return { sceneId: scene.id, modelId: model.card.id, points: rateCurve(scene, model.card, events) };
}

/** People who are really there decide; the scene whose truth leaves some of them out would reward missing them. */
function isLeverEvidence({ scene }: Material, _: number, all: readonly Material[]): boolean {
  return (
    scene.isVariant || !all.some((other) => other.scene.isVariant && other.scene.id.startsWith(scene.id))
  );
}

async function tryLevers(
  materials: readonly Material[],
  { request, signal }: { readonly request: AccuracyRequest; readonly signal: AbortSignal },
): Promise<LeverFigures[]> {
  const figures: LeverFigures[] = [];
  for (const material of materials) {
    for (const lever of LEVERS) {
      const events = await eventsFor(lever, { material, request, signal });
      if (events === undefined) continue;
      figures.push(...tryLever({ lever, scene: material.scene, card: material.model.card, events }));
    }
  }
  return figures;
}

async function eventsFor(
  { longSidePx }: Lever,
  at: { readonly material: Material; readonly request: AccuracyRequest; readonly signal: AbortSignal },
): Promise<readonly TimelineEvent[] | undefined> {
  const { scene, model, events } = at.material;
  if (longSidePx === undefined) return events;
  if (model.card.input.size.kind !== 'aspect') return undefined;
  const resized = { ...model, card: withLongSide(model.card, longSidePx) };
  return (await freeze(at.request, { scene, model: resized, signal: at.signal })).events;
}

/** Detections by the overlap of suppression. */
type Suppressed = ReadonlyMap<number, readonly TimelineEvent[]>;

/** Suppression comes before the kept detections, so another overlap of it means to detect again. */
async function otherSuppressions(
  { scene, model }: Material,
  { request, signal }: { readonly request: AccuracyRequest; readonly signal: AbortSignal },
): Promise<Suppressed> {
  const { thresholds } = model.card;
  const found = new Map<number, readonly TimelineEvent[]>();
  for (const nmsIou of TRIED_NMS_IOUS) {
    if (nmsIou === thresholds.nmsIou) continue;
    const other = { ...model, card: { ...model.card, thresholds: { ...thresholds, nmsIou } } };
    found.set(nmsIou, (await freeze(request, { scene, model: other, signal })).events);
  }
  return found;
}

/** Thresholds are a model's own, so each model is studied on all scenes with the synthetic ones beside them. */
async function studyThresholds(
  materials: readonly Material[],
  at: { readonly request: AccuracyRequest; readonly defaultCard: ModelCard; readonly signal: AbortSignal },
): Promise<HeldOut[]> {
  const { request, defaultCard } = at;
  const suppressed = new Map<Material, Suppressed>();
  for (const material of materials) suppressed.set(material, await otherSuppressions(material, at));
  const synthetic = syntheticStudyScene(defaultCard, SYNTHETIC_RATES[0]!);
  const modelIds = [...new Set(materials.map(({ model }) => model.card.id))];
  const rows: HeldOut[] = [];
  for (const id of modelIds) {
    request.progress(`${id}: thresholds, leaving one scene out`);
    const recorded = materials
      .filter(({ model }) => model.card.id === id)
      .map((material) => {
        const { scene, model, events } = material;
        return recordedStudyScene({
          ...{ scene, card: model.card, events, otherNmsIous: suppressed.get(material)! },
          framesPerSecond: rateOf(scene, undefined),
        });
      });
    const scenes: StudyScene[] = [...recorded, synthetic];
    for (const threshold of TUNED_THRESHOLDS) {
      // Counting never waits: without a turn of the loop no signal to stop would be heard for minutes.
      await nextTurn();
      at.signal.throwIfAborted();
      for (const row of holdOut(threshold, scenes))
        rows.push({ ...row, sceneId: row.sceneId === synthetic.id ? `${row.sceneId} · ${id}` : row.sceneId });
    }
  }
  return rows;
}
