/** Detects everything in one segment: the expensive, stateless half. */
import type { Job } from 'bullmq';
import { detectTimeline } from '../../pipelines/analyze.ts';
import { createTimelineWriter } from '../../pipelines/domain/timeline-codec.ts';
import type { TimelineEvent } from '../../pipelines/domain/types.ts';
import { detectionMethod, motionGateOf, recordingRequest } from '../../pipelines/recording.ts';
import type { SegmentJob } from '../cluster/jobs.ts';
import type { Host } from '../host.ts';
import { openRecordingJob } from './open-recording.ts';

/** How often progress is told; each costs a round trip to Redis. */
const PROGRESS_EVERY_MS = 500;

/** Of one segment; `doneUs` of media time out of `totalUs`. */
export interface SegmentProgress {
  readonly frames: number;
  readonly doneUs: number;
  readonly totalUs: number;
}

/** Resolves with the number of frames, or undefined when `signal` stopped it half-way. */
export async function detectSegment(
  host: Host,
  data: SegmentJob,
  job: Job,
  signal: AbortSignal,
): Promise<{ frames: number } | undefined> {
  const { entry, source, plan, model } = await openRecordingJob(host, data, {
    signal,
    part: { fromUs: data.fromUs, toUs: data.toUs },
  });
  const detector = await model.open(plan.info, { cameraId: data.cameraId, priority: 'recording' });
  const written = createTimelineWriter();
  let frames = 0;
  const progress = createProgress(host, { ...data, toUs: Math.min(data.toUs, plan.endUs ?? data.toUs) }, job);
  try {
    const timeline = detectTimeline({
      source,
      request: recordingRequest(entry.definition, detector.format),
      detector,
      dropWhenBusy: false,
      scene: {
        sceneReference: entry.definition.sceneReference,
        windowSeconds: entry.windowSeconds,
        info: plan.info,
      },
      motionGate: motionGateOf({
        camera: entry.definition,
        windowSeconds: entry.windowSeconds,
        card: model.card,
        onGated: () => host.metrics.gatedFrames.inc({ camera: data.cameraId }),
      }),
      signal,
    });
    for (;;) {
      const step = await timeline.next();
      if (step.done === true) {
        if (step.value.outcome === 'abort') return undefined;
        break;
      }
      written.push(step.value);
      if (step.value.kind === 'frame') frames += 1;
      host.metrics.observeEvent(data.cameraId, step.value);
      progress(step.value, frames);
    }
    await host.detections.put(data.recordingId, data.index, {
      method: detectionMethod(entry.definition, model.card),
      timeline: written.bytes(),
    });
    return { frames };
  } finally {
    await detector.close();
  }
}

function createProgress(host: Host, data: SegmentJob, job: Job) {
  let toldAtMs = 0;
  return (event: TimelineEvent, frames: number): void => {
    if (host.nowMs() - toldAtMs < PROGRESS_EVERY_MS) return;
    toldAtMs = host.nowMs();
    const reachedUs = event.kind === 'frame' ? event.capturedAtUs : event.toUs;
    const progress: SegmentProgress = {
      frames,
      doneUs: reachedUs - data.fromUs,
      totalUs: data.toUs - data.fromUs,
    };
    // Not waited for: progress is a courtesy.
    job.updateProgress({ ...progress }).catch(() => undefined);
  };
}
