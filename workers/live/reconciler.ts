/**
 * Makes Redis agree with the register: the cameras' copy, and one lease job for each live camera that should run now.
 * One idempotent pass repairs a first start, a wiped Redis, a changed camera and a lease that ended in `failed`.
 */
import type { Queue } from 'bullmq';
import type { CameraDirectory, CameraEntry } from '../cluster/cameras.ts';
import { isLive } from '../cluster/cameras.ts';
import { jobOptions, type LeaseJob, leaseId, leaseJobId, parseJob } from '../cluster/jobs.ts';
import type { Logger } from '../logger.ts';
import { isOpenAt } from './operating-hours.ts';

/** A failed lease is tried anew after this long, or at once when its camera was changed or it had run well. */
const FAILED_LEASE_REST_MS = 60_000;
/** A lease that lasted this long did not fail for what it is, but for the crashes it saw over the months. */
const RAN_WELL_MS = 600_000;
/** Failed leases looked through for a camera's last one. */
const FAILED_LOOKED_AT = 200;

/** What one pass looks at and writes to. */
export interface Reconciliation {
  readonly cameras: () => readonly CameraEntry[];
  readonly directory: CameraDirectory;
  readonly liveQueue: Queue;
  readonly nowMs: () => number;
  readonly log: Logger;
}

/** One pass; returns the ids of cameras that got a new lease job. */
export async function reconcile(run: Reconciliation): Promise<string[]> {
  const entries = run.cameras();
  await run.directory.replaceAll(entries);
  const started: string[] = [];
  for (const entry of entries) {
    if (!isLive(entry)) continue;
    if (!entry.enabled || !isOpenAt(entry.definition.operatingHours, run.nowMs())) {
      // Noted here as well as by the lease that ends: there may be no worker when a pause begins.
      await run.directory.notePaused(entry.cameraId, run.nowMs());
      continue;
    }
    // One camera's trouble must never keep the others from being watched.
    const isStarted = await ensureLease(run, entry).catch((error: unknown) => {
      run.log.error({ camera: entry.cameraId, error: String(error) }, 'no lease for this camera');
      return false;
    });
    if (isStarted) started.push(entry.cameraId);
  }
  if (started.length > 0) run.log.info({ cameras: started }, 'leases queued');
  return started;
}

async function ensureLease(run: Reconciliation, entry: CameraEntry): Promise<boolean> {
  const queue = run.liveQueue;
  const leaseOf = leaseId(entry.cameraId);
  if ((await queue.getDeduplicationJobId(leaseOf)) !== null) return false;
  if (await mustRest(run, entry)) return false;
  const data = parseJob('live', { cameraId: entry.cameraId, cameraRevision: entry.revision });
  const jobId = leaseJobId(entry.cameraId, run.nowMs());
  await queue.add('lease', data, { ...jobOptions.live, jobId, deduplication: { id: leaseOf } });
  return true;
}

/** True while the camera's last lease has just failed and nothing has changed since. */
async function mustRest(run: Reconciliation, entry: CameraEntry): Promise<boolean> {
  const failed = await run.liveQueue.getFailed(0, FAILED_LOOKED_AT - 1);
  // A failed job may be here just because its payload was not valid: it is read without trust.
  const ofCamera = failed.filter(
    (job) => (job.data as Partial<LeaseJob> | null)?.cameraId === entry.cameraId,
  );
  const last = ofCamera.sort((a, b) => (b.finishedOn ?? 0) - (a.finishedOn ?? 0))[0];
  if (last === undefined) return false;
  const endedMs = last.finishedOn ?? 0;
  const isRested = run.nowMs() - endedMs >= FAILED_LEASE_REST_MS;
  const isChanged = (last.data as Partial<LeaseJob>).cameraRevision !== entry.revision;
  const ranWell = endedMs - (last.processedOn ?? 0) >= RAN_WELL_MS;
  return !isRested && !isChanged && !ranWell;
}

/** Runs a pass now and then every `everyMs`; a pass that fails (Redis away) is logged and tried again. */
export function startReconciler(
  run: Reconciliation,
  everyMs: number,
): { wake(): void; stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();
  let stopped = false;
  const pass = (): void => {
    clearTimeout(timer);
    running = running
      .then(() => (stopped ? undefined : reconcile(run)))
      .catch((error: unknown) => run.log.warn({ error: String(error) }, 'reconciling failed, trying again'))
      .finally(() => {
        if (!stopped) timer = setTimeout(pass, everyMs);
      });
  };
  pass();
  return {
    wake: pass,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
