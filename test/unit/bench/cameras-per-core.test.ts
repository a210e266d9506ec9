import { describe, expect, it } from 'vitest';
import { parseCoreList } from '../../../bench/cluster/cores.ts';
import { commandCalls } from '../../../bench/profile/redis-load.ts';
import { decoderMemoryMiB, solveReceive, solveRedis, solveWorker } from '../../../bench/profile/solve.ts';
import { searchLargest } from '../../../bench/scenarios/cameras-per-core-search.ts';
import { meanInLoop } from '../../../bench/scenarios/cameras-per-core-truth.ts';

interface Machine {
  readonly carries: number;
  readonly predicted: number;
  readonly passing?: number;
  readonly tries?: number;
}

async function search({ carries, predicted, passing = 0, tries = 99 }: Machine) {
  const tried: number[] = [];
  const found = await searchLargest({
    ...{ predicted, passing, most: 60 },
    hasTime: () => tried.length < tries,
    probe: (count) => {
      tried.push(count);
      return Promise.resolve({ passes: count <= carries, isDisturbed: false });
    },
  });
  return { found, tried };
}

describe('the search for the largest number', () => {
  it.each([
    { carries: 18, predicted: 18, passing: 8 },
    { carries: 15, predicted: 20, passing: 8 },
    { carries: 33, predicted: 18, passing: 8 },
    { carries: 3, predicted: 4, passing: 2 },
    { carries: 1, predicted: 9 },
    { carries: 0, predicted: 5 },
  ])('finds $carries from a prediction of $predicted', async (machine) => {
    const { found, tried } = await search(machine);
    expect(found).toEqual({
      largest: machine.carries,
      smallestFailing: machine.carries + 1,
      isComplete: true,
    });
    expect(new Set(tried).size).toBe(tried.length);
    expect(tried.length).toBeLessThanOrEqual(10);
  });

  it('needs two tries where the prediction is right', async () => {
    expect((await search({ carries: 18, predicted: 18, passing: 8 })).tried).toEqual([18, 19]);
  });

  it('stops at the most there is', async () => {
    const { found } = await search({ carries: 100, predicted: 50 });
    expect(found).toEqual({ largest: 60, isComplete: true });
  });

  it('says where it was when time ran out', async () => {
    const { found } = await search({ carries: 30, predicted: 18, passing: 8, tries: 2 });
    expect(found).toEqual({ largest: 19, isComplete: false });
  });

  it('tries a disturbed failure once more', async () => {
    const verdicts = [
      { passes: false, isDisturbed: true },
      { passes: true, isDisturbed: false },
      { passes: false, isDisturbed: false },
    ];
    const probe = () => Promise.resolve(verdicts.shift() ?? { passes: false, isDisturbed: false });
    const found = await searchLargest({ predicted: 5, passing: 0, most: 60, hasTime: () => true, probe });
    expect(found).toMatchObject({ largest: 5, smallestFailing: 6 });
  });
});

describe('the truth of a looped camera', () => {
  it('follows the loop over its seam from where the camera began', () => {
    const clip = { framesPerSecond: 2, frames: 4 };
    const mean = (windowStart: string, windowEnd: string, offset: number) =>
      meanInLoop([10, 20, 30, 40], {
        fleet: { clip },
        camera: { epochMs: 0, offset },
        record: { windowStart, windowEnd },
      });
    expect(mean('1970-01-01T00:00:00Z', '1970-01-01T00:00:01Z', 0)).toBe(15);
    expect(mean('1970-01-01T00:00:01Z', '1970-01-01T00:00:02Z', 1)).toBe((40 + 10) / 2);
    expect(mean('1970-01-01T00:00:10Z', '1970-01-01T00:00:12Z', 3)).toBe(25);
  });
});

describe('a profile’s coefficients', () => {
  const load = (workerMs: number, mbitPerSecond: number, picturesPerSecond: number) => ({
    ...{ workerMs, mbitPerSecond, picturesPerSecond },
    decodeMs: 10 + 2 * mbitPerSecond,
  });

  it('come back from loads that were made with them', () => {
    const worker = (mbit: number, pictures: number) => load(3 + 0.5 * mbit + 2 * pictures, mbit, pictures);
    const loads = { large: worker(4, 1), flow: worker(4, 5), small: worker(1, 1) };
    expect(solveWorker(loads)).toEqual({ perSecondMs: 3, perMbitMs: 0.5, perPictureMs: 2 });
    expect(solveReceive(loads, { large: 7, small: 7 })).toEqual({ perSecondMs: 3, perMbitMs: 2 });
  });

  it('are never below zero when noise says so', () => {
    const loads = { large: load(5, 4, 1), flow: load(4, 4, 5), small: load(6, 1, 1) };
    expect(solveWorker(loads)).toEqual({ perSecondMs: 5, perMbitMs: 0, perPictureMs: 0 });
    expect(solveReceive(loads, { large: 90, small: 90 }).perSecondMs).toBe(0);
  });

  it('of Redis tell the base from the cameras', () => {
    const span = (cameras: number) => ({
      ...{ cameras, minutes: 0.5, commands: 0.5 * (30 + 100 * cameras), bytes: 25_000 * cameras },
      ...{ cpuS: 0.01 * cameras, memoryBytes: 1e6 + 2_048 * cameras },
    });
    expect(solveRedis(span(8), span(2))).toMatchObject({
      ...{ baseCommandsPerMinute: 30, commandsPerCameraMinute: 100 },
      ...{ kilobytesPerCameraMinute: 50, memoryKiBPerCamera: 2 },
    });
  });

  it('of memory lie on a line over pixels', () => {
    const measured = [
      { pixels: 300, memoryMiB: 50 },
      { pixels: 100, memoryMiB: 30 },
    ];
    expect([100, 200, 300].map((pixels) => decoderMemoryMiB(pixels, measured))).toEqual([30, 40, 50]);
  });
});

it('reads core lists and Redis’ command counters', () => {
  expect(parseCoreList('0-2,5')).toEqual([0, 1, 2, 5]);
  const info =
    'cmdstat_get:calls=7,usec=1\r\ncmdstat_info:calls=9,usec=1\r\ncmdstat_client|setname:calls=2\r\ncmdstat_evalsha:calls=3,x';
  expect(commandCalls(info)).toBe(10);
});
