/** Puts new records into the row of their window by the rules of `ObservationStore.upsert`. Pure. */
import { type FencedObservation, observationKey } from '../../pipelines/domain/observation-key.ts';
import { US_PER_SECOND } from '../../pipelines/domain/time.ts';
import { levelWindowStartUs, nestsIn } from '../levels/level.ts';
import { encodeRecord } from './record-encoder.ts';
import { CONTENT, type RecordItem, type RecordWindowKey } from './record-item.ts';
import type { UpsertOutcome } from './store.ts';
import type { Terms } from './terms.ts';

/** A row of records as it is kept. */
export interface RecordWindow extends RecordWindowKey {
  /** JSON array of `RecordItem`, by line or zone, then direction. */
  readonly payload: string;
  /** The greatest of its records: above 0 something was analysed. */
  readonly coverage: number;
}

/** New records of one window, in the order in which they came. */
export interface RecordBatch extends RecordWindowKey {
  readonly records: FencedObservation[];
  /** Of each record its place in the list it came in. */
  readonly places: number[];
}

/** The records by window, sorted so that all writers touch rows in one order. */
export function batchesOf(records: readonly FencedObservation[]): readonly RecordBatch[] {
  const batches = new Map<string, RecordBatch>();
  for (const [place, record] of records.entries()) {
    const { cameraId, kind, windowStartUs, windowSeconds } = observationKey(record.observation);
    const lengthUs = Math.round(windowSeconds * US_PER_SECOND);
    const name = `${windowStartUs} ${kind} ${lengthUs} ${cameraId}`;
    const batch = batches.get(name);
    if (batch === undefined) {
      const window = { cameraId, kind, windowStartUs, lengthUs };
      batches.set(name, { ...window, records: [record], places: [place] });
    } else {
      batch.records.push(record);
      batch.places.push(place);
    }
  }
  return [...batches.values()].sort(
    (a, b) =>
      compareText(a.cameraId, b.cameraId) ||
      a.windowStartUs - b.windowStartUs ||
      compareText(a.kind, b.kind) ||
      a.lengthUs - b.lengthUs,
  );
}

/** By code unit: the order of SQLite's and PostgreSQL's "C" for the ids of site files. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What became of one record. */
export type RecordOutcome = keyof UpsertOutcome;

/** What became of a batch, record by record. `window` is absent when nothing has to be written. */
export interface MergedWindow {
  readonly outcomes: readonly RecordOutcome[];
  readonly window?: RecordWindow;
}

/** The window's row after a batch; `stored` is the payload before it. */
export function mergeWindow(stored: string | undefined, batch: RecordBatch, terms: Terms): MergedWindow {
  const items = stored === undefined ? [] : (JSON.parse(stored) as RecordItem[]);
  const outcomes: RecordOutcome[] = [];
  let isWritten = false;
  for (const { fence, observation } of batch.records) {
    const item = encodeRecord(observation, fence, batch, terms);
    const result = putItem(items, item);
    outcomes.push(result.outcome);
    isWritten ||= result.isWritten;
  }
  if (!isWritten) return { outcomes };
  items.sort((a, b) => compareText(a[0], b[0]) || compareText(a[1], b[1]));
  const { cameraId, kind, windowStartUs, lengthUs } = batch;
  const coverage = Math.max(...items.map((item) => Number(item[CONTENT])));
  return {
    outcomes,
    window: { cameraId, kind, windowStartUs, lengthUs, coverage, payload: JSON.stringify(items) },
  };
}

function putItem(items: RecordItem[], item: RecordItem) {
  const index = items.findIndex(([placeId, direction]) => placeId === item[0] && direction === item[1]);
  const known = items[index];
  if (known === undefined) {
    items.push(item);
    return { outcome: 'accepted', isWritten: true } as const;
  }
  const [, , fence, revision] = known;
  if (item[2] < fence) return { outcome: 'fenced', isWritten: false } as const;
  const content = item.slice(CONTENT);
  if (JSON.stringify(known.slice(CONTENT)) === JSON.stringify(content)) {
    if (item[2] > fence)
      items[index] = [known[0], known[1], item[2], revision, ...known.slice(CONTENT)] as RecordItem;
    return { outcome: 'unchanged', isWritten: item[2] > fence } as const;
  }
  items[index] = [item[0], item[1], item[2], revision + 1, ...content] as RecordItem;
  return { outcome: 'accepted', isWritten: true } as const;
}

/** An hour of a camera whose levels have to be computed again. */
export interface DirtyHour {
  readonly cameraId: string;
  readonly hourStartUs: number;
}

/** The hours whose levels change with these windows, in one order. Windows that nest in no level change none. */
export function dirtyHours(windows: readonly RecordWindowKey[]): readonly DirtyHour[] {
  const hours = new Map<string, DirtyHour>();
  for (const { cameraId, windowStartUs, lengthUs } of windows) {
    if (!nestsIn(lengthUs / US_PER_SECOND, 'hour')) continue;
    const hourStartUs = levelWindowStartUs('hour', windowStartUs);
    hours.set(`${hourStartUs} ${cameraId}`, { cameraId, hourStartUs });
  }
  return [...hours.values()].sort(
    (a, b) => compareText(a.cameraId, b.cameraId) || a.hourStartUs - b.hourStartUs,
  );
}
