/** Rows of a series as an even row of windows, gaps included. Pure: no DOM, no clock. */
import type { FlatRow } from '../api/answers.ts';
import type { Measure, MeasureId } from './measures.ts';

/**
 * What a window tells of one measure. `hidden` and `pending` are withheld by the disclosure rule, `at-least` leaves a
 * part out, `none` was not measured: none of the three is a zero.
 */
export interface Reading {
  readonly state: 'value' | 'at-least' | 'hidden' | 'pending' | 'none';
  readonly value?: number;
  /** Ends of the 95 % interval; of two directions the ends are added, which is never too narrow. */
  readonly interval?: readonly [low: number, high: number];
}

/** One window of the chosen place. */
export interface Slot {
  readonly startMs: number;
  readonly endMs: number;
  /** 0 where there is no record at all. */
  readonly coverage: number;
  /** False where nobody sent a record: worse than a gap with a reason. */
  readonly isRecorded: boolean;
  readonly reasons: readonly string[];
  readonly readings: Readonly<Partial<Record<MeasureId, Reading>>>;
  /** Letters A to F; of two directions the worse one. */
  readonly levels: Readonly<Partial<Record<'service' | 'fruin', string>>>;
  /** The table behind `levels.service`; several names where the window was graded by several. */
  readonly serviceTable?: string;
  /** Crossings by class of vehicle; absent where nothing was counted. */
  readonly classes: Readonly<Partial<Record<VehicleClass, number>>>;
}

/** The classes of the class split, from below to above. */
export const VEHICLE_CLASSES = ['motorcycle', 'car', 'bus', 'truck', 'bicycle'] as const;
export type VehicleClass = (typeof VEHICLE_CLASSES)[number];

const NOTHING: Reading = { state: 'none' };

/** The windows to fill, half open, in ms. `fromMs` and `toMs` lie on the edges of windows. */
export interface Grid {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

/** A slot for every window of the grid: one without a row is a slot of its own. */
export function slotsOf(rows: readonly FlatRow[], measures: readonly Measure[], grid: Grid): Slot[] {
  const byStart = new Map<number, FlatRow[]>();
  for (const row of rows) {
    const startMs = Date.parse(String(row['window_start']));
    const known = byStart.get(startMs);
    if (known === undefined) byStart.set(startMs, [row]);
    else known.push(row);
  }
  const slots: Slot[] = [];
  for (let startMs = grid.fromMs; startMs < grid.toMs; startMs += grid.stepMs) {
    slots.push(slotOf(byStart.get(startMs) ?? [], measures, { startMs, endMs: startMs + grid.stepMs }));
  }
  return slots;
}

function slotOf(
  rows: readonly FlatRow[],
  measures: readonly Measure[],
  window: Pick<Slot, 'startMs' | 'endMs'>,
): Slot {
  const serviceTable = rows.find((row) => row['level_of_service_table'])?.['level_of_service_table'];
  return {
    ...window,
    coverage: rows.length === 0 ? 0 : Math.min(...rows.map((row) => numberOf(row, 'coverage') ?? 0)),
    isRecorded: rows.length > 0,
    reasons: [...new Set(rows.flatMap((row) => listOf(row, 'reasons')))],
    readings: Object.fromEntries(measures.map((measure) => [measure.id, readingOf(rows, measure)])),
    levels: { ...worst(rows, 'service', 'level_of_service'), ...worst(rows, 'fruin', 'fruin_level') },
    ...(typeof serviceTable === 'string' ? { serviceTable } : {}),
    classes: classesOf(rows),
  };
}

function readingOf(rows: readonly FlatRow[], measure: Measure): Reading {
  const { disclosedAs } = measure;
  const readable = rows.filter((row) => cellOf(row, measure) !== undefined);
  const isHidden = (row: FlatRow) =>
    disclosedAs !== undefined && listOf(row, 'suppressed').includes(disclosedAs);
  const hidden = rows.filter(isHidden);
  if (readable.length === 0) {
    if (hidden.length === 0) return NOTHING;
    return { state: hidden.some((row) => row['pending'] === true) ? 'pending' : 'hidden' };
  }
  const isPart =
    hidden.length > 0 ||
    (disclosedAs !== undefined && rows.some((row) => listOf(row, 'partly_hidden').includes(disclosedAs)));
  const interval = intervalOf(readable, measure);
  return {
    state: isPart ? 'at-least' : 'value',
    value: joined(readable, measure),
    ...(interval === undefined || isPart ? {} : { interval }),
  };
}

/** Grouped rows of a road name the greatest of their places `…_max`. */
function cellOf(row: FlatRow, { column, joining }: Measure): number | undefined {
  return numberOf(row, column) ?? (joining === 'greatest' ? numberOf(row, `${column}_max`) : undefined);
}

function joined(rows: readonly FlatRow[], measure: Measure): number {
  const { joining } = measure;
  const values = rows.map((row) => cellOf(row, measure)!);
  if (joining === 'greatest') return Math.max(...values);
  if (joining === 'sum') return values.reduce((sum, value) => sum + value, 0);
  // Space-mean speeds of groups of vehicles: harmonic, each weighed by its vehicles.
  const samples = rows.map((row) => numberOf(row, 'speed_samples') ?? 1);
  const hours = values.reduce((sum, value, index) => sum + samples[index]! / value, 0);
  return hours > 0 ? samples.reduce((sum, count) => sum + count, 0) / hours : 0;
}

function intervalOf(rows: readonly FlatRow[], measure: Measure): readonly [number, number] | undefined {
  if (measure.interval === undefined || measure.joining !== 'sum') return undefined;
  const [low, high] = measure.interval;
  const lows = rows.map((row) => numberOf(row, low)).filter((value) => value !== undefined);
  const highs = rows.map((row) => numberOf(row, high)).filter((value) => value !== undefined);
  if (lows.length < rows.length || highs.length < rows.length) return undefined;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return [sum(lows), sum(highs)];
}

function worst(rows: readonly FlatRow[], name: 'service' | 'fruin', column: string): Slot['levels'] {
  const letters = rows.map((row) => row[column]).filter((letter) => typeof letter === 'string');
  const last = letters
    .filter((letter) => letter !== '')
    .sort()
    .at(-1);
  return last === undefined ? {} : { [name]: last };
}

function classesOf(rows: readonly FlatRow[]): Slot['classes'] {
  const classes: Partial<Record<VehicleClass, number>> = {};
  for (const name of VEHICLE_CLASSES) {
    const counts = rows.map((row) => numberOf(row, `count_${name}`)).filter((count) => count !== undefined);
    if (counts.length > 0) classes[name] = counts.reduce((sum, count) => sum + count, 0);
  }
  return classes;
}

/** A number of a row; undefined where the cell is empty. */
export function numberOf(row: FlatRow, column: string): number | undefined {
  const value = row[column];
  return typeof value === 'number' ? value : undefined;
}

/** Names of a row, joined by `;` in flat form. */
function listOf(row: FlatRow, column: string): readonly string[] {
  const value = row[column];
  if (Array.isArray(value)) return value as readonly string[];
  return typeof value === 'string' && value !== '' ? value.split(';') : [];
}
