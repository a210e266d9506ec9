/** `npm run bench`: how fast, how wrong, and how far from what the machine could do. */
import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { AnalysisError } from '../pipelines/errors.ts';
import { parseCount, remark, reportError, say, USAGE_EXIT_CODE } from '../workers/cli/output.ts';
import { PACKAGE_ROOT } from '../workers/config.ts';
import { checkFolders } from './check-folders.ts';
import { openMaterial } from './material.ts';
import { describeMachine } from './measure/machine.ts';
import { ENGINES, type StoreSelection } from './portal/store-selection.ts';
import { type BenchProgress, createProgress } from './progress.ts';
import { compareResults, comparisonText } from './report/compare.ts';
import { resultHtml } from './report/html.ts';
import { readResult } from './report/read-result.ts';
import { resultMarkdown, resultText } from './report/tables.ts';
import { type BenchResult, RESULT_VERSION, type TimedScenario } from './result.ts';
import type { ScenarioContext } from './scenarios/interleave.ts';
import { chooseScenarios, type Scenario, scenarioNames } from './scenarios/registry.ts';
import { stopChildren } from './stop-children.ts';

interface BenchOptions {
  readonly scenario: readonly string[];
  readonly json?: string;
  readonly markdown?: string;
  readonly html?: string;
  readonly rounds?: number;
  readonly parts?: number;
  readonly minutes: number;
  readonly hours: number;
  readonly smoke?: boolean;
  readonly engine: StoreSelection['engine'];
  readonly keep?: string;
  readonly reuse?: string;
  readonly compare?: string;
}

/** The whole footage once, in parts of 16 s; the smoke run sees one short part. */
const FULL = { rounds: 5, parts: 5 };
const SMOKE = { rounds: 1, parts: 20 };
const DEFAULT_SOAK = { minutes: 5, hours: 1 };
/** 128 + SIGINT, as shells report it. */
const EXIT_STOPPED = 130;

const argv = process.argv.slice(2).filter((word, index) => word !== '--' || index > 0);
await main().catch((error: unknown) => {
  process.exitCode = reportError(error);
});
await stopChildren();
// A child that was lost would keep its pipes, and so this process, open for ever.
process.exit();

async function main(): Promise<void> {
  const options = readOptions();
  const scenarios = chooseScenarios(options.scenario);
  const old = options.compare === undefined ? undefined : readResult(options.compare);
  await checkFolders([options.json, options.markdown, options.html]);
  const { result, faults, isStopped } = await measure(scenarios, options);
  say(resultText(result));
  if (old !== undefined) say(comparisonText(compareResults(old, result)));
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
  if (options.markdown !== undefined) await writeFile(options.markdown, resultMarkdown(result));
  if (options.html !== undefined) await writeFile(options.html, resultHtml(result));
  for (const fault of faults) process.exitCode = reportError(fault);
  if (isStopped) process.exitCode = EXIT_STOPPED;
}

function readOptions(): BenchOptions {
  const collect = (value: string, before: readonly string[]) => [...before, value];
  return new Command('npm run bench --')
    .description('kecepatan beserta kesalahan hitung / speed together with count error')
    .addOption(
      new Option('--scenario <name>', `only this one, may be given again: ${scenarioNames().join(', ')}`)
        .argParser(collect)
        .default([], 'the default set'),
    )
    .option('--json <file>', 'everything as JSON')
    .option('--markdown <file>', 'the summary as Markdown')
    .option('--html <file>', 'one page with plots')
    .option('--compare <file>', 'an older --json file: better, worse or noise, by ratio')
    .option('--rounds <n>', `rounds of measurements; default ${FULL.rounds}`, parseCount('--rounds', 1000))
    .option('--parts <n>', `parts of the footage; default ${FULL.parts}`, parseCount('--parts', 50))
    .option('--minutes <n>', 'length of the live soak', parseCount('--minutes', 10_000), DEFAULT_SOAK.minutes)
    .option('--hours <n>', 'media of the recording soak', parseCount('--hours', 1000), DEFAULT_SOAK.hours)
    .addOption(new Option('--engine <name>', 'of portal-store').choices([...ENGINES]).default('both'))
    .option('--keep <folder>', 'portal-store: fill this folder, measure later')
    .option('--reuse <folder>', 'portal-store: measure what --keep has filled')
    .option('--smoke', 'one short round: that it works, not how fast')
    .exitOverride((end) => process.exit(end.exitCode === 0 ? 0 : USAGE_EXIT_CODE))
    .parse(argv, { from: 'user' })
    .opts<BenchOptions>();
}

function storeSelection({ engine, keep, reuse }: BenchOptions): StoreSelection {
  return {
    engine,
    ...(keep === undefined ? {} : { keep: resolve(keep) }),
    ...(reuse === undefined ? {} : { reuse: resolve(reuse) }),
  };
}

interface Measured {
  readonly result: BenchResult;
  /** What broke scenarios; the others were measured all the same. */
  readonly faults: readonly unknown[];
  readonly isStopped: boolean;
}

async function measure(scenarios: readonly Scenario[], options: BenchOptions): Promise<Measured> {
  const stop = new AbortController();
  const onSignal = (): void => {
    remark('\nberhenti, menutup semua proses / stopping, closing every process');
    stop.abort(new AnalysisError('config-invalid', 'bench', 'stopped by a signal'));
  };
  // Once: a second Ctrl-C ends at once.
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const startMs = performance.now();
  const machine = describeMachine(PACKAGE_ROOT);
  const skipped = new Set<string>();
  const size = options.smoke === true ? SMOKE : FULL;
  const rounds = options.rounds ?? size.rounds;
  const progress = createProgress(scenarios, rounds);
  try {
    const context: ScenarioContext = {
      ...{ material: await openMaterial(stop.signal), rounds, parts: options.parts ?? size.parts },
      isRoundsAsked: options.rounds !== undefined,
      isSmoke: options.smoke === true,
      soak: { minutes: options.minutes, hours: options.hours },
      store: storeSelection(options),
      signal: stop.signal,
      progress: progress.show,
      skip: (what) => skipped.add(what),
    };
    const { done, faults } = await runAll(scenarios, context, progress);
    const command = ['npm run bench', ...(argv.length === 0 ? [] : ['--', ...argv])].join(' ');
    const result: BenchResult = {
      ...{ version: RESULT_VERSION, command, machine, scenarios: done, skipped: [...skipped] },
      loadAfter: loadavg().map((load) => Number(load.toFixed(2))),
      seconds: (performance.now() - startMs) / 1_000,
    };
    return { result, faults, isStopped: stop.signal.aborted };
  } finally {
    progress.end();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

/** One after the other; a scenario that fails is told and does not take the others' results with it. */
async function runAll(scenarios: readonly Scenario[], context: ScenarioContext, progress: BenchProgress) {
  const done: TimedScenario[] = [];
  const faults: unknown[] = [];
  for (const scenario of scenarios) {
    if (context.signal.aborted) {
      context.skip(`${scenario.name}: stopped by a signal`);
      continue;
    }
    progress.begin(scenario);
    const startMs = performance.now();
    try {
      const result = await scenario.run(context);
      if (result !== undefined) done.push({ ...result, seconds: (performance.now() - startMs) / 1_000 });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      context.skip(`${scenario.name}: ${context.signal.aborted ? 'stopped by a signal' : reason}`);
      if (!context.signal.aborted) faults.push(error);
    }
  }
  return { done, faults };
}
