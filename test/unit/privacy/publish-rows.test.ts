import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIsoUs } from '../../../pipelines/domain/time.ts';
import { LEVEL_SECONDS, type RolledLevel } from '../../../portal/levels/level.ts';
import type { FlowSeriesRow, PresenceSeriesRow, SeriesRow } from '../../../portal/levels/series-row.ts';
import type { PeopleParts } from '../../../portal/levels/sums.ts';
import type { PublicSeriesRow } from '../../../portal/privacy/public-row.ts';
import { PAIR_US, publicObservation, publicRow, SETTLE_US } from '../../../portal/privacy/publish-rows.ts';
import { sampleFlow, sampleGap, samplePresence, sampleVehicleFlow } from '../portal/sample-observations.ts';

/** 05:00 UTC, the start of a pair and of an hour. */
const START_US = Date.parse('2026-01-31T05:00:00Z') * 1000;
const LONG_AFTER_US = START_US + 1000 * SETTLE_US;
const QUARTER_US = PAIR_US / 2;
const RULE = { threshold: 5, nowUs: LONG_AFTER_US };

function base(level: RolledLevel, startUs: number, people?: PeopleParts) {
  const lengthUs = LEVEL_SECONDS[level] * 1_000_000;
  return {
    level,
    cameraId: 'cam-1',
    windowStart: formatIsoUs(startUs),
    windowEnd: formatIsoUs(startUs + lengthUs),
    coverage: 1,
    status: 'complete',
    reasons: [],
    framesExpected: 1,
    framesAnalysed: 1,
    revision: 1,
    methods: [],
    analysedUs: lengthUs,
    recordedUs: lengthUs,
    ...(people === undefined ? {} : { people: { ...people, analysedUs: lengthUs } }),
  } as const;
}

function flow(
  people: number,
  {
    startUs = START_US,
    level = 'quarter-hour' as RolledLevel,
    parts = undefined as PeopleParts | undefined,
  } = {},
): FlowSeriesRow {
  return {
    ...base(level, startUs, parts),
    kind: 'flow',
    lineId: 'line-1',
    direction: 'in',
    count: { person: people, car: 2 },
    volume: 2,
    peopleVolume: people,
    peopleFlowRatePerHour: (people * 3600) / LEVEL_SECONDS[level],
    uncertainty: {
      volume: { standard: 1, low: 0, high: 4 },
      peopleVolume: { standard: 1, low: people - 2, high: people + 2 },
      basis: 'x',
    },
  };
}

function crowd(
  mean: number,
  max: number,
  {
    startUs = START_US,
    level = 'quarter-hour' as RolledLevel,
    parts = undefined as PeopleParts | undefined,
  } = {},
): PresenceSeriesRow {
  return {
    ...base(level, startUs, parts),
    kind: 'presence',
    zoneId: 'zone-1',
    present: { person: { mean, max } },
    peoplePresent: { mean, max },
    peoplePerM2: mean / 10,
    fruinLevel: 'A',
    fruinTable: 'Fruin-1971-walkway',
    entered: { person: 20 },
    left: { person: 0 },
  };
}

const volumeOf = (row: PublicSeriesRow) => (row.kind === 'flow' ? row.peopleVolume : undefined);
const hour = (quarters: readonly number[], leastPresent = -1): PeopleParts => ({
  counts: [[quarters]],
  leastPresent,
});
const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + Math.max(0, count), 0);

describe('a row', () => {
  it('is public for the compiler only when the rule made it, and carries nothing of its parts', () => {
    const raw = flow(9, { level: 'hour', parts: hour([9]) });
    // @ts-expect-error raw rows are not public ones
    const published: PublicSeriesRow = raw;
    expect('people' in published).toBe(true);
    expect(JSON.stringify(publicRow(raw, undefined, RULE))).not.toContain('"people"');
    expect(JSON.stringify(publicRow(raw, undefined, { ...RULE, threshold: 0 }))).not.toContain('"people"');
  });
});

