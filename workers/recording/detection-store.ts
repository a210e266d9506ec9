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

/**
 * One hash field per segment and method, so that a recording is deleted at once and workers of two versions don't write over
 * each other's detections.
 */
export function createDetectionStore(redis: Redis, prefix: string) {
  const key = (recordingId: string): string => `${prefix}:detections:${recordingId}`;
  const field = (index: number, method: string): string => `${index}:${method}`;
  return {
    async put(recordingId: string, index: number, { method, timeline }: KeptDetections): Promise<void> {
      const { buffer, byteOffset, byteLength } = timeline;
      const bytes = Buffer.from(buffer, byteOffset, byteLength);
      await redis
        .multi()
        .hset(key(recordingId), field(index, method), bytes)
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
      const bytes = await redis.hgetBuffer(key(recordingId), field(index, method));
      return bytes ? decodeTimeline(bytes) : undefined;
    },
    async has(recordingId: string, index: number, method: string): Promise<boolean> {
      return (await redis.hexists(key(recordingId), field(index, method))) === 1;
    },
    /** The methods by which something is kept, for each segment that has any. */
    async methodsOf(recordingId: string): Promise<ReadonlyMap<number, readonly string[]>> {
      const methods = new Map<number, string[]>();
      for (const kept of await redis.hkeys(key(recordingId))) {
        const [, index, method] = /^(\d+):(.+)$/.exec(kept) ?? [];
        if (method !== undefined) methods.set(Number(index), [...(methods.get(Number(index)) ?? []), method]);
      }
      return methods;
    },
    async delete(recordingId: string): Promise<void> {
      await redis.del(key(recordingId));
    },
  };
}

export type DetectionStore = ReturnType<typeof createDetectionStore>;
