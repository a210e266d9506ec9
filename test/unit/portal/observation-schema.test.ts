import { describe, expect, it } from 'vitest';
import { VEHICLE_CLASSES } from '../../../pipelines/domain/classes.ts';
import { observationSchema } from '../../../portal/api/observation-schema.ts';
import { sampleFlow, samplePresence } from './sample-observations.ts';

const flowCounting = (count: Readonly<Record<string, number>>) => ({ ...sampleFlow(0), count });
const vehicles = Object.fromEntries(VEHICLE_CLASSES.map((name) => [name, 0]));

describe('classes of a record at the portal’s door', () => {
  it.each([
    { why: 'both groups', count: { person: 0, ...vehicles }, isTaken: true },
    { why: 'people only', count: { person: 3 }, isTaken: true },
    { why: 'vehicles only', count: vehicles, isTaken: true },
    { why: 'no class at all', count: {}, isTaken: false },
    { why: 'one vehicle class without the others', count: { person: 0, car: 1 }, isTaken: false },
    { why: 'vehicles without trucks', count: { ...vehicles, truck: undefined }, isTaken: false },
    { why: 'a class of its own', count: { person: 0, horse: 1 }, isTaken: false },
    { why: 'half a person', count: { person: 0.5 }, isTaken: false },
  ])('$why: taken $isTaken', ({ count, isTaken }) => {
    expect(observationSchema.safeParse(flowCounting(count as Record<string, number>)).success).toBe(isTaken);
  });

  it('are whole groups in presence too, and a refusal says so', () => {
    const record = samplePresence(0);
    const { person, car } = record.present!;
    expect(observationSchema.safeParse({ ...record, present: { person } }).success).toBe(true);
    const refused = observationSchema.safeParse({ ...record, present: { car } });
    expect(refused.error?.issues).toMatchObject([
      { path: ['present'], message: 'person, or all vehicle classes, or both' },
    ]);
  });
});
