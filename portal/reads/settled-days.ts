/**
 * Reads of quality and methods over long times, which cost what has changed since the last one: results of camera days
 * are kept as long as no window of the day changed. The store tells of changes by the numbers publishers stand on, so late
 * corrections, retention and other processes' writes are seen; a day with a window that is still open is never kept.
 */
import type { MethodTrace } from '../datasets/quality/method-breaks.ts';
import type { WindowQuality } from '../datasets/quality/gaps.ts';
import { levelWindowStartUs } from '../levels/level.ts';
import type { PublicReader } from '../privacy/public-reader.ts';
import { grouped } from '../store/grouped.ts';
import type { CameraDay } from '../store/store.ts';
import { breathe } from './breathe.ts';
import { type CameraDays, createDayMemory, type DayMemory } from './day-memory.ts';
import { type DaySpans, daySpans, spansWithin } from './observed-spans.ts';
import { observedWindows } from './observed-windows.ts';
import { createTraceReads } from './method-traces.ts';

/** What is kept, and what tells that it is still right. */
export type DaySource = Pick<PublicReader, 'coverage' | 'methods' | 'dayChanges'>;

/** A range of one camera, µs UTC, half-open. */
export interface CameraRange {
  readonly cameraId: string;
  readonly fromUs: number;
  readonly toUs: number;
}

/** Days as the store had them when this was asked for, or later. */
export interface SettledDays {
  /** Windows that overlap a range, in time; none overlaps another. They may reach out of it. */
  observed(range: CameraRange): Promise<WindowQuality[]>;
  /** How the days that a range touches were counted, one trace for rows alike that follow each other. */
  dayMethods(range: CameraRange): Promise<readonly MethodTrace[]>;
  /** The same of one day's quarter hours; empty where retention took them. */
  quarterMethods(day: CameraDay): Promise<readonly MethodTrace[]>;
}

/** Numbers told at a time, and how many behind it is cheaper to read everything anew than to learn what changed. */
const CHANGES_AT_ONCE = 10_000;
const TOO_FAR_BEHIND = 500_000;

/** Numbers of spans, 8 bytes each: a hundred cameras keep five years of planned nights in 40 MB. */
const SPAN_LIMIT = 5_000_000;
/** Traces, about 150 bytes each. */
const TRACE_LIMIT = 250_000;

interface Memory {
  /** Brings it up to date. */
  catchUp(): Promise<void>;
  readonly days: SettledDays;
}

/** Kept as long as the reader: whoever reads through the same one shares it. */
const memories = new WeakMap<DaySource, Memory>();

/** Days as they are now. Ask once for a table, not for each of its cameras: what changed is looked up here. */
export async function settledDays(reader: DaySource): Promise<SettledDays> {
  const memory = memories.get(reader) ?? createMemory(reader);
  memories.set(reader, memory);
  await memory.catchUp();
  return memory.days;
}

function createMemory(reader: DaySource): Memory {
  let sequence: number | undefined;
  let removals: string | undefined;
  let open = new Set<string>();
  const isOpen = (day: CameraDay) => open.has(dayName(day));
  const traces = createTraceReads(reader);
  const byDay = async (days: CameraDays, read: (days: CameraDays) => Promise<readonly MethodTrace[]>) =>
    grouped(await read(days), traces.dayStartUs);
  const spans = createDayMemory<DaySpans>({
    read: (days) => readSpans(reader, days),
    sizeOf: ({ length }) => length,
    limit: SPAN_LIMIT,
    isOpen,
  });
  const traceOptions = { sizeOf: ({ length }: readonly unknown[]) => length, limit: TRACE_LIMIT, isOpen };
  const dayTraces = createDayMemory<readonly MethodTrace[]>({
    ...traceOptions,
    read: (days) => byDay(days, traces.ofDays),
  });
  const quarterTraces = createDayMemory<readonly MethodTrace[]>({
    ...traceOptions,
    read: (days) => byDay(days, traces.ofQuarters),
  });
  const all: readonly Pick<DayMemory<unknown>, 'forget' | 'forgetAll'>[] = [spans, dayTraces, quarterTraces];

  async function look(): Promise<void> {
    const found = await reader.dayChanges({
      ...(sequence === undefined ? {} : { sequence }),
      limit: CHANGES_AT_ONCE,
    });
    open = new Set(found.open.map(dayName));
    for (const memory of all) {
      if (removals !== found.removals) memory.forgetAll();
      memory.forget(found.changed);
      memory.forget(found.open);
    }
    sequence = found.sequence;
    removals = found.removals;
    if (!found.isBehind) return;
    await breathe();
    await look();
  }

  let looking: Promise<void> = Promise.resolve();
  return {
    catchUp() {
      looking = looking.then(look, look);
      return looking;
    },
    days: {
      async observed(range) {
        return spansWithin(await spans.days(range), range);
      },
      dayMethods: async (range) => (await dayTraces.days(range)).flat(),
      quarterMethods: async ({ cameraId, dayStartUs: fromUs }) =>
        (await quarterTraces.days({ cameraId, fromUs, toUs: fromUs + 1 })).flat(),
    },
  };
}

async function readSpans(reader: DaySource, days: CameraDays): Promise<ReadonlyMap<number, DaySpans>> {
  const rows = grouped(await observedWindows(reader, days), ({ windowStartUs }) =>
    levelWindowStartUs('day', windowStartUs),
  );
  return new Map([...rows].map(([dayUs, ofDay]) => [dayUs, daySpans(ofDay)]));
}

function dayName({ cameraId, dayStartUs }: CameraDay): string {
  return `${dayStartUs} ${cameraId}`;
}
