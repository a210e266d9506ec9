import { describe, expect, it, vi } from 'vitest';
import { isStuck, type QueueLook, startQueueWatchdog } from '../../../workers/queue-watchdog.ts';

const look = (over: Partial<QueueLook>): QueueLook => ({
  waiting: 1,
  isFull: false,
  freeSlots: 1,
  lastTakenAtMs: 0,
  nowMs: 60_000,
  ...over,
});

describe('queue watchdog', () => {
  it.each([
    ['work, room, nothing taken for a minute', {}, true],
    ['no work', { waiting: 0 }, false],
    ['no room', { freeSlots: 0 }, false],
    ['work that nobody can take', { isFull: true }, false],
    ['taken a moment ago', { lastTakenAtMs: 59_000 }, false],
  ])('%s', (_name, over, expected) => {
    expect(isStuck(look(over))).toBe(expected);
  });

  it('calls once after two stuck looks in a row, and not when a look in between was well or failed', async () => {
    vi.useFakeTimers();
    const looks = [look({}), look({ waiting: 0 }), look({}), 'away', look({}), look({}), look({})] as const;
    let at = 0;
    const stuck: string[] = [];
    const dog = startQueueWatchdog({
      everyMs: 10,
      onStuck: (queue) => stuck.push(`${queue} at look ${at}`),
      queues: [
        {
          name: 'live',
          look: async () => {
            const next = looks[at++];
            if (next === undefined || next === 'away') throw new Error('Redis away');
            return next;
          },
        },
      ],
    });
    await vi.advanceTimersByTimeAsync(100);
    dog.stop();
    vi.useRealTimers();
    expect(stuck).toEqual(['live at look 6']);
  });
});
