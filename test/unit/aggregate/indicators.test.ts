import { describe, expect, it } from 'vitest';
import {
  capacityPcuPerHour,
  crowdDensity,
  empRow,
  flowRatePerHour,
  levelOf,
  roadIndicators,
  trafficDensity,
} from '../../../pipelines/domain/aggregate/indicators.ts';
import type { RoadData } from '../../../pipelines/domain/site.ts';
import {
  FRUIN_QUEUE,
  FRUIN_WALKWAY,
  VC_INDONESIA,
} from '../../../pipelines/domain/tables/level-of-service.ts';
import { counts } from './builders.ts';

const MINUTES_15 = 900_000_000;
const HOUR = 3_600_000_000;

const DIVIDED: RoadData = {
  type: '4/2-T',
  lanes: 2,
  laneWidthM: 3.5,
  sideFriction: 'S',
  edge: 'kerb',
  edgeDistanceM: 1.5,
  cityPopulationMillions: 1.7,
};
const TWO_WAY: RoadData = {
  type: '2/2-TT',
  lanes: 1,
  carriagewayWidthM: 7,
  directionalSplitPercent: 55,
  sideFriction: 'S',
  edge: 'kerb',
  edgeDistanceM: 1.5,
  cityPopulationMillions: 1.7,
};

describe('PKJI 2023, the two vectors of DOMAIN.md §5.3', () => {
  it('4/2-T: 1197.6 smp/h, C 3230, DJ 0.371', () => {
    const flow = { counts: counts({ motorcycle: 420, car: 180, truck: 12 }), opposite: counts({}) };
    expect(capacityPcuPerHour(DIVIDED)).toBeCloseTo(3230, 9);
    expect(roadIndicators(DIVIDED, { ...flow, analysedUs: MINUTES_15 })).toEqual({
      pcuPerHour: 1197.6,
      empTable: 'PKJI-2023: 2/1,4/2-T >=1050/lajur',
      degreeOfSaturation: 0.371,
      levelOfService: 'B',
      levelOfServiceTable: 'VC-Indonesia',
    });
    // A series that began under KM 14/2006 goes on under it: its edge of A is 0.6.
    const byRegulation = { ...DIVIDED, levelOfServiceTable: 'KM-14-2006' } as const;
    expect(roadIndicators(byRegulation, { ...flow, analysedUs: MINUTES_15 })).toMatchObject({
      degreeOfSaturation: 0.371,
      levelOfService: 'A',
      levelOfServiceTable: 'KM-14-2006',
    });
  });

  it('2/2-TT: 806 smp/h, C 2471.6, DJ 0.326, the same from both directions', () => {
    const all = counts({ car: 300, motorcycle: 1200, bus: 20 });
    const alone = roadIndicators(TWO_WAY, { counts: all, opposite: counts({}), analysedUs: HOUR });
    expect(capacityPcuPerHour(TWO_WAY)).toBeCloseTo(2471.56, 9);
    expect(Number(capacityPcuPerHour(TWO_WAY)?.toFixed(1))).toBe(2471.6);
    expect(alone).toMatchObject({ pcuPerHour: 806, degreeOfSaturation: 0.326 });
    const half = counts({ car: 150, motorcycle: 600, bus: 10 });
    const shared = roadIndicators(TWO_WAY, { counts: half, opposite: half, analysedUs: HOUR });
    expect(shared).toMatchObject({ pcuPerHour: 403, degreeOfSaturation: 0.326 });
  });
});

describe('emp rows', () => {
  it.each([
    ['just below 1050 per lane', DIVIDED, 2099, 2099, '2/1,4/2-T <1050/lajur'],
    ['at 1050 per lane the upper row holds', DIVIDED, 2100, 2100, '2/1,4/2-T >=1050/lajur'],
    ['the other direction of a divided road does not matter', DIVIDED, 100, 9000, '2/1,4/2-T <1050/lajur'],
    ['both directions of an undivided road do', TWO_WAY, 900, 1800, '2/2-TT >=1800 >6m'],
    ['6 m is still narrow', { ...TWO_WAY, carriagewayWidthM: 6 }, 10, 20, '2/2-TT <1800 <=6m'],
    [
      '3/1 changes at 1100',
      { ...DIVIDED, type: '3/1', lanes: 3 } as const,
      3299,
      3299,
      '3/1,6/2-T <1100/lajur',
    ],
  ])('%s', (_name, road, ownPerHour, bothPerHour, id) => {
    expect(empRow(road, { ownPerHour, bothPerHour })?.id).toBe(id);
  });

  it('gives nothing without the carriageway width the row depends on', () => {
    const { carriagewayWidthM: _width, ...road } = TWO_WAY;
    expect(
      roadIndicators(road, { counts: counts({ car: 5 }), opposite: counts({}), analysedUs: HOUR }),
    ).toEqual({});
  });
});

