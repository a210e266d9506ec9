/** Frames per second of the product's path against the ceiling, and against what one writes first. */

import { loadavg } from 'node:os';
import { readCountTruth } from '../count-quality.ts';
import { type MeasuredModel, measuredModel } from '../material.ts';
import type { ScenarioResult } from '../result.ts';
import { createBaseline, opencvFault } from '../subjects/baseline.ts';
import { createCeiling } from '../subjects/ceiling.ts';
import { createPipeline } from '../subjects/pipeline.ts';
import type { Subject } from '../subjects/subject.ts';
import { cpuRatio, interleave, rateRatio, type ScenarioContext } from './interleave.ts';

/** Issue 3 §2.8. */
const CEILING_TARGET = '≥ 0.92';

/** `ceiling` and `analyze`: the default model, one detector and one per core. */
export async function measureAnalyze(context: ScenarioContext): Promise<ScenarioResult | undefined> {
  const model = await measuredModel(context.material);
  if ('missing' in model) return skipped(context, `analyze: ${model.missing}`);
  const { material, signal } = context;
  const truth = readTruth(context);
  const pipeline = (detectors: number) =>
    createPipeline({ name: `analyze-${detectors}`, material, model, detectors, truth });
  return await measure(context, { name: 'analyze', model }, [
    () => createCeiling({ material, model, processes: material.cores, signal }),
    ...(material.cores === 1 ? [] : [() => pipeline(1)]),
    () => pipeline(material.cores),
  ]);
}

/** `baseline-node` and `baseline-opencv` against the product's path with the same model. */
export async function measureBaselines(
  context: ScenarioContext,
  kinds: readonly ('node' | 'opencv')[],
): Promise<ScenarioResult | undefined> {
  const { material } = context;
  const yolox = await measuredModel(material, 'yolox-nano');
  const truth = readTruth(context);
  const missing = 'missing' in yolox;
  if (missing) context.skip(`baselines with YOLOX-nano: ${yolox.missing}; the default model stands in`);
  const model = missing ? await measuredModel(material) : yolox;
  if ('missing' in model) return skipped(context, `baselines: ${model.missing}`);
  const runnable = await runnableKinds(context, { kinds, hasYolox: !missing });
  if (runnable.length === 0) return undefined;
  const detectors = material.cores;
  return await measure(context, { name: `baselines (${model.card.id})`, model }, [
    () => createPipeline({ name: `analyze-${detectors}`, material, model, detectors, truth }),
    ...runnable.map((kind) => () => Promise.resolve(createBaseline({ kind, material, model, truth }))),
  ]);
}

async function runnableKinds(
  context: ScenarioContext,
  { kinds, hasYolox }: { kinds: readonly ('node' | 'opencv')[]; hasYolox: boolean },
): Promise<('node' | 'opencv')[]> {
  if (!kinds.includes('opencv')) return [...kinds];
  const fault = hasYolox
    ? await opencvFault()
    : 'YOLOX-nano is not here and OpenCV is measured with nothing else';
  if (fault === undefined) return [...kinds];
  context.skip(`baseline-opencv: ${fault}`);
  return kinds.filter((kind) => kind !== 'opencv');
}

function readTruth(context: ScenarioContext) {
  const truth = readCountTruth(context.material);
  if (truth === undefined)
    context.skip('count error: ../shared/truth/pets09-s2l1.mot.csv is not beside the clone');
  return truth;
}

function skipped(context: ScenarioContext, what: string): undefined {
  context.skip(what);
  return undefined;
}

async function measure(
  context: ScenarioContext,
  { name, model }: { name: string; model: MeasuredModel },
  makers: readonly (() => Promise<Subject>)[],
): Promise<ScenarioResult> {
  const subjects: Subject[] = [];
  const loadBefore = loadavg()[0] ?? Number.NaN;
  try {
    for (const make of makers) subjects.push(await make());
    const results = await interleave(subjects, context);
    const best = `analyze-${context.material.cores}`;
    return {
      name,
      input: `vtest.avi, ${model.card.id} ${model.format.widthPx}×${model.format.heightPx}, ${context.rounds} rounds`,
      loadBefore,
      subjects: results,
      ratios: [
        ...cpuRatio(results, { least: 'ceiling', of: best }),
        ...rateRatio(results, { of: best, to: 'ceiling', target: CEILING_TARGET }),
        ...(best === 'analyze-1' ? [] : rateRatio(results, { of: best, to: 'analyze-1' })),
        ...rateRatio(results, { of: best, to: 'baseline-node', target: '≥ 3' }),
        ...rateRatio(results, { of: best, to: 'baseline-opencv', target: '≥ 5' }),
      ],
      figures: [],
      remarks: [],
    };
  } finally {
    await Promise.all(subjects.map((subject) => subject.close()));
  }
}
