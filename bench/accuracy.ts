/** `npm run accuracy`: how wrong the counts are, against truth. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { createDetectorPool, type DetectorPool } from '../pipelines/adapters/detect/detector-pool.ts';
import { AnalysisError } from '../pipelines/errors.ts';
import { formatTable, remark, reportError, say, USAGE_EXIT_CODE } from '../workers/cli/output.ts';
import { PACKAGE_ROOT, readConfig } from '../workers/config.ts';
import { accuracyPage, PLOT_FOLDER } from './accuracy/report/markdown.ts';
import {
  measureModelFigures,
  type WrittenFigures,
  writeModelFigures,
} from './accuracy/report/model-figures.ts';
import { provenance } from './accuracy/report/provenance.ts';
import { figureTables } from './accuracy/report/tables.ts';
import { type AccuracyResult, measureAccuracy, SYNTHETIC_ID } from './accuracy/run/accuracy-run.ts';
import { RECORDED_SCENE_IDS } from './accuracy/run/recorded-scene.ts';
import { checkFolders } from './check-folders.ts';

interface AccuracyOptions {
  readonly scene: readonly string[];
  readonly model: readonly string[];
  readonly fps?: number;
  readonly json?: string;
  readonly shared: string;
  readonly strict?: boolean;
  readonly report: boolean;
}

interface Measured {
  readonly result: AccuracyResult;
  /** One file's worth per model; absent where they are not to be written, or a scene was missing. */
  readonly figures?: readonly WrittenFigures[];
}

const TERMINAL_EVERY_MS = 200;
const PLAIN_EVERY_MS = 10_000;
const KNOWN_SCENES: readonly string[] = [...RECORDED_SCENE_IDS, SYNTHETIC_ID];

const argv = process.argv.slice(2).filter((word, index) => word !== '--' || index > 0);
await main().catch((error: unknown) => {
  process.exitCode = reportError(error);
});

async function main(): Promise<void> {
  const collect = (value: string, before: readonly string[]) => [...before, value];
  const options = new Command('npm run accuracy --')
    .description('ketelitian hitungan terhadap kebenaran / accuracy of the counts against truth')
    .addOption(
      new Option('--scene <id>', `only this scene, may be given again: ${KNOWN_SCENES.join(', ')}`)
        .argParser(collect)
        .default([], 'all'),
    )
    .addOption(
      new Option('--model <id>', 'only this model, may be given again').argParser(collect).default([], 'all'),
    )
    .option('--fps <n>', 'pictures per second instead of each recorded scene’s own', parseRate)
    .option('--json <file>', 'all figures as JSON')
    .option(
      '--shared <dir>',
      'folder with clips/, truth/ and models/',
      path.resolve(PACKAGE_ROOT, '../shared'),
    )
    .option('--strict', 'exit 1 when a target is missed, or a scene could not be judged')
    .option('--no-report', 'leave docs/accuracy.md as it is')
    .exitOverride((end) => process.exit(end.exitCode === 0 ? 0 : USAGE_EXIT_CODE))
    .parse(argv, { from: 'user' })
    .opts<AccuracyOptions>();
  check(options);
  await checkFolders([options.json]);
  const { result, figures } = await measure(options);
  print(result);
  await write(result, options);
  if (writesReport(options)) await writeFigures(figures);
  const isWhole =
    !result.missing.some((line) => line.startsWith('scene ')) && result.targets.every(({ isMet }) => isMet);
  if (options.strict === true && !isWhole) process.exitCode = 1;
}

function check({ scene, fps }: AccuracyOptions): void {
  const unknown = scene.filter((id) => !KNOWN_SCENES.includes(id));
  if (unknown.length > 0)
    refuse(`--scene: no such scene ${unknown.join(', ')}; known: ${KNOWN_SCENES.join(', ')}`);
  if (fps !== undefined && scene.length > 0 && scene.every((id) => id === SYNTHETIC_ID))
    refuse('--fps is for recorded scenes; the synthetic ones are counted at rates of their own');
}

