/** Opens what a recording's or a segment's job speaks of, and makes sure that it is still the same. */
import path from 'node:path';
import { AnalysisError } from '../../pipelines/errors.ts';
import { type OpenedRecording, openRecording } from '../../pipelines/recording.ts';
import type { CameraEntry } from '../cluster/cameras.ts';
import type { CameraModel, Host } from '../host.ts';

export interface OpenedJob extends OpenedRecording {
  readonly entry: CameraEntry;
  readonly model: CameraModel;
}

interface RecordingReference {
  readonly cameraId: string;
  readonly file: string;
  readonly fingerprint: string;
  readonly startUs: number;
  readonly siteVersion: string;
}

/**
 * @throws AnalysisError `camera-unknown`, `job-invalid` when camera or file are not what they were when the job was
 *   made, and the `source-…` and `model-…` faults.
 */
export async function openRecordingJob(
  host: Host,
  job: RecordingReference,
  options: { signal: AbortSignal; part?: { fromUs: number; toUs: number } },
): Promise<OpenedJob> {
  const entry = await host.cameras.get(job.cameraId);
  if (entry === undefined) {
    throw new AnalysisError(
      'camera-unknown',
      'open-recording',
      `camera ${job.cameraId} is not registered any more`,
    );
  }
  if (entry.siteVersion !== job.siteVersion) {
    throw new AnalysisError(
      'job-invalid',
      'open-recording',
      `camera ${job.cameraId} was changed since this job was queued (${job.siteVersion} → ${entry.siteVersion}); enqueue the recording again`,
    );
  }
  const opened = await openRecording(
    {
      path: path.join(host.config.mediaRoot, job.file),
      mediaRoot: host.config.mediaRoot,
      startUs: job.startUs,
      ...(options.part === undefined ? {} : { part: options.part }),
    },
    options.signal,
  );
  if (opened.plan.fingerprint !== job.fingerprint) {
    throw new AnalysisError(
      'job-invalid',
      'open-recording',
      `${job.file} was changed since this job was queued; enqueue it again`,
    );
  }
  return { ...opened, entry, model: await host.modelOf(entry.definition) };
}
