/**
 * Who reads a file by its parts goes on with the same file for as long as one reading takes: data that change every minute
 * must not change it between its first and its last part.
 */
import type { FinishedAnswer } from './finished-answer.ts';

/** A kept answer with its key and the tag of its version. */
export interface KeptAnswer {
  readonly key: string;
  readonly tag: string;
  readonly answer: FinishedAnswer;
}

/** Readings by place: address and form, without a version. */
export interface Readings {
  /** What readers of a place's parts were told of, while that reading goes on. */
  lastRead(place: string): KeptAnswer | undefined;
  /** Notes that a reader of parts was told of this answer. */
  noteRead(place: string, kept: KeptAnswer): void;
}

/** A reading goes on for so long after its last part, and so long in all. */
const PAUSE_MS = 60_000;
const READING_MS = 5 * 60_000;
/** Readings that are remembered. */
const MOST = 200;

/** No readings yet. `isKept` says whether an answer is still there; the parts of another one bear another tag. */
export function createReadings(clock: () => number, isKept: (kept: KeptAnswer) => boolean): Readings {
  const readings = new Map<string, { readonly kept: KeptAnswer; readonly firstMs: number; lastMs: number }>();
  return {
    lastRead(place) {
      const reading = readings.get(place);
      if (reading === undefined) return undefined;
      const nowMs = clock();
      const isOver = nowMs - reading.lastMs > PAUSE_MS || nowMs - reading.firstMs > READING_MS;
      if (isOver || !isKept(reading.kept)) {
        readings.delete(place);
        return undefined;
      }
      reading.lastMs = nowMs;
      return reading.kept;
    },
    noteRead(place, kept) {
      const nowMs = clock();
      readings.set(place, { kept, firstMs: nowMs, lastMs: nowMs });
      const [oldest] = readings.keys();
      if (readings.size > MOST && oldest !== undefined) readings.delete(oldest);
    },
  };
}
