/**
 * Two runs of the benchmark: better, worse, or noise. Rates are compared as shares of the same run's own ceiling or
 * reference, round by round, so that a slower machine is no regression; bare figures only on the same machine.
 */
import { formatTable } from '../../workers/cli/output.ts';
import { isSameMachine } from '../measure/machine.ts';
import { type Change, changeOf } from '../measure/statistics.ts';
import type { BenchResult } from '../result.ts';
import { type Comparable, comparablesOf } from './comparable.ts';

/** How one figure moved. */
export interface Comparison {
  readonly name: string;
  readonly before?: number;
  readonly after?: number;
  /** Now over before with its 95 % interval, turned so that above 1 is better; absent for exact and missing ones. */
  readonly change?: Change;
  readonly verdict: Verdict;
}

/**
 * - `noise`: the interval holds "no change", or the change is below `LEAST_CHANGE`
 * - `too few rounds`: nothing can be said of what was measured once or twice
 * - `another machine`: the figure is in plain units
 * - `another input`: the scenario was given another model, size, clip or length
 */
export type Verdict =
  | 'better'
  | 'worse'
  | 'noise'
  | 'too few rounds'
  | 'another machine'
  | 'another input'
  | 'only before'
  | 'only now';

/** Two runs and what became of their figures. */
export interface ComparisonReport {
  readonly isSameMachine: boolean;
  readonly before: string;
  readonly after: string;
  readonly figures: readonly Comparison[];
}

/** Fewer rounds give an interval that says nothing. */
const LEAST_ROUNDS = 3;

/**
 * Two runs of the same build differ by about this much in ways no round of either run can show: where the memory lies,
 * which neighbours the machine has that minute (Mytkowicz et al. 2009, "Producing wrong data without doing anything
 * obviously wrong!").
 */
const LEAST_CHANGE = 0.02;

/** Every figure that at least one of the runs measured, in the order of the newer run. */
export function compareResults(old: BenchResult, now: BenchResult): ComparisonReport {
  const [before, after] = [comparablesOf(old), comparablesOf(now)];
  const isSame = isSameMachine(old.machine, now.machine);
  const names = [...new Set([...after.keys(), ...before.keys()])];
  return {
    isSameMachine: isSame,
    before: `${old.machine.commit}, ${old.machine.at}, ${old.machine.processor}`,
    after: `${now.machine.commit}, ${now.machine.at}, ${now.machine.processor}`,
    figures: names.map((name) => compareOne(name, { was: before.get(name), is: after.get(name), isSame })),
  };
}

function compareOne(
  name: string,
  { was, is, isSame }: { was: Comparable | undefined; is: Comparable | undefined; isSame: boolean },
): Comparison {
  const values = {
    ...(was === undefined ? {} : { before: was.value }),
    ...(is === undefined ? {} : { after: is.value }),
  };
  if (was === undefined || is === undefined)
    return { name, ...values, verdict: was === undefined ? 'only now' : 'only before' };
  if (was.input !== is.input) return { name, ...values, verdict: 'another input' };
  if (is.kind === 'exact') return { name, ...values, verdict: exactVerdict(was, is) };
  if (is.kind === 'plain' && !isSame) return { name, ...values, verdict: 'another machine' };
  if (Math.min(was.rounds.length, is.rounds.length) < LEAST_ROUNDS)
    return { name, ...values, verdict: 'too few rounds' };
  const change = is.better === 'higher' ? changeOf(was.rounds, is.rounds) : changeOf(is.rounds, was.rounds);
  if (change === undefined) return { name, ...values, verdict: 'too few rounds' };
  return { name, ...values, change, verdict: verdictOf(change) };
}

function verdictOf({ factor, low, high }: Change): Verdict {
  if (low > 1 && factor >= 1 + LEAST_CHANGE) return 'better';
  return high < 1 && factor <= 1 / (1 + LEAST_CHANGE) ? 'worse' : 'noise';
}

/** Counts are deterministic, and a hundredth is what the tables show. */
function exactVerdict(was: Comparable, is: Comparable): Verdict {
  const difference = Math.round((is.value - was.value) * 100);
  if (difference === 0) return 'noise';
  return difference > 0 === (is.better === 'higher') ? 'better' : 'worse';
}

/** For stdout: worse first. */
export function comparisonText(report: ComparisonReport): string {
  const { figures, before, after } = report;
  const head = [
    '',
    '── perbandingan / comparison',
    `dulu / before: ${before}`,
    `kini / now:    ${after}`,
    ...(report.isSameMachine
      ? []
      : ['!! mesin lain / another machine: only shares of each run’s own ceiling are compared']),
  ];
  if (!figures.some((one) => one.before !== undefined && one.after !== undefined))
    return [...head, 'tidak ada yang diukur keduanya / nothing that both runs measured'].join('\n');
  const rank: Record<Verdict, number> = {
    ...{ worse: 0, better: 1, noise: 2, 'too few rounds': 3 },
    ...{ 'another machine': 4, 'another input': 5, 'only before': 6, 'only now': 7 },
  };
  const rows = figures
    .toSorted((a, b) => rank[a.verdict] - rank[b.verdict])
    .map((one) => [one.name, show(one.before), show(one.after), changeText(one.change), one.verdict]);
  return [
    ...head,
    formatTable(['figure', 'before', 'now', 'better by (95 %)', 'verdict'], rows),
    countText(figures),
  ].join('\n');
}

function countText(figures: readonly Comparison[]): string {
  const count = (verdict: Verdict): number => figures.filter((one) => one.verdict === verdict).length;
  return `${count('better')} better, ${count('worse')} worse, ${count('noise')} noise`;
}

function show(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(Number(value.toPrecision(4)));
}

function changeText(change: Change | undefined): string | undefined {
  if (change === undefined) return undefined;
  const percent = (factor: number): string =>
    `${factor >= 1 ? '+' : '−'}${Math.abs((factor - 1) * 100).toFixed(1)}`;
  return `${percent(change.factor)} % (${percent(change.low)} … ${percent(change.high)})`;
}
