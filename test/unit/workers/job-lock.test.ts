import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { keepJobLock } from '../../../workers/cluster/job-lock.ts';
import { isFull } from '../../../workers/cluster/redis.ts';

type Answer = 1 | 0 | 'away' | 'full';

/** A lock for which Redis gives these answers, one for each renewal; it is released after the last one. */
async function renewals(answers: readonly Answer[]) {
  const left = [...answers];
  let now: Answer | undefined;
  let losses = 0;
  let isReleased = false;
  const lock = keepJobLock({
    everyMs: 1,
    async extend() {
      now = left.shift();
      if (now === undefined) {
        lock.release();
        isReleased = true;
      }
      if (now === 'away') throw new Error('connect ECONNREFUSED');
      return now === 1 ? 1 : 0;
    },
    isFull: async () => now === 'full',
    onLost: () => {
      losses += 1;
    },
  });
  while (!isReleased && !lock.lost.aborted) await sleep(1);
  return { isLost: lock.lost.aborted, losses, unasked: left.length };
}

it.each<{ why: string; answers: Answer[]; losses: number; unasked: number }>([
  { why: 'renewed', answers: [1, 1, 1], losses: 0, unasked: 0 },
  { why: 'kept while Redis is away', answers: [1, 'away', 'away', 1], losses: 0, unasked: 0 },
  {
    why: 'kept while Redis is full, although it has ended',
    answers: ['full', 'full'],
    losses: 0,
    unasked: 0,
  },
  { why: 'lost once somebody may have it', answers: [1, 'full', 'away', 0, 1], losses: 1, unasked: 1 },
])('a lock is $why', async ({ answers, losses, unasked }) => {
  expect(await renewals(answers)).toEqual({ isLost: losses > 0, losses, unasked });
});

it.each([
  ["OOM command not allowed when used memory > 'maxmemory'.", true],
  ['MISCONF Errors writing to the AOF file: No space left on device', true],
  ['NOREPLICAS Not enough good replicas to write.', true],
  // Others may still reach the one that takes writes.
  ["READONLY You can't write against a read only replica.", false],
  ['Reached the max retries per request limit (which is 2).', false],
])('Redis takes no writes from anybody: %s %s', async (message, expected) => {
  const redis = { set: () => Promise.reject(new Error(message)) } as unknown as Redis;
  expect(await isFull(redis, 'p')).toBe(expected);
});
