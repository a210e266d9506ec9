/** Every scenario by the name `--scenario` takes, in the order in which they run. */
import { AnalysisError } from '../../pipelines/errors.ts';
import { measurePortalHttp } from '../portal/portal-http.ts';
import { measurePortalStore } from '../portal/portal-store.ts';
import type { ScenarioResult } from '../result.ts';
import { measureCamerasPerCore, measureFlowCamerasPerCore } from './cameras-per-core.ts';
import { measureDensity } from './density.ts';
import { measureEventLoop } from './event-loop.ts';
import { measureFirstView } from './first-view.ts';
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

/** One row: name, the wall time that is expected of it, how it is run, and what it answers. */
type Row = readonly [name: string, seconds: Scenario['seconds'], run: Scenario['run'], question: string];

const once = (start: number): Scenario['seconds'] => ({ start, perRound: 0 });
const rounds = (start: number, perRound: number, mostRounds?: number): Scenario['seconds'] => ({
  ...{ start, perRound },
  ...(mostRounds === undefined ? {} : { mostRounds }),
});

/** What runs without `--scenario`; together below five minutes on two quiet cores. */
const DEFAULTS: readonly Row[] = [
  ['stages', rounds(5, 2), measureStages, 'what does each step after the network cost by itself?'],
  ['analyze', rounds(4, 10), measureAnalyze, 'how near is the path to what the machine can do at best?'],
  ['baselines', rounds(6, 20, 3), measureBaselines, 'what does it bring over what one writes first?'],
  ['queue', rounds(8, 45, 2), measureQueue, 'what does the whole system do?'],
  ['density', once(40), measureDensity, 'what does one live camera at 1 frame/s cost?'],
];

const OTHERS: readonly Row[] = [
  ['flow', once(45), measureFlow, 'and at 5 frames/s?'],
  ['event-loop', rounds(25, 22, 3), measureEventLoop, 'does the thread that renews locks stay free?'],
  ['workers-scaling', rounds(25, 200, 2), measureScaling, 'what does a second worker bring?'],
  [
    'baselines-1080p',
    rounds(30, 28, 3),
    measureCityBaselines,
    'the same against 1080p25 H.264, as a city’s camera sends it?',
  ],
  [
    'cameras-per-core',
    once(300),
    measureCamerasPerCore,
    'how many cameras at 1 frame/s does a core carry in real time?',
  ],
  ['cameras-per-core-flow', once(300), measureFlowCamerasPerCore, 'and how many at 5 frames/s?'],
  ['sweep', rounds(20, 60), measureSweep, 'model × input size × threads × sessions: cost and count error?'],
  [
    'soak',
    once(420),
    measureSoak,
    'do memory, files and processes stay flat with 16 live cameras? (--minutes)',
  ],
  [
    'soak-recording',
    once(100),
    measureRecordingSoak,
    'and over hours of media as fast as it goes? (--hours)',
  ],
  [
    'portal-store',
    once(900),
    measurePortalStore,
    'how fast does the portal’s store take and give a city’s year? (--engine, --keep, --reuse)',
  ],
  ['portal-http', once(150), measurePortalHttp, 'how fast does the portal answer through HTTP? (--reuse)'],
  [
    'first-view',
    rounds(15, 4),
    measureFirstView,
    'how soon can a first visitor use the page, and what does it weigh?',
  ],
];

const toScenario =
  (isDefault: boolean) =>
  ([name, seconds, run, question]: Row): Scenario => ({ name, question, isDefault, seconds, run });

/** The default ones first. */
export const SCENARIOS: readonly Scenario[] = [
  ...DEFAULTS.map(toScenario(true)),
  ...OTHERS.map(toScenario(false)),
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
