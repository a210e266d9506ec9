/** One day of some cameras as the store keeps it: what a year of a city is filled with. */
import type { Observation } from '../../pipelines/domain/types.ts';
import type { RolledLevel } from '../../portal/levels/level.ts';
import { encodeEntries } from '../../portal/store/level-codec.ts';
import { methodText } from '../../portal/store/lineage-text.ts';
import { batchesOf, mergeWindow, type RecordWindow } from '../../portal/store/merge-window.ts';
import { termsOf } from '../../portal/store/record-encoder.ts';
import { DAY_US, HOUR_US, rollUpHours } from '../../portal/store/roll-up.ts';
import type { TermBook } from '../../portal/store/term-book.ts';
import { cameraName, minuteOfCamera } from './city-records.ts';

const MINUTE_US = 60_000_000;
const MINUTES = DAY_US / MINUTE_US;
const HOURS = DAY_US / HOUR_US;

/** A window of a rolled level on its day. */
export interface DayWindow {
  readonly kind: Observation['kind'];
  /** From the day's beginning, µs. */
  readonly offsetUs: number;
  readonly recordedUs: number;
  readonly analysedUs: number;
  readonly reasons: number;
  readonly rows: number;
  readonly payload: string;
}

/** A minute of records on its day. */
export interface DayMinute {
  readonly kind: Observation['kind'];
  readonly offsetUs: number;
  readonly coverage: number;
  readonly payload: string;
}

/** Everything of one camera's day. */
export interface CityDay {
  readonly minutes: readonly DayMinute[];
  readonly levels: Readonly<Record<RolledLevel, readonly DayWindow[]>>;
}

/** A camera's day by the store's own computation, which makes the levels of these very minutes. */
export async function dayOfCamera(book: TermBook, camera: number, dayStartUs: number): Promise<CityDay> {
  const records = Array.from({ length: MINUTES }, (_, minute) =>
    minuteOfCamera(dayStartUs + minute * MINUTE_US, camera),
  ).flat();
  await book.learn(records.flatMap(({ observation }) => [...termsOf(observation), methodText(observation)]));
  const { terms } = book;
  const windows = batchesOf(records).map(
    (batch): RecordWindow => mergeWindow(undefined, batch, terms).window!,
  );
  const cameraId = cameraName(camera);
  const rolled = rollUpHours({
    hours: Array.from({ length: HOURS }, (_, hour) => ({
      cameraId,
      hourStartUs: dayStartUs + hour * HOUR_US,
    })),
    records: windows,
    stored: { 'quarter-hour': [], hour: [], day: [] },
    recordsGoneBeforeUs: Number.NEGATIVE_INFINITY,
    hoursGoneBeforeUs: Number.NEGATIVE_INFINITY,
    terms,
  });
  const levels: Record<RolledLevel, DayWindow[]> = { 'quarter-hour': [], hour: [], day: [] };
  for (const { level, kind, windowStartUs, recordedUs, analysedUs, reasons, entries } of rolled) {
    const totals = { recordedUs, analysedUs, reasons, rows: entries.length };
    const payload = encodeEntries(entries, terms);
    levels[level].push({ kind, offsetUs: windowStartUs - dayStartUs, ...totals, payload });
  }
  for (const each of Object.values(levels)) each.sort(byOffset);
  const minutes = windows.map(({ kind, windowStartUs, coverage, payload }) => ({
    ...{ kind, coverage, payload },
    offsetUs: windowStartUs - dayStartUs,
  }));
  return { minutes: minutes.sort(byOffset), levels };
}

function byOffset(a: { readonly offsetUs: number }, b: { readonly offsetUs: number }): number {
  return a.offsetUs - b.offsetUs;
}
