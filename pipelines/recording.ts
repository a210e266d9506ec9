/** What `pantau analyze` and the queue must agree on about a recording, so that they give the same records. */
import type { ModelCard } from '../models/card.ts';
import { createRecordingSource, type RecordingSource } from './adapters/decode/recording-source.ts';
import type { MotionGateOptions } from './adapters/detect/gated-detector.ts';
import type { AccuracyFigures } from './domain/accuracy/figures.ts';
import { countingWithUncertainty } from './domain/accuracy/record-uncertainty.ts';
import { type CountedFrameView, type Counting, createCounting } from './domain/counting.ts';
import type { Observation } from './domain/types.ts';
import type { FrameRequest, SourceInfo } from './ports.ts';
import { countingSite, type SiteCamera } from './site-file.ts';
import { PIPELINE_VERSION } from './version.ts';

/** One recording bound to its time line. */
export interface RecordingPlan {
  readonly startUs: number;
  /** Exclusive; absent for files that don't say how long they are. */
  readonly endUs?: number;
  readonly info: SourceInfo;
  /** Digest of the content, the same wherever the file lies. */
  readonly fingerprint: string;
}

/** A recording that can be read, wholly or in part. */
export interface OpenedRecording {
  readonly source: RecordingSource;
  readonly plan: RecordingPlan;
}

/** Which recording, or which part of it, and when it began (µs of UTC). */
export interface OpenRecording {
  readonly path: string;
  readonly startUs: number;
  readonly mediaRoot?: string;
  readonly part?: { readonly fromUs: number; readonly toUs: number };
}

/** Looks at the file; throws the `source-…` errors of `probeRecording`. */
export async function openRecording(options: OpenRecording, signal: AbortSignal): Promise<OpenedRecording> {
  const source = createRecordingSource(options);
  const { fingerprint, startUs, endUs, probe } = await source.describe(signal);
  return { source, plan: { startUs, ...(endUs === undefined ? {} : { endUs }), info: probe, fingerprint } };
}

/** The motion gate of a camera; undefined where the site file switches it off. Recordings and live cameras alike. */
export function motionGateOf(options: {
  readonly camera: SiteCamera;
  readonly windowSeconds: number;
  readonly card: ModelCard;
  readonly onGated?: () => void;
}): MotionGateOptions | undefined {
  const { camera, windowSeconds, card, onGated } = options;
  if (camera.sampling.motionGate === false) return undefined;
  return { windowSeconds, score: card.thresholds.score, ...(onGated === undefined ? {} : { onGated }) };
}

/** How a camera's pictures are asked for. */
export function recordingRequest(camera: SiteCamera, format: FrameRequest['format']): FrameRequest {
  const { framesPerSecond, keyframesOnly } = camera.sampling;
  return { format, framesPerSecond, keyframesOnly };
}

/**
 * What makes two detections of one recording by one definition differ, in words: boxes are counted together only where
 * this is the same.
 */
export function detectionMethod({ sampling }: SiteCamera, card: Pick<ModelCard, 'id' | 'sha256'>): string {
  const pictures = sampling.keyframesOnly ? 'keyframes' : 'pictures';
  return `pipeline ${PIPELINE_VERSION}, model ${card.id} ${card.sha256}, ${sampling.framesPerSecond} ${pictures}/s`;
}

/** What counting a recording depends on. */
export interface RecordingCounting {
  readonly camera: SiteCamera;
  readonly windowSeconds: number;
  readonly siteVersion: string;
  readonly card: ModelCard;
  readonly plan: RecordingPlan;
  readonly jobId: string;
  /** Measured errors of the model; without them records carry no uncertainty. */
  readonly figures?: AccuracyFigures | undefined;
  readonly onFrame?: (frame: CountedFrameView) => void;
}

/** Counting of one whole recording, from its first instant. */
export function recordingCounting(options: RecordingCounting): Counting {
  const { camera, card, plan } = options;
  const { framesPerSecond, keyframesOnly, keyframeIntervalS } = camera.sampling;
  const counting = createCounting({
    site: countingSite(camera, options.windowSeconds),
    framesPerSecond,
    ...(plan.info.framesPerSecond === undefined ? {} : { sourceFramesPerSecond: plan.info.framesPerSecond }),
    ...(keyframesOnly ? { keyframeIntervalS } : {}),
    thresholds: card.thresholds,
    lineage: {
      modelId: card.id,
      modelSha256: card.sha256,
      siteVersion: options.siteVersion,
      pipelineVersion: PIPELINE_VERSION,
      framesPerSecond,
      jobId: options.jobId,
    },
    from: { startUs: plan.startUs, reason: 'outside-recording' },
    ...(options.onFrame === undefined ? {} : { onFrame: options.onFrame }),
  });
  return countingWithUncertainty(counting, options.figures);
}

/** The records of what is still open when a recording is over. */
export function finishRecording(counting: Counting, plan: RecordingPlan): readonly Observation[] {
  return counting.finish({
    ...(plan.endUs === undefined ? {} : { toUs: plan.endUs }),
    reason: 'outside-recording',
  });
}

/** The natural id of a recording: the same pictures counted the same way are the same job. */
export function recordingJobId(job: {
  cameraId: string;
  fingerprint: string;
  startUs: number;
  siteVersion: string;
}): string {
  const { cameraId, fingerprint, startUs, siteVersion } = job;
  return ['rec', cameraId, fingerprint.slice(0, 12), startUs.toString(36), siteVersion.slice(0, 12)].join(
    '_',
  );
}
