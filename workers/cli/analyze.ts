/** `pantau analyze`: a recording's records without Redis and portal, by the same path as the queue. */
import { statSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { createDetectorPool } from '../../pipelines/adapters/detect/detector-pool.ts';
import {
  createNdjsonFileSink,
  createNdjsonStreamSink,
  type FileSink,
} from '../../pipelines/adapters/publish/ndjson-sink.ts';
import { countTimeline, detectTimeline } from '../../pipelines/analyze.ts';
import type { Counting } from '../../pipelines/domain/counting.ts';
import type { SceneChange } from '../../pipelines/domain/guard/scene-watch.ts';
import { chooseSamplingRate } from '../../pipelines/domain/sampling-rule.ts';
import { AnalysisError } from '../../pipelines/errors.ts';
import type { SourceInfo } from '../../pipelines/ports.ts';
import {
  finishRecording,
  motionGateOf,
  type OpenedRecording,
  openRecording,
  type RecordingCounting,
  recordingCounting,
  recordingJobId,
  recordingRequest,
} from '../../pipelines/recording.ts';
import { loadSiteFile, type Site, type SiteCamera, siteVersion } from '../../pipelines/site-file.ts';
import { createCameraModels } from '../camera-models.ts';
import { type Config, readConfig } from '../config.ts';
import { createFrameFiles, type FrameFiles } from './frame-files.ts';
import { parseCount, remark } from './output.ts';
import { parseStart } from './parse-start.ts';
import { createProgressLine } from './progress-line.ts';

interface AnalyzeOptions {
  readonly site: string;
  readonly camera?: string;
  readonly model?: string;
  readonly fps?: number | 'auto';
  readonly explain?: boolean;
  readonly start?: string;
  readonly window?: number;
  readonly out?: string;
  readonly frames?: string;
  readonly mot?: string;
  readonly detectors?: number;
  readonly quiet?: boolean;
}

const EXAMPLES = `
Examples:
  pantau analyze rekaman.mp4 --site situs.json --start 2026-11-21T07:00:00+07:00
  pantau analyze rekaman.mp4 --site situs.json --out catatan.ndjson --frames per-gambar.csv
  pantau analyze vtest.avi --site fixtures/sites/pets09.json --fps 10 --mot jejak.txt

Without --start: the site file's start, else the container's creation time, else times count from 1970-01-01T00:00:00Z.
--frames: CSV, one row per analysed picture and zone. --mot: MOTChallenge text in pixels of the source picture, frame
numbers of the source from 1, confirmed and seen tracks only, column 8 the class (1 person, 2 bicycle, 3 motorcycle,
4 car, 5 bus, 6 truck). Neither holds a picture.
--fps auto reads how fast and how briefly road users pass from the camera's traffic in the site file (docs/operate.md).`;

export function addAnalyze(program: Command): void {
  program
    .command('analyze')
    .description('catatan dari satu rekaman / records of one recording as NDJSON, no Redis, no portal')
    .argument('<file>', 'the recording')
    .requiredOption('--site <file>', 'site file with the camera’s zones and lines')
    .option('--camera <id>', 'which camera of the site file; needed when it has several')
    .option('--model <id|path>', 'model id, or an ONNX file with its card beside it')
    .option(
      '--fps <n|auto>',
      'pictures per second of media time; auto: by what the camera must measure',
      parseRate,
    )
    .option('--explain', 'say which rate is taken and why')
    .option('--start <iso>', 'when the recording began, with offset')
    .option('--window <seconds>', 'window length; must divide an hour', parseWindow)
    .option('--out <file>', 'records to a file instead of stdout')
    .option('--frames <file>', 'counts per analysed picture, CSV')
    .option('--mot <file>', 'tracks, MOTChallenge text')
    .option('--detectors <n>', 'detector processes; default one per core', parseCount('--detectors', 256))
    .option('--quiet', 'no progress and no summary on stderr')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: AnalyzeOptions) => runAnalyze(file, options, readConfig()));
}

