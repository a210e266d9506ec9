/** An answer that is made to its end, so that its length, its digest and any part of it are known. */
import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { ByteRange } from './byte-range.ts';

/** Forms in which texts are sent shorter, the better first. */
export const ENCODINGS = ['br', 'gzip'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** A whole answer. */
export interface FinishedAnswer {
  readonly size: number;
  /** Of its bytes, 22 characters. */
  readonly digest: string;
  /** The whole, or a part of it. */
  readonly read: (range?: ByteRange) => Buffer | Readable;
  /** The whole, compressed once for all readers; undefined where it is too large for that. */
  readonly encoded?: (encoding: Encoding) => Promise<Buffer>;
  /** Gives up what it holds once nobody reads it any more. */
  readonly release: () => void;
}

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);
/** Texts of a table shrink to a tenth; more effort costs ten times the time for a few percent. */
const BROTLI_QUALITY = 4;

/** An answer that stays in memory. */
export function memoryAnswer(body: Buffer): FinishedAnswer {
  const encodings = new Map<Encoding, Promise<Buffer>>();
  const encode = (encoding: Encoding): Promise<Buffer> =>
    encoding === 'gzip'
      ? gzipped(body)
      : brotli(body, {
          params: {
            [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
            [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
          },
        });
  return {
    size: body.length,
    digest: createHash('sha256').update(body).digest('base64url').slice(0, 22),
    read: (range) => (range === undefined ? body : body.subarray(range.first, range.last + 1)),
    encoded: (encoding) => {
      const known = encodings.get(encoding);
      if (known !== undefined) return known;
      const made = encode(encoding);
      encodings.set(encoding, made);
      // A failure is told to who asked, and not kept.
      made.catch(() => encodings.delete(encoding));
      return made;
    },
    release: () => undefined,
  };
}

/** Where and how large files of answers may be. */
export interface SpoolOptions {
  readonly folder: string;
  /** Bytes of one answer at most. */
  readonly maxBytes: number;
  /** Told by how much the files have grown on disk, and below 0 when one is gone. */
  readonly onSize: (bytes: number) => void;
}

/** What came of spooling: the whole answer, or what was written of it before it had to end. */
export type Spooled =
  | { readonly answer: FinishedAnswer }
  | {
      /** Absent where no file could be made. */
      readonly written?: FinishedAnswer;
      /** What was no longer written; the rest is still in `chunks`. */
      readonly unwritten: readonly Buffer[];
      /** What the file system said; absent where the answer is larger than allowed. */
      readonly fault?: unknown;
    };

/**
 * Writes an answer, or the rest of one, into a file without a name, which the system removes with its last reader, also
 * after a crash. `chunks` are not ended where it stops early. Throws what `chunks` throws.
 */
export async function spoolAnswer(
  begun: readonly Buffer[],
  chunks: AsyncIterator<string | Uint8Array>,
  { folder, maxBytes, onSize }: SpoolOptions,
): Promise<Spooled> {
  let file: FileHandle;
  try {
    file = await openNameless(folder);
  } catch (fault) {
    return { unwritten: begun, fault };
  }
  const hash = createHash('sha256');
  let size = 0;
  const close = async () => {
    onSize(-size);
    await file.close();
  };
  const soFar = () => fileAnswer({ file, close }, size, hash.digest('base64url').slice(0, 22));
  try {
    for (let i = 0; ; i += 1) {
      const next = i < begun.length ? { value: begun[i]!, done: false } : await chunks.next();
      if (next.done === true) return { answer: soFar() };
      const bytes = Buffer.from(next.value as string);
      const unwritten = [bytes, ...begun.slice(i + 1)];
      if (size + bytes.length > maxBytes) return { written: soFar(), unwritten };
      try {
        await file.writeFile(bytes);
      } catch (fault) {
        return { written: soFar(), unwritten, fault };
      }
      hash.update(bytes);
      size += bytes.length;
      onSize(bytes.length);
    }
  } catch (error) {
    await close();
    throw error;
  }
}

async function openNameless(folder: string): Promise<FileHandle> {
  const path = join(folder, `pantau-answer-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}

interface OpenFile {
  readonly file: FileHandle;
  readonly close: () => Promise<void>;
}

function fileAnswer({ file, close }: OpenFile, size: number, digest: string): FinishedAnswer {
  let readers = 0;
  let isReleased = false;
  let isClosed = false;
  const closeWhenUnread = () => {
    if (!isReleased || isClosed || readers > 0) return;
    isClosed = true;
    void close();
  };
  return {
    size,
    digest,
    read: (range = { first: 0, last: size - 1 }) => {
      if (size === 0) return Buffer.alloc(0);
      readers += 1;
      const part = Readable.from(bytesOf(file, range), { objectMode: false });
      part.once('close', () => {
        readers -= 1;
        closeWhenUnread();
      });
      return part;
    },
    release: () => {
      isReleased = true;
      // Who was given the answer in this very turn may still begin to read it.
      setImmediate(closeWhenUnread);
    },
  };
}

const READ_BYTES = 256 * 1024;

async function* bytesOf(file: FileHandle, { first, last }: ByteRange): AsyncGenerator<Buffer> {
  for (let position = first; position <= last; ) {
    const length = Math.min(READ_BYTES, last + 1 - position);
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
    if (bytesRead === 0) throw new Error('a spooled answer is shorter than it was');
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}
