import { describe, expect, it } from 'vitest';
import type { Reply } from '../../../portal/publishers/in-halves.ts';
import { problem } from '../../../portal/publishers/publisher.ts';
import { createSuspectingSender } from '../../../portal/publishers/suspects.ts';

const broken = () => problem('server-error', 'far answered 500');
const refused = (): Reply<number> => ({ outcome: 'refused', reason: 'far answered 409' });
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
/** A row that is taken before. */
const WITNESS = -1;

interface FarSide {
  readonly probe?: () => Promise<boolean>;
  /** What it answers to a batch that it does not take. */
  readonly answer?: () => Reply<number>;
}

/** A far side that does not take batches for which `isBad` says so; a sender before it, and what was asked of it. */
function farSide(isBad: (items: readonly number[]) => boolean, { probe, answer = broken }: FarSide = {}) {
  let calls = 0;
  const taken = new Set<number>();
  const sender = createSuspectingSender<number>({ keyOf: String, ...(probe === undefined ? {} : { probe }) });
  const send = async (items: readonly number[]): Promise<Reply<number>> => {
    calls += 1;
    if (isBad(items)) return answer();
    for (const item of items) taken.add(item);
    return { outcome: 'taken' };
  };
  return {
    sender,
    taken,
    calls: () => calls,
    attempt: (items: readonly number[]) => sender.send(items, send),
    /** Rows that one attempt sets aside; the problem's kind where it ends in one. */
    async setAside(items: readonly number[]) {
      const sorted = await sender.send(items, send);
      return 'outcome' in sorted ? sorted.kind : sorted.refused.map(([item]) => item).sort((a, b) => a - b);
    },
  };
}

const isUp = { probe: async () => true };

describe('rows at which the far side breaks', () => {
  it('are set aside in one attempt, and all others are taken in it', async () => {
    const far = farSide((items) => items.includes(70));
    expect(await far.attempt(numbers(100))).toEqual({
      taken: 99,
      refused: [[70, 'far answered 500 to this row alone, while others were taken']],
    });
    expect(far.taken.size).toBe(99);
    expect(far.calls()).toBeLessThan(30);
  });

  it.each([
    { bad: 'the first 40', isBad: (item: number) => item < 40 },
    { bad: 'every third', isBad: (item: number) => item % 3 === 0 },
    { bad: 'all but two', isBad: (item: number) => ![37, 91].includes(item) },
  ])('may be many: $bad of 200', async ({ isBad }) => {
    for (const answer of [broken, refused]) {
      const far = farSide((items) => items.some((item) => item !== WITNESS && isBad(item)), { answer });
      await far.attempt([WITNESS]);
      const items = numbers(200);
      expect(await far.setAside(items)).toEqual(items.filter(isBad));
      expect(far.taken).toEqual(new Set([WITNESS, ...items.filter((item) => !isBad(item))]));
      expect(far.calls()).toBeLessThan(3.5 * items.length);
    }
  });

  it.each([1, 2, 500])(
    'are set aside when %i wait alone, with a row that was taken before as witness',
    async (count) => {
      const far = farSide((items) => items.some((item) => item !== WITNESS));
      await far.attempt([WITNESS]);
      expect(await far.setAside(numbers(count))).toEqual(numbers(count));
      expect(far.calls()).toBeLessThan(5 + 3.5 * count);
    },
  );

  it('that wait alone after a start need the word of a probe, and are few', async () => {
    const isBad = () => true;
    expect(await farSide(isBad, isUp).setAside([1])).toEqual([1]);
    expect(await farSide(isBad, isUp).setAside([1, 2, 3, 4])).toBe('server-error');
    expect(await farSide(isBad, { probe: async () => false }).setAside([1])).toBe('server-error');
    expect(await farSide(isBad).setAside([1])).toBe('server-error');
  });

  it('do not hide good ones after a start: each attempt tries others of them', async () => {
    const far = farSide((items) => items.some((item) => item !== 499), isUp);
    let attempts = 1;
    while ((await far.setAside(numbers(500))) === 'server-error') attempts += 1;
    expect(far.taken).toEqual(new Set([499]));
    expect(attempts).toBeLessThan(70);
  });
});

describe('rows that the far side refuses', () => {
  it('each and every one, after a start: the table is not as it should be', async () => {
    const far = farSide(() => true, { answer: refused });
    expect(await far.attempt(numbers(1000))).toMatchObject({
      outcome: 'failed',
      kind: 'misconfigured',
      reason: 'every row is refused: far answered 409',
    });
    expect(far.calls()).toBeLessThan(60);
  });

  it('the same where it sorts them itself, or where it has become so', async () => {
    const sender = createSuspectingSender<number>({ keyOf: String });
    const all = async (items: readonly number[]): Promise<Reply<number>> => ({
      outcome: 'sorted',
      refused: items.map((item) => [item, 'no'] as const),
    });
    expect(await sender.send(numbers(30), all)).toMatchObject({ kind: 'misconfigured' });
    expect(await sender.send(numbers(3), all)).toMatchObject({ taken: 0 });
    let isChanged = false;
    const far = farSide(() => isChanged, { answer: refused });
    await far.attempt([0]);
    isChanged = true;
    expect(await far.setAside(numbers(100))).toBe('misconfigured');
  });
});

