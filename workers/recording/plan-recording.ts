/** First step of a recording's job: cut it into segments and queue their detection. */
import type { Job } from 'bullmq';
import { cutSegments } from '../../pipelines/domain/segments.ts';
import { jobOptions, parseJob, type RecordingJob, type SegmentJob, segmentJobId } from '../cluster/jobs.ts';
import type { Host } from '../host.ts';
import { openRecordingJob } from './open-recording.ts';

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
  const { entry, plan } = await openRecordingJob(host, data, { signal });
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
  await forgetStaleChildren(host, recordingId, children.length);
  await host.queues.byName.segments.addBulk(children);
  await job.updateData({
    ...data,
    step: 'count',
    segments: children.length,
  } satisfies RecordingJob);
}

/**
 * Children that ended without leaving detections must run again: failed ones of an earlier try, and finished ones
 * whose detections are gone (Redis was wiped in part, or they expired).
 */
async function forgetStaleChildren(host: Host, recordingId: string, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    if (await host.detections.has(recordingId, index)) continue;
    const child = await host.queues.byName.segments.getJob(segmentJobId(recordingId, index));
    const state = await child?.getState();
    if (state === 'completed' || state === 'failed') await child?.remove();
  }
}
