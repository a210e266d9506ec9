import { expect, it } from 'vitest';
import { createIdleWork } from '../../../portal/publishers/idle-work.ts';
import type { Journal } from '../../../portal/publishers/journal.ts';
import { type PublicSource, type Publisher, problem } from '../../../portal/publishers/publisher.ts';

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

it('gives every refused change its turn, also those behind one that breaks the far side', async () => {
  const tried: number[] = [];
  let nowMs = 0;
  const source = {
    changesSince: async (after: number) => [{ sequence: after + 1 }],
  } as unknown as PublicSource;
  const publisher = {
    id: 'kota',
    publish: async ({ changes: [change] }: { changes: readonly { sequence: number }[] }) => {
      tried.push(change!.sequence);
      return change!.sequence === 3
        ? problem('server-error', 'answered 500')
        : { outcome: 'delivered', taken: 0, refused: [] };
    },
  } as unknown as Publisher;
  const journal = {
    quarantinedSequences: () => numbers(1, 30),
    settle: () => undefined,
  } as unknown as Journal;
  const work = createIdleWork({ publisher, source, journal, clock: () => nowMs });
  const hourLater = async () => {
    tried.length = 0;
    nowMs += 3_600_000;
    await work.run(new AbortController().signal);
    return [...tried];
  };
  expect(await hourLater()).toEqual(numbers(1, 3));
  expect(await hourLater()).toEqual(numbers(4, 23));
  expect(await hourLater()).toEqual([...numbers(24, 30), ...numbers(1, 3)]);
});
