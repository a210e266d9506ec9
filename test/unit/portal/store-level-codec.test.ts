import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FLOW_SUMS, PRESENCE_SUMS } from '../../../portal/levels/sums.ts';
import {
  decodeEntries,
  encodeEntries,
  type LevelEntry,
  rowsOfWindow,
} from '../../../portal/store/level-codec.ts';
import { createTerms } from '../../../portal/store/terms.ts';

const terms = createTerms();
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
const entry = fc
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
function kept({ sums, ...rest }: LevelEntry): LevelEntry {
  const values = [...sums.values];
  while (values.at(-1) === 0) values.pop();
  return { ...rest, sums: { ...sums, values } };
}

describe('payloads of the levels', () => {
  it('give back what was put in, whatever places are called', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 6 }), (entries) => {
        expect(decodeEntries(encodeEntries(entries, terms), terms)).toEqual(entries.map(kept));
      }),
    );
  });

  it.each([
    ['cut off', '["a","in",1'],
    ['with a word for a number', '["a","in",1,0,[1],[],[],3600,3600,[5,[oops]]]'],
    ['without an end', '["a'],
  ])('end with an error where a payload is damaged: %s', (_what, payload) => {
    expect(() => decodeEntries(payload, terms)).toThrow();
  });

  it('give only the rows that are wanted, and do not mistake a name for the beginning of another', () => {
    const sums = { values: [60e6, 60e6], reasons: 0, methods: [], empTables: [], levelTables: [] };
    const entries = ['line"1', 'line-1', 'line-10'].flatMap((placeId) =>
      (['in', 'out'] as const).map((direction): LevelEntry => ({ placeId, direction, revision: 1, sums })),
    );
    const payload = encodeEntries(entries, terms);
    const window = { cameraId: 'cam-1', kind: 'flow', windowStartUs: 0, payload } as const;
    const told = (wanted: { placeIds?: string[]; direction?: 'in' | 'out' }) =>
      rowsOfWindow('hour', window, { terms, wanted }).map((row) =>
        row.kind === 'flow' ? `${row.lineId} ${row.direction}` : '',
      );
    expect(told({ placeIds: ['line-1'] })).toEqual(['line-1 in', 'line-1 out']);
    expect(told({ placeIds: ['line"1', 'line-10'], direction: 'out' })).toEqual([
      'line"1 out',
      'line-10 out',
    ]);
    expect(told({ placeIds: ['none'] })).toEqual([]);
    expect(told({})).toHaveLength(6);
  });
});
