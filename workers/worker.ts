/** One worker process: takes jobs of all queues, renews their locks, drains on shutdown. */
import { setMaxListeners } from 'node:events';
import { type Job, UnrecoverableError, WaitingChildrenError, WaitingError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { AnalysisError } from '../pipelines/errors.ts';
import { type JobLock, keepJobLock } from './cluster/job-lock.ts';
import { type JobPayloads, parseJob, QUEUES, type QueueName } from './cluster/jobs.ts';
import { isFull, isRefusedWrite } from './cluster/redis.ts';
import type { Host } from './host.ts';
import { holdLease } from './live/lease.ts';
import { redactText } from './logger.ts';
import { startQueueWatchdog } from './queue-watchdog.ts';
import { countRecording } from './recording/count-recording.ts';
import { detectSegment } from './recording/detect-segment.ts';
import { planRecording } from './recording/plan-recording.ts';

/**
 * A job that keeps killing its worker ends in the dead letter. No cap on starts: a long lease is rightly started
 * again at each roll-out of the workers, and none of our jobs come from a scheduler, the one kind that escapes this.
 */
const MAX_STALLED = 3;
/** BullMQ repeats an error thousands of times a second when Redis is full. */
const ERROR_LOG_EVERY_MS = 10_000;
/** How long a worker stops fetching when Redis is full. */
const FULL_REST_MS = 5_000;
const WATCHDOG_EVERY_MS = 30_000;

/** What a processor may end with, besides a fault. */
type JobEnd =
  | { readonly kind: 'done'; readonly value?: unknown }
  | { readonly kind: 'hand-back' }
  | { readonly kind: 'wait-for-children' };

interface JobContext<Q extends QueueName> {
  readonly data: JobPayloads[Q];
  readonly job: Job;
  readonly lost: AbortSignal;
  readonly draining: AbortSignal;
}

/** One handler per queue; a missing one does not compile. */
type Handlers = { readonly [Q in QueueName]: (context: JobContext<Q>) => Promise<JobEnd> };

export interface RunningWorker {
  /** Stops taking jobs, hands the running ones back, resolves when none runs. */
  drain(): Promise<void>;
  /** False when BullMQ has stopped fetching although there is work. */
  isHealthy(): boolean;
}

/** Starts taking jobs. `connection` must be a worker connection (waits for Redis without end). */
export function startWorker(host: Host, connection: Redis): RunningWorker {
  const draining = new AbortController();
  // Every camera listens: as many as a worker holds are no leak.
  setMaxListeners(0, draining.signal);
  const handlers = createHandlers(host);
  const { config } = host;
  const concurrency: Record<QueueName, number> = {
    live: config.leases,
    // Each segment decodes on a core of its own; detection is shared by the pool.
    segments: config.detectors,
    recordings: 2,
  };
  const start = <Q extends QueueName>(queue: Q): { worker: Worker; load: Load } => {
    const load: Load = { running: 0, lastTakenAtMs: host.nowMs() };
    const run = createProcessor(host, queue, handlers[queue], draining.signal);
    const worker = new Worker(queue, withLoad(host, load, run), {
      connection,
      prefix: config.prefix,
      name: config.workerName,
      concurrency: concurrency[queue],
      lockDuration: config.lockMs,
      // By ourselves: see `keepJobLock`.
      skipLockRenewal: true,
      stalledInterval: config.stalledCheckMs,
      maxStalledCount: MAX_STALLED,
    });
    watchWorker(host, queue, worker);
    return { worker, load };
  };
  const workers = [start(QUEUES.live), start(QUEUES.segments), start(QUEUES.recordings)];
  const watchdog = watchFetching(host, workers);
  return {
    async drain() {
      watchdog.stop();
      // Paused first: a job that is handed back must not be taken again by this very worker.
      await Promise.all(workers.map(({ worker }) => worker.pause(true)));
      draining.abort();
      await Promise.all(workers.map(({ worker }) => worker.close()));
    },
    // Paused while Redis is full it does not run either, and a restart would mend nothing.
    isHealthy: () => workers.every(({ worker }) => worker.isRunning() || worker.isPaused()),
  };
}

function createHandlers(host: Host): Handlers {
  return {
    recordings: async ({ data, job, lost, draining }) => {
      const signal = AbortSignal.any([lost, draining]);
      if (data.step === 'plan') {
        await planRecording(host, data, job, signal);
        return { kind: 'wait-for-children' };
      }
      return toEnd(await countRecording(host, data, job, signal), draining);
    },
    segments: async ({ data, job, lost, draining }) =>
      toEnd(await detectSegment(host, data, job, AbortSignal.any([lost, draining])), draining),
    live: async ({ data, lost, draining }) => {
      const end = await holdLease(host, data, { lost, draining });
      return end === 'handed-back' ? { kind: 'hand-back' } : { kind: 'done' };
    },
  };
}

/** `undefined` is how a recording's work says that it was stopped half-way. */
function toEnd(value: unknown, draining: AbortSignal): JobEnd {
  if (value !== undefined) return { kind: 'done', value };
  if (draining.aborted) return { kind: 'hand-back' };
  throw new Error('lock lost');
}

function createProcessor<Q extends QueueName>(
  host: Host,
  queue: Q,
  handle: Handlers[Q],
  draining: AbortSignal,
): Processor {
  return async (job, token = '') => {
    const lock = lockOf(host, queue, { job, token });
    try {
      const data = parseJob(queue, job.data);
      const end = await handle({ data, job, lost: lock.lost, draining } as never);
      lock.release();
      return await settle(job, token, end);
    } catch (error) {
      throw toBullError(host, queue, job, error);
    } finally {
      lock.release();
    }
  };
}

function lockOf(host: Host, queue: QueueName, { job, token }: { job: Job; token: string }): JobLock {
  const { lockMs, prefix } = host.config;
  return keepJobLock({
    extend: async () => await job.extendLock(token, lockMs),
    isFull: async () => await isFull(host.redis, prefix),
    everyMs: lockMs / 4,
    onLost: () => {
      host.metrics.lockLost.inc({ queue });
      host.log.error({ queue, job: job.id }, 'lock lost, job given up');
    },
  });
}

async function settle(job: Job, token: string, end: JobEnd): Promise<unknown> {
  switch (end.kind) {
    case 'hand-back':
      // Back to waiting without burning an attempt (RELIABILITY §1.1).
      await job.moveToWait(token);
      throw new WaitingError();
    case 'wait-for-children':
      if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
      // All children had finished already: go on at once.
      await job.moveToWait(token);
      throw new WaitingError();
    case 'done':
      return end.value;
  }
}

/** Decides between trying again and the dead letter; the only place that does. */
function toBullError(host: Host, queue: QueueName, job: Job, error: unknown): unknown {
  if (error instanceof WaitingError || error instanceof WaitingChildrenError) return error;
  const message = redactText(error instanceof Error ? error.message : String(error));
  const code = error instanceof AnalysisError ? error.code : 'internal';
  host.log.error({ queue, job: job.id, code, message }, 'job failed');
  if (error instanceof AnalysisError && !error.retryable)
    return new UnrecoverableError(`${code}: ${message}`);
  return new Error(`${code}: ${message}`);
}

/** What one queue's worker has in hand. Counted here: BullMQ tells no end of a job that was handed back. */
interface Load {
  running: number;
  lastTakenAtMs: number;
}

type Processor = (job: Job, token?: string) => Promise<unknown>;

function withLoad(host: Host, load: Load, process: Processor): Processor {
  return async (job, token) => {
    load.running += 1;
    load.lastTakenAtMs = host.nowMs();
    try {
      return await process(job, token);
    } finally {
      load.running -= 1;
    }
  };
}

/** A worker that stopped fetching can't be mended from inside: leave, and let the supervisor start a fresh one. */
function watchFetching(host: Host, workers: readonly { worker: Worker; load: Load }[]): { stop(): void } {
  const queues = workers.map(({ worker, load }) => ({
    name: worker.name,
    async look() {
      const waiting = await host.queues.byName[worker.name as QueueName].getWaitingCount();
      const isRedisFull = await isFull(host.redis, host.config.prefix);
      const freeSlots = worker.concurrency - load.running;
      return {
        waiting,
        isFull: isRedisFull,
        freeSlots,
        lastTakenAtMs: load.lastTakenAtMs,
        nowMs: host.nowMs(),
      };
    },
  }));
  return startQueueWatchdog({
    queues,
    everyMs: WATCHDOG_EVERY_MS,
    onStuck: (queue) => {
      host.log.fatal({ queue }, 'jobs wait, but this worker takes none; leaving to be started anew');
      process.exit(1);
    },
  });
}

function watchWorker(host: Host, queue: QueueName, worker: Worker): void {
  let loggedAtMs = 0;
  let isResting = false;
  worker.on('error', (error) => {
    if (isRefusedWrite(error) && !isResting) {
      isResting = true;
      void worker.pause(true);
      setTimeout(() => {
        isResting = false;
        if (!worker.closing) void worker.resume();
      }, FULL_REST_MS).unref();
    }
    if (host.nowMs() - loggedAtMs < ERROR_LOG_EVERY_MS) return;
    loggedAtMs = host.nowMs();
    host.log.error({ queue, error: error.message }, 'queue error');
  });
}
