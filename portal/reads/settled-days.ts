/**
 * Reads of quality and methods over long times, which cost what has changed since the last one: results of camera days
 * are kept as long as no window of the day changed. The store tells of changes by the numbers publishers stand on, so late
 * corrections, retention and other processes' writes are seen; a day with a window that is still open is never kept.
 */
import type { WindowQuality } from '../datasets/quality/gaps.ts';
import type { MethodTrace } from '../datasets/quality/method-breaks.ts';
import { levelWindowStartUs } from '../levels/level.ts';
import type { PublicReader } from '../privacy/public-reader.ts';
import { grouped } from '../store/grouped.ts';
import type { CameraDay } from '../store/store.ts';
import { type CameraDays, createDayMemory } from './day-memory.ts';
import { createDayWatch, type DayWatch } from './day-watch.ts';
import { createTraceReads } from './method-traces.ts';
import { type DaySpans, daySpans, spansWithin } from './observed-spans.ts';
import { observedWindows } from './observed-windows.ts';

/** What is kept, and what tells that it is still right. */
export type DaySource = Pick<PublicReader, 'coverage' | 'methods' | 'dayChanges'>;

/** A range of one camera, µs UTC, half-open. */
export interface CameraRange {
  readonly cameraId: string;
  readonly fromUs: number;
  readonly toUs: number;
}

/** A range with the time from the camera's first record to the end of its last. */
export interface ObservedRange extends CameraRange {
  readonly recorded: Omit<CameraRange, 'cameraId'>;
}

/** Days as the store had them when this was asked for, or later. */
export interface SettledDays {
  /** Windows that overlap a range, in time; none overlaps another. They may reach out of it, but not of `recorded`. */
  observed(range: ObservedRange): Promise<WindowQuality[]>;
  /** How the days that a range touches were counted, one trace for rows alike that follow each other. */
  dayMethods(range: CameraRange): Promise<readonly MethodTrace[]>;
  /** The same of one day's quarter hours, or hours where there are none; empty where retention took them. */
  methodsInDetail(day: CameraDay): Promise<readonly MethodTrace[]>;
}

/** Numbers of spans, 8 bytes each: a hundred cameras with planned nights keep eight years in 40 MB. */
const SPAN_LIMIT = 5_000_000;
/** Traces, about 150 bytes each. */
const TRACE_LIMIT = 250_000;

interface Kept {
  readonly watch: DayWatch;
  readonly days: SettledDays;
}

/** Kept as long as the reader: whoever reads through the same one shares it. */
const keptOf = new WeakMap<DaySource, Kept>();

/** Days as they are now. Ask once for a table, not for each of its cameras: what changed is looked up here. */
export async function settledDays(reader: DaySource): Promise<SettledDays> {
  const { watch, days } = keptOf.get(reader) ?? keepDays(reader);
  await watch.catchUp();
  return days;
}

function keepDays(reader: DaySource): Kept {
  const watch = createDayWatch(reader);
  const traces = createTraceReads(reader);
  const spans = createDayMemory<DaySpans>({
    read: (days) => readSpans(reader, days),
    sizeOf: ({ length }) => length,
    limit: SPAN_LIMIT,
    isOpen: watch.isOpen,
  });
  const traceMemory = (read: (days: CameraDays) => Promise<readonly MethodTrace[]>) =>
    createDayMemory<readonly MethodTrace[]>({
      read: async (days) => grouped(await read(days), traces.dayStartUs),
      sizeOf: ({ length }) => length,
      limit: TRACE_LIMIT,
      isOpen: watch.isOpen,
    });
  const dayTraces = traceMemory(traces.ofDays);
  const detailedTraces = traceMemory(traces.inDetail);
  for (const memory of [spans, dayTraces, detailedTraces]) watch.follow(memory);
  const days: SettledDays = {
    observed: async (range) => spansWithin(await spans.days(range), range, range.recorded),
    dayMethods: async (range) => (await dayTraces.days(range)).flat(),
    methodsInDetail: async ({ cameraId, dayStartUs: fromUs }) =>
      (await detailedTraces.days({ cameraId, fromUs, toUs: fromUs + 1 })).flat(),
  };
  const kept = { watch, days };
  keptOf.set(reader, kept);
  return kept;
}

async function readSpans(reader: DaySource, days: CameraDays): Promise<ReadonlyMap<number, DaySpans>> {
  const rows = grouped(await observedWindows(reader, days), ({ windowStartUs }) =>
    levelWindowStartUs('day', windowStartUs),
  );
  return new Map([...rows].map(([dayUs, ofDay]) => [dayUs, daySpans(ofDay)]));
}