describe('records below quarter hours', () => {
  it('tell nothing of people, not even that there was nobody', () => {
    const published = publicObservation(sampleFlow(0, { people: 0, cars: 2 }), 5);
    expect(published).toMatchObject({
      volume: 2,
      count: { car: 2 },
      suppressed: expect.arrayContaining(['peopleVolume']),
    });
    expect(JSON.stringify(published)).not.toMatch(/"person"|people\w*":/);
    expect(JSON.stringify(publicObservation(samplePresence(0, { mean: 30, max: 60 }), 5))).not.toMatch(
      /"person"|people\w*":/,
    );
  });

  it('are left as they are where nobody counts people, in a gap, and where the rule is off', () => {
    expect(publicObservation(sampleVehicleFlow(0, 3), 5)).toEqual(sampleVehicleFlow(0, 3));
    expect(publicObservation(sampleGap(0), 5)).toEqual(sampleGap(0));
    expect(publicObservation(sampleFlow(0, { people: 1 }), 0)).toEqual(sampleFlow(0, { people: 1 }));
  });
});

describe('quarter hours', () => {
  const other = (people: number) => flow(people, { startUs: START_US + QUARTER_US });
  it.each([
    { pair: [7, 0], isShown: true, why: 'nobody is identified by zero' },
    { pair: [7, 5], isShown: true, why: 'the threshold itself is not small' },
    { pair: [7, 4], isShown: false, why: 'the other one is small' },
    { pair: [1, 70], isShown: false, why: 'it is small' },
  ])('of a pair $pair are shown: $isShown ($why)', ({ pair: [one = 0, two = 0], isShown }) => {
    const rows = [publicRow(flow(one), other(two), RULE), publicRow(other(two), flow(one), RULE)];
    expect(rows.map(volumeOf)).toEqual(isShown ? [one, two] : [undefined, undefined]);
    if (isShown) return;
    expect(rows[0]).toMatchObject({ volume: 2, count: { car: 2 }, uncertainty: { volume: { low: 0 } } });
    expect(JSON.stringify(rows[0])).not.toMatch(/"person"|people\w*":/);
  });

  it('wait for the other half of their pair, and for its records', () => {
    const at = (nowUs: number, sibling: SeriesRow | undefined) =>
      publicRow(flow(9), sibling, { threshold: 5, nowUs });
    const pairEndUs = START_US + PAIR_US;
    expect(at(pairEndUs - 1, other(9))).toMatchObject({ isPending: true, volume: 2 });
    expect(volumeOf(at(pairEndUs, other(9)))).toBe(9);
    expect(at(pairEndUs, undefined).isPending).toBe(true);
    expect(at(pairEndUs, { ...other(9), recordedUs: 1 }).isPending).toBe(true);
    expect(volumeOf(at(pairEndUs + SETTLE_US, undefined))).toBe(9);
  });

  it.each([
    { mean: 0, max: 0, isShown: true, why: 'an empty zone' },
    { mean: 0, max: 1, isShown: false, why: 'a mean rounded to 0 beside one person' },
    { mean: 4.9, max: 9, isShown: false, why: 'a small mean under a large maximum' },
    { mean: 5, max: 9, isShown: true, why: 'both large' },
  ])('hide mean $mean, max $max with density and level: $why', ({ mean, max, isShown }) => {
    const row = publicRow(crowd(mean, max), crowd(50, 60, { startUs: START_US + QUARTER_US }), RULE);
    for (const name of ['peoplePresent', 'peoplePerM2', 'fruinLevel'])
      expect(name in row, name).toBe(isShown);
    // Who came and went is a count of its own.
    expect(row).toMatchObject({ entered: { person: 20 }, left: { person: 0 } });
  });
});

describe('hours and days', () => {
  const hourOf = (quarters: readonly number[]) =>
    publicRow(flow(total(quarters), { level: 'hour', parts: hour(quarters) }), undefined, RULE);

  it('tell their sum where what is hidden in it is no small number', () => {
    expect(hourOf([10, 0, 7, 5])).toMatchObject({ peopleVolume: 22, peopleFlowRatePerHour: 22 });
    expect(hourOf([3, 9, 7, 5])).toMatchObject({ peopleVolume: 24 });
    expect(hourOf([3, 9, 7, 5])).not.toHaveProperty('partlyHidden');
  });

  it('leave out what is hidden where that would be told, and say so', () => {
    const row = hourOf([1, 2, 7, 5]);
    expect(row).toMatchObject({ peopleVolume: 12, peopleFlowRatePerHour: 12, count: { person: 12 } });
    expect(row.partlyHidden).toContain('peopleVolume');
    expect(row).not.toHaveProperty('uncertainty.peopleVolume');
    expect(volumeOf(hourOf([1, 2]))).toBeUndefined();
  });

  it('of which the parts are not known tell nothing', () => {
    expect(volumeOf(publicRow(flow(90, { level: 'hour' }), undefined, RULE))).toBeUndefined();
  });

  it('cut a mean over hidden parts down to an even number, density and level with it', () => {
    const row = crowd(13.7, 30, {
      level: 'hour',
      parts: { counts: [[[5, 5, 5, 5]], [[0]]], leastPresent: 2 },
    });
    expect(publicRow(row, undefined, RULE)).toMatchObject({
      peoplePresent: { mean: 12, max: 30 },
      present: { person: { mean: 12 } },
      peoplePerM2: 1.2,
      fruinLevel: 'E',
      entered: { person: 20 },
    });
    const few = crowd(5.9, 30, {
      level: 'hour',
      parts: { counts: [[[5, 5, 5, 5]], [[0]]], leastPresent: 2 },
    });
    expect(publicRow(few, undefined, RULE)).not.toHaveProperty('peoplePresent');
    const clear = crowd(5.9, 30, {
      level: 'hour',
      parts: { counts: [[[5, 5, 5, 5]], [[0]]], leastPresent: 5 },
    });
    expect(publicRow(clear, undefined, RULE)).toMatchObject({ peoplePresent: { mean: 5.9 } });
  });
});

describe('as time goes by', () => {
  it('nothing that was shown is hidden again or changed', () => {
    const slots = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(slots, fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), (counts, isWhole) => {
        const rows = counts.map((people, i) => ({
          ...flow(people, { startUs: START_US + i * QUARTER_US }),
          ...(isWhole[i] === true ? {} : { recordedUs: 1 }),
        }));
        const all = { ...flow(total(counts), { level: 'hour', parts: hour(counts) }) };
        const shown = new Map<number, string>();
        for (let nowUs = START_US; nowUs < START_US + 8 * QUARTER_US; nowUs += QUARTER_US / 3) {
          const view = [
            ...rows.map((row, i) => publicRow(row, rows[i ^ 1], { threshold: 5, nowUs })),
            publicRow(all, undefined, { threshold: 5, nowUs }),
          ];
          for (const [i, row] of view.entries()) {
            if (row.isPending === true) expect(shown.has(i)).toBe(false);
            else expect(JSON.stringify(row)).toBe(shown.get(i) ?? JSON.stringify(row));
            if (row.isPending !== true) shown.set(i, JSON.stringify(row));
          }
        }
        expect(shown.size).toBe(5);
      }),
    );
  });
});
