/** Every scenario by the name `--scenario` takes, in the order in which they run. */
import { AnalysisError } from '../../pipelines/errors.ts';
import type { ScenarioResult } from '../result.ts';
import { measureCamerasPerCore, measureFlowCamerasPerCore } from './cameras-per-core.ts';
import { measureDensity } from './density.ts';
import { measureEventLoop } from './event-loop.ts';
import { measureFlow } from './flow.ts';
import type { ScenarioContext } from './interleave.ts';
import { measureQueue, measureScaling } from './queue.ts';
import { measureRecordingSoak, measureSoak } from './soak.ts';
import { measureStages } from './stages.ts';
import { measureSweep } from './sweep.ts';
import { measureAnalyze, measureBaselines, measureCityBaselines } from './throughput.ts';

/** One scenario. */
export interface Scenario {
  readonly name: string;
  /** What it answers. */
  readonly question: string;
  /** Part of a run without `--scenario`. */
  readonly isDefault: boolean;
  /** Expected wall time on two quiet cores: a fixed part and one per round. Only for the progress line. */
  readonly seconds: { readonly start: number; readonly perRound: number; readonly mostRounds?: number };
  readonly run: (context: ScenarioContext) => Promise<ScenarioResult | undefined>;
}

/** The default ones first; together they stay below five minutes on two quiet cores. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'stages',
    question: 'what does each step after the network cost by itself?',
    isDefault: true,
    seconds: { start: 5, perRound: 2 },
    run: measureStages,
  },
  {
    name: 'analyze',
    question: 'how near is the path to what the machine can do at best?',
    isDefault: true,
    seconds: { start: 4, perRound: 10 },
    run: measureAnalyze,
  },
  {
    name: 'baselines',
    question: 'what does it bring over what one writes first?',
    isDefault: true,
    seconds: { start: 6, perRound: 17, mostRounds: 3 },
    run: measureBaselines,
  },
  {
    name: 'queue',
    question: 'what does the whole system do?',
    isDefault: true,
    seconds: { start: 8, perRound: 22, mostRounds: 3 },
    run: measureQueue,
  },
  {
    name: 'density',
    question: 'what does one live camera at 1 frame/s cost?',
    isDefault: true,
    seconds: { start: 40, perRound: 0 },
    run: measureDensity,
  },
  {
    name: 'flow',
    question: 'and at 5 frames/s?',
    isDefault: false,
    seconds: { start: 45, perRound: 0 },
    run: measureFlow,
  },
  {
    name: 'event-loop',
    question: 'does the thread that renews locks stay free?',
    isDefault: false,
    seconds: { start: 25, perRound: 22, mostRounds: 3 },
    run: measureEventLoop,
  },
  {
    name: 'workers-scaling',
    question: 'what does a second worker bring?',
    isDefault: false,
    seconds: { start: 15, perRound: 75, mostRounds: 3 },
    run: measureScaling,
  },
  {
    name: 'baselines-1080p',
    question: 'the same against 1080p25 H.264, as a city’s camera sends it?',
    isDefault: false,
    seconds: { start: 30, perRound: 25, mostRounds: 3 },
    run: measureCityBaselines,
  },
  {
    name: 'cameras-per-core',
    question: 'how many cameras at 1 frame/s does a core carry in real time?',
    isDefault: false,
    seconds: { start: 300, perRound: 0 },
    run: measureCamerasPerCore,
  },
  {
    name: 'cameras-per-core-flow',
    question: 'and how many at 5 frames/s?',
    isDefault: false,
    seconds: { start: 300, perRound: 0 },
    run: measureFlowCamerasPerCore,
  },
  {
    name: 'sweep',
    question: 'model × input size × threads × sessions: cost and count error?',
    isDefault: false,
    seconds: { start: 20, perRound: 60 },
    run: measureSweep,
  },
  {
    name: 'soak',
    question: 'do memory, files and processes stay flat with 16 live cameras? (--minutes)',
    isDefault: false,
    seconds: { start: 420, perRound: 0 },
    run: measureSoak,
  },
  {
    name: 'soak-recording',
    question: 'and over hours of media as fast as it goes? (--hours)',
    isDefault: false,
    seconds: { start: 100, perRound: 0 },
    run: measureRecordingSoak,
  },
];

const ALIASES: Readonly<Record<string, string>> = {
  ceiling: 'analyze',
  'baseline-node': 'baselines',
  'baseline-opencv': 'baselines',
};

/** Every name that may be given. */
export function scenarioNames(): string[] {
  return [...SCENARIOS.map(({ name }) => name), ...Object.keys(ALIASES), 'all'];
}

/**
 * The scenarios asked for, without doubles; the default ones where none is.
 * @throws AnalysisError `config-invalid` for a name that is none.
 */
export function chooseScenarios(names: readonly string[]): Scenario[] {
  if (names.length === 0) return SCENARIOS.filter(({ isDefault }) => isDefault);
  const wanted = new Set(names.map((name) => ALIASES[name] ?? name));
  const known = scenarioNames();
  const unknown = [...wanted].filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new AnalysisError(
      'config-invalid',
      'bench',
      `no such scenario ${unknown.join(', ')}; known: ${known.join(', ')}`,
    );
  return SCENARIOS.filter(({ name }) => wanted.has('all') || wanted.has(name));
}

/** See `Scenario.seconds`. */
export function expectedSeconds({ seconds }: Scenario, rounds: number): number {
  const { start, perRound, mostRounds = rounds } = seconds;
  return start + perRound * Math.min(rounds, mostRounds);
}
