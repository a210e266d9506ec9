import { describe, expect, it } from 'vitest';
import { applySmallCountRule } from '../../../portal/privacy.ts';
import { sampleFlow, sampleGap, samplePresence, sampleVehicleFlow } from './sample-observations.ts';

/** Every number about people that a published record still shows. */
function shownPeopleNumbers(record: ReturnType<typeof applySmallCountRule>): number[] {
  const measures =
    record.kind === 'flow'
      ? [record.count?.person, record.peopleVolume, record.peopleFlowRatePerHour]
      : [
          record.present?.person?.mean,
          record.present?.person?.max,
          record.peoplePresent?.mean,
          record.peoplePresent?.max,
          record.peoplePerM2,
          record.entered?.person,
          record.left?.person,
        ];
  return measures.filter((measure) => measure !== undefined);
}

describe('small-count rule on flow records', () => {
  it.each([
    { people: 0, isShown: true, why: 'nobody is identified by zero' },
    { people: 1, isShown: false, why: 'one person' },
    { people: 4, isShown: false, why: 'the largest small count' },
    { people: 5, isShown: true, why: 'the threshold itself is not below it' },
  ])('$people people: shown $isShown ($why)', ({ people, isShown }) => {
    const record = sampleFlow(0, { people, cars: 2 });
    const published = applySmallCountRule(record, 5);
    if (isShown) {
      expect(published).toEqual(record);
      return;
    }
    expect(shownPeopleNumbers(published)).toEqual([]);
    expect(published.suppressed).toEqual(['count.person', 'peopleVolume', 'peopleFlowRatePerHour']);
  });

  it('keeps every vehicle number, however small, and does not change its input', () => {
    const record = sampleFlow(0, { people: 3, cars: 1 });
    const before = structuredClone(record);
    expect(applySmallCountRule(record, 5)).toMatchObject({
      volume: 1,
      flowRatePerHour: 60,
      count: { bicycle: 0, motorcycle: 0, car: 1, bus: 0, truck: 0 },
    });
    expect(record).toEqual(before);
  });

  it('has nothing to withhold where people are not counted, and leaves no empty counts behind', () => {
    expect(applySmallCountRule(sampleVehicleFlow(0, 3), 5)).toEqual(sampleVehicleFlow(0, 3));
  });

  it('shows the raw numbers when it is switched off', () => {
    const record = sampleFlow(0, { people: 1 });
    expect(applySmallCountRule(record, 0)).toEqual(record);
  });
});

describe('small-count rule on presence records', () => {
  const dense = (mean: number, max: number) => ({
    ...samplePresence(0, { mean, max }),
    entered: undefined,
    left: undefined,
    peoplePerM2: mean / 100,
    fruinLevel: 'A',
    fruinTable: 'walkway',
  });
  it.each([
    { mean: 0, max: 0, isShown: true, why: 'an empty zone' },
    { mean: 0.3, max: 1, isShown: false, why: 'one person now and then' },
    { mean: 0, max: 1, isShown: false, why: 'a mean rounded to 0 beside one person' },
    { mean: 4.9, max: 9, isShown: false, why: 'a mean below the threshold under a large maximum' },
    { mean: 5, max: 9, isShown: true, why: 'both large' },
  ])('mean $mean, max $max: shown $isShown ($why)', ({ mean, max, isShown }) => {
    const { entered: _entered, left: _left, ...record } = dense(mean, max);
    const published = applySmallCountRule(record, 5);
    expect(shownPeopleNumbers(published).length > 0).toBe(isShown);
    expect('fruinLevel' in published).toBe(isShown);
  });

  it('withholds small counts of entering and leaving on their own', () => {
    const record = samplePresence(0, { mean: 8, max: 12 });
    const published = applySmallCountRule(record, 5);
    expect(published.suppressed).toEqual(['entered.person']);
    expect(published).toMatchObject({ peoplePresent: { mean: 8, max: 12 }, left: { person: 0 } });
  });

  it('leaves a gap as it is: there is nothing to withhold', () => {
    expect(applySmallCountRule(sampleGap(0), 5)).toEqual(sampleGap(0));
  });
});
