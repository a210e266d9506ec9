/** The dead letters: what failed for good, with its reason; run again or thrown away. */
import type { Job } from 'bullmq';
import { AnalysisError } from '../../pipelines/errors.ts';
import type { DeadLetter } from '../../portal/operate/operations.ts';
import type { QueueName } from '../cluster/jobs.ts';
import type { Queues } from '../cluster/queues.ts';
import { redactText } from '../logger.ts';

/** Of each queue; older ones are still in the queue view. */
const MOST_SHOWN = 200;

/** Newest first. */
export async function listDeadLetters({ byName }: Queues): Promise<readonly DeadLetter[]> {
  const names = Object.keys(byName) as QueueName[];
  const lists = await Promise.all(
    names.map(async (queue) =>
      (await byName[queue].getFailed(0, MOST_SHOWN - 1)).map((job) => toDeadLetter(queue, job)),
    ),
  );
  return lists.flat().sort((a, b) => (a.failedAt < b.failedAt ? 1 : -1));
}

function toDeadLetter(queue: QueueName, job: Job): DeadLetter {
  // It may be here just because its payload was not valid: read without trust.
  const cameraId = (job.data as { cameraId?: unknown } | null)?.cameraId;
  return {
    queue,
    id: job.id ?? '',
    name: job.name,
    ...(typeof cameraId === 'string' ? { cameraId } : {}),
    reason: redactText(job.failedReason ?? 'unknown'),
    attempts: job.attemptsMade,
    failedAt: new Date(job.finishedOn ?? 0).toISOString(),
  };
}

/**
 * The failed job of that id, in one queue or in whichever has it.
 * @throws AnalysisError `job-invalid` when there is none, or it has not failed
 */
export async function failedJob({ byName }: Queues, id: string, queue?: string): Promise<Job> {
  const names = Object.keys(byName) as QueueName[];
  for (const name of queue === undefined ? names : names.filter((one) => one === queue)) {
    const job = await byName[name].getJob(id);
    if (job === undefined) continue;
    const state = await job.getState();
    if (state === 'failed') return job;
    throw new AnalysisError(
      'job-invalid',
      'find-job',
      `job ${id} is ${state}; only failed jobs can be run again or removed`,
    );
  }
  throw new AnalysisError('job-invalid', 'find-job', `no job ${id}; pantau status lists the failed ones`);
}