/** Analyses one file; SIGINT and SIGTERM stop it without leaving a half-written file or a process. */
export async function runAnalyze(file: string, options: AnalyzeOptions, config: Config): Promise<void> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  refuseFolders(options);
  const site = await loadSiteFile(options.site);
  const camera = chooseCamera(site, options);
  const windowSeconds = options.window ?? camera.windowSeconds ?? site.windowSeconds;
  const pool = createDetectorPool({ size: options.detectors ?? config.detectors });
  try {
    await analyzeRecording({ file, options, config, camera, windowSeconds, pool, signal: stop.signal });
  } finally {
    await pool.close();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

/** Files get their names when all is counted, which is late to find a folder there. */
function refuseFolders({ out, frames, mot }: AnalyzeOptions): void {
  for (const [option, file] of Object.entries({ '--out': out, '--frames': frames, '--mot': mot })) {
    if (file !== undefined && statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
      throw new InvalidArgumentError(`${option}: ${file} is a folder; name a file`);
  }
}

interface Run {
  readonly file: string;
  readonly options: AnalyzeOptions;
  readonly config: Config;
  readonly camera: SiteCamera;
  readonly windowSeconds: number;
  readonly pool: ReturnType<typeof createDetectorPool>;
  readonly signal: AbortSignal;
}

async function analyzeRecording(run: Run): Promise<void> {
  const { options } = run;
  const model = await createCameraModels(run.config, run.pool, remark)(run.camera.model);
  const startUs = await startOf(run);
  const opened = await openRecording({ path: run.file, startUs }, run.signal);
  const { info } = opened.plan;
  const camera = withRate(run, info);
  const files = await createFrameFiles({
    frames: options.frames,
    mot: options.mot,
    info,
    startUs,
    groups: camera.groups,
  });
  let isDone = false;
  try {
    await countInto({ ...run, camera }, { opened, model, files });
    isDone = true;
  } finally {
    await files.close(isDone);
  }
}

interface Parts {
  readonly opened: OpenedRecording;
  readonly model: Awaited<ReturnType<ReturnType<typeof createCameraModels>>>;
  readonly files: FrameFiles;
}

/** The counting itself; records and frame files are whole when it resolves. */
async function countInto(run: Run, { opened, model, files }: Parts): Promise<void> {
  const { options, camera, windowSeconds, signal } = run;
  const { source, plan } = opened;
  const { startUs, info } = plan;
  const { card, figures } = model;
  const counting = countingOf({ camera, windowSeconds, plan, card, figures, onFrame: files.write });
  const detector = await model.open(info, { cameraId: camera.id, priority: 'recording' });
  const progress = createProgressLine({ startUs, endUs: plan.endUs, isQuiet: options.quiet === true });
  const records = await openRecords(options.out);
  let isDone = false;
  try {
    const request = recordingRequest(camera, detector.format);
    const scene = {
      ...{ sceneReference: camera.sceneReference, windowSeconds, info },
      onChange: remarkScene(startUs),
    };
    const motionGate = motionGateOf({ camera, windowSeconds, card: model.card });
    const timeline = detectTimeline({
      ...{ source, request, detector, dropWhenBusy: false, scene, motionGate, signal },
    });
    const end = await countTimeline(timeline, {
      counting,
      sink: records,
      onEvent: async (event) => {
        progress.event(event);
        await files.check();
      },
    });
    if (end.outcome === 'abort')
      throw new AnalysisError('decode-failed', 'analyze', 'stopped by a signal; nothing was written');
    await records.publish(finishRecording(counting, plan));
    if (end.outcome === 'loss') remark(`pantau: ${end.detail}; the rest is a gap (${end.reason})`);
    await files.drain();
    isDone = true;
  } finally {
    await detector.close();
    await (isDone ? records.close() : records.discard());
    progress.end(isDone);
  }
}

function remarkScene(startUs: number): (change: SceneChange) => void {
  return ({ state, sinceUs }) => {
    const atS = ((sinceUs - startUs) / 1e6).toFixed(1);
    const what =
      state === 'same' ? 'is back in place, counting goes on' : `is ${state}, counting is suspended`;
    remark(`pantau: at ${atS} s the camera ${what}`);
  };
}

function countingOf(options: Omit<RecordingCounting, 'siteVersion' | 'jobId'>): Counting {
  const { camera, plan } = options;
  const version = siteVersion(camera, options.windowSeconds);
  const { fingerprint, startUs } = plan;
  const jobId = recordingJobId({ cameraId: camera.id, fingerprint, startUs, siteVersion: version });
  return recordingCounting({ ...options, siteVersion: version, jobId });
}

async function openRecords(out: string | undefined): Promise<FileSink> {
  if (out !== undefined) return await createNdjsonFileSink({ file: out });
  return { ...createNdjsonStreamSink({ stream: process.stdout }), discard: () => Promise.resolve() };
}

function chooseCamera(site: Site, options: AnalyzeOptions): SiteCamera {
  const ids = site.cameras.map((camera) => camera.id);
  const only = site.cameras.length === 1 ? site.cameras[0] : undefined;
  const found =
    options.camera === undefined ? only : site.cameras.find((camera) => camera.id === options.camera);
  if (found === undefined) {
    const asked =
      options.camera === undefined
        ? 'it has several cameras, name one with --camera'
        : `it has no camera "${options.camera}"`;
    throw new AnalysisError(
      'camera-unknown',
      'analyze',
      `${options.site}: ${asked}; known: ${ids.join(', ')}`,
    );
  }
  const { fps } = options;
  return {
    ...found,
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(typeof fps !== 'number' ? {} : { sampling: { ...found.sampling, framesPerSecond: fps } }),
  };
}

/** The camera with the rate that is taken; `--explain` says why on stderr. */
function withRate({ camera, options }: Run, info: SourceInfo): SiteCamera {
  const rule = chooseSamplingRate({
    presence: camera.zones.length > 0,
    crossings: camera.lines.length > 0,
    ...camera.traffic,
    ...(info.framesPerSecond === undefined ? {} : { sourceFramesPerSecond: info.framesPerSecond }),
  });
  const isAuto = options.fps === 'auto';
  const framesPerSecond = isAuto ? rule.framesPerSecond : camera.sampling.framesPerSecond;
  if (options.explain === true) {
    const origin = isAuto ? 'aturan/rule' : options.fps === undefined ? 'berkas situs/site file' : '--fps';
    remark(`pantau: ${framesPerSecond} gambar/detik · pictures per second (${origin})`);
    remark(`  aturan: ${rule.why.id}`);
    remark(`  rule: ${rule.why.en}`);
  }
  return { ...camera, sampling: { ...camera.sampling, framesPerSecond } };
}

function parseRate(text: string): number | 'auto' {
  if (text === 'auto') return text;
  const rate = Number(text);
  if (rate > 0 && rate <= 60) return rate;
  throw new InvalidArgumentError(`--fps: expected auto, or more than 0 and at most 60; found ${text}`);
}

function parseWindow(text: string): number {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds > 0 && 3_600 % seconds === 0) return seconds;
  throw new InvalidArgumentError(`--window: expected whole seconds that divide an hour, found ${text}`);
}

async function startOf(run: Run): Promise<number> {
  const { options, camera } = run;
  const declared = options.start ?? (camera.source?.kind === 'recording' ? camera.source.start : undefined);
  const created = declared ?? (await createdAt(run));
  if (created !== undefined) return parseStart(created);
  remark(
    'pantau: the recording does not say when it began; times count from 1970-01-01T00:00:00Z (give --start)',
  );
  return 0;
}

async function createdAt({ file, signal }: Run): Promise<string | undefined> {
  const { source } = await openRecording({ path: file, startUs: 0 }, signal);
  return (await source.describe(signal)).probe.createdAt;
}
