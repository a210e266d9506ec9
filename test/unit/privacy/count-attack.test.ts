/** The attacker knows the rule and sees all levels: every small number must keep at least two possible values. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type HourCounts,
  isPairHidden,
  isSmall,
  type PartCount,
  toldDay,
  toldHour,
} from '../../../portal/privacy/count-release.ts';

/** The part of the rule that tells sums, so that the attack can be tried on weaker rules as well. */
interface Rule {
  readonly toldHour: typeof toldHour;
  readonly toldDay: typeof toldDay;
}

const RULE: Rule = { toldHour, toldDay };

const sum = (counts: readonly PartCount[]) =>
  counts.reduce<number>((total, count) => total + (count ?? 0), 0);
const pairsOf = (counts: HourCounts) => [counts.slice(0, 2), counts.slice(2, 4)];

/** Everything that is ever shown of a day: quarter hours, hours and the day. The last view holds all earlier ones. */
function viewOf(hours: readonly HourCounts[], threshold: number, rule: Rule): string {
  const quarters = hours.map((counts) =>
    pairsOf(counts).map((pair) => (isPairHidden(pair, threshold) ? '?' : pair)),
  );
  // What a refusal tells is shown to the attacker as well: more than the portal ever says.
  const seen = ({ shown, isWhole, known }: ReturnType<typeof toldDay>) => [shown, isWhole, known];
  const ofHours = hours.map((counts) => seen(rule.toldHour(counts, threshold)));
  return JSON.stringify([quarters, ofHours, seen(rule.toldDay(hours, threshold))]);
}

/** Numbers that must stay unknown where they are small: counts, sums, and what pairs and hours hide. */
function secretsOf(hours: readonly HourCounts[], threshold: number): (number | undefined)[] {
  const hiddenPairs = hours
    .flatMap(pairsOf)
    .map((pair) => (isPairHidden(pair, threshold) ? sum(pair) : undefined));
  const hiddenHours = hours.map((counts) => toldHour(counts, threshold).hidden);
  return [...hours.flat(), ...hiddenPairs, ...hiddenHours, ...hours.map(sum), sum(hours.flat())];
}

/** All days of this shape with counts up to `most`; a slot `x` is counted, `-` is not; the fifth is no quarter hour. */
function* days(shape: readonly string[], most: number): Generator<HourCounts[]> {
  const slots = [...shape.join('')].filter((slot) => slot === 'x').length;
  const counts = Array<number>(slots).fill(0);
  for (;;) {
    let next = 0;
    yield shape.map((hour) => [...hour].map((slot) => (slot === 'x' ? counts[next++] : undefined)));
    let i = 0;
    while (i < slots && counts[i] === most) counts[i++] = 0;
    if (i === slots) return;
    counts[i]!++;
  }
}

/**
 * Small secrets that some view pins down; empty when the attack fails. Views that only days with a count of `most` have
 * are not judged: there the end of the search, which nobody else knows of, would pin values down.
 */
function recovered(
  shape: readonly string[],
  threshold: number,
  { most, rule }: { most: number; rule: Rule },
) {
  const views = new Map<string, { secrets: Set<number | undefined>[]; isJudged: boolean }>();
  for (const hours of days(shape, most)) {
    const name = viewOf(hours, threshold, rule);
    const values = secretsOf(hours, threshold);
    const view = views.get(name) ?? { secrets: values.map(() => new Set()), isJudged: false };
    views.set(name, view);
    for (const [i, value] of values.entries()) view.secrets[i]!.add(value);
    if (hours.flat().every((count) => (count ?? 0) < most)) view.isJudged = true;
  }
  return [...views].flatMap(([name, { secrets, isJudged }]) =>
    secrets
      .filter((values) => isJudged && values.size === 1 && isSmall([...values][0] ?? 0, threshold))
      .map((values) => `${[...values][0]} in ${name}`),
  );
}

