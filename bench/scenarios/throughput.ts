/** Frames per second of the product's path against the ceiling, and against what one writes first. */
import { loadavg } from 'node:os';
import { readCountTruth } from '../count-quality.ts';
import {
  asPublished,
  type Material,
  type MeasuredModel,
  measuredModel,
  openCityMaterial,
} from '../material.ts';
import type { ScenarioResult } from '../result.ts';
import { BASELINE_KINDS, type BaselineKind, createBaseline, opencvFault } from '../subjects/baseline.ts';
import { createCeiling } from '../subjects/ceiling.ts';
import { createPipeline, startPool } from '../subjects/pipeline.ts';
import type { Subject } from '../subjects/subject.ts';
import { cpuRatio, interleave, rateRatio, roundsUpTo, type ScenarioContext } from './interleave.ts';

/** Issue 3 §2.8. */
const TARGETS = { ceiling: '≥ 0.92', node: '≥ 3', opencv: '≥ 5' };

/** The straightforward programs are slow: half of a part is enough to see how slow. */
const BASELINE_PARTS_FACTOR = 2;
const BASELINE_ROUNDS = 3;
/** The whole city clip has 775 pictures; PNG of that size takes a quarter of a second each. */
const CITY_PARTS = 20;

/** `analyze`: ceiling, one detector, one detector per core, with the default model. */
export async function measureAnalyze(context: ScenarioContext): Promise<ScenarioResult | undefined> {
  const { material, signal } = context;
  const model = await measuredModel(material);
  if ('missing' in model) return skipped(context, `analyze: ${model.missing}`);
  const truth = readTruth(context, material);
  const pipeline = async (detectors: number) => {
    const engine = await startPool(material, model, detectors);
    return createPipeline({ name: `analyze-${detectors}`, material, model, engine, truth });
  };
  return await measure(context, { name: 'analyze', model }, [
    () => createCeiling({ material, model, processes: material.cores, signal }),
    ...(material.cores === 1 ? [] : [() => pipeline(1)]),
    () => pipeline(material.cores),
  ]);
}

/** `baselines`: the same model in straightforward programs, on the footage as it is. */
export async function measureBaselines(context: ScenarioContext): Promise<ScenarioResult | undefined> {
  const parts = context.parts * (context.isSmoke ? 1 : BASELINE_PARTS_FACTOR);
  const rounds = roundsUpTo(BASELINE_ROUNDS, context);
  return await againstBaselines({ ...context, parts, rounds }, 'baselines');
}

/** `baselines-1080p`: the same footage as a city's camera sends it. */
export async function measureCityBaselines(context: ScenarioContext): Promise<ScenarioResult | undefined> {
  context.progress('encoding 1080p25 H.264');
  const material = await openCityMaterial(context.material, context.signal);
  const rounds = roundsUpTo(BASELINE_ROUNDS, context);
  return await againstBaselines({ ...context, material, rounds, parts: CITY_PARTS }, 'baselines-1080p');
}

async function againstBaselines(context: ScenarioContext, name: string): Promise<ScenarioResult | undefined> {
  const { material } = context;
  const yolox = await measuredModel(material, 'yolox-nano');
  const truth = readTruth(context, material);
  const hasYolox = !('missing' in yolox);
  if (!hasYolox) context.skip(`${name} with YOLOX-nano: ${yolox.missing}; the default model stands in`);
  const model = hasYolox ? yolox : await measuredModel(material);
  if ('missing' in model) return skipped(context, `${name}: ${model.missing}`);
  const kinds = runnableKinds(context, { name, hasYolox });
  const published = asPublished(model, material);
  const product = async (subject: string, measured: MeasuredModel) => {
    const engine = await startPool(material, measured, material.cores);
    return createPipeline({ name: subject, material, model: measured, engine, truth });
  };
  const best = `analyze-${material.cores}`;
  return await measure(context, { name, model }, [
    () => product(best, model),
    ...(published === model ? [] : [() => product(`${best}-square`, published)]),
    ...kinds.map(
      (kind) => () => Promise.resolve(createBaseline({ kind, material, model: published, truth })),
    ),
  ]);
}

function runnableKinds(
  context: ScenarioContext,
  { name, hasYolox }: { name: string; hasYolox: boolean },
): readonly BaselineKind[] {
  const fault = hasYolox ? opencvFault() : 'YOLOX-nano is not here and OpenCV is measured with nothing else';
  if (fault === undefined) return BASELINE_KINDS;
  context.skip(`${name}, baseline-opencv: ${fault}`);
  return BASELINE_KINDS.filter((kind) => kind !== 'opencv');
}

/** The truth, or a remark in the report that there is none. */
export function readTruth(context: ScenarioContext, material: Material) {
  const truth = readCountTruth(material);
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
  const { material, rounds, parts } = context;
  try {
    for (const make of makers) subjects.push(await make());
    const results = await interleave(subjects, context);
    const best = `analyze-${material.cores}`;
    const against = (kind: BaselineKind, target: string) => [
      ...rateRatio(results, { of: best, to: `baseline-${kind}`, target }),
      ...cpuRatio(results, { of: best, least: `baseline-${kind}` }),
    ];
    return {
      name,
      input: `${footageLine(material)}, ${model.card.id} ${model.format.widthPx}×${model.format.heightPx}, ${rounds} rounds of 1/${parts}`,
      loadBefore,
      subjects: results,
      ratios: [
        ...cpuRatio(results, { least: 'ceiling', of: best, target: TARGETS.ceiling }),
        ...rateRatio(results, { of: best, to: 'ceiling', target: TARGETS.ceiling }),
        ...(best === 'analyze-1' ? [] : rateRatio(results, { of: best, to: 'analyze-1' })),
        ...against('node-jpeg', TARGETS.node),
        ...against('node-png', TARGETS.node),
        ...against('opencv', TARGETS.opencv),
        ...rateRatio(results, { of: `${best}-square`, to: 'baseline-node-jpeg' }),
        ...cpuRatio(results, { of: `${best}-square`, least: 'baseline-node-jpeg' }),
      ],
      figures: [],
      remarks: name.startsWith('baselines')
        ? [
            'Decode of the Node pipelines is ffmpeg with its encoder and its start; OpenCV decodes in its own process.',
            'The programs run the network on the padded square it was published for, as one does at first; analyze on the picture at the same scale without most of the padding. analyze-…-square shows what of the difference that is.',
          ]
        : [],
    };
  } finally {
    await Promise.all(subjects.map((subject) => subject.close()));
  }
}

function footageLine({ recording, framesPerSecond }: Material): string {
  const { widthPx, heightPx } = recording.plan.info;
  return `PETS09-S2L1 ${widthPx}×${heightPx} at ${framesPerSecond} frames/s`;
}
