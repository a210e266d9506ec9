/** `pantau enqueue`: a recording into the queue, once per content, start and camera definition. */
import { copyFile, realpath, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { AnalysisError } from '../../pipelines/errors.ts';
import { type OpenedRecording, openRecording, recordingJobId } from '../../pipelines/recording.ts';
import type { CameraEntry } from '../cluster/cameras.ts';
import { jobOptions, parseJob, type RecordingJob, segmentJobId } from '../cluster/jobs.ts';
import { makeFolder } from '../make-folder.ts';
import type { RecordingResult } from '../recording/count-recording.ts';
import type { SegmentProgress } from '../recording/detect-segment.ts';
import { unknownCamera } from '../register/register.ts';
import { type Connection, openConfiguredRegister, withCluster } from './connect.ts';
import { parseCount, remark, say } from './output.ts';
import { parseStart } from './parse-start.ts';
import { bar } from './progress-line.ts';

export interface EnqueueOptions {
  readonly camera: string;
  readonly start?: string;
  /** Taken when neither the caller, the register nor the file knows the start. */
  readonly fallbackStart?: string;
  readonly segmentWindows?: number;
  readonly copy?: boolean;
  readonly again?: boolean;
  readonly wait?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  pantau enqueue media/pagi.mp4 --camera simpang-5 --start 2026-11-21T06:00:00+07:00
  pantau enqueue ~/unduhan/pagi.mp4 --camera simpang-5 --copy --wait

Enqueuing the same recording twice does nothing twice; --again counts it anew (a later revision replaces, never adds).
Recordings lie under the media root (PANTAU_MEDIA_ROOT, default <data>/media); --copy brings the file there, under a name that begins with its digest.`;

export function addEnqueue(program: Command): void {
  program
    .command('enqueue')
    .description('antrekan rekaman / put a recording into the queue')
    .argument('<file>', 'the recording')
    .requiredOption('--camera <id>', 'registered camera whose zones and lines count')
    .option(
      '--start <iso>',
      'when the recording began, with offset; default: the register’s, else the container’s creation time',
    )
    .option('--segment-windows <n>', 'windows per segment', parseCount('--segment-windows', 1_440))
    .option('--copy', 'copy the file under the media root first')
    .option('--again', 'count again although it was counted')
    .option('--wait', 'show progress until it is counted')
    .option('--json', 'for machines')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: EnqueueOptions) => {
      await withCluster(async (connection) => {
        const queued = await enqueue(connection, file, options);
        if (options.json === true) say(JSON.stringify(queued));
        else
          say(
            `${queued.id}: ${queued.isNew ? 'diantrekan / queued' : 'sudah ada / already there'} (${queued.state})`,
          );
        if (options.wait === true) await waitForRecording(connection, queued.id);
      });
    });
}

/** Adds the job unless it is there; with `again` a finished one is removed first. */
export async function enqueue(
  connection: Connection,
  file: string,
  options: EnqueueOptions,
): Promise<{ id: string; isNew: boolean; state: string }> {
  const { config, queues } = connection;
  const entry = await findCamera(connection, options.camera);
  const place = await locate(file, config.mediaRoot, options.copy === true);
  const data = parseJob('recordings', await describeJob(connection, entry, place, options));
  const id = recordingJobId(data);
  const queue = queues.byName.recordings;
  const existing = await queue.getJob(id);
  const state = await existing?.getState();
  const isOver = state === 'completed' || state === 'failed';
  if (existing !== undefined && !(options.again === true && isOver))
    return { id, isNew: false, state: state ?? 'unknown' };
  // Only now, when nothing about the recording can be refused any more.
  if (place.isOutside) await copyIntoMediaRoot(place, data);
  if (existing !== undefined) {
    for (let index = 0; index < existing.data.segments; index++) {
      await (await queues.byName.segments.getJob(segmentJobId(id, index)))?.remove();
    }
    await existing.remove();
  }
  await queue.add('recording', data, { ...jobOptions.recordings, jobId: id });
  return { id, isNew: true, state: 'waiting' };
}

/** The workers' copy first; a camera just added is in the register before it is in Redis. */
async function findCamera({ cameras, config }: Connection, cameraId: string): Promise<CameraEntry> {
  const known = await cameras.get(cameraId);
  const register = openConfiguredRegister(config);
  try {
    const registered = register.get(cameraId);
    if (registered !== undefined && registered.revision !== known?.revision) await cameras.put(registered);
    const entry = registered ?? known;
    if (entry !== undefined) return entry;
    throw unknownCamera(
      cameraId,
      register.list().map((item) => item.cameraId),
    );
  } finally {
    register.close();
  }
}

/** Where a recording lies, and the media root, both without symbolic links. */
interface Place {
  readonly root: string;
  readonly real: string;
  readonly isOutside: boolean;
}

async function locate(file: string, mediaRoot: string, mayCopy: boolean): Promise<Place> {
  makeFolder(mediaRoot);
  const root = await realpath(mediaRoot);
  const real = await realpath(file).catch(() => {
    throw new AnalysisError('source-missing', 'enqueue', `${file}: there is no such file`);
  });
  const relative = path.relative(root, real);
  const isOutside = relative === '' || relative.startsWith('..') || path.isAbsolute(relative);
  if (isOutside && !mayCopy) {
    throw new AnalysisError(
      'source-refused',
      'enqueue',
      `${file} lies outside the media root ${root}; copy it there, or let --copy do it, or set PANTAU_MEDIA_ROOT`,
    );
  }
  return { root, real, isOutside };
}

/**
 * Copies the recording under the job's name for it, whole or not at all.
 * @throws AnalysisError `source-refused` when the file changed while it was copied.
 */
export async function copyIntoMediaRoot(
  { root, real }: Pick<Place, 'root' | 'real'>,
  { file, fingerprint }: Pick<RecordingJob, 'file' | 'fingerprint'>,
): Promise<void> {
  const target = path.join(root, file);
  if ((await fingerprintOf(target)) === fingerprint) return;
  const part = path.join(root, `.${file}.${process.pid}.part`);
  try {
    await copyFile(real, part);
    if ((await fingerprintOf(part)) !== fingerprint) {
      throw new AnalysisError(
        'source-refused',
        'enqueue',
        `${real} changed while it was copied; enqueue it when it is finished`,
      );
    }
    await rename(part, target);
  } finally {
    await rm(part, { force: true });
  }
}

/** Undefined when there is no readable recording at the path. */
async function fingerprintOf(file: string): Promise<string | undefined> {
  return await openRecording({ path: file, startUs: 0 }, describeSignal()).then(
    ({ plan }) => plan.fingerprint,
    () => undefined,
  );
}

const DESCRIBE_DEADLINE_MS = 60_000;

function describeSignal(): AbortSignal {
  return AbortSignal.timeout(DESCRIBE_DEADLINE_MS);
}

async function describeJob(
  { config }: Connection,
  entry: CameraEntry,
  { root, real, isOutside }: Place,
  options: EnqueueOptions,
): Promise<RecordingJob> {
  const opened = await openRecording(
    { path: real, startUs: 0, ...(isOutside ? {} : { mediaRoot: root }) },
    describeSignal(),
  );
  const { fingerprint } = opened.plan;
  return {
    cameraId: entry.cameraId,
    // The digest in the name: two recordings called pagi.mp4 never replace each other.
    file: isOutside ? `${fingerprint.slice(0, 12)}-${path.basename(real)}` : path.relative(root, real),
    fingerprint,
    startUs: await startOf(opened, entry, options),
    siteVersion: entry.siteVersion,
    segmentWindows: options.segmentWindows ?? config.segmentWindows,
    step: 'plan',
    segments: 0,
  };
}

async function startOf(
  { source }: OpenedRecording,
  entry: CameraEntry,
  options: EnqueueOptions,
): Promise<number> {
  const { probe } = await source.describe(describeSignal());
  const declared = options.start ?? entry.recordingStart ?? probe.createdAt ?? options.fallbackStart;
  if (declared !== undefined) return parseStart(declared);
  throw new AnalysisError(
    'time-unknown',
    'enqueue',
    `${probe.path} does not say when it began; give --start, e.g. --start 2026-11-21T06:00:00+07:00`,
  );
}

const POLL_MS = 300;
const PLAIN_EVERY_MS = 5_000;

/**
 * Shows progress until the recording is counted.
 * @throws AnalysisError `decode-failed` with the reason when it ended in the dead letter.
 */
export async function waitForRecording({ queues }: Connection, id: string): Promise<RecordingResult> {
  const isTerminal = process.stderr.isTTY === true;
  let shownAtMs = 0;
  for (;;) {
    const job = await queues.byName.recordings.getJob(id);
    const state = await job?.getState();
    if (job === undefined || state === 'failed') {
      if (isTerminal) process.stderr.write('\n');
      throw new AnalysisError('decode-failed', 'wait', `${id}: ${job?.failedReason ?? 'the job is gone'}`);
    }
    if (state === 'completed') {
      if (isTerminal) process.stderr.write('\r\u001b[2K');
      return job.returnvalue as RecordingResult;
    }
    const isDue = Date.now() - shownAtMs >= (isTerminal ? POLL_MS : PLAIN_EVERY_MS);
    if (isDue) {
      shownAtMs = Date.now();
      const text = await describeProgress(queues, id, job.data as RecordingJob);
      if (isTerminal) process.stderr.write(`\r\u001b[2K${text}`);
      else remark(text);
    }
    await sleep(POLL_MS);
  }
}

async function describeProgress(
  queues: Connection['queues'],
  id: string,
  data: RecordingJob,
): Promise<string> {
  if (data.step === 'plan') return 'menyiapkan segmen / cutting into segments';
  const jobs = await Promise.all(
    Array.from({ length: data.segments }, (_, index) =>
      queues.byName.segments.getJob(segmentJobId(id, index)),
    ),
  );
  let share = 0;
  let frames = 0;
  for (const job of jobs) {
    const progress = job?.progress as Partial<SegmentProgress> | undefined;
    const isDone = job === undefined || job.finishedOn !== undefined;
    share += isDone ? 1 : Math.min(1, (progress?.doneUs ?? 0) / (progress?.totalUs ?? 1));
    frames += isDone
      ? ((job?.returnvalue as { frames?: number } | null)?.frames ?? 0)
      : (progress?.frames ?? 0);
  }
  const total = share / Math.max(1, data.segments);
  return `${bar(total)} ${Math.floor(total * 100)} %  ${frames} gambar/pictures, ${data.segments} segmen/segments`;
}
