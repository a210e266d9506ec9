/** What answers hold in memory while they are made and sent: readers decide how long, so it has to have an end. */
import type { FinishedAnswer } from './finished-answer.ts';

/** Bytes that are held beside the shelf. */
export interface HeldBytes {
  add(bytes: number): void;
  free(bytes: number): void;
  /** True when nothing more should be collected. */
  isFull(): boolean;
  /** Holds an answer while it is being sent, once for all its readers; what it gives ends that. */
  lend(answer: FinishedAnswer): () => void;
}

/** Nothing is held yet; more than `most` bytes are full. */
export function createHeldBytes(most: number): HeldBytes {
  const readersOf = new Map<FinishedAnswer, number>();
  let held = 0;
  const free = (bytes: number) => {
    held -= bytes;
  };
  return {
    add(bytes) {
      held += bytes;
    },
    free,
    isFull: () => held > most,
    lend(answer) {
      // A file is read piece by piece, as it is taken.
      const bytes = answer.encoded === undefined ? 0 : answer.size;
      const readers = readersOf.get(answer) ?? 0;
      if (readers === 0) held += bytes;
      readersOf.set(answer, readers + 1);
      return () => {
        const left = (readersOf.get(answer) ?? 0) - 1;
        if (left > 0) readersOf.set(answer, left);
        else if (readersOf.delete(answer)) free(bytes);
      };
    },
  };
}
