/** Queues, payloads and natural job ids. Payloads hold ids and paths, never a URL or a password. */
import type { JobsOptions } from 'bullmq';
import { z } from 'zod';
import { AnalysisError } from '../../pipelines/errors.ts';
import { SITE_ID_PATTERN } from '../../pipelines/site-schema/texts.ts';

/** Live and recorded work have queues of their own, so that a backfill can't starve the cameras. */
export const QUEUES = { recordings: 'recordings', segments: 'segments', live: 'live' } as const;
export type QueueName = (typeof QUEUES)[keyof typeof QUEUES];

/** The site file's own rule, so that every camera that can be registered can be queued. */
const cameraId = z.string().regex(SITE_ID_PATTERN);
const microseconds = z.int().nonnegative();

/** One recording of one camera. It first plans its segments, waits for them, then counts. */
export const recordingJobSchema = z.strictObject({
  cameraId,
  /** Path relative to the media root. */
  file: z.string().min(1).max(1_024),
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  startUs: microseconds,
  /** The camera's definition this job was made for; a job never mixes two. */
  siteVersion: z.string().min(8).max(64),
  segmentWindows: z.int().min(1).max(1_440),
  step: z.enum(['plan', 'count']),
  segments: z.int().min(0).max(100_000),
});
export type RecordingJob = z.infer<typeof recordingJobSchema>;

/** Detect everything in `[fromUs, toUs)` of a recording. Stateless: any worker, any order, any number of times. */
export const segmentJobSchema = z.strictObject({
  recordingId: z.string().min(1).max(200),
  index: z.int().nonnegative(),
  cameraId,
  file: z.string().min(1).max(1_024),
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  startUs: microseconds,
  siteVersion: z.string().min(8).max(64),
  fromUs: microseconds,
  toUs: microseconds,
});
export type SegmentJob = z.infer<typeof segmentJobSchema>;

/** Hold one live camera. */
export const leaseJobSchema = z.strictObject({
  cameraId,
  /** The camera's revision when the lease was made; tells a failed lease from a repaired camera. */
  cameraRevision: z.int().nonnegative(),
});
export type LeaseJob = z.infer<typeof leaseJobSchema>;

const schemas = {
  [QUEUES.recordings]: recordingJobSchema,
  [QUEUES.segments]: segmentJobSchema,
  [QUEUES.live]: leaseJobSchema,
} as const;
export interface JobPayloads {
  recordings: RecordingJob;
  segments: SegmentJob;
  live: LeaseJob;
}

/**
 * Checks a payload, on the side that adds it and again on the side that works on it.
 * @throws AnalysisError `job-invalid` naming queue, field, what was found and what is allowed.
 */
export function parseJob<Q extends QueueName>(queue: Q, data: unknown): JobPayloads[Q] {
  const parsed = schemas[queue].safeParse(data);
  if (parsed.success) return parsed.data as JobPayloads[Q];
  const issues = parsed.error.issues.map(
    (issue) => `${issue.path.join('.') || '(payload)'}: ${issue.message}`,
  );
  throw new AnalysisError(
    'job-invalid',
    'parse-job',
    `job in queue ${queue} is not valid: ${issues.join('; ')}`,
  );
}

export function segmentJobId(recordingId: string, index: number): string {
  return `${recordingId}_s${index}`;
}

/** The natural id of a camera's lease as records name it, the same through all its holders. */
export function leaseId(id: string): string {
  return `live_${id}`;
}

/**
 * Id of one lease job. Not the natural id: after Redis lost everything, the old holder and the new lease must not
 * share an id, for BullMQ keeps locks by id. That there is one lease a camera at most is `deduplication`'s
 * work (`leaseId`), whose key lives until the job completes or fails.
 */
export function leaseJobId(id: string, nowMs: number): string {
  return `${leaseId(id)}_${nowMs.toString(36)}`;
}

const DAY_S = 86_400;

/** Kept long enough to be seen, never for ever. Failed jobs are the dead letter, with their reason. */
const kept = {
  removeOnComplete: { age: 7 * DAY_S, count: 10_000 },
  removeOnFail: { age: 90 * DAY_S, count: 10_000 },
} satisfies JobsOptions;

/** Attempts, back-off and retention per queue. */
export const jobOptions: Record<QueueName, JobsOptions> = {
  recordings: { ...kept, attempts: 8, backoff: { type: 'exponential', delay: 2_000, jitter: 0.5 } },
  segments: {
    ...kept,
    removeOnComplete: { age: DAY_S, count: 100_000 },
    attempts: 5,
    backoff: { type: 'exponential', delay: 2_000, jitter: 0.5 },
  },
  // A lease that ended in order leaves nothing; the reconciler makes the next one when it is time.
  live: {
    attempts: 5,
    backoff: { type: 'exponential', delay: 2_000, jitter: 0.5 },
    removeOnComplete: true,
    removeOnFail: kept.removeOnFail,
  },
};
