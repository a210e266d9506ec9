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
  /** Takes the room while the disk has plenty; otherwise leaves things as they are. */
  keep(): void;
  /** Runs `work`; where the disk is too full for it, gives it the room and runs it once more. */
  withRoom<R>(work: () => R): R;
  /** True from when the room was given until the disk has plenty again, whereupon it is taken back. */
  isGiven(): boolean;
}

/** Where the room is, and how a disk without any shows itself. */
export interface DiskReserveOptions {
  readonly file: string;
  /** A multiple of 1 MiB. */
  readonly bytes: number;
  readonly isFull: (error: unknown) => boolean;
}

/** The room is taken only where so many times as much is free: a small disk is not filled by us. */
const PLENTY = 2;
/** Random, since some file systems store nothing for zeros. */
const PIECE = randomBytes(1 << 20);
// No picture's file begins like that.
PIECE[0] = 0;

/** Nothing is written until `keep`. */
export function createDiskReserve({ file, bytes, isFull }: DiskReserveOptions): DiskReserve {
  const length = (): number | undefined => statSync(file, { throwIfNoEntry: false })?.size;
  const isTaken = (): boolean => (length() ?? 0) > 0;
  const keep = (): void => {
    if (isTaken() || freeBytes(dirname(file)) < PLENTY * bytes) return;
    const part = `${file}.part`;
    try {
      writePieces(part, bytes);
      renameSync(part, file);
    } catch {
      // The disk filled up meanwhile, or another process was quicker.
      rmSync(part, { force: true });
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
        truncateSync(file);
        return work();
      }
    },
    isGiven() {
      if (length() === 0) keep();
      return length() === 0;
    },
  };
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