describe('an outage', () => {
  it('never sets a row aside, and is not asked for every row', async () => {
    const far = farSide(() => true, isUp);
    for (let i = 0; i < 50; i++) expect(await far.setAside(numbers(500))).toBe('server-error');
    expect(far.calls() / 50).toBeLessThan(10);
  });

  it('that begins after good days costs two requests an attempt', async () => {
    let isDown = false;
    const far = farSide(() => isDown);
    await far.attempt(numbers(20));
    isDown = true;
    for (let i = 0; i < 50; i++) expect(await far.setAside(numbers(20))).toBe('server-error');
    expect(far.calls()).toBe(101);
  });

  it('in the middle of the search sets nothing aside', async () => {
    for (let budget = 1; budget < 12; budget++) {
      let left = budget;
      const far = farSide((items) => --left < 0 || items.includes(2));
      expect(await far.setAside(numbers(64))).toBe('server-error');
    }
  });

  it('that asks for patience, or is none of the server, is no row’s fault', async () => {
    for (const answer of [() => problem('server-error', '503', 1000), () => problem('connection', 'reset')]) {
      const far = farSide((items) => items.includes(2), { answer });
      await far.attempt([0]);
      expect(await far.attempt([1, 2])).toEqual(answer());
    }
  });

  it.each([
    ['every second request', 2],
    ['every third request', 3],
  ])('that comes and goes (%s fails) ends with every row taken', async (_name, every) => {
    let calls = 0;
    const far = farSide(() => ++calls % every === 0);
    for (let i = 0; i < 30; i++) {
      let aside = await far.setAside(numbers(64));
      for (let again = 0; again < 100 && aside === 'server-error'; again++) {
        aside = await far.setAside(numbers(64));
      }
      expect(aside).toEqual([]);
    }
  });
});

describe('rows at which the far side gives no answer', () => {
  const silent = () => problem('timeout', 'far gave no whole answer');

  /** Attempts until one ends without a problem, and what that one sets aside. */
  async function untilDone(far: ReturnType<typeof farSide>, items: readonly number[]) {
    for (let attempts = 1; attempts < 40; attempts++) {
      const aside = await far.setAside(items);
      if (Array.isArray(aside)) return { attempts, aside };
    }
    throw new Error('it never ends');
  }

  it.each([
    { bad: [70], within: 8 },
    { bad: [0, 499], within: 14 },
  ])('$bad of 500 are set aside after a few attempts of one such request each', async ({ bad, within }) => {
    let unanswered = 0;
    const isBad = (items: readonly number[]) => items.some((item) => bad.includes(item));
    const answer = () => {
      unanswered += 1;
      return silent();
    };
    const far = farSide(isBad, { answer });
    const { attempts, aside } = await untilDone(far, numbers(500));
    expect(aside).toEqual(bad);
    expect(attempts).toBeLessThanOrEqual(within);
    // After each of them the runner waits: it may still be running over there.
    expect(unanswered).toBe(attempts - 1);
    expect(far.taken.size).toBe(500 - bad.length);
  });

  it('let the others through from the second attempt on, later ones as well', async () => {
    const far = farSide((items) => items.includes(70), { answer: silent });
    await far.attempt(numbers(100));
    await far.attempt([...numbers(100), 100, 101]);
    expect([...far.taken]).toEqual([100, 101, ...numbers(65)]);
  });

  it('alone need another row that is taken before, in each attempt', async () => {
    const far = farSide((items) => items.includes(1), { ...isUp, answer: silent });
    for (let i = 0; i < 20; i++) expect(await far.setAside([1])).toBe('timeout');
    expect(await untilDone(far, [1, 2])).toEqual({ attempts: 4, aside: [1] });
  });

  it('and answer later are taken, and not under suspicion any more', async () => {
    let isSlow = true;
    const far = farSide((items) => isSlow && items.includes(70), { answer: silent });
    for (let i = 0; i < 5; i++) await far.attempt(numbers(100));
    isSlow = false;
    expect(await far.setAside(numbers(100))).toEqual([]);
    const before = far.calls();
    await far.attempt(numbers(100));
    expect(far.calls() - before).toBe(1);
  });

  it('in an outage are not set aside, however long it is, and an attempt is one request', async () => {
    for (const answer of [silent, () => problem('connection', 'far is not reached')]) {
      let isDown = false;
      const far = farSide((items) => isDown || items.includes(70), { ...isUp, answer });
      for (let i = 0; i < 6; i++) await far.attempt(numbers(100));
      isDown = true;
      const before = far.calls();
      for (let i = 0; i < 20; i++) expect(await far.attempt(numbers(100))).toEqual(answer());
      expect(far.calls() - before).toBe(20);
      isDown = false;
      expect(await untilDone(far, numbers(100))).toMatchObject({ aside: [70] });
    }
  });

  it('too many at once for a slow far side go in smaller parts', async () => {
    const far = farSide((items) => items.length > 100, { answer: silent });
    expect(await untilDone(far, numbers(500))).toEqual({ attempts: 2, aside: [] });
  });
});

it('does not send a row again that went over there', async () => {
  const sent: number[][] = [];
  const sender = createSuspectingSender<number>({ keyOf: String });
  const send = async (items: readonly number[]): Promise<Reply<number>> => {
    sent.push([...items]);
    return items.includes(2) ? broken() : { outcome: 'taken' };
  };
  await sender.send([1], send);
  sender.forget('1');
  await sender.send([2], send);
  expect(sent.slice(1).flat()).not.toContain(1);
});
