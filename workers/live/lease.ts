/**
 * Holding one live camera. One job is one lease; it is renewed in place for as long as the camera should run, and
 * handed back when this worker stops. A dead camera is not a failed lease: the session stays and records the gap.
 */
import type { CameraEntry } from '../cluster/cameras.ts';
import { isLive } from '../cluster/cameras.ts';
import type { LeaseJob } from '../cluster/jobs.ts';
import { redisTimeUs } from '../cluster/redis.ts';
import type { Host } from '../host.ts';
import { msUntilBothBegin } from './change-over.ts';
import { createClockWatch } from './clock-watch.ts';
import { isOpenAt } from './operating-hours.ts';
import { runSession, type SessionStop } from './session.ts';

/** How often a held camera is compared with the register's copy and its operating hours. */
const WATCH_MS = 3_000;

/** `handed-back`: put the job back for another worker. `over`: the camera should not run now. */
export type LeaseEnd = 'handed-back' | 'over';

export interface LeaseSignals {
  /** The lock was lost: another worker may hold the camera already. */
  readonly lost: AbortSignal;
  /** This worker is shutting down. */
  readonly draining: AbortSignal;
}

/** Holds the camera until it should not run any more, the worker stops or the lock is lost. */
export async function holdLease(host: Host, job: LeaseJob, signals: LeaseSignals): Promise<LeaseEnd> {
  // A lease of before Redis lost its jobs may still run here; it must be over before this one begins.
  const former = host.held.get(job.cameraId);
  former?.giveUp();
  const givenUp = new AbortController();
  const lost = AbortSignal.any([signals.lost, givenUp.signal]);
  const work = (former?.over ?? Promise.resolve())
    .catch(() => undefined)
    .then(async () => await keepCamera(host, job, { ...signals, lost }));
  const mine = { giveUp: () => givenUp.abort(), over: work };
  host.held.set(job.cameraId, mine);
  try {
    return await work;
  } finally {
    if (host.held.get(job.cameraId) === mine) host.held.delete(job.cameraId);
  }
}

async function keepCamera(host: Host, job: LeaseJob, signals: LeaseSignals): Promise<LeaseEnd> {
  const log = host.log.child({ camera: job.cameraId });
  // Never below the last holder's, even when Redis' clock was set back.
  const former = await host.checkpoints.get(job.cameraId);
  const fence = Math.max(await redisTimeUs(host.redis), (former?.fence ?? 0) + 1);
  host.metrics.leases.inc();
  try {
    for (;;) {
      const entry = await host.cameras.get(job.cameraId);
      if (entry === undefined || !shouldRun(entry, host.nowMs())) return 'over';
      const stop = new AbortController();
      const unwatch = watch(host, entry, signals, stop);
      log.info({ revision: entry.revision, source: entry.sourceShown }, 'camera taken');
      const why = await runSession(host, entry, fence, stop.signal).finally(unwatch);
      log.info({ why }, 'camera left');
      if (why === 'draining') return 'handed-back';
      if (why === 'lost') throw new Error(`another lease of ${job.cameraId} has taken over`);
      // `changed`, `clock-set-back`: go round with what is so now. `over`: the loop's head ends the lease.
    }
  } finally {
    host.metrics.leases.dec();
    host.metrics.forgetCamera(job.cameraId);
  }
}

function shouldRun(entry: CameraEntry, nowMs: number): boolean {
  return entry.enabled && isLive(entry) && isOpenAt(entry.definition.operatingHours, nowMs);
}

/** Aborts `stop` with the reason as soon as the session has to end; returns what undoes the watching. */
function watch(host: Host, entry: CameraEntry, signals: LeaseSignals, stop: AbortController): () => void {
  const end = (why: SessionStop): void => stop.abort(why);
  const onLost = (): void => end('lost');
  const onDraining = (): void => end('draining');
  signals.lost.addEventListener('abort', onLost, { once: true });
  signals.draining.addEventListener('abort', onDraining, { once: true });
  if (signals.lost.aborted) onLost();
  if (signals.draining.aborted) onDraining();
  const everyMs = Math.min(WATCH_MS, host.config.reconcileMs);
  let absentMs = 0;
  let change: { readonly windowSeconds: number; readonly timer: NodeJS.Timeout } | undefined;
  /** What is counted may change only between two windows: half a window by either rule would be lost to the other. */
  const changeOver = (now: CameraEntry): void => {
    if (now.siteVersion === entry.siteVersion) {
      end('changed');
      return;
    }
    const { windowSeconds } = now;
    if (change?.windowSeconds === windowSeconds) return;
    clearTimeout(change?.timer);
    const waitMs = msUntilBothBegin(host.nowMs(), [entry.windowSeconds, windowSeconds]);
    change = { windowSeconds, timer: setTimeout(() => end('changed'), waitMs) };
  };
  const check = async (): Promise<void> => {
    const now = await host.cameras.get(entry.cameraId);
    // A wiped Redis knows no camera until the reconciler's next pass, so absence must last to mean removal.
    absentMs = now === undefined ? absentMs + everyMs : 0;
    if (absentMs > 3 * host.config.reconcileMs) end('over');
    else if (now !== undefined && !shouldRun(now, host.nowMs())) end('over');
    else if (now !== undefined && now.revision !== entry.revision) changeOver(now);
  };
  const isSetBack = createClockWatch({ nowMs: host.nowMs, steadyMs: () => performance.now() });
  const timer = setInterval(() => {
    if (isSetBack()) end('clock-set-back');
    // Redis away: the session goes on, since its records wait in the outbox.
    void check().catch(() => undefined);
  }, everyMs);
  return () => {
    clearInterval(timer);
    clearTimeout(change?.timer);
    signals.lost.removeEventListener('abort', onLost);
    signals.draining.removeEventListener('abort', onDraining);
  };
}
