/** `npm run bench`: how fast, how wrong, and how far from what the machine could do. */
import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { AnalysisError } from '../pipelines/errors.ts';
import { remark, reportError, say } from '../workers/cli/output.ts';
import { PACKAGE_ROOT } from '../workers/config.ts';
import { openMaterial } from './material.ts';
import { describeMachine } from './measure/machine.ts';
import { compareResults, comparisonText, readResult } from './report/compare.ts';
import { resultMarkdown, resultText } from './report/tables.ts';
import { type BenchResult, RESULT_VERSION, type ScenarioResult } from './result.ts';
import { measureDensity } from './scenarios/density.ts';
import { measureEventLoop } from './scenarios/event-loop.ts';
import type { ScenarioContext } from './scenarios/interleave.ts';
import { measureQueue } from './scenarios/queue.ts';
import { measureAnalyze, measureBaselines } from './scenarios/throughput.ts';

interface BenchOptions {
  readonly scenario: readonly string[];
  readonly json?: string;
  readonly markdown?: string;
  readonly rounds?: number;
  readonly parts?: number;
  readonly smoke?: boolean;
  readonly compare?: string;
}

type Scenario = (context: ScenarioContext) => Promise<ScenarioResult | undefined>;

/** By the name `--scenario` takes. */
const SCENARIOS: Readonly<Record<string, Scenario>> = {
  analyze: measureAnalyze,
  baselines: (context) => measureBaselines(context, ['node', 'opencv']),
  queue: measureQueue,
  'event-loop': measureEventLoop,
  density: measureDensity,
};
const ALIASES: Readonly<Record<string, string>> = {
  ceiling: 'analyze',
  'baseline-node': 'baselines',
  'baseline-opencv': 'baselines',
};

/** The whole footage once, in parts of 16 s; the smoke run sees one short part. */
const FULL = { rounds: 5, parts: 5 };
const SMOKE = { rounds: 1, parts: 20 };

const argv = process.argv.slice(2).filter((word, index) => word !== '--' || index > 0);
await main().catch((error: unknown) => {
  process.exitCode = reportError(error);
});

async function main(): Promise<void> {
  const collect = (value: string, before: readonly string[]) => [...before, value];
  const known = [...Object.keys(SCENARIOS), ...Object.keys(ALIASES)].join(', ');
  const options = new Command('npm run bench --')
    .description('kecepatan beserta kesalahan hitung / speed together with count error')
    .option('--scenario <name>', `only this one, may be given again: ${known}`, collect, [])
    .option('--json <file>', 'everything as JSON')
    .option('--markdown <file>', 'the summary as Markdown')
    .option('--compare <file>', 'an older --json file: better, worse or noise, by ratio')
    .option('--rounds <n>', `rounds of interleaved measurements; default ${FULL.rounds}`, Number)
    .option('--parts <n>', `parts the footage is cut into; default ${FULL.parts}`, Number)
    .option('--smoke', 'one short round of everything: that it works, not how fast')
    .parse(argv, { from: 'user' })
    .opts<BenchOptions>();
  const old = options.compare === undefined ? undefined : readResult(options.compare);
  const result = await measure(options);
  say(resultText(result));
  if (old !== undefined) say(comparisonText(compareResults(old, result)));
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
  if (options.markdown !== undefined) await writeFile(options.markdown, resultMarkdown(result));
}

function chosen(names: readonly string[]): string[] {
  const wanted = new Set(names.map((name) => ALIASES[name] ?? name));
  const unknown = [...wanted].filter((name) => !(name in SCENARIOS));
  if (unknown.length > 0) {
    const known = [...Object.keys(SCENARIOS), ...Object.keys(ALIASES)].join(', ');
    throw new AnalysisError(
      'config-invalid',
      'bench',
      `no such scenario ${unknown.join(', ')}; known: ${known}`,
    );
  }
  return Object.keys(SCENARIOS).filter((name) => wanted.size === 0 || wanted.has(name));
}

async function measure(options: BenchOptions): Promise<BenchResult> {
  const names = chosen(options.scenario);
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const machine = describeMachine(PACKAGE_ROOT);
  const skipped = new Set<string>();
  const scenarios: ScenarioResult[] = [];
  const size = options.smoke === true ? SMOKE : FULL;
  try {
    const context: ScenarioContext = {
      material: await openMaterial(stop.signal),
      rounds: options.rounds ?? size.rounds,
      parts: options.parts ?? size.parts,
      signal: stop.signal,
      progress: showProgress,
      skip: (what) => skipped.add(what),
    };
    for (const name of names) {
      const result = await SCENARIOS[name]!(context);
      if (result !== undefined) scenarios.push(result);
    }
  } finally {
    endProgress();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
  const command = ['npm run bench', ...(argv.length === 0 ? [] : ['--', ...argv])].join(' ');
  return { version: RESULT_VERSION, command, machine, scenarios, skipped: [...skipped] };
}

function showProgress(text: string): void {
  if (process.stderr.isTTY === true) process.stderr.write(`\r\u001b[2K${text}`);
  else remark(text);
}

function endProgress(): void {
  if (process.stderr.isTTY === true) process.stderr.write('\r\u001b[2K');
}
