/** Detections of a recording's segments, kept in Redis between detecting and counting. Boxes only, no pictures. */
import type { Redis } from 'ioredis';
import { decodeTimeline } from '../../pipelines/domain/timeline-codec.ts';
import type { TimelineEvent } from '../../pipelines/domain/types.ts';

/** Long enough for a weekend's outage of the counting side; deleted as soon as the recording is counted. */
const KEPT_S = 7 * 86_400;

/** What one segment's detection left. */
export interface KeptDetections {
  /** See `detectionMethod`. */
  readonly method: string;
  /** As `createTimelineWriter` gives it. */
  readonly timeline: Uint8Array;
}

/** Two hash fields per segment, so that a recording is deleted at once. */
export function createDetectionStore(redis: Redis, prefix: string) {
  const key = (recordingId: string): string => `${prefix}:detections:${recordingId}`;
  const methodField = (index: number): string => `${index}:method`;
  return {
    async put(recordingId: string, index: number, { method, timeline }: KeptDetections): Promise<void> {
      const { buffer, byteOffset, byteLength } = timeline;
      const bytes = Buffer.from(buffer, byteOffset, byteLength);
      await redis
        .multi()
        .hset(key(recordingId), String(index), bytes, methodField(index), method)
        .expire(key(recordingId), KEPT_S)
        .exec();
    },
    /**
     * Undefined when the segment was never detected by this method or Redis was wiped since. Events are read as they are
     * asked for, which throws `RangeError` when the bytes are cut short or of another version.
     */
    async get(
      recordingId: string,
      index: number,
      method: string,
    ): Promise<Iterable<TimelineEvent> | undefined> {
      const fields = [String(index), methodField(index)];
      const [bytes, kept] = await redis.hmgetBuffer(key(recordingId), ...fields);
      return bytes && kept?.toString() === method ? decodeTimeline(bytes) : undefined;
    },
    /** Undefined when nothing is kept of the segment. */
    async methodOf(recordingId: string, index: number): Promise<string | undefined> {
      return (await redis.hget(key(recordingId), methodField(index))) ?? undefined;
    },
    async delete(recordingId: string): Promise<void> {
      await redis.del(key(recordingId));
    },
  };
}

export type DetectionStore = ReturnType<typeof createDetectionStore>;
