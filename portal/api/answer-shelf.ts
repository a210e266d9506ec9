/**
 * Keeps the last finished answers, so that what many ask for is made and compressed once, and the parts of a file that
 * one reader fetches one by one are parts of the same file. Bounded in memory and on disk; the least used goes first.
 */
import { boundedAnswers } from './bounded-answers.ts';
import { type FinishedAnswer, memoryAnswer, spoolAnswer } from './finished-answer.ts';
import { createHeldBytes } from './held-bytes.ts';
import { createReadings, type Readings } from './readings.ts';

/** Bounds of a shelf. */
export interface ShelfOptions {
  /** Folder of spooled answers; their files have no names. */
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Told when a file could not be written: the answer is sent without parts then. */
  readonly onSpoolError: (error: unknown) => void;
  /** Largest answer that is kept in memory, bytes. */
  readonly keepBytes?: number;
  /** All answers in memory, bytes. */
  readonly memoryBytes?: number;
  /** Largest answer of which parts are served. */
  readonly spoolBytes?: number;
  /** All spooled answers, bytes; those being written, two at most, come on top. */
  readonly diskBytes?: number;
  /** What is being made and sent, bytes; beyond, answers are sent as they come and not kept. */
  readonly heldBytes?: number;
}

/** Chunks of an answer. */
export type AnswerChunks = AsyncGenerator<string | Uint8Array>;

/** A whole answer, or what was made of one that is not kept. */
type Made<Part> = { readonly answer: FinishedAnswer } | { readonly begun: readonly Part[] };
type Work<Part> = (key: string, chunks: AnswerChunks) => Promise<Made<Part>>;

/** See the file's head. */
export interface AnswerShelf extends Readings {
  /** By its key: address, form and version, another one whenever the bytes may differ. */
  find(key: string): FinishedAnswer | undefined;
  /**
   * Keeps an answer that is small enough; else gives what was made of it so far and the rest as it comes. Who asks for the
   * same meanwhile waits for the same. A known answer ends `chunks` unread.
   */
  make(key: string, chunks: AnswerChunks): Promise<FinishedAnswer | AnswerChunks>;
  /** Keeps a larger one as well, on disk; chunks only where it is too large, or too many are being made. */
  finish(key: string, chunks: AnswerChunks): Promise<FinishedAnswer | AnswerChunks>;
  /** Notes that an answer is being sent, however slowly it is taken; what it gives notes that it was. */
  lend(answer: FinishedAnswer): () => void;
  close(): void;
}

const MIB = 1024 * 1024;
/** A camera's month by hour is about 8 MB of JSON. */
const KEEP_BYTES = 8 * MIB;
const MEMORY_BYTES = 64 * MIB;
const SPOOL_BYTES = 256 * MIB;
const DISK_BYTES = 512 * MIB;
const HELD_BYTES = 256 * MIB;
/** Answers that are spooled at once. */
const SPOOLS_AT_ONCE = 2;

