/** The cameras as workers see them: a copy of the register in Redis, renewed by the reconciler, secrets sealed. */
import type { Redis } from 'ioredis';
import type { SiteCamera } from '../../pipelines/site-file.ts';

/** One camera of the register. Holds no readable credential. */
export interface CameraEntry {
  readonly cameraId: string;
  /** Grows with each change of anything below. */
  readonly revision: number;
  readonly enabled: boolean;
  readonly windowSeconds: number;
  /** The camera's own part of the site file, without its source. */
  readonly definition: SiteCamera;
  readonly siteVersion: string;
  readonly sourceKind: 'recording' | 'rtsp' | 'hls' | 'mjpeg' | 'snapshot' | 'none';
  /** When a camera's recording began, where the site file says so; ISO 8601. */
  readonly recordingStart?: string;
  /** Scheme, host and path, without credentials; for people. */
  readonly sourceShown: string;
  /** The full address, sealed for this camera id. */
  readonly sourceSealed?: string;
}

/** True for cameras that need a lease. */
export function isLive(entry: CameraEntry): boolean {
  return entry.sourceKind !== 'recording' && entry.sourceKind !== 'none';
}

/** Reads and writes the copy. */
export function createCameraDirectory(redis: Redis, prefix: string) {
  const key = `${prefix}:cameras`;
  return {
    /** Makes the copy equal to `entries`, in one transaction. */
    async replaceAll(entries: readonly CameraEntry[]): Promise<void> {
      const transaction = redis.multi().del(key);
      for (const entry of entries) transaction.hset(key, entry.cameraId, JSON.stringify(entry));
      await transaction.exec();
    },
    /** One camera ahead of the reconciler's next pass. */
    async put(entry: CameraEntry): Promise<void> {
      await redis.hset(key, entry.cameraId, JSON.stringify(entry));
    },
    async get(cameraId: string): Promise<CameraEntry | undefined> {
      const text = await redis.hget(key, cameraId);
      return text === null ? undefined : (JSON.parse(text) as CameraEntry);
    },
    async list(): Promise<CameraEntry[]> {
      const entries = Object.values(await redis.hgetall(key)).map((text) => JSON.parse(text) as CameraEntry);
      return entries.sort((a, b) => (a.cameraId < b.cameraId ? -1 : 1));
    },
  };
}

export type CameraDirectory = ReturnType<typeof createCameraDirectory>;
