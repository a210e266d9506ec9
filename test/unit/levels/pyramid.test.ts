import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlowObservation, PresenceObservation } from '../../../pipelines/domain/types.ts';
import { countedBy } from '../../../portal/levels/counted-by.ts';
import { levelWindowStartUs, nestsIn } from '../../../portal/levels/level.ts';
import { rowOf } from '../../../portal/levels/make-row.ts';
import { sumsOf } from '../../../portal/levels/record-sums.ts';
import type { Method } from '../../../portal/levels/series-row.ts';
import { type LevelPart, putTogether } from '../../../portal/levels/sums.ts';
import { sampleFlow, sampleGap, samplePresence } from '../portal/sample-observations.ts';

const MINUTE_US = 60_000_000;
const METHOD = '{"modelId":"m"}';

function part(record: FlowObservation | PresenceObservation, lengthUs = MINUTE_US): LevelPart {
  const startUs = Date.parse(record.windowStart) * 1000;
  return { startUs, lengthUs, sums: sumsOf(record, { lengthUs, method: METHOD }) };
}

function hourOf(kind: 'flow' | 'presence', parts: readonly LevelPart[]) {
  const key = { level: 'hour', kind, cameraId: 'cam-1', placeId: 'p', direction: 'in' } as const;
  const window = { windowStartUs: parts[0]!.startUs, lengthUs: 60 * MINUTE_US, revision: 1 };
  const sums = putTogether(kind, parts)!;
  const by = countedBy(sums, (texts) => texts.map((text) => JSON.parse(text) as Method));
  return rowOf({ ...key, ...window }, sums, by);
}

describe('level windows', () => {
  it.each([
    ['day', '2026-01-31T16:59:59Z', '2026-01-30T17:00:00Z'],
    ['day', '2026-01-31T17:00:00Z', '2026-01-31T17:00:00Z'],
    ['hour', '2026-01-31T16:59:59Z', '2026-01-31T16:00:00Z'],
    ['quarter-hour', '2026-01-31T16:59:59Z', '2026-01-31T16:45:00Z'],
  ] as const)('%s of %s begins at %s', (level, instant, start) => {
    expect(levelWindowStartUs(level, Date.parse(instant) * 1000)).toBe(Date.parse(start) * 1000);
  });

  it.each([
    [10, 'quarter-hour', true],
    [300, 'quarter-hour', true],
    [720, 'quarter-hour', false],
    [720, 'hour', true],
    [3600, 'day', true],
    [7200, 'day', false],
  ] as const)('windows of %i s make a %s: %s', (seconds, level, expected) => {
    expect(nestsIn(seconds, level)).toBe(expected);
  });
});

describe('sums', () => {
  it('are digits alone, whatever a record says: that is how they are kept and read', () => {
    const speed = { spaceMeanSpeedKmPerHour: 0, speedSamples: 20 };
    const flow = { ...sampleFlow(0), ...speed, pcuPerHour: 1e300, degreeOfSaturation: 1e200 };
    const presence = { ...samplePresence(0, { mean: 1e300, max: 3 }), peoplePerM2: 1e300 };
    for (const record of [flow, presence]) {
      const { values } = sumsOf(record, { lengthUs: MINUTE_US, method: METHOD });
      expect(values.filter((value) => !Number.isSafeInteger(value))).toEqual([]);
    }
  });
});

