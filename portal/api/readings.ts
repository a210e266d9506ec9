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

/** What a reading goes on with: an answer that left the shelf is not held by it. */
interface Reading {
  readonly key: string;
  readonly tag: string;
  readonly digest: string;
  readonly firstMs: number;
  lastMs: number;
}

/** No readings yet. `find` gives the answers that are still there; the parts of another one bear another tag. */
export function createReadings(
  clock: () => number,
  find: (key: string) => FinishedAnswer | undefined,
): Readings {
  const readings = new Map<string, Reading>();
  return {
    lastRead(place) {
      const reading = readings.get(place);
      if (reading === undefined) return undefined;
      const { key, tag, digest, firstMs, lastMs } = reading;
      const nowMs = clock();
      const answer = find(key);
      const isOver = nowMs - lastMs > PAUSE_MS || nowMs - firstMs > READING_MS;
      if (isOver || answer?.digest !== digest) {
        readings.delete(place);
        return undefined;
      }
      reading.lastMs = nowMs;
      return { key, tag, answer };
    },
    noteRead(place, { key, tag, answer }) {
      const nowMs = clock();
      readings.set(place, { key, tag, digest: answer.digest, firstMs: nowMs, lastMs: nowMs });
      const [oldest] = readings.keys();
      if (readings.size > MOST && oldest !== undefined) readings.delete(oldest);
    },
  };
}
