/** What the portal does by itself: levels brought up to date, old windows removed, days gathered, outages noted. */
import { US_PER_SECOND } from '../pipelines/domain/time.ts';
import { DEFAULT_AUDIT_MONTHS, removeOldAudit } from './identity/audit-retention.ts';
import { LEVELS, type Level, levelWindowStartUs } from './levels/level.ts';
import { gatherPass, rollUpPass } from './store/passes.ts';
import type { PortalStore } from './store/store.ts';

/** How many days each level is kept; a level without a number is kept for ever. */
export type RetentionDays = Readonly<Partial<Record<Level, number>>>;

/** DOMAIN §8: raw per-minute aggregates at most 30 days, published aggregates open-ended. */
export const DEFAULT_RETENTION_DAYS: RetentionDays = { minute: 30 };

/** What `startMaintenance` stands on. */
export interface MaintenanceOptions {
  readonly store: PortalStore;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly log: {
    info(detail: object, message: string): void;
    error(detail: object, message: string): void;
  };
  readonly retentionDays?: RetentionDays;
  /** Months that the audit log is kept, default `DEFAULT_AUDIT_MONTHS`. */
  readonly auditMonths?: number;
  /** Between two looks, default 2000 ms: so old are the levels at most when nothing is behind. */
  readonly intervalMs?: number;
}

/** The work while it runs. */
export interface Maintenance {
  /** Resolves when what is under way is finished; the store may then be closed. */
  stop(): Promise<void>;
}

/** Whom an orderly stop is noted under: somebody meant it, so the outage that follows was planned. */
const STOPPED = 'portal-stopped';
const BEAT_US = 60 * US_PER_SECOND;
/** A silence of three beats is an outage. */
const OUTAGE_US = 3 * BEAT_US;
const DAY_US = 86_400 * US_PER_SECOND;

/** Starts at once. A fault is logged and the work tried again at the next look. */
export function startMaintenance(options: MaintenanceOptions): Maintenance {
  const { store, log, clock, intervalMs = 2000 } = options;
  const stopped = new AbortController();
  const work = createWork(options);
  const run = async () => {
    while (!stopped.signal.aborted) {
      try {
        await work(clock() * 1000, stopped.signal);
      } catch (error) {
        log.error({ err: error }, 'portal maintenance failed; tried again');
      }
      await pause(intervalMs, stopped.signal);
    }
  };
  const running = run();
  return {
    async stop() {
      stopped.abort();
      await running;
      await store.noteAlive(STOPPED, clock() * 1000).catch((error: unknown) => {
        log.error({ err: error }, 'the end of the portal was not noted; its next outage counts as unplanned');
      });
    },
  };
}

function createWork({ store, log, ...kept }: MaintenanceOptions) {
  const { retentionDays = DEFAULT_RETENTION_DAYS, auditMonths: months = DEFAULT_AUDIT_MONTHS } = kept;
  let beatUs: number | undefined;
  let cleanedDayUs: number | undefined;
  return async (nowUs: number, signal: AbortSignal): Promise<void> => {
    if (beatUs === undefined) await noteOutage(store, nowUs, log);
    if (beatUs === undefined || nowUs - beatUs >= BEAT_US) {
      await store.noteAlive('portal', nowUs);
      beatUs = nowUs;
    }
    await rollUpPass(store, { nowUs, signal });
    if (signal.aborted) return;
    const dayUs = levelWindowStartUs('day', nowUs);
    if (cleanedDayUs !== dayUs) {
      await store.prepare(nowUs);
      await removeOld(store, { nowUs, retentionDays, log });
      await removeOldAudit(store.identities, { nowMs: nowUs / 1000, months });
      cleanedDayUs = dayUs;
    }
    await gatherPass(store, { nowUs, signal });
  };
}

async function noteOutage(store: PortalStore, nowUs: number, log: MaintenanceOptions['log']): Promise<void> {
  const lastUs = await store.lastAliveUs('portal');
  if (lastUs === undefined || nowUs - lastUs < OUTAGE_US) return;
  const stoppedUs = (await store.lastAliveUs(STOPPED)) ?? Number.NEGATIVE_INFINITY;
  const isPlanned = stoppedUs >= lastUs;
  const startedAtUs = Math.max(lastUs, stoppedUs);
  await store.addIncident({ subject: 'portal', startedAtUs, endedAtUs: nowUs, isPlanned, note: '' });
  log.info(
    { seconds: Math.round((nowUs - startedAtUs) / US_PER_SECOND), isPlanned },
    'the portal was down; noted as an incident',
  );
}

interface CleaningOptions {
  readonly nowUs: number;
  readonly retentionDays: RetentionDays;
  readonly log: MaintenanceOptions['log'];
}

/** From coarse to fine: nothing is rolled up only to be removed. */
async function removeOld(store: PortalStore, { nowUs, retentionDays, log }: CleaningOptions): Promise<void> {
  for (const level of LEVELS.toReversed()) {
    const days = retentionDays[level];
    if (days === undefined) continue;
    const { removed, beforeUs } = await store.retain({ level, beforeUs: nowUs - days * DAY_US, nowUs });
    // Not as "level": that is the line's own severity.
    if (removed > 0) log.info({ windows: level, removed, beforeUs }, 'old windows removed');
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
