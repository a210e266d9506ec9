/** First step of a recording's job: cut it into segments and queue their detection. */
import type { Job } from 'bullmq';
import { cutSegments } from '../../pipelines/domain/segments.ts';
import { detectionMethod } from '../../pipelines/recording.ts';
import { jobOptions, parseJob, type RecordingJob, type SegmentJob, segmentJobId } from '../cluster/jobs.ts';
import type { Host } from '../host.ts';
import { openRecordingJob } from './open-recording.ts';

/** A long recording has thousands; the first ones show where it begins. */
const MAX_SEGMENTS_SHOWN = 20;

/**
 * Queues one child per segment that is not detected yet and notes the plan in the job's own data.
 * Doing it twice does nothing twice: children have natural ids.
 */
export async function planRecording(
  host: Host,
  data: RecordingJob,
  job: Job,
  signal: AbortSignal,
): Promise<void> {
  const { entry, plan, model } = await openRecordingJob(host, data, { signal });
  const segments =
    plan.endUs === undefined
      ? [{ startUs: data.startUs, endUs: Number.MAX_SAFE_INTEGER }]
      : cutSegments({
          startUs: data.startUs,
          endUs: plan.endUs,
          windowSeconds: entry.windowSeconds,
          segmentWindows: data.segmentWindows,
        });
  const recordingId = job.id ?? '';
  const children = segments.map((segment, index) => ({
    name: 'segment',
    data: parseJob('segments', {
      recordingId,
      index,
      cameraId: data.cameraId,
      file: data.file,
      fingerprint: data.fingerprint,
      startUs: data.startUs,
      siteVersion: data.siteVersion,
      fromUs: segment.startUs,
      toUs: segment.endUs,
    } satisfies SegmentJob),
    opts: {
      ...jobOptions.segments,
      jobId: segmentJobId(recordingId, index),
      parent: { id: recordingId, queue: job.queueQualifiedName },
      failParentOnFailure: true,
    },
  }));
  const method = detectionMethod(entry.definition, model.card);
  const others = await repeatStaleChildren(host, { recordingId, method, count: children.length });
  await tellOthers(host, job, { others, method });
  await host.queues.byName.segments.addBulk(children);
  await job.updateData({
    ...data,
    step: 'count',
    segments: children.length,
  } satisfies RecordingJob);
}

/**
 * Children that ended without leaving detections of this method run again: failed ones of an earlier try, finished ones whose
 * detections are gone (Redis was wiped in part, or they expired), and those of before an upgrade, whose boxes would else be
 * counted together with ours. The segments of the latter are the answer, by method. Run again and not replaced: the queue
 * lets no parent go on of which a child failed, unless that very child is run again.
 */
async function repeatStaleChildren(
  host: Host,
  { recordingId, method, count }: { recordingId: string; method: string; count: number },
): Promise<ReadonlyMap<string, readonly number[]>> {
  const found = await host.detections.methodsOf(recordingId);
  const others = new Map<string, number[]>();
  for (let index = 0; index < count; index++) {
    const isKept = await host.detections.has(recordingId, index, method);
    const foreign = isKept ? [] : (found.get(index) ?? []);
    for (const other of foreign) others.set(other, [...(others.get(other) ?? []), index]);
    const child = await host.queues.byName.segments.getJob(segmentJobId(recordingId, index));
    const state = await child?.getState();
    if (state === 'failed' || (state === 'completed' && !isKept))
      await child?.retry(state, { resetAttemptsMade: true, resetAttemptsStarted: true });
  }
  return others;
}

async function tellOthers(
  host: Host,
  job: Job,
  { others, method }: { others: ReadonlyMap<string, readonly number[]>; method: string },
): Promise<void> {
  for (const [found, indexes] of others) {
    const reason = `segments ${listed(indexes)} are detected again: they were detected by ${found}, and now it is ${method}`;
    host.log.warn({ recording: job.id }, reason);
    await job.log(reason);
  }
}

function listed(indexes: readonly number[]): string {
  const hidden = indexes.length - MAX_SEGMENTS_SHOWN;
  const shown = indexes.slice(0, MAX_SEGMENTS_SHOWN).join(', ');
  return hidden > 0 ? `${shown}, … and ${hidden} more` : shown;
}
