/** `pantau enqueue`: a recording into the queue, once per content, start and camera definition. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { AnalysisError } from '../../pipelines/errors.ts';
import { type RecordingJob, segmentJobId } from '../cluster/jobs.ts';
import {
  enqueueRecording,
  type QueuedRecording,
  type RecordingWish,
} from '../operations/enqueue-recording.ts';
import type { RecordingResult } from '../recording/count-recording.ts';
import type { SegmentProgress } from '../recording/detect-segment.ts';
import { type Connection, openConfiguredRegister, withCluster } from './connect.ts';
import { parseCount, remark, say } from './output.ts';
import { bar } from './progress-line.ts';

export interface EnqueueOptions extends RecordingWish {
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
  { config, queues, cameras }: Connection,
  file: string,
  options: EnqueueOptions,
): Promise<QueuedRecording> {
  const register = openConfiguredRegister(config);
  const { mediaRoot, segmentWindows } = config;
  try {
    return await enqueueRecording({ queues, cameras, register, mediaRoot, segmentWindows }, file, options);
  } finally {
    register.close();
  }
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
