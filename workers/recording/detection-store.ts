/** Detections of a recording's segments, kept in Redis between detecting and counting. Boxes only, no pictures. */
import type { Redis } from 'ioredis';
import { decodeTimeline } from '../../pipelines/domain/timeline-codec.ts';
import type { TimelineEvent } from '../../pipelines/domain/types.ts';

/** Long enough for a weekend's outage of the counting side; deleted as soon as the recording is counted. */
const KEPT_S = 7 * 86_400;

/** One hash field per segment, so that a recording is deleted at once. */
export function createDetectionStore(redis: Redis, prefix: string) {
  const key = (recordingId: string): string => `${prefix}:detections:${recordingId}`;
  return {
    /** `timeline` as `createTimelineWriter` gives it. */
    async put(recordingId: string, index: number, timeline: Uint8Array): Promise<void> {
      const { buffer, byteOffset, byteLength } = timeline;
      await redis
        .multi()
        .hset(key(recordingId), String(index), Buffer.from(buffer, byteOffset, byteLength))
        .expire(key(recordingId), KEPT_S)
        .exec();
    },
    /**
     * Undefined when the segment was never detected or Redis was wiped since. Events are read as they are asked for, which
     * throws `RangeError` when the bytes are cut short or of another version.
     */
    async get(recordingId: string, index: number): Promise<Iterable<TimelineEvent> | undefined> {
      const bytes = await redis.hgetBuffer(key(recordingId), String(index));
      return bytes === null ? undefined : decodeTimeline(bytes);
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
