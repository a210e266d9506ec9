import { describe, expect, it } from 'vitest';
import { placesOf, summarise, windowRows } from '../../../portal/web/src/series.ts';
import { SAMPLE_START_MS, sampleFlow, sampleGap, samplePresence } from './sample-observations.ts';

const chosen = { zoneId: 'zone-1', lineId: 'line-1' };

describe('windowRows', () => {
  it('is empty without records', () => {
    expect(windowRows([], chosen)).toEqual([]);
  });

  it('joins presence and both directions of one window', () => {
    const rows = windowRows(
      [
        samplePresence(0, { mean: 1.5, max: 3 }),
        sampleFlow(0, { people: 2, cars: 4 }),
        sampleFlow(0, { people: 1, direction: 'out' }),
      ],
      chosen,
    );
    expect(rows).toMatchObject([
      {
        startMs: SAMPLE_START_MS,
        coverage: 1,
        people: { mean: 1.5, max: 3 },
        crossings: { in: { people: 2, vehicles: 4 }, out: { people: 1, vehicles: 0 } },
      },
    ]);
  });

  it('leaves a gap without any number, and never makes it zero', () => {
    const [row] = windowRows([sampleGap(0)], chosen);
    expect(row).toMatchObject({ coverage: 0, reasons: ['source-down'], isRecorded: true });
    expect([row!.people, row!.vehicles, row!.crossings.in, row!.crossings.out]).toEqual(
      Array(4).fill(undefined),
    );
  });

  it('puts a row where nobody sent a record', () => {
    const rows = windowRows([samplePresence(0), samplePresence(3)], chosen);
    expect(rows.map((row) => row.isRecorded)).toEqual([true, false, false, true]);
    expect(rows[1]).toMatchObject({ coverage: 0, people: undefined });
  });

  it('shows only the chosen zone and line', () => {
    const records = [sampleFlow(0, { people: 9, lineId: 'line-2' }), sampleFlow(0, { people: 1 })];
    expect(windowRows(records, chosen)[0]!.crossings.in).toEqual({ people: 1, vehicles: 0 });
    expect(placesOf(records)).toEqual({ zones: [], lines: ['line-1', 'line-2'] });
  });
});

describe('summarise', () => {
  it('weights means by what was seen and adds crossings up', () => {
    const half = { ...samplePresence(1, { mean: 8, max: 9 }), coverage: 0.5 };
    const rows = windowRows(
      [
        samplePresence(0, { mean: 2, max: 3 }),
        half,
        sampleGap(2),
        sampleFlow(0, { people: 2 }),
        sampleFlow(1, { people: 3 }),
      ],
      chosen,
    );
    expect(summarise(rows)).toMatchObject({
      coverage: 0.5,
      people: { mean: 4, max: 9 },
      crossings: { in: { people: 5 }, out: { people: undefined } },
    });
  });

  it('has no mean where nothing was seen', () => {
    expect(summarise(windowRows([sampleGap(0)], chosen)).people).toBeUndefined();
  });
});
