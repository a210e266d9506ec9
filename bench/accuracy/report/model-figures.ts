/** The file of figures that records' uncertainty rests on: `models/accuracy/<model id>.json`, one per model. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { builtInAccuracyDir, figuresSchema } from '../../../models/accuracy-figures.ts';
import type {
  AccuracyFigures,
  CountErrorFigures,
  CrossingFigures,
  FigureScene,
  PresenceFigures,
} from '../../../pipelines/domain/accuracy/figures.ts';
import type { ClassGroup } from '../../../pipelines/domain/classes.ts';
import type { TimelineEvent } from '../../../pipelines/domain/types.ts';
import { BLOCK_SECONDS } from '../metrics/presence.ts';
import type { AccuracyRequest } from '../run/accuracy-run.ts';
import { frozenTimeline } from '../run/frozen-detections.ts';
import { COMPARED_MODEL_IDS, findModel, type ReadyModel } from '../run/models.ts';
import { openScenes, RECORDED_SCENE_IDS, type RecordedScene } from '../run/recorded-scene.ts';
import { runScene, type SceneFigures } from '../run/run-scene.ts';
import { CURVE_RATES, shiftsAt } from '../study/rate-curve.ts';
import type { Provenance } from './provenance.ts';
import { LIMITS, SCENE_NOTES } from './scene-notes.ts';

/** Figures as they are written: `basis` is made by who reads them. */
export type WrittenFigures = Omit<AccuracyFigures, 'basis'>;

/** Digits kept: far beyond what the scenes can tell, few enough to read. */
const DECIMALS = 6;

/** Runs of one scene and model at one rate, one per equally good choice of pictures, the unshifted one first. */
export interface RateRuns {
  readonly scene: Pick<RecordedScene, 'id' | 'windowSeconds'> & { readonly seconds: number };
  readonly framesPerSecond: number;
  readonly runs: readonly SceneFigures[];
}

/**
 * Measures every compared model that is there on every scene with a truth of its own, at every rate of the curve and the
 * scene's own. Undefined when a scene is missing: figures of fewer scenes must not replace those of all.
 */
export async function measureModelFigures(
  request: AccuracyRequest,
  source: Provenance,
  signal: AbortSignal,
): Promise<readonly WrittenFigures[] | undefined> {
  const found = await openScenes(request.places, RECORDED_SCENE_IDS, signal);
  const scenes = found.flatMap((one) => ('scene' in one && !one.scene.isVariant ? [one.scene] : []));
  if (found.some((one) => 'missing' in one)) return undefined;
  const figures: WrittenFigures[] = [];
  for (const id of COMPARED_MODEL_IDS) {
    const model = await findModel(id, request.places, request.modelDir);
    if ('missing' in model) continue;
    const measured: RateRuns[] = [];
    for (const scene of scenes) measured.push(...(await runRates(scene, model.model, { request, signal })));
    figures.push(modelFigures(model.model.card, measured, source));
  }
  return figures;
}

async function runRates(
  scene: RecordedScene,
  { card, path: modelPath }: ReadyModel,
  { request, signal }: { readonly request: AccuracyRequest; readonly signal: AbortSignal },
): Promise<RateRuns[]> {
  const { cacheDir, pool } = request;
  const events: readonly TimelineEvent[] = await frozenTimeline(
    { recording: scene.recording, card, modelPath, cacheDir, pool },
    signal,
  );
  const own = scene.truth.framesPerSecond;
  const rates = [...new Set([...CURVE_RATES.filter((rate) => rate <= own), own])];
  return rates.map((framesPerSecond) => {
    request.progress(`${scene.id}, ${card.id}: figures at ${framesPerSecond}/s`);
    const runs = shiftsAt(framesPerSecond, own).map(
      (phaseSeconds) => runScene({ scene, card, events, framesPerSecond, phaseSeconds }).figures,
    );
    const seconds = scene.truth.frameCount / own;
    return { scene: { id: scene.id, windowSeconds: scene.windowSeconds, seconds }, framesPerSecond, runs };
  });
}

