import { describe, expect, it } from 'vitest';
import { type CameraDays, createDayMemory } from '../../../portal/reads/day-memory.ts';
import { DAY_US } from '../../../portal/reads/observed-windows.ts';
import type { CameraDay } from '../../../portal/store/store.ts';

/** 5 January 2026, local midnight. */
const START_US = Date.UTC(2026, 0, 4, 17) * 1000;

function memoryOf({ limit = 1000, open = [] as readonly CameraDay[] } = {}) {
  const asked: string[] = [];
  let during = () => {};
  const memory = createDayMemory<string>({
    read: async ({ cameraId, fromUs, toUs }) => {
      asked.push(`${cameraId} ${(fromUs - START_US) / DAY_US}..${(toUs - START_US) / DAY_US}`);
      during();
      const results = new Map<number, string>();
      // Every third day has no result.
      for (let dayUs = fromUs; dayUs < toUs; dayUs += DAY_US) {
        const day = (dayUs - START_US) / DAY_US;
        if (day % 3 !== 2) results.set(dayUs, `${day}`);
      }
      return results;
    },
    sizeOf: () => 1,
    limit,
    isOpen: (day) => open.some((one) => one.cameraId === day.cameraId && one.dayStartUs === day.dayStartUs),
  });
  return {
    memory,
    asked: () => asked.splice(0),
    whileReading(work: () => void) {
      during = work;
    },
  };
}

const days = (cameraId: string, from: number, to: number): CameraDays => ({
  cameraId,
  fromUs: START_US + from * DAY_US,
  toUs: START_US + to * DAY_US,
});
const day = (cameraId: string, number: number): CameraDay => ({
  cameraId,
  dayStartUs: START_US + number * DAY_US,
});

describe('what is kept of days', () => {
  it('is not read again, days without a result included; what is missing is read a fortnight at a time', async () => {
    const { memory, asked } = memoryOf();
    await memory.days(days('a', 3, 6));
    expect(asked()).toEqual(['a 3..6']);
    const { fromUs, toUs } = days('a', 0, 30);
    const found = await memory.days({ cameraId: 'a', fromUs: fromUs + 1, toUs: toUs - 1 });
    expect(found).toEqual(Array.from({ length: 30 }, (_, i) => `${i}`).filter((_, i) => i % 3 !== 2));
    expect(asked()).toEqual(['a 0..3', 'a 6..20', 'a 20..30']);
    await memory.days(days('a', 0, 30));
    expect(asked()).toEqual([]);
  });

  it('is forgotten by the day, and never holds an open one', async () => {
    const { memory, asked } = memoryOf({ open: [day('a', 4)] });
    await memory.days(days('a', 0, 5));
    memory.forget([day('a', 1), day('b', 2)]);
    asked();
    await memory.days(days('a', 0, 5));
    expect(asked()).toEqual(['a 1..2', 'a 4..5']);
  });

  it('holds nothing that was read while a change was told', async () => {
    const { memory, asked, whileReading } = memoryOf();
    whileReading(() => memory.forget([day('b', 0)]));
    await memory.days(days('a', 0, 2));
    expect(memory.size()).toBe(0);
    whileReading(() => {});
    await memory.days(days('a', 0, 2));
    await memory.days(days('a', 0, 2));
    expect(asked()).toEqual(['a 0..2', 'a 0..2']);
  });

  it('stays below its limit: the camera that was not asked for the longest goes', async () => {
    const { memory, asked } = memoryOf({ limit: 8 });
    await memory.days(days('a', 0, 2));
    await memory.days(days('b', 0, 2));
    await memory.days(days('a', 0, 2));
    await memory.days(days('c', 0, 2));
    expect(memory.size()).toBe(8);
    asked();
    await memory.days(days('a', 0, 2));
    await memory.days(days('b', 0, 2));
    expect(asked()).toEqual(['b 0..2']);
  });
});
