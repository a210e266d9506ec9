/** The largest number of simulated cameras that one core carries in real time. */
import { loadavg } from 'node:os';
import { splitCores } from '../cluster/cores.ts';
import { type LiveLoad, type LiveRate, startLiveLoad } from '../cluster/live-load.ts';
import { type LiveSpan, measureLiveSpan } from '../cluster/live-span.ts';
import type { Figure, ScenarioResult } from '../result.ts';
import { planFigures } from './cameras-per-core-plan.ts';
import { type Found, searchLargest, type Verdict } from './cameras-per-core-search.ts';
import { type LoopTruth, readLoopTruth } from './cameras-per-core-truth.ts';
import type { ScenarioContext } from './interleave.ts';
import { billFigures, billOf, coresUsed, decodeFigures, fullHdClip } from './live-bill.ts';

/** Issue 3 §2.9. */
const LEAST_SHARE = 0.99;
/** Above this use of the worker's core by others, a failed probe says nothing. */
const DISTURBED_CORES = 0.03;
const WINDOW_S = 5;
/** No further probe is begun after this; with the last one a search stays below six minutes. */
const BUDGET_MS = 285_000;
const SMOKE_BUDGET_MS = 1_000;

/** One of the two searches. */
interface Search {
  readonly name: string;
  readonly rate: LiveRate;
  /** Cameras for the first bill: enough for a figure, few enough to pass anywhere. */
  readonly calibrationCameras: number;
  readonly mostCameras: number;
  /** Windows of five seconds of one probe. */
  readonly windows: number;
  readonly target?: string;
}

const DENSITY: Search = {
  name: 'cameras-per-core',
  rate: { framesPerSecond: 1, keyframesOnly: true },
  calibrationCameras: 8,
  mostCameras: 60,
  windows: 5,
  target: '≥ 15',
};
const FLOW: Search = {
  name: 'cameras-per-core-flow',
  rate: { framesPerSecond: 5, keyframesOnly: false },
  calibrationCameras: 2,
  mostCameras: 16,
  windows: 5,
};

/** `cameras-per-core`: density at 1 frame/s, keyframes only. */
export async function measureCamerasPerCore(context: ScenarioContext): Promise<ScenarioResult> {
  return await runSearch(context, DENSITY);
}

/** `cameras-per-core-flow`: flow at 5 frames/s, every picture decoded. */
export async function measureFlowCamerasPerCore(context: ScenarioContext): Promise<ScenarioResult> {
  return await runSearch(context, FLOW);
}

interface Running extends ScenarioContext {
  readonly search: Search;
  readonly load: LiveLoad;
  readonly truth: LoopTruth | undefined;
  readonly probes: LiveSpan[];
}

async function runSearch(context: ScenarioContext, search: Search): Promise<ScenarioResult> {
  const { material, progress, skip } = context;
  const loadBefore = loadavg()[0] ?? Number.NaN;
  const split = splitCores();
  if (split === undefined) skip(`${search.name} on a core of its own: needs two cores and taskset`);
  progress(`${search.name}: preparing the stream (the first time about 20 s)`);
  const clip = await fullHdClip(material);
  const load = await startLiveLoad({
    ...{ material, clip, rate: search.rate, mostCameras: search.mostCameras, windowSeconds: WINDOW_S, split },
    detectors: split === undefined ? material.cores : 1,
  });
  try {
    const truth = readLoopTruth(material, load.fleet);
    if (truth === undefined) skip(`count error of ${search.name}: no ../shared/truth/pets09-s2l1.mot.csv`);
    const running: Running = { ...context, search, load, truth, probes: [] };
    const found = await findLargest(running);
    return {
      ...{ name: search.name, input: describeInput(running), loadBefore, subjects: [], ratios: [] },
      figures: [
        ...resultFigures(running, found),
        ...(await decodeOf(running, found)),
        ...(await planFigures(running, load.options, { perCore: found.largest / coresOf(running) })),
      ],
      remarks: remarksOf(running, found),
    };
  } finally {
    await load.stop();
  }
}

async function findLargest(running: Running): Promise<Found> {
  const { search, load, progress, signal, isSmoke } = running;
  const untilMs = performance.now() + (isSmoke ? SMOKE_BUDGET_MS : BUDGET_MS);
  progress(`${search.name}: bill of ${search.calibrationCameras} cameras`);
  const { span, verdict } = await probe(running, search.calibrationCameras);
  if (span === undefined) throw new Error(`${search.calibrationCameras} cameras did not all play`);
  const predicted = (coresOf(running) * 1_000) / billOf(span).total;
  progress(`${search.name}: by that bill ${predicted.toFixed(1)} cameras`);
  return await searchLargest({
    predicted: Math.floor(predicted),
    passing: verdict.passes ? search.calibrationCameras : 0,
    most: load.fleet.cameras.length,
    hasTime: () => performance.now() < untilMs && !signal.aborted,
    probe: async (count) => (await probe(running, count)).verdict,
  });
}

