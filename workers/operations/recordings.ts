/** Recordings for the console: the files below the media root, and the jobs made of them. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Job } from 'bullmq';
import type { MediaFile, RecordingJob } from '../../portal/operate/operations.ts';
import type { RecordingJob as RecordingPayload } from '../cluster/jobs.ts';
import type { Queues } from '../cluster/queues.ts';
import { redactText } from '../logger.ts';

const VIDEO = /\.(3gp|asf|avi|dav|flv|h26[45]|m2ts|m4v|mkv|mov|mp4|mpe?g|mts|ts|webm|wmv)$/i;
const DEEPEST = 4;
const MOST_FILES = 2_000;
const MOST_JOBS = 100;

/** Video files below the media root, newest first; links and hidden files are left out. */
export async function listMedia(mediaRoot: string): Promise<readonly MediaFile[]> {
  const files: MediaFile[] = [];
  const walk = async (folder: string, depth: number): Promise<void> => {
    // Not made yet, or gone since: nothing to show.
    const entries = await readdir(path.join(mediaRoot, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.name.startsWith('.') || files.length >= MOST_FILES) continue;
      const file = path.posix.join(folder, entry.name);
      if (entry.isDirectory() && depth < DEEPEST) await walk(file, depth + 1);
      if (!entry.isFile() || !VIDEO.test(entry.name)) continue;
      const info = await stat(path.join(mediaRoot, file)).catch(() => undefined);
      if (info !== undefined) files.push({ file, bytes: info.size, modifiedAt: info.mtime.toISOString() });
    }
  };
  await walk('', 1);
  return files.sort((a, b) => (a.modifiedAt < b.modifiedAt ? 1 : -1));
}

const STATES = [
  'active',
  'waiting-children',
  'waiting',
  'delayed',
  'prioritized',
  'completed',
  'failed',
] as const;

/** The last recordings in any state, newest first. */
export async function listRecordings({ byName }: Queues): Promise<readonly RecordingJob[]> {
  const lists = await Promise.all(
    STATES.map(async (state) => {
      const jobs = await byName.recordings.getJobs([state], 0, MOST_JOBS - 1);
      return Promise.all(
        jobs.map(async (job) => ({ at: job.timestamp, shown: await toRecording(job, state) })),
      );
    }),
  );
  const newest = lists.flat().sort((a, b) => b.at - a.at);
  return newest.slice(0, MOST_JOBS).map(({ shown }) => shown);
}

async function toRecording(job: Job, state: string): Promise<RecordingJob> {
  const { cameraId, file, segments = 0, startUs, step } = (job.data ?? {}) as Partial<RecordingPayload>;
  const isCounting = state === 'completed' || step === 'count';
  const done = isCounting && state !== 'waiting-children' ? segments : await segmentsDone(job);
  const instant = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
  const [startedAt, finishedAt] = [instant(job.processedOn), instant(job.finishedOn)];
  return {
    ...{ id: job.id ?? '', cameraId: String(cameraId ?? ''), file: String(file ?? ''), state },
    ...{ progress: Math.min(done, segments), total: segments },
    ...(startUs === undefined ? {} : { recordedFrom: new Date(startUs / 1000).toISOString() }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
    ...(job.failedReason === undefined ? {} : { reason: redactText(job.failedReason) }),
  };
}

async function segmentsDone(job: Job): Promise<number> {
  const { processed = 0 } = await job.getDependenciesCount({ processed: true });
  return processed;
}
