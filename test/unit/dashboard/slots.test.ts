import { describe, expect, it } from 'vitest';
import type { FlatRow } from '../../../portal/web/src/api/answers.ts';
import { MEASURES, type MeasureId, measuresOf } from '../../../portal/web/src/series/measures.ts';
import { slotsOf } from '../../../portal/web/src/series/slots.ts';
import { latestTold, presentMeasures, summaryOf } from '../../../portal/web/src/series/summary.ts';

const QUARTER_MS = 900_000;
const START_MS = Date.parse('2026-01-31T05:00:00Z');
const FLOW = measuresOf('traffic', 'flow');
const CROWD = measuresOf('crowd', 'flow');

function grid(count: number) {
  return { fromMs: START_MS, toMs: START_MS + count * QUARTER_MS, stepMs: QUARTER_MS };
}

function row(index: number, columns: FlatRow): FlatRow {
  return {
    window_start: new Date(START_MS + index * QUARTER_MS).toISOString(),
    coverage: 1,
    reasons: '',
    suppressed: '',
    partly_hidden: '',
    pending: false,
    ...columns,
  };
}

describe('slotsOf', () => {
  it('keeps a window without a row as a gap without any number', () => {
    const slots = slotsOf([row(0, { volume: 4 }), row(2, { volume: 6 })], FLOW, grid(3));
    expect(slots.map(({ isRecorded, coverage }) => [isRecorded, coverage])).toEqual([
      [true, 1],
      [false, 0],
      [true, 1],
    ]);
    expect(slots[1]!.readings.volume).toEqual({ state: 'none' });
  });

  it('adds both directions, takes the worse level and the harmonic speed', () => {
    const graded = { level_of_service_table: 'KM-14-2006' };
    const [slot] = slotsOf(
      [
        row(0, { volume: 30, degree_of_saturation: 0.5, level_of_service: 'C', ...graded, ...speed(60, 10) }),
        row(0, { volume: 10, degree_of_saturation: 0.3, level_of_service: 'B', ...speed(20, 10) }),
      ],
      FLOW,
      grid(1),
    );
    expect(slot!.readings.volume).toEqual({ state: 'value', value: 40 });
    expect(slot!.readings.dj?.value).toBe(0.5);
    expect(slot!.levels.service).toBe('C');
    expect(slot!.serviceTable).toBe('KM-14-2006');
    expect(slot!.readings.speed?.value).toBeCloseTo(30);
  });

  it('adds the ends of intervals, and has none where one direction has none', () => {
    const known = { volume: 10, volume_low: 8, volume_high: 12 };
    const read = (rows: FlatRow[]) => slotsOf(rows, FLOW, grid(1))[0]!.readings.volume!.interval;
    expect(read([row(0, known), row(0, known)])).toEqual([16, 24]);
    expect(read([row(0, known), row(0, { volume: 10 })])).toBeUndefined();
  });

  it('never makes a withheld number zero', () => {
    const withheld = { people_volume: null, suppressed: 'count.person;peopleVolume' };
    const state = (rows: FlatRow[]) => slotsOf(rows, CROWD, grid(1))[0]!.readings.peopleVolume;
    expect(state([row(0, withheld)])).toEqual({ state: 'hidden' });
    expect(state([row(0, { ...withheld, pending: true })])).toEqual({ state: 'pending' });
    expect(state([row(0, withheld), row(0, { people_volume: 9 })])).toEqual({ state: 'at-least', value: 9 });
    expect(state([row(0, { people_volume: 9, partly_hidden: 'peopleVolume' })])?.state).toBe('at-least');
  });

  it('reads the greatest degree of saturation of a road', () => {
    const [slot] = slotsOf([row(0, { degree_of_saturation_max: 0.7 })], FLOW, grid(1));
    expect(slot!.readings.dj?.value).toBe(0.7);
  });
});

describe('summaryOf', () => {
  const measure = (id: MeasureId) => MEASURES.find((one) => one.id === id)!;

  it('weighs a mean by what was seen and leaves gaps out', () => {
    const rows = [row(0, { flow_rate_per_hour: 100, coverage: 0.5 }), row(2, { flow_rate_per_hour: 400 })];
    expect(summaryOf(slotsOf(rows, FLOW, grid(3)), measure('flow')).value).toBeCloseTo(300);
  });

  it('is a lower bound as soon as one window is withheld, and withheld when all are', () => {
    const hidden = row(0, { people_volume: null, suppressed: 'peopleVolume' });
    const slots = slotsOf([hidden, row(1, { people_volume: 7 })], CROWD, grid(2));
    expect(summaryOf(slots, measure('peopleVolume'))).toEqual({ state: 'at-least', value: 7 });
    expect(summaryOf(slots.slice(0, 1), measure('peopleVolume'))).toEqual({ state: 'hidden' });
  });

  it('says that a mean beside withheld windows is of the shown ones only: it is no bound', () => {
    const hidden = row(0, { people_flow_rate_per_hour: null, suppressed: 'peopleFlowRatePerHour' });
    const slots = slotsOf([hidden, row(1, { people_flow_rate_per_hour: 40 })], CROWD, grid(2));
    expect(summaryOf(slots, measure('peopleFlow'))).toEqual({ state: 'value', value: 40, isOfShown: true });
  });

  it('finds the newest slot that tells a number, and the measures that exist', () => {
    const slots = slotsOf([row(0, { volume: 1 }), row(1, { coverage: 0 })], FLOW, grid(3));
    expect(latestTold(slots)?.startMs).toBe(START_MS);
    expect(presentMeasures(slots, FLOW).map(({ id }) => id)).toEqual(['volume']);
  });

  it('goes back for a count that is not released yet, and not for one that is hidden', () => {
    const hidden = row(1, { people_volume: null, suppressed: 'peopleVolume' });
    const pending = row(2, { people_volume: null, suppressed: 'peopleVolume', pending: true });
    const slots = slotsOf([row(0, { people_volume: 0 }), hidden, pending], CROWD, grid(3));
    expect(latestTold(slots)).toBe(slots[1]);
    expect(latestTold([slots[0]!, slots[2]!])).toBe(slots[0]);
  });
});

function speed(kmPerHour: number, samples: number): FlatRow {
  return { space_mean_speed_km_per_hour: kmPerHour, speed_samples: samples };
}
