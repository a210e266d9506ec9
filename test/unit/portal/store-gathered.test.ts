import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gatherSeries, windowsOfSeries } from '../../../portal/store/gathered-codec.ts';
import { encodeEntries, rowsOfWindow } from '../../../portal/store/level-codec.ts';
import { compareText } from '../../../portal/store/merge-window.ts';
import { decodeSeen, encodeSeen, spanStartUs, spanUs } from '../../../portal/store/span.ts';
import { entry, terms } from './level-entries.ts';

const HOUR_US = 3_600_000_000;
const DAY_US = 24 * HOUR_US;
/** Local midnight of 1 February 2026 in Semarang. */
const DAY_START_US = Date.UTC(2026, 0, 31, 17) * 1000;
const span = { level: 'hour', kind: 'flow', cameraId: 'cam-1', startUs: DAY_START_US } as const;

/** Some hours of a day, each with some lines; neighbours are often alike. */
const hours = fc
  .array(fc.tuple(fc.nat(23), fc.array(entry, { minLength: 1, maxLength: 4 }), fc.nat(3)), { maxLength: 6 })
  .map((groups) => {
    const windows = new Map<number, string>();
    for (const [hour, entries, repeats] of groups) {
      const distinct = new Map(entries.map((one) => [`${one.placeId} ${one.direction}`, one]));
      const sorted = [...distinct.values()].sort(
        (a, b) => compareText(a.placeId, b.placeId) || compareText(a.direction, b.direction),
      );
      const payload = encodeEntries(sorted, terms);
      for (let at = hour; at <= Math.min(23, hour + repeats); at += 1) windows.set(at, payload);
    }
    return [...windows]
      .sort(([a], [b]) => a - b)
      .map(([hour, payload]) => ({ startUs: DAY_START_US + hour * HOUR_US, payload }));
  });

describe('gathered series', () => {
  it('give the rows of their windows, in the order of the windows', () => {
    fc.assert(
      fc.property(hours, (windows) => {
        const found = windowsOfSeries(gatherSeries(windows, span), span, {});
        const expected = windows.map(({ startUs, payload }) => {
          const window = { cameraId: 'cam-1', kind: 'flow', windowStartUs: startUs, payload } as const;
          return rowsOfWindow('hour', window, { terms });
        });
        expect(found.map(({ windowStartUs }) => windowStartUs)).toEqual(
          windows.map(({ startUs }) => startUs),
        );
        expect(found.map((window) => window.rows(terms))).toEqual(expected);
        expect(found.map(({ rowCount }) => rowCount)).toEqual(expected.map(({ length }) => length));
      }),
    );
  });

  it('are cut to the range, and to the series that are given', () => {
    const sums = { values: [60e6, 60e6], reasons: 0, methods: [], empTables: [], levelTables: [] };
    const payload = encodeEntries(
      ['a', 'b'].map((placeId) => ({ placeId, direction: 'in' as const, revision: 1, sums })),
      terms,
    );
    const windows = Array.from({ length: 24 }, (_, i) => ({ startUs: DAY_START_US + i * HOUR_US, payload }));
    const series = gatherSeries(windows, span);
    const range = { fromUs: DAY_START_US + 2 * HOUR_US, toUs: DAY_START_US + 5 * HOUR_US };
    const found = windowsOfSeries(series.slice(1), span, range);
    expect(found.map(({ windowStartUs }) => (windowStartUs - DAY_START_US) / HOUR_US)).toEqual([2, 3, 4]);
    expect(
      found.flatMap((window) => window.rows(terms)).map((row) => row.kind === 'flow' && row.lineId),
    ).toEqual(['b', 'b', 'b']);
  });

  it.each([
    ['cut off within a place', '\n1'],
    ['without a place', '\n,1,0,[],[],[],5]\nx,1'],
    ['of a window beyond the span', '\n24,1,0,[],[],[],5]'],
    ['of nothing', ''],
  ])('end with an error where they are damaged: %s', (_what, payload) => {
    const read = () => windowsOfSeries([{ placeId: 'a', direction: 'in', payload }], span, {});
    expect(read).toThrow('damaged');
  });
});

describe('spans', () => {
  it.each([
    ['quarter-hour', DAY_START_US, DAY_START_US],
    ['hour', DAY_START_US + DAY_US - 1, DAY_START_US],
    ['hour', DAY_START_US + DAY_US, DAY_START_US + DAY_US],
    ['hour', -1, -7 * HOUR_US],
    ['day', -7 * HOUR_US + 28 * DAY_US - 1, -7 * HOUR_US],
    ['day', -7 * HOUR_US - 1, -7 * HOUR_US - 28 * DAY_US],
  ] as const)('of %s: %i lies in the one of %i', (level, instantUs, startUs) => {
    expect(spanStartUs(level, instantUs)).toBe(startUs);
    expect(spanUs(level)).toBe(level === 'day' ? 28 * DAY_US : DAY_US);
  });

  it('tell what was seen of their windows, few words where they are alike', () => {
    const window = fc.record({
      recordedUs: fc.constantFrom(0, HOUR_US),
      analysedUs: fc.constantFrom(1, HOUR_US),
      reasons: fc.nat(3),
      rows: fc.nat(8),
    });
    const size = { startUs: DAY_START_US, windowUs: HOUR_US };
    fc.assert(
      fc.property(fc.array(fc.option(window), { maxLength: 24 }), (seen) => {
        const windows = seen.flatMap((one, i) =>
          one === null ? [] : [{ startUs: DAY_START_US + i * HOUR_US, ...one }],
        );
        expect(decodeSeen(encodeSeen(windows, size), size)).toEqual(windows);
      }),
    );
    const alike = { recordedUs: HOUR_US, analysedUs: HOUR_US, reasons: 0, rows: 8 };
    const day = Array.from({ length: 24 }, (_, i) => ({ startUs: DAY_START_US + i * HOUR_US, ...alike }));
    expect(encodeSeen(day, size)).toBe('[[0,24,3600000000,3600000000,0,8]]');
  });
});
