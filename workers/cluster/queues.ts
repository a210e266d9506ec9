/** BullMQ queues as producers see them: adding, looking, retrying. Commands fail fast when Redis is away. */
import { type Job, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { QUEUES, type QueueName } from './jobs.ts';

/** All queues of one installation. */
export interface Queues {
  readonly byName: Readonly<Record<QueueName, Queue>>;
  /** Numbers of jobs per queue and state. */
  counts(): Promise<Record<QueueName, Record<string, number>>>;
  /** The dead letter: what failed for good, newest first. */
  dead(limit?: number): Promise<DeadJob[]>;
  close(): Promise<void>;
}

export interface DeadJob {
  readonly queue: QueueName;
  readonly id: string;
  readonly reason: string;
  readonly failedAtMs: number;
  readonly attempts: number;
  readonly data: unknown;
}

const STATES = ['waiting', 'active', 'delayed', 'waiting-children', 'failed', 'completed'] as const;

/** Uses `redis` for all queues; closing the queues does not close it. */
export function openQueues(redis: Redis, prefix: string): Queues {
  const open = (name: QueueName): Queue => {
    const queue = new Queue(name, { connection: redis, prefix, skipWaitingForReady: true });
    // Commands reject by themselves; an unheard `error` event would end the process.
    queue.on('error', () => undefined);
    return queue;
  };
  const byName = {
    recordings: open(QUEUES.recordings),
    segments: open(QUEUES.segments),
    live: open(QUEUES.live),
  };
  const names = Object.keys(byName) as QueueName[];
  return {
    byName,
    async counts() {
      const counts = await Promise.all(names.map((name) => byName[name].getJobCounts(...STATES)));
      return Object.fromEntries(names.map((name, index) => [name, counts[index] ?? {}])) as Record<
        QueueName,
        Record<string, number>
      >;
    },
    async dead(limit = 100) {
      const lists = await Promise.all(names.map((name) => byName[name].getFailed(0, limit - 1)));
      return lists
        .flatMap((jobs, index) => jobs.map((job) => toDeadJob(names[index] as QueueName, job)))
        .sort((a, b) => b.failedAtMs - a.failedAtMs)
        .slice(0, limit);
    },
    async close() {
      await Promise.all(names.map((name) => byName[name].close()));
    },
  };
}

function toDeadJob(queue: QueueName, job: Job): DeadJob {
  return {
    queue,
    id: job.id ?? '',
    reason: job.failedReason ?? 'unknown',
    failedAtMs: job.finishedOn ?? 0,
    attempts: job.attemptsMade,
    data: job.data,
  };
}
