/** How a camera is, told from its records alone. Pure. */
import { type GapReason, PLANNED_GAP_REASONS } from '../../pipelines/domain/types.ts';
import { GAP_BELOW_COVERAGE } from '../datasets/quality/gaps.ts';
import type { CameraSummary } from '../store/store.ts';

/** `no-data`: nothing was ever recorded; `down`: records say that nothing is seen, or are overdue. */
export const HEALTH_STATES = ['ok', 'degraded', 'down', 'paused', 'no-data'] as const;

/** Why a camera is not `ok`, beside the reasons of its last window. */
export const HEALTH_REASONS = ['no-record', 'not-registered'] as const;

/** How a camera is. */
export interface CameraHealth {
  readonly state: (typeof HEALTH_STATES)[number];
  readonly reason?: GapReason | (typeof HEALTH_REASONS)[number];
  readonly lastWindowEnd?: string;
  readonly lastAnalysedWindowEnd?: string;
  /** 0..1; absent without data, and when the records of the last window are no longer kept. */
  readonly lastCoverage?: number;
}

/** What is known of a camera. */
export interface HealthFacts {
  /** Absent when no register knows the camera. */
  readonly registered?: {
    readonly isEnabled: boolean;
    readonly isLive: boolean;
    readonly windowSeconds: number;
  };
  readonly summary?: CameraSummary;
  /** Reasons of its newest window. */
  readonly lastReasons: readonly GapReason[];
  readonly nowMs: number;
}

/** Windows are published some seconds after they end; a live camera two windows and this late is down. */
const GRACE_MS = 60_000;

/** Judges one camera. Recordings are never late: only a live camera owes a window. */
export function cameraHealth({ registered, summary, lastReasons, nowMs }: HealthFacts): CameraHealth {
  const seen = summary === undefined ? {} : lastSeen(summary);
  const is = (state: CameraHealth['state'], reason?: CameraHealth['reason']): CameraHealth => ({
    state,
    ...(reason === undefined ? {} : { reason }),
    ...seen,
  });
  if (registered === undefined) return is('paused', 'not-registered');
  if (!registered.isEnabled) return is('paused', 'paused');
  if (summary === undefined) return is('no-data');
  const dueMs = 2 * registered.windowSeconds * 1000 + GRACE_MS;
  if (registered.isLive && nowMs - Date.parse(summary.lastWindowEnd) > dueMs) return is('down', 'no-record');
  const fault = lastReasons.find((reason) => !PLANNED_GAP_REASONS.includes(reason));
  if (sawNothing(summary)) return fault === undefined ? is('paused', lastReasons[0]) : is('down', fault);
  const isPart = summary.lastCoverage !== undefined && summary.lastCoverage < GAP_BELOW_COVERAGE;
  return isPart && fault !== undefined ? is('degraded', fault) : is('ok');
}

/** Whether nothing of the last window was seen: how far analysis came is known longer than the records are kept. */
function sawNothing({ lastCoverage, lastWindowEnd, lastAnalysedWindowEnd }: CameraSummary): boolean {
  return lastCoverage === undefined ? lastAnalysedWindowEnd !== lastWindowEnd : lastCoverage === 0;
}

function lastSeen({ lastWindowEnd, lastAnalysedWindowEnd, lastCoverage }: CameraSummary) {
  return {
    lastWindowEnd,
    ...(lastAnalysedWindowEnd === undefined ? {} : { lastAnalysedWindowEnd }),
    ...(lastCoverage === undefined ? {} : { lastCoverage }),
  };
}
