import { describe, expect, it } from 'vitest';
import type { Reply } from '../../../portal/publishers/in-halves.ts';
import { problem } from '../../../portal/publishers/publisher.ts';
import { createSuspectingSender } from '../../../portal/publishers/suspects.ts';

const broken = () => problem('server-error', 'far answered 500');
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

/** A far side that breaks at batches for which `breaks` says so; a sender before it, and what was asked of it. */
function farSide(breaks: (items: readonly number[]) => boolean, probe?: () => Promise<boolean>) {
  let calls = 0;
  const taken = new Set<number>();
  const sender = createSuspectingSender<number>({
    keyOf: String,
    ...(probe === undefined ? {} : { probe }),
  });
  const send = async (items: readonly number[]): Promise<Reply<number>> => {
    calls += 1;
    if (breaks(items)) return broken();
    for (const item of items) taken.add(item);
    return { outcome: 'taken' };
  };
  return {
    sender,
    taken,
    calls: () => calls,
    attempt: (items: readonly number[]) => sender.send(items, send),
  };
}

/** Outcomes of attempts up to the first that is no problem. */
async function untilTaken(attempt: () => ReturnType<ReturnType<typeof farSide>['attempt']>, most = 20) {
  for (let count = 1; count <= most; count++) {
    const sorted = await attempt();
    if (!('outcome' in sorted)) return { count, sorted };
  }
  return undefined;
}

describe('a row at which the far side breaks', () => {
  it('is set aside after several attempts in which others were taken', async () => {
    const far = farSide((items) => items.includes(70));
    const found = await untilTaken(() => far.attempt(numbers(100)));
    expect(found?.count).toBe(5);
    expect(found?.sorted).toEqual({
      taken: 99,
      refused: [[70, 'far answered 500 to this row alone, while other rows were taken']],
    });
    expect(far.taken.size).toBe(99);
    expect(far.calls()).toBeLessThan(80);
  });

  it('is found beside others, in the same batch and in another one', async () => {
    const far = farSide((items) => items.includes(3) || items.includes(8) || items.includes(105));
    let refused: (readonly [number, string])[] = [];
    const both = await untilTaken(async () => {
      const first = await far.attempt(numbers(10));
      if ('outcome' in first) return first;
      const second = await far.attempt(numbers(10).map((i) => 100 + i));
      if (!('outcome' in second)) refused = [...first.refused, ...second.refused];
      return second;
    });
    expect(both?.count).toBeLessThan(12);
    expect(refused.map(([item]) => item)).toEqual([3, 8, 105]);
  });

  it('is tried again once its batch is settled', async () => {
    let isMended = false;
    const far = farSide((items) => !isMended && items.includes(1));
    await untilTaken(() => far.attempt(numbers(4)));
    isMended = true;
    far.sender.settled();
    expect(await far.attempt([1])).toEqual({ taken: 1, refused: [] });
  });

  it('that waits alone needs more attempts, and a far side that is well', async () => {
    const alone = farSide((items) => items.includes(1));
    await alone.attempt([0]);
    expect((await untilTaken(() => alone.attempt([1])))?.count).toBe(8);
    const probed = farSide(
      () => true,
      async () => true,
    );
    expect((await untilTaken(() => probed.attempt([1])))?.sorted.refused).toHaveLength(1);
    const unknown = farSide(() => true);
    expect(await untilTaken(() => unknown.attempt([1]))).toBeUndefined();
  });
});

describe('an outage', () => {
  it('never sets a row aside, and is not asked for every row', async () => {
    const far = farSide(
      () => true,
      async () => true,
    );
    for (let i = 0; i < 50; i++) {
      expect(await far.attempt(numbers(500))).toMatchObject({ outcome: 'failed', kind: 'server-error' });
    }
    expect(far.calls() / 50).toBeLessThan(20);
  });

  it('that begins after good days does neither', async () => {
    let isDown = false;
    const far = farSide(() => isDown);
    await far.attempt(numbers(20));
    isDown = true;
    expect(await untilTaken(() => far.attempt(numbers(20)), 50)).toBeUndefined();
  });

  it('in the middle of the search does neither', async () => {
    let budget = 0;
    const far = farSide((items) => items.includes(2) || --budget < 0);
    const found = await untilTaken(() => {
      budget = 2;
      return far.attempt(numbers(8));
    }, 50);
    expect(found).toBeUndefined();
  });

  it('of a full disk does neither: what is there is taken again, nothing new is', async () => {
    const there = new Set(numbers(5));
    const far = farSide((items) => items.some((item) => !there.has(item)));
    await far.attempt(numbers(5));
    expect(await untilTaken(() => far.attempt([5, 6, 7, 8]), 50)).toBeUndefined();
  });

  it('that asks for patience is no row’s fault', async () => {
    const sender = createSuspectingSender<number>({ keyOf: String });
    for (let i = 0; i < 20; i++) {
      const sorted = await sender.send([1, 2], async (items) =>
        items.includes(2) ? problem('server-error', '503', 1000) : { outcome: 'taken' },
      );
      expect(sorted).toMatchObject({ outcome: 'failed', retryAfterMs: 1000 });
    }
  });

  it.each([
    ['every second request', 2],
    ['every third request', 3],
  ])('that comes and goes (%s fails) ends with every row taken', async (_name, every) => {
    let calls = 0;
    const far = farSide(() => ++calls % every === 0);
    for (let i = 0; i < 30; i++) {
      const found = await untilTaken(() => far.attempt(numbers(64)), 100);
      expect(found?.sorted.refused).toEqual([]);
      far.sender.settled();
    }
  });
});