describe('rows', () => {
  it('weigh by analysed time', () => {
    const half = {
      ...samplePresence(1, { mean: 4, max: 6, cars: 2 }),
      coverage: 0.5,
      reasons: ['backlog'],
    } as const;
    expect(hourOf('presence', [part(samplePresence(0, { mean: 1, max: 2 })), part(half)])).toMatchObject({
      // (1 × 60 s + 4 × 30 s) / 90 s.
      peoplePresent: { mean: 2, max: 6 },
      timeOccupancy: 0.333333,
      entered: { person: 4 },
      coverage: 0.025,
      reasons: ['backlog'],
    });
  });

  it('add up smp, and name every table that took part', () => {
    const busy = {
      pcuPerHour: 600,
      empTable: 'T: >=1050',
      degreeOfSaturation: 0.3,
      levelOfServiceTable: 'VC-Indonesia',
    };
    const quiet = { ...busy, pcuPerHour: 300, empTable: 'T: <1050', degreeOfSaturation: 0.1 };
    const row = hourOf('flow', [
      part({ ...sampleFlow(0), ...busy, levelOfService: 'B' }),
      part({ ...sampleFlow(1), ...quiet, levelOfService: 'A' }),
    ]);
    expect(row).toMatchObject({
      pcuPerHour: 450,
      empTable: 'T: <1050 + T: >=1050',
      degreeOfSaturation: 0.2,
      levelOfService: 'B',
      levelOfServiceTable: 'VC-Indonesia',
    });
  });

  it('have no letter where two tables took part', () => {
    const flow = { ...sampleFlow(0), degreeOfSaturation: 0.3, levelOfService: 'B' };
    const row = hourOf('flow', [
      part({ ...flow, levelOfServiceTable: 'VC-Indonesia' }),
      part({ ...flow, ...sampleFlow(1), levelOfServiceTable: 'KM-14-2006' }),
    ]);
    expect(row).toMatchObject({ levelOfServiceTable: 'KM-14-2006 + VC-Indonesia' });
    expect(row).not.toHaveProperty('levelOfService');
  });

  it('take the harmonic mean of the speeds of crossings, the plain one of presence, by samples', () => {
    const slow = { spaceMeanSpeedKmPerHour: 20, speedSamples: 10 };
    const fast = { spaceMeanSpeedKmPerHour: 60, speedSamples: 30 };
    const none = { speedSamples: 2 };
    expect(
      hourOf('flow', [
        part({ ...sampleFlow(0), ...slow }),
        part({ ...sampleFlow(1), ...fast }),
        part({ ...sampleFlow(2), ...none }),
      ]),
    ).toMatchObject({ spaceMeanSpeedKmPerHour: 40, speedSamples: 40 });
    expect(
      hourOf('presence', [part({ ...samplePresence(0), ...slow }), part({ ...samplePresence(1), ...fast })]),
    ).toMatchObject({ spaceMeanSpeedKmPerHour: 50, speedSamples: 40 });
  });

  it('have no measure where nothing was analysed', () => {
    const row = hourOf('presence', [part(sampleGap(0))]);
    expect(row).toMatchObject({ coverage: 0, status: 'disrupted', reasons: ['source-down'] });
    expect(Object.keys(row)).not.toEqual(expect.arrayContaining(['present']));
  });

  it('count no time twice: finer windows go before longer ones', () => {
    const hour = { ...sampleFlow(0, { cars: 100 }), windowEnd: '2026-01-31T06:00:00.000Z' };
    expect(putTogether('flow', [part(hour, 60 * MINUTE_US), part(sampleFlow(3, { cars: 2 }))])).toEqual(
      putTogether('flow', [part(sampleFlow(3, { cars: 2 }))]),
    );
  });
});

describe('the pyramid', () => {
  const records = fc.array(
    fc.record({
      minute: fc.nat(59),
      mean: fc.nat(400).map((hundredths) => hundredths / 100),
      cars: fc.nat(9),
      coverage: fc.constantFrom(1, 0.983333, 0.5, 0.000001),
    }),
    { minLength: 1, maxLength: 30 },
  );

  it('is the same whatever the order and the grouping', () => {
    fc.assert(
      fc.property(records, fc.nat(59), (drawn, cut) => {
        const unique = [...new Map(drawn.map((one) => [one.minute, one])).values()];
        const parts = unique.map(({ minute, mean, cars, coverage }) =>
          part({ ...samplePresence(minute, { mean, max: Math.ceil(mean), cars }), coverage }),
        );
        const whole = putTogether('presence', parts);
        const startUs = levelWindowStartUs('hour', parts[0]!.startUs);
        const [early, late] = [true, false].map((isEarly) =>
          parts.toReversed().filter((one) => one.startUs < startUs + cut * MINUTE_US === isEarly),
        );
        const halves = [early!, late!].flatMap((group, i) => {
          const sums = putTogether('presence', group);
          return sums === undefined ? [] : [{ startUs: startUs + i, lengthUs: 1, sums }];
        });
        expect(putTogether('presence', halves)).toEqual(whole);
      }),
      { numRuns: 200 },
    );
  });
});
