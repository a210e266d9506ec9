import { describe, expect, it } from 'vitest';
import { DEFAULT_BACKOFF, pauseMs } from '../../../portal/publishers/backoff.ts';
import { type Reply, sendInHalves } from '../../../portal/publishers/in-halves.ts';
import { problem } from '../../../portal/publishers/publisher.ts';
import { requestChunks } from '../../../portal/publishers/request-chunks.ts';

describe('the pause after failures', () => {
  it.each([
    // kind, failures in a row, Retry-After, chance, pause
    ['connection', 1, undefined, 0, 500],
    ['connection', 1, undefined, 0.999999, 1000],
    ['connection', 4, undefined, 0.999999, 8000],
    ['server-error', 99, undefined, 0.999999, 300_000],
    ['rate-limited', 1, 90_000, 0, 90_000],
    ['rate-limited', 1, 99_999_999, 0, 3_600_000],
    // A request without an answer may still run over there: CKAN gives one 60 s.
    ['timeout', 1, undefined, 0, 60_000],
  ] as const)(
    '%s, %i in a row, asked %s ms, chance %f: %i ms',
    (kind, failures, retryAfterMs, chance, pause) => {
      expect(pauseMs(DEFAULT_BACKOFF, { kind, failures, retryAfterMs }, () => chance)).toBe(pause);
    },
  );
});

describe('sending in halves', () => {
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

  function farSide(isBad: (item: number) => boolean, tellsWhich: boolean) {
    const taken: number[] = [];
    let calls = 0;
    const send = async (items: readonly number[]): Promise<Reply<number>> => {
      calls += 1;
      const index = items.findIndex(isBad);
      if (index >= 0) return { outcome: 'refused', reason: 'bad', index: tellsWhich ? index : undefined };
      taken.push(...items);
      return { outcome: 'taken' };
    };
    return { send, taken, calls: () => calls };
  }

  it.each([true, false])(
    'finds the bad ones, the rest is taken once (told which: %s)',
    async (tellsWhich) => {
      const far = farSide((item) => item === 3 || item === 70, tellsWhich);
      expect(await sendInHalves(numbers(100), far.send)).toEqual({
        taken: 98,
        refused: [
          [3, 'bad'],
          [70, 'bad'],
        ],
      });
      expect(far.taken.toSorted((a, b) => a - b)).toEqual(
        numbers(100).filter((item) => item !== 3 && item !== 70),
      );
      // Told which, a bad row costs two calls more; else one for each halving.
      expect(far.calls()).toBeLessThanOrEqual(tellsWhich ? 7 : 30);
    },
  );

  it('brings good ones there before it looks at bad ones that stand before them', async () => {
    const far = farSide((item) => item < 30, false);
    const calls: number[] = [];
    await sendInHalves(numbers(64), async (items) => {
      calls.push(items.length);
      return far.send(items);
    });
    expect(far.taken.slice(0, 32)).toEqual(numbers(64).slice(32));
    expect(calls.slice(0, 3)).toEqual([64, 32, 32]);
  });

  it('stops at a problem', async () => {
    let calls = 0;
    const outcome = await sendInHalves(numbers(8), async () => {
      calls += 1;
      return calls === 1 ? { outcome: 'refused', reason: 'bad' } : problem('rate-limited', 'later', 5);
    });
    expect(outcome).toEqual({ outcome: 'failed', kind: 'rate-limited', reason: 'later', retryAfterMs: 5 });
    expect(calls).toBe(2);
  });

  it('keeps what a far side sorted itself', async () => {
    const outcome = await sendInHalves(numbers(5), async () => ({ outcome: 'sorted', refused: [[2, 'no']] }));
    expect(outcome).toEqual({ taken: 4, refused: [[2, 'no']] });
  });
});

it.each([
  ['by their number', 3, 1000, [3, 3, 1]],
  ['by their bytes', 100, 12, [3, 3, 1]],
  ['one by one where each is too large', 100, 1, [1, 1, 1, 1, 1, 1, 1]],
])('cuts seven items of four bytes %s', (_name, maxItems, maxBytes, sizes) => {
  const items = Array.from({ length: 7 }, (_, index) => ({ index, text: 'a' }));
  const chunks = requestChunks(items, { maxItems, maxBytes, bodyOf: ({ text }) => text });
  expect(chunks.map(({ length }) => length)).toEqual(sizes);
  expect(chunks.flat()).toEqual(items);
});
