import { describe, expect, it } from 'vitest';
import type { GapReason } from '../../../pipelines/domain/types.ts';
import { filledShare } from '../../../portal/datasets/quality/filled-share.ts';
import { gapsOf, windowQuality } from '../../../portal/datasets/quality/gaps.ts';
import { LEVEL_SECONDS, levelWindowStartUs, type RolledLevel } from '../../../portal/levels/level.ts';
import { judgedPeriod } from '../../../portal/reads/data-set-rows.ts';
import { daySpans, spansWithin } from '../../../portal/reads/observed-spans.ts';
import { observedWindows } from '../../../portal/reads/observed-windows.ts';
import type { CoverageQuery, CoverageRow } from '../../../portal/store/store.ts';

const DAY_US = LEVEL_SECONDS.day * 1e6;
const QUARTER_US = LEVEL_SECONDS['quarter-hour'] * 1e6;
/** 5 January 2026, local midnight. */
const START_US = Date.UTC(2026, 0, 4, 17) * 1000;

interface Quarter {
  readonly analysed: number;
  readonly recorded: number;
  readonly reasons: readonly GapReason[];
}

/** A level's row out of the quarter hours below it. */
function rowsOf(level: RolledLevel, quarters: ReadonlyMap<number, Quarter>): CoverageRow[] {
  const rows = new Map<number, CoverageRow>();
  for (const [startUs, { analysed, recorded, reasons }] of quarters) {
    const windowStartUs = levelWindowStartUs(level, startUs);
    const known = rows.get(windowStartUs);
    rows.set(windowStartUs, {
      cameraId: 'cam',
      windowStartUs,
      windowEndUs: windowStartUs + LEVEL_SECONDS[level] * 1e6,
      analysedUs: (known?.analysedUs ?? 0) + analysed * QUARTER_US,
      recordedUs: (known?.recordedUs ?? 0) + recorded * QUARTER_US,
      reasons: [...new Set([...(known?.reasons ?? []), ...reasons])],
    });
  }
  return [...rows.values()];
}

function readerOf(
  quarters: ReadonlyMap<number, Quarter>,
  kept: readonly RolledLevel[] = ['quarter-hour', 'hour', 'day'],
) {
  let read = 0;
  const coverage = async ({ level, fromUs = 0, toUs = Number.POSITIVE_INFINITY }: CoverageQuery) => {
    if (!kept.includes(level)) return [];
    const rows = rowsOf(level, quarters).filter(
      (row) => row.windowStartUs >= fromUs && row.windowStartUs < toUs,
    );
    read += rows.length;
    return rows;
  };
  return { coverage, read: () => read };
}

const WHOLE: Quarter = { analysed: 1, recorded: 1, reasons: [] };

/** Days of quarter hours; `at` tells those that are not whole, undefined where there is no record. */
function city(days: number, at: (quarter: number) => Quarter | undefined): Map<number, Quarter> {
  const quarters = new Map<number, Quarter>();
  for (let i = 0; i < days * 96; i++) {
    const quarter = at(i);
    if (quarter !== undefined) quarters.set(START_US + i * QUARTER_US, quarter);
  }
  return quarters;
}

const iso = (us: number) => new Date(us / 1000).toISOString();

