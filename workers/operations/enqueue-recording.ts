/** Putting a recording into the queue, from the command line and from the console: once per content, start and camera. */
import { copyFile, realpath, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseIsoUs } from '../../pipelines/domain/time.ts';
import { AnalysisError } from '../../pipelines/errors.ts';
import { type OpenedRecording, openRecording, recordingJobId } from '../../pipelines/recording.ts';
import type { CameraDirectory, CameraEntry } from '../cluster/cameras.ts';
import { jobOptions, parseJob, type RecordingJob, segmentJobId } from '../cluster/jobs.ts';
import type { Queues } from '../cluster/queues.ts';
import { makeFolder } from '../make-folder.ts';
import { type Register, unknownCamera } from '../register/register.ts';

/** Where recordings are queued. */
export interface RecordingYard {
  readonly queues: Queues;
  readonly cameras: CameraDirectory;
  readonly register: Pick<Register, 'get' | 'list'>;
  readonly mediaRoot: string;
  /** Windows per segment unless the wish says otherwise. */
  readonly segmentWindows: number;
}

/** How a recording is wanted to be counted. */
export interface RecordingWish {
  readonly camera: string;
  /** ISO 8601 with offset; default: the register's, else the container's own. */
  readonly start?: string;
  /** Taken when neither the caller, the register nor the file knows the start. */
  readonly fallbackStart?: string;
  readonly segmentWindows?: number;
  /** Copies a file from elsewhere below the media root. */
  readonly copy?: boolean;
  /** Counts again what was counted. */
  readonly again?: boolean;
}

/** `isNew` is false for a recording that was there already. */
export interface QueuedRecording {
  readonly id: string;
  readonly isNew: boolean;
  readonly state: string;
}

/** Adds the job unless it is there; with `again` a finished one is removed first. */
export async function enqueueRecording(
  yard: RecordingYard,
  file: string,
  options: RecordingWish,
): Promise<QueuedRecording> {
  const { mediaRoot, queues } = yard;
  const entry = await findCamera(yard, options.camera);
  const place = await locate(file, mediaRoot, options.copy === true);
  const data = parseJob('recordings', await describeJob(yard, entry, place, options));
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
async function findCamera({ cameras, register }: RecordingYard, cameraId: string): Promise<CameraEntry> {
  const known = await cameras.get(cameraId);
  const registered = register.get(cameraId);
  if (registered !== undefined && registered.revision !== known?.revision) await cameras.put(registered);
  const entry = registered ?? known;
  if (entry !== undefined) return entry;
  throw unknownCamera(
    cameraId,
    register.list().map((item) => item.cameraId),
  );
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
  yard: RecordingYard,
  entry: CameraEntry,
  { root, real, isOutside }: Place,
  options: RecordingWish,
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
    segmentWindows: options.segmentWindows ?? yard.segmentWindows,
    step: 'plan',
    segments: 0,
  };
}

async function startOf(
  { source }: OpenedRecording,
  entry: CameraEntry,
  options: RecordingWish,
): Promise<number> {
  const { probe } = await source.describe(describeSignal());
  const declared = options.start ?? entry.recordingStart ?? probe.createdAt ?? options.fallbackStart;
  if (declared !== undefined) return startUs(declared);
  throw new AnalysisError(
    'time-unknown',
    'enqueue',
    `${probe.path} does not say when it began; give --start, e.g. --start 2026-11-21T06:00:00+07:00`,
  );
}

/** @throws AnalysisError `time-unknown` naming what was found and the allowed form. */
function startUs(text: string): number {
  try {
    return parseIsoUs(text);
  } catch (cause) {
    throw new AnalysisError('time-unknown', 'enqueue', `start time: ${(cause as Error).message}`, { cause });
  }
}
