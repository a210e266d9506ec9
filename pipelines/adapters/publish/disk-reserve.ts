/** Room on a disk that is kept back for one purpose, as a file that is emptied when everything else is full. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** A reserve, shared by all processes that name the same file. */
export interface DiskReserve {
  /** Takes the room while the disk has plenty; otherwise leaves things as they are. Never throws. */
  keep(): void;
  /** Runs `work`; where the disk is too full for it, gives it the room, if it can be given, and runs it once more. */
  withRoom<R>(work: () => R): R;
  /** True from when the room was given until the disk has plenty again, whereupon it is taken back. Never throws. */
  isGiven(): boolean;
}

/** Where the room is, and how a disk without any shows itself. */
export interface DiskReserveOptions {
  readonly file: string;
  /** A multiple of 1 MiB. */
  readonly bytes: number;
  readonly isFull: (error: unknown) => boolean;
  /** Milliseconds of a clock that nobody sets, default `performance.now`. */
  readonly monotonicMs?: () => number;
}

/** The room is taken only where so many times as much is free: a small disk is not filled by us. */
const PLENTY = 2;
/** Pause after the room could not be taken, ms: where a quota stops us the disk still seems to have plenty, and each try fills it. */
const PAUSE_MS = 60_000;
/** Random, since some file systems store nothing for zeros. */
const PIECE = randomBytes(1 << 20);
// No picture's file begins like that.
PIECE[0] = 0;

/** Nothing is written until `keep`. */
export function createDiskReserve(options: DiskReserveOptions): DiskReserve {
  const { file, bytes, isFull, monotonicMs = () => performance.now() } = options;
  let pausedUntilMs = Number.NEGATIVE_INFINITY;
  const isTaken = (): boolean => (lengthOf(file) ?? 0) > 0;
  const keep = (): void => {
    if (isTaken() || monotonicMs() < pausedUntilMs) return;
    const part = `${file}.part`;
    try {
      if (freeBytes(dirname(file)) < PLENTY * bytes) return;
      writePieces(part, bytes);
      renameSync(part, file);
    } catch {
      // A quota, the disk filled up meanwhile, or another process was quicker.
      pausedUntilMs = monotonicMs() + PAUSE_MS;
      removeIfPossible(part);
    }
  };
  return {
    keep,
    withRoom(work) {
      try {
        return work();
      } catch (error) {
        if (!isFull(error) || !isTaken()) throw error;
        // Left empty, not removed: other processes see that the room was given.
        try {
          truncateSync(file);
        } catch {
          throw error;
        }
        return work();
      }
    },
    isGiven() {
      if (lengthOf(file) === 0) keep();
      return lengthOf(file) === 0;
    },
  };
}

/** Undefined where there is no file, or none that may be seen. */
function lengthOf(file: string): number | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false })?.size;
  } catch {
    return undefined;
  }
}

function removeIfPossible(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // The next try writes over it.
  }
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function writePieces(file: string, bytes: number): void {
  const descriptor = openSync(file, 'w', 0o600);
  try {
    for (let at = 0; at < bytes; at += PIECE.length) writeSync(descriptor, PIECE);
  } finally {
    closeSync(descriptor);
  }
}
