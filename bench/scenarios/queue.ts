/** Frames per second of a recording through the whole system, and what a second worker brings. */
import { loadavg } from 'node:os';
import path from 'node:path';
import { startBenchCluster } from '../cluster/bench-cluster.ts';
import { parseCoreList, splitCores } from '../cluster/cores.ts';
import { measuredModel, openLongMaterial, openShortMaterial } from '../material.ts';
import type { RatioResult, ScenarioResult, SubjectResult } from '../result.ts';
import { type CeilingOptions, createCeiling } from '../subjects/ceiling.ts';
import { createQueued } from '../subjects/queued.ts';
import type { Subject } from '../subjects/subject.ts';
import {
  busyRatio,
  cpuRatio,
  interleave,
  rateRatio,
  roundsUpTo,
  type ScenarioContext,
  shareOf,
} from './interleave.ts';
import { readTruth } from './throughput.ts';

/** A round takes the whole recording once per subject: 40 s with two detectors, 60 s with one. */
const MOST_ROUNDS = 2;
/** The default of `pantau enqueue`: 300 s. */
const DEFAULT_SEGMENT_WINDOWS = 30;
/** Four segments of the same length, so that two workers share the recording evenly. */
const EVEN_SEGMENT_WINDOWS = 8;
/** Issue 3 §2.8. */
const CEILING_TARGET = '≥ 0.92';
const SCALING_TARGET = '≥ 1.85';

/** Workers of one shape. */
interface Shape {
  readonly workers: number;
  readonly detectors: number;
  readonly cores?: readonly string[];
}

/** `queue`: one worker with a detector per core against the ceiling. */
export async function measureQueue(context: ScenarioContext): Promise<ScenarioResult | undefined> {
  const { cores } = context.material;
  const best = `queue-1x${cores}`;
  return await measureShapes(context, 'queue', {
    ceilings: [{ processes: cores }],
    segmentWindows: DEFAULT_SEGMENT_WINDOWS,
    isWatched: false,
    shapes: [{ workers: 1, detectors: cores }],
    ratios: (results) => [
      ...cpuRatio(results, { least: 'ceiling', of: best, target: CEILING_TARGET }),
      ...rateRatio(results, { of: best, to: 'ceiling', target: CEILING_TARGET }),
    ],
    remarks: [],
  });
}

/** `workers-scaling`: two workers of one detector thread against one, free and with a core for each. */
export async function measureScaling(context: ScenarioContext): Promise<ScenarioResult | undefined> {
  const split = splitCores();
  const second = split === undefined ? undefined : parseCoreList(split.others)[0];
  if (split === undefined || second === undefined) {
    context.skip('workers-scaling: needs two cores and taskset');
    return undefined;
  }
  const both = [split.worker, String(second)];
  const one = both.slice(0, 1);
  return await measureShapes(context, 'workers-scaling', {
    ceilings: [
      { name: 'bare-1-pinned', processes: 1, cores: one },
      { name: 'bare-2-pinned', processes: 2, cores: both },
    ],
    segmentWindows: EVEN_SEGMENT_WINDOWS,
    isWatched: true,
    shapes: [
      { workers: 1, detectors: 1 },
      { workers: 2, detectors: 1 },
      { workers: 1, detectors: 1, cores: one },
      { workers: 2, detectors: 1, cores: both },
    ],
    ratios: scalingRatios,
    remarks: [
      'Free: one worker of one detector thread uses more than one core, since ffmpeg and counting run beside the detector on the other one. Pinned: each worker with its detector and ffmpeg has one core, which is the unit that is added when a machine is added; Redis, portal and this program stay where the scheduler puts them.',
      'While all work: pictures per second from when the last worker has begun until the first has nothing left, so without planning, the last segment and the last count, which a longer recording spreads.',
      'bare: session.run alone with decode in the bill, one process per core. Two of them are not twice one either where cores share cache, memory and clock: their ratio is what the machine allows.',
    ],
  });
}

function scalingRatios(results: readonly SubjectResult[]): RatioResult[] {
  const pinned = { of: 'queue-2x1-pinned', to: 'queue-1x1-pinned', target: SCALING_TARGET };
  const allowed = rateRatio(results, { of: 'bare-2-pinned', to: 'bare-1-pinned' });
  return [
    ...rateRatio(results, { of: 'queue-2x1', to: 'queue-1x1', target: SCALING_TARGET }),
    ...rateRatio(results, pinned),
    ...busyRatio(results, pinned),
    ...allowed,
    ...shareOf(busyRatio(results, pinned), allowed),
  ];
}

interface Shapes {
  /** The machine's best, measured in the same rounds. */
  readonly ceilings: readonly Pick<CeilingOptions, 'name' | 'processes' | 'cores'>[];
  readonly segmentWindows: number;
  /** See `QueuedOptions`. */
  readonly isWatched: boolean;
  readonly shapes: readonly Shape[];
  readonly ratios: (results: readonly SubjectResult[]) => RatioResult[];
  readonly remarks: readonly string[];
}

async function measureShapes(
  context: ScenarioContext,
  name: string,
  { ceilings, segmentWindows, isWatched, shapes, ratios, remarks }: Shapes,
): Promise<ScenarioResult | undefined> {
  const { signal, isSmoke } = context;
  const open = isSmoke ? openShortMaterial : openLongMaterial;
  const material = await open(context.material, signal);
  const model = await measuredModel(material);
  if ('missing' in model) {
    context.skip(`${name}: ${model.missing}`);
    return undefined;
  }
  const truth = readTruth(context, material);
  const warmUp = isSmoke ? undefined : (await openShortMaterial(context.material, signal)).footage;
  const rounds = roundsUpTo(MOST_ROUNDS, context);
  const loadBefore = loadavg()[0] ?? Number.NaN;
  const subjects: Subject[] = [];
  context.progress('starting Redis, portal and workers');
  const cluster = await startBenchCluster(material);
  try {
    for (const ceiling of ceilings)
      subjects.push(await createCeiling({ material, model, signal, ...ceiling }));
    for (const shape of shapes)
      subjects.push(
        await createQueued({ cluster, material, segmentWindows, isWatched, truth, warmUp, signal, ...shape }),
      );
    const results = await interleave(subjects, { ...context, material, rounds });
    return {
      name,
      input: `${path.basename(material.footage)} whole, ${model.card.id} ${model.format.widthPx}×${model.format.heightPx}, ${rounds} rounds`,
      loadBefore,
      subjects: results,
      ratios: ratios(results),
      figures: [],
      remarks: [
        'Rates include planning, segments, counting and publishing: from enqueue to the last accepted record.',
        ...remarks,
      ],
    };
  } finally {
    await Promise.all(subjects.map((subject) => subject.close()));
    await cluster.stop();
  }
}
