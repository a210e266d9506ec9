import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeEntries,
  encodeEntries,
  type LevelEntry,
  rowsOfWindow,
} from '../../../portal/store/level-codec.ts';
import { entry, kept, terms } from './level-entries.ts';

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
