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

/** What a worker last saw of a camera. */
export interface CameraState {
  readonly state: string;
  readonly reason?: string;
  readonly atMs: number;
}

/** True for cameras that need a lease. */
export function isLive(entry: CameraEntry): boolean {
  return entry.sourceKind !== 'recording' && entry.sourceKind !== 'none';
}

/** Reads and writes the copy. */
export function createCameraDirectory(redis: Redis, prefix: string) {
  const key = `${prefix}:cameras`;
  const pausedKey = `${prefix}:paused-since`;
  const stateKey = `${prefix}:camera-states`;
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
    /** Notes since when a camera is off on purpose; the first note stands until `takePausedSince`. */
    async notePaused(cameraId: string, sinceMs: number): Promise<void> {
      await redis.hsetnx(pausedKey, cameraId, String(sinceMs));
    },
    /** Since when the camera was off on purpose, if it was; forgets it. */
    async takePausedSince(cameraId: string): Promise<number | undefined> {
      const since = await redis.hget(pausedKey, cameraId);
      if (since !== null) await redis.hdel(pausedKey, cameraId);
      return since === null ? undefined : Number(since);
    },
    /** How a held camera is, for `pantau status`; the reason holds no credential. */
    async putState(cameraId: string, state: CameraState): Promise<void> {
      await redis.hset(stateKey, cameraId, JSON.stringify(state));
    },
    async states(): Promise<Record<string, CameraState>> {
      const texts = await redis.hgetall(stateKey);
      return Object.fromEntries(
        Object.entries(texts).map(([id, text]) => [id, JSON.parse(text) as CameraState]),
      );
    },
    async list(): Promise<CameraEntry[]> {
      const entries = Object.values(await redis.hgetall(key)).map((text) => JSON.parse(text) as CameraEntry);
      return entries.sort((a, b) => (a.cameraId < b.cameraId ? -1 : 1));
    },
  };
}

export type CameraDirectory = ReturnType<typeof createCameraDirectory>;
