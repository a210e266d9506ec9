/** Two runs of the benchmark: better, worse, or noise. Only ratios inside one run are compared, never bare rates. */
import { readFileSync } from 'node:fs';
import { AnalysisError } from '../../pipelines/errors.ts';
import { formatTable } from '../../workers/cli/output.ts';
import { type BenchResult, RESULT_VERSION } from '../result.ts';

/** How a ratio moved. */
export interface Comparison {
  readonly name: string;
  readonly before: number;
  readonly after: number;
  /** `noise`: the two intervals overlap. A greater ratio is a better one. */
  readonly verdict: 'better' | 'worse' | 'noise' | 'too few rounds';
}

/** Fewer rounds give an interval that says nothing. */
const LEAST_ROUNDS = 3;

/** Every ratio that both runs measured. */
export function compareResults(old: BenchResult, now: BenchResult): Comparison[] {
  const before = ratiosOf(old);
  return [...ratiosOf(now)].flatMap(([name, after]) => {
    const was = before.get(name);
    if (was === undefined) return [];
    return [{ name, before: was.median, after: after.median, verdict: verdictOf(was, after) }];
  });
}

type Ratio = BenchResult['scenarios'][number]['ratios'][number];

function ratiosOf({ scenarios }: BenchResult): Map<string, Ratio> {
  return new Map(
    scenarios.flatMap(({ name, ratios }) =>
      ratios.map((ratio): [string, Ratio] => [`${name}: ${ratio.name}`, ratio]),
    ),
  );
}

function verdictOf(before: Ratio, after: Ratio): Comparison['verdict'] {
  if (Math.min(before.n, after.n) < LEAST_ROUNDS) return 'too few rounds';
  if (after.low > before.high) return 'better';
  return after.high < before.low ? 'worse' : 'noise';
}

/** Reads a run that `--json` wrote. @throws AnalysisError `config-invalid` when it is none. */
export function readResult(file: string): BenchResult {
  const refuse = (reason: string): never => {
    throw new AnalysisError('config-invalid', 'bench', `--compare: ${file} ${reason}`);
  };
  try {
    const result = JSON.parse(readFileSync(file, 'utf8')) as Partial<BenchResult>;
    if (result.version === RESULT_VERSION && Array.isArray(result.scenarios)) return result as BenchResult;
  } catch (error) {
    return refuse(`can't be read: ${(error as Error).message}`);
  }
  return refuse(`is no result of this version (${RESULT_VERSION})`);
}

/** For stdout. */
export function comparisonText(comparisons: readonly Comparison[]): string {
  if (comparisons.length === 0) return 'nothing that both runs measured';
  return formatTable(
    ['ratio', 'before', 'now', 'verdict'],
    comparisons.map(({ name, before, after, verdict }) => [
      name,
      before.toFixed(3),
      after.toFixed(3),
      verdict,
    ]),
  );
}
