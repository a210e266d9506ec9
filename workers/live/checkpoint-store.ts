/** The open window of each live camera, saved every few seconds, so that the next holder goes on from there. */
import type { Redis } from 'ioredis';
import type { CountingCheckpoint } from '../../pipelines/domain/counting.ts';

/** No boxes, no track ids: sums of the open window only. */
export interface LeaseCheckpoint {
  /** Grows with every lease; an older holder can't overwrite a newer one's. */
  readonly fence: number;
  readonly siteVersion: string;
  /** Set when the camera was left on purpose; after a crash or a roll-out the time until the next lease is `worker-down`. */
  readonly pausedAtUs?: number;
  readonly counting: CountingCheckpoint;
}

/** Writes only when the stored fence is not newer. KEYS[1]; ARGV: fence, text. Returns 1 when written. */
const PUT_IF_NOT_OLDER = `
local old = redis.call('GET', KEYS[1])
if old and tonumber(cjson.decode(old).fence) > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1`;

export function createCheckpointStore(redis: Redis, prefix: string) {
  const key = (cameraId: string): string => `${prefix}:checkpoint:${cameraId}`;
  return {
    /** False when another lease has taken the camera over since. */
    async put(cameraId: string, checkpoint: LeaseCheckpoint): Promise<boolean> {
      const written = await redis.eval(
        PUT_IF_NOT_OLDER,
        1,
        key(cameraId),
        String(checkpoint.fence),
        JSON.stringify(checkpoint),
      );
      return written === 1;
    },
    async get(cameraId: string): Promise<LeaseCheckpoint | undefined> {
      const text = await redis.get(key(cameraId));
      return text === null ? undefined : (JSON.parse(text) as LeaseCheckpoint);
    },
  };
}

export type CheckpointStore = ReturnType<typeof createCheckpointStore>;