describe('an attacker who solves for every assignment', () => {
  it.each([
    { shape: ['xxxx'], threshold: 5, most: 9 },
    { shape: ['xxxx'], threshold: 3, most: 6 },
    { shape: ['x-x-x'], threshold: 5, most: 9 },
    { shape: ['xx--x'], threshold: 4, most: 9 },
    { shape: ['----x'], threshold: 5, most: 9 },
    { shape: ['xx--', 'xx--'], threshold: 5, most: 9 },
    { shape: ['x-x-', 'x-x-'], threshold: 5, most: 9 },
    { shape: ['x-x-', 'xx--'], threshold: 5, most: 9 },
    { shape: ['x---', 'x---', 'x---', 'x---'], threshold: 5, most: 6 },
    { shape: ['xx--', '--xx', 'x-x-'], threshold: 3, most: 4 },
    { shape: ['xxxx', 'xx--'], threshold: 3, most: 4 },
    { shape: ['xx-x', 'x-x-'], threshold: 4, most: 7 },
    { shape: ['x---', 'x---', 'x---', 'x---', 'x---', 'x---'], threshold: 3, most: 4 },
  ])('recovers nothing of $shape below $threshold', ({ shape, threshold, most }) => {
    expect(recovered(shape, threshold, { most, rule: RULE })).toEqual([]);
  });

  it('recovers small counts where sums are told as they are, or by the threshold alone', () => {
    const whole = (total: number) => ({ shown: total, isWhole: true, hidden: 0 });
    const asTheyAre: Rule = {
      toldHour: (counts) => whole(sum(counts)),
      toldDay: (hours) => whole(sum(hours.flat())),
    };
    expect(recovered(['x-xx'], 5, { most: 9, rule: asTheyAre })).not.toEqual([]);
    // Three hours with two hidden pairs each and six people: one in every pair, though 6 is no small number.
    const byThreshold: Rule = {
      toldHour,
      toldDay: (hours, threshold) => {
        const told = toldDay(hours, threshold);
        return told.hidden < threshold ? told : whole(told.shown + told.hidden);
      },
    };
    expect(recovered(['x-x-', 'x-x-', 'x-x-'], 5, { most: 4, rule: byThreshold })).not.toEqual([]);
  });
});

describe('whole days of 24 hours', () => {
  const count = fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 6 }) },
    { weight: 2, arbitrary: fc.integer({ min: 5, max: 60 }) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
  const day = fc.array(fc.array(count, { minLength: 4, maxLength: 5 }), { minLength: 24, maxLength: 24 });

  it('keep another possible value for every small count, shown by an example that looks the same', () => {
    fc.assert(
      fc.property(day, fc.constantFrom(3, 4, 5, 10), (hours, threshold) => {
        const view = viewOf(hours, threshold, RULE);
        for (const [hour, counts] of hours.entries()) {
          for (const [slot, value] of counts.entries()) {
            if (value === undefined || !isSmall(value, threshold)) continue;
            const looksSame = (other: readonly HourCounts[]) => viewOf(other, threshold, RULE) === view;
            expect(otherDays(hours, hour, slot).some(looksSame), `${value} in hour ${hour}`).toBe(true);
          }
        }
      }),
      { numRuns: 15, seed: 10 },
    );
  }, 60_000);
});

/** Days in which one count is another: alone, or with people moved from or to another count nearby. */
function otherDays(hours: readonly HourCounts[], hour: number, slot: number) {
  const found: HourCounts[][] = [];
  const put = (changes: readonly (readonly [number, number, number])[]) => {
    const other = hours.map((counts) => [...counts]);
    for (const [h, s, by] of changes) other[h]![s] = other[h]![s]! + by;
    if (other.flat().every((count) => count === undefined || count >= 0)) found.push(other);
  };
  for (const by of [1, -1, 2, -2]) put([[hour, slot, by]]);
  for (const [other, value] of hours[hour]!.entries()) {
    if (value === undefined || other === slot) continue;
    for (const by of [value - hours[hour]![slot]!, 1, -1, 2, -2]) {
      if (by !== 0)
        put([
          [hour, slot, by],
          [hour, other, -by],
        ]);
    }
  }
  for (const [h, counts] of hours.entries()) {
    for (const s of counts.keys()) {
      if (h === hour || counts[s] === undefined) continue;
      for (const by of [1, -1])
        put([
          [hour, slot, by],
          [h, s, -by],
        ]);
    }
  }
  return found;
}
