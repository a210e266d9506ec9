/** Lets operators look through a camera now and then: joined while under way, seldom, few at once, never kept. */
import { ApiError } from '../api/api-error.ts';
import type { Operations } from './operations.ts';

/** Between two pictures of one camera. */
export const SNAPSHOT_REST_MS = 5_000;
/** A camera that takes longer is not there; RTSP and HLS need up to some keyframe intervals. */
export const SNAPSHOT_DEADLINE_MS = 20_000;
/** Each one may run a decoder. */
const MOST_AT_ONCE = 3;

/** `clock` is milliseconds since 1970. */
export function createSnapshots(options: {
  readonly operations: Pick<Operations, 'snapshot'>;
  readonly clock: () => number;
}) {
  const { operations, clock } = options;
  const underWay = new Map<string, Promise<Uint8Array>>();
  const restUntilMs = new Map<string, number>();

  const take = async (cameraId: string): Promise<Uint8Array> => {
    try {
      return await operations.snapshot(cameraId, AbortSignal.timeout(SNAPSHOT_DEADLINE_MS));
    } finally {
      underWay.delete(cameraId);
      restUntilMs.set(cameraId, clock() + SNAPSHOT_REST_MS);
    }
  };

  return {
    /** Throws `ApiError` 429 that says in `waitMs` when to ask again. */
    picture(cameraId: string): Promise<Uint8Array> {
      const shared = underWay.get(cameraId);
      if (shared !== undefined) return shared;
      forgetRested(restUntilMs, clock());
      const waitMs = (restUntilMs.get(cameraId) ?? 0) - clock();
      if (waitMs > 0) return Promise.reject(new TooManySnapshots(waitMs));
      if (underWay.size >= MOST_AT_ONCE) return Promise.reject(new TooManySnapshots(SNAPSHOT_REST_MS));
      const fresh = take(cameraId);
      underWay.set(cameraId, fresh);
      return fresh;
    },
  };
}

function forgetRested(restUntilMs: Map<string, number>, nowMs: number): void {
  for (const [cameraId, untilMs] of restUntilMs) if (untilMs <= nowMs) restUntilMs.delete(cameraId);
}

/** Asked again too soon. */
export class TooManySnapshots extends ApiError {
  readonly waitMs: number;

  constructor(waitMs: number) {
    const seconds = Math.ceil(waitMs / 1000);
    super(
      429,
      'too-many-snapshots',
      `wait ${seconds} s; one picture each ${SNAPSHOT_REST_MS / 1000} s per camera`,
    );
    this.waitMs = waitMs;
  }
}
