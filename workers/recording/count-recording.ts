/** Second step of a recording's job: all segments are detected; track, count, aggregate and publish in order. */
import type { Job } from 'bullmq';
import { countTimeline } from '../../pipelines/analyze.ts';
import type { TimelineEvent } from '../../pipelines/domain/types.ts';
import type { ObservationSink } from '../../pipelines/ports.ts';
import { detectionMethod, finishRecording, recordingCounting } from '../../pipelines/recording.ts';
import type { RecordingJob } from '../cluster/jobs.ts';
import { redisTimeUs } from '../cluster/redis.ts';
import type { Host } from '../host.ts';
import { openRecordingJob } from './open-recording.ts';

/** What a finished recording says of itself. */
export interface RecordingResult {
  readonly records: number;
  readonly frames: number;
}

/** Resolves when every record has been accepted by the portal; undefined when `signal` stopped it half-way. */
export async function countRecording(
  host: Host,
  data: RecordingJob,
  job: Job,
  signal: AbortSignal,
): Promise<RecordingResult | undefined> {
  const recordingId = job.id ?? '';
  const { entry, plan, model } = await openRecordingJob(host, data, { signal });
  const counting = recordingCounting({
    camera: entry.definition,
    windowSeconds: entry.windowSeconds,
    siteVersion: entry.siteVersion,
    card: model.card,
    figures: model.figures,
    plan,
    jobId: recordingId,
  });
  const sink = host.sinkFor(await redisTimeUs(host.redis));
  let records = 0;
  let frames = 0;
  try {
    const kept = {
      recordingId,
      segments: data.segments,
      method: detectionMethod(entry.definition, model.card),
    };
    const timeline = storedTimeline(host, kept, signal);
    const isWhole = await countTimeline(timeline, {
      counting,
      sink,
      onEvent: (event, closed) => {
        if (event.kind === 'frame') frames += 1;
        records += closed.length;
        host.metrics.observeRecords(closed);
      },
    });
    if (isWhole === 'missing') {
      // Redis lost detections, or this program was upgraded since: plan again, which queues just what is missing.
      await job.updateData({ ...data, step: 'plan' } satisfies RecordingJob);
      throw new Error('detections of a segment are gone or made by another method, planning again');
    }
    if (isWhole === 'aborted') return undefined;
    const last = finishRecording(counting, plan);
    host.metrics.observeRecords(last);
    await sink.publish(last);
    if (!(await isDelivered(sink, signal))) return undefined;
    records += last.length;
  } finally {
    await sink.close();
  }
  await host.detections.delete(recordingId);
  return { records, frames };
}

/** False when `signal` ended the wait: the records stay in the outbox, and counting again changes nothing. */
async function isDelivered(sink: ObservationSink, signal: AbortSignal): Promise<boolean> {
  try {
    await sink.flush(signal);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

async function* storedTimeline(
  host: Host,
  kept: { readonly recordingId: string; readonly segments: number; readonly method: string },
  signal: AbortSignal,
): AsyncGenerator<TimelineEvent, 'whole' | 'missing' | 'aborted', void> {
  for (let index = 0; index < kept.segments; index++) {
    if (signal.aborted) return 'aborted';
    const events = await host.detections.get(kept.recordingId, index, kept.method);
    if (events === undefined) return 'missing';
    yield* events;
  }
  return 'whole';
}
