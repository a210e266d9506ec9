/** Frames per second of a recording through the whole system, and what a second worker brings. */
import { loadavg } from 'node:os';
import { startBenchCluster } from '../cluster/bench-cluster.ts';
import { readCountTruth } from '../count-quality.ts';
import { measuredModel } from '../material.ts';
import type { ScenarioResult } from '../result.ts';
import { createCeiling } from '../subjects/ceiling.ts';
import { createQueued } from '../subjects/queued.ts';
import type { Subject } from '../subjects/subject.ts';
import { cpuRatio, interleave, rateRatio, type ScenarioContext } from './interleave.ts';

/** A round takes the whole footage three times: half a minute. */
const MOST_ROUNDS = 3;

/** `queue`: one worker with a detector per core against the ceiling; two workers of one against one. */
export async function measureQueue(context: ScenarioContext): Promise<ScenarioResult | undefined> {
  const { material, signal } = context;
  const model = await measuredModel(material);
  if ('missing' in model) {
    context.skip(`queue: ${model.missing}`);
    return undefined;
  }
  const truth = readCountTruth(material);
  const rounds = Math.min(MOST_ROUNDS, context.rounds);
  const { cores } = material;
  const shapes = [
    { workers: 1, detectors: cores },
    { workers: 1, detectors: 1 },
    { workers: 2, detectors: 1 },
  ].filter(({ detectors }, index) => index > 0 || detectors > 1);
  const loadBefore = loadavg()[0] ?? Number.NaN;
  const subjects: Subject[] = [await createCeiling({ material, model, processes: cores, signal })];
  const cluster = await startBenchCluster(material);
  try {
    for (const shape of shapes) subjects.push(await createQueued({ cluster, material, truth, ...shape }));
    const results = await interleave(subjects, { ...context, rounds });
    return {
      name: 'queue',
      input: `vtest.avi whole (795 frames), ${model.card.id} ${model.format.widthPx}×${model.format.heightPx}, ${rounds} rounds`,
      loadBefore,
      subjects: results,
      ratios: [
        ...cpuRatio(results, { least: 'ceiling', of: `queue-1x${cores}` }),
        ...rateRatio(results, { of: `queue-1x${cores}`, to: 'ceiling', target: '≥ 0.92' }),
        ...rateRatio(results, { of: 'queue-2x1', to: 'queue-1x1', target: '≥ 1.85' }),
      ],
      figures: [],
      remarks: [
        'Rates include planning, segments, counting and publishing: from enqueue to the last accepted record.',
      ],
    };
  } finally {
    await Promise.all(subjects.map((subject) => subject.close()));
    await cluster.stop();
  }
}
