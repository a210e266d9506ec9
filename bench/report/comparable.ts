/** What of a run can stand beside another run. */
import type { BenchResult, ScenarioResult, SubjectResult } from '../result.ts';

/**
 * One figure with its rounds.
 * - `share`: a ratio inside one run; means the same on every machine
 * - `plain`: has a unit; means something beside the same machine's only
 * - `exact`: a count; the same each time
 */
export interface Comparable {
  readonly kind: 'share' | 'plain' | 'exact';
  readonly value: number;
  readonly rounds: readonly number[];
  readonly better: 'higher' | 'lower';
  /** What it was measured on: another clip, model, size or length of a part is another question. */
  readonly input: string;
}

/** Subject whose rate is what the machine can do at best. */
const CEILING = 'ceiling';

/** By a name that is the same in every run. */
export function comparablesOf(result: BenchResult): Map<string, Comparable> {
  return new Map(
    result.scenarios.flatMap((scenario) =>
      [
        ...ratiosOf(scenario),
        ...sharesOfCeiling(scenario),
        ...stagesOf(scenario),
        ...countErrorsOf(scenario),
        ...figuresOf(scenario),
      ].map(([name, comparable]): [string, Comparable] => [
        `${scenario.name}: ${name}`,
        { ...comparable, input: askedOf(scenario) },
      ]),
    ),
  );
}

type Named = readonly [name: string, comparable: Omit<Comparable, 'input'>];

/** The input without how often it was measured, which weighs in the interval, and without what came out. */
function askedOf({ input }: ScenarioResult): string {
  return input.replace(/\b\d+ rounds\b/, 'rounds').replace(/: \d+ pictures in \d+ s$/, '');
}

function ratiosOf({ ratios }: ScenarioResult): Named[] {
  return ratios.map(({ name, median, rounds }) => [
    name,
    { kind: 'share', value: median, rounds, better: 'higher' },
  ]);
}

/** Rate and CPU of every subject against the ceiling of the same round. */
function sharesOfCeiling({ subjects, ratios }: ScenarioResult): Named[] {
  const ceiling = subjects.find(({ name }) => name === CEILING);
  if (ceiling === undefined) return [];
  const known = new Set(ratios.map(({ name }) => name));
  return subjects
    .filter((subject) => subject !== ceiling)
    .flatMap((subject) => [
      share(`${subject.name} / ceiling`, ratesOf(subject), ratesOf(ceiling)),
      share(`CPU of ceiling / CPU of ${subject.name}`, cpuOf(ceiling), cpuOf(subject)),
    ])
    .filter(([name, { rounds }]) => rounds.length > 0 && !known.has(name));
}

function share(name: string, of: readonly number[], to: readonly number[]): Named {
  const rounds = of.slice(0, to.length).map((value, round) => value / to[round]!);
  const value = rounds.reduce((sum, ratio) => sum + ratio, 0) / rounds.length;
  return [name, { kind: 'share', value, rounds, better: 'higher' }];
}

const ratesOf = ({ slices }: SubjectResult): number[] => slices.map(({ framesPerSecond }) => framesPerSecond);
const cpuOf = ({ slices }: SubjectResult): number[] => slices.flatMap(({ cpu }) => cpu?.total ?? []);

function stagesOf({ stages = [] }: ScenarioResult): Named[] {
  return stages.map(({ name, speedRounds }) => {
    const value = speedRounds.reduce((sum, speed) => sum + speed, 0) / speedRounds.length;
    return [`${name}, speed`, { kind: 'share', value, rounds: speedRounds, better: 'higher' }];
  });
}

/** A faster run that counts worse is no better run. */
function countErrorsOf({ subjects }: ScenarioResult): Named[] {
  return subjects.flatMap(({ name, quality }): Named[] => {
    if (quality === undefined) return [];
    // Another stretch of footage is another question.
    const of = `${quality.samples} ${quality.of}s`;
    const exact = (value: number): Named[1] => ({ kind: 'exact', value, rounds: [], better: 'lower' });
    const { crossings } = quality;
    return [
      [`${name}, presence MAE over ${of}`, exact(quality.presenceMae)],
      ...(crossings === undefined
        ? []
        : ([
            [`${name}, missed crossings`, exact(crossings.in.missed + crossings.out.missed)],
            [`${name}, crossings over-counted`, exact(crossings.in.overCounted + crossings.out.overCounted)],
          ] as const)),
    ];
  });
}

function figuresOf({ figures }: ScenarioResult): Named[] {
  return figures.flatMap(({ name, value, better, rounds = [] }): Named[] =>
    better === undefined ? [] : [[name, { kind: 'plain', value, rounds, better }]],
  );
}
