/** Model × input size × threads × sessions: what each costs, how fast it is, and how wrong its counts are. */
import { loadavg } from 'node:os';
import type { CountTruth } from '../count-quality.ts';
import { type MeasuredModel, measuredModel } from '../material.ts';
import type { ScenarioResult, SeriesResult, SubjectResult } from '../result.ts';
import { createPipeline } from '../subjects/pipeline.ts';
import type { Subject } from '../subjects/subject.ts';
import { startSweptEngine } from '../subjects/swept-engine.ts';
import { interleave, type ScenarioContext } from './interleave.ts';
import { readTruth } from './throughput.ts';

/** Long sides of the default model's input, and the other model at its one size. */
const SIZES = [
  { id: 'centernet-mobilenetv3', longSidePx: 320 },
  { id: 'centernet-mobilenetv3', longSidePx: 512 },
  { id: 'centernet-mobilenetv3', longSidePx: 640 },
  { id: 'yolox-nano', longSidePx: undefined },
] as const;

/** One core and two cores, each as threads of one session and as sessions. */
const SHAPES = [
  { threads: 1, sessions: 1 },
  { threads: 2, sessions: 1 },
  { threads: 1, sessions: 2 },
  { threads: 2, sessions: 2 },
] as const;

/** `sweep`. Models stand in one after another, since not all fit in memory at once; their shapes are interleaved. */
export async function measureSweep(context: ScenarioContext): Promise<ScenarioResult> {
  const loadBefore = loadavg()[0] ?? Number.NaN;
  const truth = readTruth(context, context.material);
  const results: SubjectResult[] = [];
  for (const { id, longSidePx } of context.isSmoke ? SIZES.slice(0, 1) : SIZES) {
    const model = await measuredModel(context.material, id, longSidePx);
    if ('missing' in model) context.skip(`sweep: ${model.missing}`);
    else results.push(...(await sweepModel(context, model, truth)));
  }
  return {
    name: 'sweep',
    input: `PETS09-S2L1 768×576, ${context.rounds} rounds of 1/${context.parts}`,
    loadBefore,
    subjects: results,
    ratios: [],
    figures: [],
    series: errorAgainstCost(results),
    remarks: [
      'Name: model, input, threads per session × sessions. The count error is of the very pictures that were timed.',
    ],
  };
}

async function sweepModel(
  context: ScenarioContext,
  model: MeasuredModel,
  truth: CountTruth | undefined,
): Promise<SubjectResult[]> {
  const { material } = context;
  const { widthPx, heightPx } = model.format;
  const subjects: Subject[] = [];
  try {
    for (const shape of SHAPES) {
      const engine = await startSweptEngine({ material, model, ...shape });
      const name = `${shortName(model)} ${widthPx}×${heightPx} ${shape.threads}×${shape.sessions}`;
      subjects.push(createPipeline({ name, material, model, engine, truth }));
    }
    return await interleave(subjects, context);
  } finally {
    await Promise.all(subjects.map((subject) => subject.close()));
  }
}

function shortName({ card }: MeasuredModel): string {
  return card.id.split('-')[0] ?? card.id;
}

/** One point per model and size: the cheapest of its shapes. */
function errorAgainstCost(results: readonly SubjectResult[]): SeriesResult[] {
  const cheapest = new Map<string, readonly [cost: number, mae: number]>();
  for (const { name, cpu, quality } of results) {
    const size = name.split(' ').slice(0, 2).join(' ');
    if (cpu === undefined || quality === undefined) continue;
    if (cpu.total < (cheapest.get(size)?.[0] ?? Number.POSITIVE_INFINITY))
      cheapest.set(size, [cpu.total, quality.presenceMae]);
  }
  const axes = { xLabel: 'CPU ms/frame', yLabel: 'MAE, orang per gambar · people per picture' };
  return [...cheapest].map(([name, point]) => ({ name, ...axes, points: [point] }));
}
