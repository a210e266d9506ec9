import { describe, expect, it } from 'vitest';
import { createIdleWork } from '../../../portal/publishers/idle-work.ts';
import type { Journal, SettledBatch } from '../../../portal/publishers/journal.ts';
import { type PublicSource, type Publisher, problem } from '../../../portal/publishers/publisher.ts';

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const MINUTE_MS = 60_000;

/** A publisher with refused changes, by their sequence; `answer` says what becomes of one that is tried. */
function refusedChanges(
  aside: Set<number>,
  answer: (sequence: number) => 'refused' | 'taken' | 'failed' | 'silent',
) {
  const tried: number[] = [];
  const gone = new Set<number>();
  const clock = { nowMs: 0 };
  const source = {
    changesSince: async (after: number) => [{ sequence: gone.has(after + 1) ? after + 99 : after + 1 }],
  } as unknown as PublicSource;
  const publisher = {
    id: 'kota',
    publish: async ({ changes: [change] }: { changes: readonly { sequence: number }[] }) => {
      tried.push(change!.sequence);
      const became = answer(change!.sequence);
      if (became === 'failed') return problem('server-error', 'answered 500');
      if (became === 'silent') return problem('timeout', 'no whole answer');
      return { outcome: 'delivered', taken: 1, refused: became === 'refused' ? [{}] : [] };
    },
  } as unknown as Publisher;
  const journal = {
    quarantinedSequences: () => [...aside].sort((a, b) => a - b),
    settle({ changes, refused }: SettledBatch) {
      if (refused.length === 0) for (const { sequence } of changes) aside.delete(sequence);
      return true;
    },
    forget: (_id: string, sequence: number) => aside.delete(sequence),
  } as unknown as Journal;
  const work = createIdleWork({ publisher, source, journal, clock: () => clock.nowMs });
  const run = async () => {
    tried.length = 0;
    await work.run(new AbortController().signal);
    return [...tried];
  };
  return { work, clock, gone, run };
}

describe('refused changes', () => {
  it('have their turn each, also those behind one that fails, twenty in vain at once', async () => {
    const { run } = refusedChanges(new Set(numbers(1, 30)), (one) => (one === 3 ? 'failed' : 'refused'));
    expect(await run()).toEqual(numbers(1, 3));
    expect(await run()).toEqual(numbers(4, 23));
    expect(await run()).toEqual([...numbers(24, 30), ...numbers(1, 3)]);
  });

  it('are tried after a minute, then after pauses that double up to an hour, and soon when new ones come', async () => {
    const { work, clock, run } = refusedChanges(new Set([1]), () => 'refused');
    const pauses: number[] = [];
    for (let i = 0; i < 8; i++) {
      pauses.push((work.refusedDueAtMs() - clock.nowMs) / MINUTE_MS);
      clock.nowMs = work.refusedDueAtMs();
      await run();
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    work.setAside();
    expect(work.refusedDueAtMs() - clock.nowMs).toBe(MINUTE_MS);
  });

  it('follow at once when the far side is mended, never longer than ten seconds before new ones', async () => {
    const aside = new Set(numbers(1, 100));
    const { work, clock, run } = refusedChanges(aside, () => {
      clock.nowMs += 250;
      return 'taken';
    });
    expect(await run()).toEqual(numbers(1, 40));
    expect(work.isDue()).toBe(true);
    await run();
    await run();
    expect(aside.size).toBe(0);
  });

  it('that get no answer make new ones wait as well, and have their next turn after the pause', async () => {
    const { work, clock } = refusedChanges(new Set([1, 2]), () => 'silent');
    clock.nowMs = work.refusedDueAtMs();
    expect(await work.run(new AbortController().signal)).toMatchObject({ kind: 'timeout' });
    expect(work.refusedDueAtMs() - clock.nowMs).toBe(2 * MINUTE_MS);
  });

  it('that are no more are forgotten', async () => {
    const aside = new Set([1, 2]);
    const { gone, run } = refusedChanges(aside, () => 'refused');
    gone.add(1);
    expect(await run()).toEqual([2]);
    expect([...aside]).toEqual([2]);
  });
});