async function probe(
  running: Running,
  count: number,
): Promise<{ verdict: Verdict; span: LiveSpan | undefined }> {
  const { search, load, probes, progress, signal, isSmoke } = running;
  const isPlaying = await load.setCameras(count, signal);
  if (!isPlaying) {
    progress(`${search.name}: ${count} cameras do not all play`);
    return { verdict: { passes: false, isDisturbed: false }, span: undefined };
  }
  const span = await measureLiveSpan(load, {
    cameras: count,
    windows: isSmoke ? 1 : search.windows,
    signal,
  });
  probes.push(span);
  const passes = span.analysedShare >= LEAST_SHARE;
  progress(`${search.name}: ${probeText(span)} → ${passes ? 'passes' : 'fails'}`);
  return { verdict: { passes, isDisturbed: span.foreign > DISTURBED_CORES }, span };
}

function probeText(span: LiveSpan): string {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return (
    `${span.cameras} cameras: ${percent(span.analysedShare)} of the pictures due, ` +
    `worker ${coresUsed(span).toFixed(2)} cores, others on its core ${span.foreign.toFixed(2)}, ` +
    `simulators ${span.simulators.toFixed(2)}, p95 ${span.lagMs.p95.toFixed(0)} ms`
  );
}

/** Cores that the worker may use. */
function coresOf({ load, material }: Running): number {
  return load.options.split === undefined ? material.cores : 1;
}

function describeInput({ search, load }: Running): string {
  const { split } = load.options;
  const kind = search.rate.keyframesOnly ? 'keyframes only' : 'every picture decoded';
  const where =
    split === undefined
      ? 'all processes on all cores'
      : `worker, detectors and decoders on core ${split.worker}, the rest on ${split.others}`;
  return `RTSP cameras 1920×1080 25 frames/s H.264 4 Mbit/s, keyframe each second, analysed at ${search.rate.framesPerSecond} frames/s, ${kind}; ${where}`;
}

function resultFigures(running: Running, found: Found): Figure[] {
  const { probes, search, truth } = running;
  const cores = coresOf(running);
  const best = probes.findLast(({ cameras }) => cameras === found.largest);
  const error = best === undefined ? undefined : truth?.(best.records);
  return [
    {
      ...{ name: 'cameras per core in real time', value: found.largest / cores, unit: 'cameras' },
      ...(search.target === undefined ? {} : { target: search.target }),
    },
    ...(best === undefined ? [] : bestFigures(best)),
    ...(error === undefined
      ? []
      : [
          { name: 'people per window, mean absolute error', value: error.mae, unit: 'people' },
          { name: 'people per window, bias', value: error.bias, unit: 'people' },
        ]),
    ...probes.flatMap((span, index) => probeFigures(span, index)),
  ];
}

/** After the search: nothing else may run beside it. */
async function decodeOf({ probes, load, isSmoke, search }: Running, { largest }: Found): Promise<Figure[]> {
  const best = probes.findLast(({ cameras }) => cameras === largest);
  if (best === undefined || isSmoke) return [];
  const { material, clip } = load.options;
  await load.setCameras(0, AbortSignal.timeout(60_000));
  return await decodeFigures({ material, clip, rate: search.rate }, billOf(best).decode);
}

function bestFigures(span: LiveSpan): Figure[] {
  return [
    { name: 'latency p50, capture to result', value: span.lagMs.p50, unit: 'ms' },
    { name: 'latency p95, capture to result', value: span.lagMs.p95, unit: 'ms' },
    ...billFigures(span),
  ];
}

function probeFigures(span: LiveSpan, index: number): Figure[] {
  const name = (what: string): string => `probe ${index + 1}, ${span.cameras} cameras: ${what}`;
  return [
    { name: name('analysed of those due'), value: span.analysedShare * 100, unit: '%', target: '≥ 99' },
    { name: name('worker, detectors, decoders'), value: coresUsed(span), unit: 'cores' },
    { name: name('others on its core'), value: span.foreign, unit: 'cores' },
    { name: name('simulated cameras'), value: span.simulators, unit: 'cores' },
    { name: name('latency p95'), value: span.lagMs.p95, unit: 'ms' },
  ];
}

function remarksOf({ probes, truth }: Running, found: Found): string[] {
  const disturbed = probes.filter(({ foreign }) => foreign > DISTURBED_CORES).length;
  return [
    ...(found.isComplete
      ? []
      : [`Not finished: ${found.largest} pass, ${found.smallestFailing ?? 'none'} fail.`]),
    ...(disturbed > 0
      ? [`${disturbed} of ${probes.length} probes were disturbed by other work on the worker's core.`]
      : []),
    ...(truth === undefined
      ? []
      : ['Count error: windows of 5 s of all cameras against the truth, sampling included.']),
    'Latency leaves out the fastest way from camera to worker, to which the time line is anchored.',
  ];
}