/** One model's file out of its runs. */
export function modelFigures(
  card: { readonly id: string; readonly sha256: string },
  measured: readonly RateRuns[],
  { pipelineVersion, date, commit }: Provenance,
): WrittenFigures {
  const scenes = new Map(measured.map(({ scene }) => [scene.id, scene]));
  return {
    ...{ modelId: card.id, modelSha256: card.sha256, pipelineVersion, date, commit },
    scenes: [...scenes.values()].map(({ id, seconds }) => sceneOf(id, seconds)),
    limits: LIMITS,
    crossings: measured.flatMap(crossingRows),
    presence: measured.flatMap(presenceRows),
  };
}

function sceneOf(sceneId: string, seconds: number): FigureScene {
  const notes = SCENE_NOTES[sceneId];
  if (notes === undefined)
    throw new RangeError(`scene ${sceneId} has no conditions in scene-notes.ts: say what it can stand for`);
  return { sceneId, ...notes, seconds: rounded(seconds) };
}

const GROUPS: readonly ClassGroup[] = ['people', 'vehicles'];

/** A group of which nobody passed and nobody was counted says nothing and has no row. */
function crossingRows({ scene, framesPerSecond, runs }: RateRuns): CrossingFigures[] {
  return GROUPS.flatMap((group) => {
    const total = (pick: (score: SceneFigures['crossings'][number]) => number) =>
      mean(
        runs.map(({ crossings }) =>
          crossings
            .filter(({ roadUsers }) => roadUsers === group)
            .reduce((sum, score) => sum + pick(score), 0),
        ),
      );
    const truth = total((score) => score.truth);
    const overCounted = total((score) => score.overCounted);
    if (truth + overCounted === 0) return [];
    const missed = total((score) => score.missed);
    const key = { group, framesPerSecond, sceneId: scene.id, runs: runs.length };
    return [{ ...key, truth: rounded(truth), missed: rounded(missed), overCounted: rounded(overCounted) }];
  });
}

/** A zone in which nobody of the group ever was says nothing and has no row. */
function presenceRows({ scene, framesPerSecond, runs }: RateRuns): PresenceFigures[] {
  const zones = runs[0]?.presence.filter(({ perFrame }) => perFrame.meanTruth > 0) ?? [];
  return zones.map(({ zoneId, group, perFrame: { maeInterval, biasInterval } }) => {
    const same = runs.flatMap(({ presence }) =>
      presence.filter((one) => one.zoneId === zoneId && one.group === group),
    );
    const windows = same.flatMap(({ perWindow }) => perWindow ?? []);
    const hasWindows = windows.length === runs.length;
    const samples = Math.min(
      ...(hasWindows ? windows : same.map(({ perFrame }) => perFrame)).map((one) => one.samples),
    );
    return {
      ...{ group, framesPerSecond, sceneId: scene.id, zoneId, runs: runs.length },
      perFrame: {
        ...meanError(same.map(({ perFrame }) => perFrame)),
        ...(maeInterval === undefined ? {} : { maeInterval: roundedInterval(maeInterval) }),
        ...(biasInterval === undefined ? {} : { biasInterval: roundedInterval(biasInterval) }),
      },
      ...(hasWindows ? { perWindow: { ...meanError(windows), windowSeconds: scene.windowSeconds } } : {}),
      independent: Math.min(samples, Math.floor(scene.seconds / BLOCK_SECONDS)),
    };
  });
}

/** Means over the runs; the root mean square is that of all their errors. */
function meanError(errors: readonly CountErrorFigures[]): CountErrorFigures {
  const of = (pick: (error: CountErrorFigures) => number) => rounded(mean(errors.map(pick)));
  return {
    samples: of(({ samples }) => samples),
    meanTruth: of(({ meanTruth }) => meanTruth),
    mae: of(({ mae }) => mae),
    bias: of(({ bias }) => bias),
    rmse: rounded(Math.sqrt(mean(errors.map(({ rmse }) => rmse * rmse)))),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rounded(value: number): number {
  return Number(value.toFixed(DECIMALS));
}

function roundedInterval({ low, high }: { readonly low: number; readonly high: number }) {
  return { low: rounded(low), high: rounded(high) };
}

/** Writes one file per model; throws for figures that could not be read again. */
export async function writeModelFigures(root: string, figures: readonly WrittenFigures[]): Promise<string[]> {
  const folder = builtInAccuracyDir(root);
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (const one of figures) {
    const file = path.join(folder, `${one.modelId}.json`);
    await writeFile(file, `${JSON.stringify(figuresSchema.parse(one), undefined, 2)}\n`);
    files.push(path.relative(root, file));
  }
  return files;
}
