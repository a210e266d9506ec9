/** Detections of a recording's segments, kept in Redis between detecting and counting. Boxes only, no pictures. */
import type { Redis } from 'ioredis';
import { decodeTimeline, encodeTimeline } from '../../pipelines/domain/timeline-codec.ts';
import type { TimelineEvent } from '../../pipelines/domain/types.ts';

/** Long enough for a weekend's outage of the counting side; deleted as soon as the recording is counted. */
const KEPT_S = 7 * 86_400;

/** One hash field per segment, so that a recording is deleted at once. */
export function createDetectionStore(redis: Redis, prefix: string) {
  const key = (recordingId: string): string => `${prefix}:detections:${recordingId}`;
  return {
    async put(recordingId: string, index: number, events: readonly TimelineEvent[]): Promise<void> {
      const bytes = Buffer.from(encodeTimeline(events));
      await redis
        .multi()
        .hset(key(recordingId), String(index), bytes)
        .expire(key(recordingId), KEPT_S)
        .exec();
    },
    /** Undefined when the segment was never detected or Redis was wiped since. */
    async get(recordingId: string, index: number): Promise<TimelineEvent[] | undefined> {
      const bytes = await redis.hgetBuffer(key(recordingId), String(index));
      return bytes === null ? undefined : [...decodeTimeline(bytes)];
    },
    async has(recordingId: string, index: number): Promise<boolean> {
      return (await redis.hexists(key(recordingId), String(index))) === 1;
    },
    async delete(recordingId: string): Promise<void> {
      await redis.del(key(recordingId));
    },
  };
}

export type DetectionStore = ReturnType<typeof createDetectionStore>;