describe('windows from coarse to fine', () => {
  it('give the gaps and shares that quarter hours alone give, whatever happened', async () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed / 2 ** 31;
    };
    const kinds: readonly (Quarter | undefined)[] = [
      ...Array.from({ length: 40 }, () => WHOLE),
      { analysed: 0, recorded: 1, reasons: ['paused'] },
      { analysed: 0, recorded: 1, reasons: ['source-down'] },
      { analysed: 0.5, recorded: 1, reasons: ['paused', 'worker-down'] },
      { analysed: 0.25, recorded: 0.25, reasons: [] },
      undefined,
    ];
    for (let round = 0; round < 20; round++) {
      let current: Quarter | undefined = WHOLE;
      const quarters = city(6, () => {
        if (random() < 0.15) current = kinds[Math.floor(random() * kinds.length)];
        return current;
      });
      const fromUs = START_US + Math.floor(random() * 96) * QUARTER_US;
      const toUs = START_US + 6 * DAY_US - Math.floor(random() * 96) * QUARTER_US;
      const period = { start: iso(fromUs), end: iso(toUs) };
      const plain = rowsOf('quarter-hour', quarters).map(windowQuality);
      const rows = await observedWindows(readerOf(quarters), { cameraId: 'cam', fromUs, toUs });
      const found = rows.map(windowQuality);
      expect(gapsOf(found, period)).toEqual(gapsOf(plain, period));
      const share = filledShare(found, period);
      expect(share).toEqual({ ...filledShare(plain, period), share: expect.closeTo(share.share, 9) });
    }
  });

  it('read a year of nights off without its quarter hours', async () => {
    const night: Quarter = { analysed: 0, recorded: 1, reasons: ['paused'] };
    const reader = readerOf(city(365, (i) => (i % 96 < 20 ? night : WHOLE)));
    const rows = await observedWindows(reader, {
      cameraId: 'cam',
      fromUs: START_US,
      toUs: START_US + 365 * DAY_US,
    });
    const found = rows.map(windowQuality);
    expect(reader.read()).toBe(365 * 25);
    expect(gapsOf(found, { start: iso(START_US), end: iso(START_US + 365 * DAY_US) })).toHaveLength(365);
  });

  it('take the coarser window where retention took the finer ones', async () => {
    const quarters = city(2, (i) =>
      i === 100 ? { analysed: 0, recorded: 1, reasons: ['source-down'] } : WHOLE,
    );
    const range = { cameraId: 'cam', fromUs: START_US, toUs: START_US + 2 * DAY_US };
    const found = (await observedWindows(readerOf(quarters, ['hour', 'day']), range)).map(windowQuality);
    const period = { start: iso(START_US), end: iso(range.toUs) };
    expect(gapsOf(found, period)).toEqual([
      expect.objectContaining({ start: '2026-01-05T18:00:00Z', lostSeconds: 900, reasons: ['kamera-mati'] }),
    ]);
    const days = (await observedWindows(readerOf(quarters, ['day']), range)).map(windowQuality);
    expect(filledShare(days, period)).toMatchObject({
      analysedSeconds: 2 * 86_400 - 900,
      reasons: ['kamera-mati'],
    });
  });
});

it('windows are cut to the time that a camera has records of: its first and last one are no gaps', () => {
  const minutesUs = (minutes: number) => START_US + minutes * 60e6;
  const quarter = (start: number, analysed: number, reasons: readonly GapReason[]): CoverageRow => ({
    cameraId: 'cam',
    windowStartUs: minutesUs(start),
    windowEndUs: minutesUs(start + 15),
    analysedUs: analysed * 60e6,
    recordedUs: analysed * 60e6,
    reasons,
  });
  const spans = daySpans([quarter(0, 8, []), quarter(15, 15, []), quarter(30, 5, ['source-down'])]);
  const recorded = { fromUs: minutesUs(7), toUs: minutesUs(40) };
  const period = { start: iso(recorded.fromUs), end: iso(recorded.toUs) };
  const windows = spansWithin([spans], recorded, recorded);
  expect(windows.map(({ coverage }) => coverage)).toEqual([1, 1, 0.5]);
  expect(gapsOf(windows, period)).toMatchObject([
    { start: iso(minutesUs(30)).replace('.000', ''), lostSeconds: 300, reasons: ['kamera-mati'] },
  ]);
  expect(filledShare(windows, period)).toMatchObject({ periodSeconds: 1980, analysedSeconds: 1680 });
});

it.each([
  { what: 'the newest window is on its way', windowSeconds: 60, last: 14, nowMinutes: 15.1, judgedTo: 14 },
  { what: 'an hour is being recorded', windowSeconds: 3600, last: 60, nowMinutes: 119, judgedTo: 60 },
  { what: 'more than a window is missing', windowSeconds: 60, last: 13, nowMinutes: 15.1, judgedTo: 15 },
  { what: 'records are ahead', windowSeconds: 60, last: 16, nowMinutes: 16.1, judgedTo: 16 },
])('a live camera is judged to what it owes: $what', ({ windowSeconds, last, nowMinutes, judgedTo }) => {
  const atMinute = (minute: number) => new Date(START_US / 1000 + minute * 60_000).toISOString();
  const definition = {
    ...{ id: 'cam', name: 'cam', groups: ['people'] as const, lines: [], zones: [] },
    sampling: { framesPerSecond: 5 },
  };
  const camera = { definition, windowSeconds, isEnabled: true, isLive: true, revision: 1 };
  const reads = {
    register: { cameras: () => [camera] },
    clock: () => START_US / 1000 + nowMinutes * 60_000,
  };
  const summary = {
    ...{ cameraId: 'cam', firstWindowStart: atMinute(0), lastWindowStart: atMinute(0) },
    lastWindowEnd: atMinute(last),
  };
  expect(judgedPeriod(reads, summary)).toEqual({ fromUs: START_US, toUs: START_US + judgedTo * 60e6 });
});