describe('capacity', () => {
  it.each([
    ['between two lane widths, linear', { ...DIVIDED, laneWidthM: 3.375 }, 3400 * 0.98 * 0.95],
    ['six lanes from the four-lane factor', { ...DIVIDED, type: '6/2-T', lanes: 3 } as const, 5100 * 0.96],
    ['one way takes the friction of 2/2', { ...DIVIDED, type: '2/1' } as const, 3400 * 0.91],
    ['distances beyond 2 m count as 2 m', { ...DIVIDED, edgeDistanceM: 7 }, 3400 * 0.98],
    ['3 million people are still 1.00', { ...DIVIDED, cityPopulationMillions: 3 }, 3400 * 0.95],
    ['more are 1.04', { ...DIVIDED, cityPopulationMillions: 3.1 }, 3400 * 0.95 * 1.04],
  ])('%s', (_name, road, expected) => {
    expect(capacityPcuPerHour(road)).toBeCloseTo(expected, 6);
  });

  it.each([
    ['lane width beyond the table', { ...DIVIDED, laneWidthM: 2.75 }],
    ['split beyond the table', { ...TWO_WAY, directionalSplitPercent: 80 }],
    ['no table for 4/2-TT', { ...TWO_WAY, type: '4/2-TT', lanes: 2 } as const],
    ['no input at all', { type: '4/2-T', lanes: 2 } as const],
  ])('absent: %s', (_name, road) => {
    expect(capacityPcuPerHour(road)).toBeUndefined();
  });
});

describe('levels', () => {
  it.each([
    [0.19, VC_INDONESIA, 'A'],
    [0.191, VC_INDONESIA, 'B'],
    [1, VC_INDONESIA, 'E'],
    [1.001, VC_INDONESIA, 'F'],
    [0.31, FRUIN_WALKWAY, 'A'],
    [1, FRUIN_WALKWAY, 'D'],
    [1, FRUIN_QUEUE, 'B'],
    [5.39, FRUIN_QUEUE, 'F'],
  ])('%d by %o is %s', (value, table, level) => {
    expect(levelOf(value, table)).toBe(level);
  });
});

describe('densities and rates', () => {
  const presence = { countUs: counts({ person: 180e6, car: 120e6, bicycle: 60e6 }), analysedUs: 60e6 };

  it('scales volume by analysed time, not by the window', () => {
    expect(flowRatePerHour(7, 60e6)).toBe(420);
    expect(flowRatePerHour(7, 30e6)).toBe(840);
  });
  it('3 people on 10 m²: 0.3 per m², walkway A', () => {
    expect(crowdDensity({ groundAreaM2: 10, fruinTable: 'walkway' }, presence)).toEqual({
      peoplePerM2: 0.3,
      fruinLevel: 'A',
      fruinTable: 'Fruin-1971-walkway',
    });
  });
  it('no level without a table, no density without an area', () => {
    expect(crowdDensity({ groundAreaM2: 10 }, presence)).toEqual({ peoplePerM2: 0.3 });
    expect(crowdDensity({ fruinTable: 'queue' }, presence)).toEqual({});
  });
  it('2 cars and a bicycle on 50 m: 60 vehicles/km, 40 smp/km', () => {
    expect(trafficDensity({ groundLengthM: 50, road: DIVIDED }, presence)).toEqual({
      vehiclesPerKm: 60,
      pcuPerKm: 40,
      empTable: 'PKJI-2023: 2/1,4/2-T >=1050/lajur',
    });
    expect(trafficDensity({ groundLengthM: 50 }, presence)).toEqual({ vehiclesPerKm: 60 });
    expect(trafficDensity({ road: DIVIDED }, presence)).toEqual({});
  });
});