function parseRate(text: string): number {
  const rate = Number(text);
  if (rate > 0 && rate <= 60) return rate;
  return refuse(`--fps: expected more than 0 and at most 60, found ${text}`);
}

function refuse(message: string): never {
  throw new InvalidArgumentError(message);
}

/** A part of the scenes, models or rates makes no report: it would leave the page with holes. */
function isPartial({ scene, model, fps }: AccuracyOptions): boolean {
  return scene.length + model.length > 0 || fps !== undefined;
}

function writesReport(options: AccuracyOptions): boolean {
  return options.report && !isPartial(options);
}

async function measure(options: AccuracyOptions): Promise<Measured> {
  const config = readConfig();
  const stop = new AbortController();
  const onSignal = (): void =>
    stop.abort(new AnalysisError('config-invalid', 'accuracy', 'stopped by a signal'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  let pool: DetectorPool | undefined;
  const progress = createProgress();
  try {
    const request = {
      places: { root: PACKAGE_ROOT, dataDir: config.dataDir, sharedDir: path.resolve(options.shared) },
      modelDir: config.modelDir,
      cacheDir: path.join(config.dataDir, 'bench/detections'),
      sceneIds: options.scene,
      modelIds: options.model,
      ...(options.fps === undefined ? {} : { framesPerSecond: options.fps }),
      withStudies: options.fps === undefined,
      pool: () => (pool ??= createDetectorPool({ size: config.detectors })),
      progress: progress.show,
    };
    const result = await measureAccuracy(request, stop.signal);
    if (!writesReport(options)) return { result };
    const figures = await measureModelFigures(request, provenance(PACKAGE_ROOT, argv), stop.signal);
    return { result, ...(figures === undefined ? {} : { figures }) };
  } finally {
    progress.end();
    await pool?.close();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

function createProgress() {
  const isTerminal = process.stderr.isTTY === true;
  let shownAtMs = Number.NEGATIVE_INFINITY;
  return {
    show(text: string): void {
      const nowMs = performance.now();
      if (nowMs - shownAtMs < (isTerminal ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS)) return;
      shownAtMs = nowMs;
      process.stderr.write(isTerminal ? `\r\u001b[2K${text}` : `${text}\n`);
    },
    end: () => isTerminal && process.stderr.write('\r\u001b[2K'),
  };
}

function print(result: AccuracyResult): void {
  for (const { title, head, rows } of figureTables(result)) say(`\n${title}\n${formatTable(head, rows)}`);
  for (const line of result.missing) remark(`\n!! TIDAK DIUKUR / NOT MEASURED: ${line}`);
  const met = result.targets.filter(({ isMet }) => isMet).length;
  say(`\nTarget tercapai / targets met: ${met}/${result.targets.length}`);
}

async function write(result: AccuracyResult, options: AccuracyOptions): Promise<void> {
  const source = provenance(PACKAGE_ROOT, argv);
  if (options.json !== undefined) {
    const { samples: _samples, ...figures } = result;
    await writeFile(options.json, `${JSON.stringify({ ...source, ...figures }, undefined, 2)}\n`);
  }
  if (!writesReport(options)) return;
  const { markdown, plots } = accuracyPage(result, source);
  const folder = path.join(PACKAGE_ROOT, 'docs', PLOT_FOLDER);
  await mkdir(folder, { recursive: true });
  const kept = new Set(plots.map(({ name }) => name));
  for (const name of await readdir(folder)) if (!kept.has(name)) await rm(path.join(folder, name));
  for (const { name, svg } of plots) await writeFile(path.join(folder, name), svg);
  await writeFile(path.join(PACKAGE_ROOT, 'docs/accuracy.md'), markdown);
  say('docs/accuracy.md');
}

async function writeFigures(figures: readonly WrittenFigures[] | undefined): Promise<void> {
  if (figures === undefined) return remark('models/accuracy: not written, a scene is missing');
  for (const file of await writeModelFigures(PACKAGE_ROOT, figures)) say(file);
}
