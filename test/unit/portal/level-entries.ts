/** Arbitrary entries of the levels, with the terms that they name. */
import fc from 'fast-check';
import { FLOW_SUMS, PRESENCE_SUMS } from '../../../portal/levels/sums.ts';
import type { LevelEntry } from '../../../portal/store/level-codec.ts';
import { createTerms } from '../../../portal/store/terms.ts';

/** Knows the texts of `entry`. */
export const terms = createTerms();
for (const [i, text] of ['{"modelId":"a"}', '{"modelId":"b"}', 'emp', 'emp 2', 'VC'].entries())
  terms.learn(i + 1, text);

const subsetOf = (texts: readonly string[]) => fc.subarray([...texts]);
const whole = fc.oneof(fc.constant(0), fc.nat(9), fc.maxSafeNat());
const people = fc.record({
  leastPresent: fc.integer({ min: -1, max: 40 }),
  counts: fc.array(
    fc.array(fc.array(fc.integer({ min: -1, max: 2000 }), { maxLength: 5 }), { maxLength: 24 }),
    {
      maxLength: 2,
    },
  ),
});
/** One line and direction, or one zone, with any sums. */
export const entry = fc
  .record({
    placeId: fc.oneof(
      fc.constantFrom('line-1', 'a "b"\\', 'jalan é 🚗', '[1],'),
      fc.string({ minLength: 1 }),
    ),
    direction: fc.constantFrom('in', 'out', '' as const),
    revision: fc.nat(1000),
    reasons: fc.nat(63),
    values: fc.oneof(
      fc.array(whole, { minLength: FLOW_SUMS.length, maxLength: FLOW_SUMS.length }),
      fc.array(whole, { minLength: PRESENCE_SUMS.length, maxLength: PRESENCE_SUMS.length }),
    ),
    methods: subsetOf(['{"modelId":"a"}', '{"modelId":"b"}']),
    empTables: subsetOf(['emp', 'emp 2']),
    levelTables: subsetOf(['VC']),
    people: fc.option(people, { nil: undefined }),
  })
  .map(({ placeId, direction, revision, people: parts, ...sums }): LevelEntry => {
    return {
      placeId,
      direction,
      revision,
      sums: { ...sums, ...(parts === undefined ? {} : { people: parts }) },
    };
  });

/** What is kept ends where only zeros follow. */
export function kept({ sums, ...rest }: LevelEntry): LevelEntry {
  const values = [...sums.values];
  while (values.at(-1) === 0) values.pop();
  return { ...rest, sums: { ...sums, values } };
}