/** An empty shelf. */
export function createAnswerShelf(options: ShelfOptions): AnswerShelf {
  const { clock, keepBytes = KEEP_BYTES, diskBytes = DISK_BYTES } = options;
  // Compressed forms take some more: counted with the body as half of it.
  const memory = boundedAnswers(options.memoryBytes ?? MEMORY_BYTES, ({ size }) => 1.5 * size + 1024);
  const disk = boundedAnswers(diskBytes, ({ size }) => size + 1024);
  const making = new Map<string, Promise<FinishedAnswer | undefined>>();
  const tooLong = new Set<string>();
  const tooLarge = new Set<string>();
  const held = createHeldBytes(options.heldBytes ?? HELD_BYTES);
  let spools = 0;
  let spooledBytes = 0;

  const find = (key: string) => memory.get(key) ?? disk.get(key);
  const readings = createReadings(clock, find);

  /** What is given back as begun stays held: who takes it on gives it free. */
  const collect: Work<Buffer> = async (key, chunks) => {
    const begun: Buffer[] = [];
    let size = 0;
    try {
      for (;;) {
        const { done, value } = await chunks.next();
        if (done === true) break;
        const bytes = Buffer.from(value as string);
        begun.push(bytes);
        size += bytes.length;
        held.add(bytes.length);
        if (size > keepBytes) remember(tooLong, key);
        if (size > keepBytes || held.isFull()) return { begun };
      }
    } catch (error) {
      held.free(size);
      throw error;
    }
    held.free(size);
    const answer = memoryAnswer(Buffer.concat(begun, size));
    memory.put(key, answer);
    return { answer };
  };

  /** A long answer is collected once; from then on it is sent at the pace at which it is taken. */
  const keep: Work<Buffer> = async (key, chunks) => (tooLong.has(key) ? { begun: [] } : collect(key, chunks));

  const spool: Work<Buffer | FinishedAnswer> = async (key, chunks) => {
    // Files that left the shelf are there until their last reader is gone.
    if (tooLarge.has(key) || spools >= SPOOLS_AT_ONCE || spooledBytes > diskBytes) return { begun: [] };
    spools += 1;
    try {
      const collected = await collect(key, chunks);
      if ('answer' in collected) return collected;
      held.free(bytesIn(collected.begun));
      const spooled = await spoolAnswer(collected.begun, chunks, {
        folder: options.folder,
        maxBytes: options.spoolBytes ?? SPOOL_BYTES,
        onSize: (bytes) => {
          spooledBytes += bytes;
        },
      });
      if ('answer' in spooled) {
        disk.put(key, spooled.answer);
        return spooled;
      }
      const { written, unwritten, fault } = spooled;
      if (fault === undefined) remember(tooLarge, key);
      // A full disk costs the parts, not the answer.
      else options.onSpoolError(fault);
      held.add(bytesIn(unwritten));
      return { begun: written === undefined ? unwritten : [written, ...unwritten] };
    } finally {
      spools -= 1;
    }
  };

  /** One making of a key at a time; who waited for one that was not kept sends its own. */
  const shared = async (key: string, chunks: AnswerChunks, work: Work<Buffer | FinishedAnswer>) => {
    const underWay = making.get(key);
    const known = find(key) ?? (underWay === undefined ? undefined : await underWay);
    if (known !== undefined) {
      await chunks.return(undefined);
      return known;
    }
    if (underWay !== undefined) return chunks;
    const made = work(key, chunks);
    making.set(
      key,
      made.then((result) => ('answer' in result ? result.answer : undefined)).catch(() => undefined),
    );
    try {
      const result = await made;
      if ('answer' in result) return result.answer;
      return await following(result.begun, chunks, held.free);
    } finally {
      making.delete(key);
    }
  };

  return {
    find,
    make: (key, chunks) => shared(key, chunks, keep),
    finish: (key, chunks) => shared(key, chunks, spool),
    lend: held.lend,
    ...readings,
    close() {
      memory.clear();
      disk.clear();
    },
  };
}

function bytesIn(parts: readonly Buffer[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

const REMEMBERED = 1000;

function remember(names: Set<string>, name: string): void {
  names.add(name);
  const [oldest] = names;
  if (names.size > REMEMBERED && oldest !== undefined) names.delete(oldest);
}

/** What was begun and then the rest. Begun at once: whoever ends it unread still gives free what it holds. */
async function following(
  begun: readonly (Buffer | FinishedAnswer)[],
  rest: AnswerChunks,
  onFreed: (bytes: number) => void,
): Promise<AnswerChunks> {
  const left = [...begun];
  const all = (async function* (): AnswerChunks {
    try {
      yield '';
      for (let part = left[0]; part !== undefined; part = left[0]) {
        if (Buffer.isBuffer(part)) yield part;
        else yield* wholeOf(part);
        left.shift();
        if (Buffer.isBuffer(part)) onFreed(part.length);
      }
      yield* rest;
    } finally {
      for (const part of left) {
        if (Buffer.isBuffer(part)) onFreed(part.length);
        else part.release();
      }
      await rest.return(undefined);
    }
  })();
  await all.next();
  return all;
}

async function* wholeOf(answer: FinishedAnswer): AsyncGenerator<Uint8Array> {
  try {
    const whole = answer.read();
    if (Buffer.isBuffer(whole)) yield whole;
    else yield* whole as AsyncIterable<Uint8Array>;
  } finally {
    answer.release();
  }
}
