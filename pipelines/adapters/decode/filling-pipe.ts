/**
 * A pipe from a child process whose reading end writes into buffers that the reader names beforehand. A pipe of Node's
 * own makes a new piece of outside memory for each read, some ten per frame, and V8 answers that pressure with full
 * collections (bench/findings.md, 2026-11-22: 2.3 ms of CPU per frame).
 *
 * Only sockets that we connect ourselves can do that (`net`'s `onread`), so it is a pair of Unix sockets: the child
 * gets the accepted end. Node's own pipes are such pairs too; ffmpeg sees no difference.
 */
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnalysisError } from '../../errors.ts';

/** Where bytes go. Its two functions are called in turn: for a room, then with how much of it was filled. */
export interface ByteSink {
  /** Room for the next bytes, never empty; nothing stops the reading until `resume`. */
  room(): Uint8Array | undefined;
  /** The first `length` bytes of the room that was given last are there. */
  filled(length: number): void;
}

export interface FillingReader {
  /** Begins to read. Call once. */
  start(sink: ByteSink): void;
  /** Asks the sink for room again; does nothing while reading goes on. */
  resume(): void;
  /** Ends the reading; the writer then gets EPIPE. */
  destroy(): void;
  /** Settles when the writer has closed its end and all bytes are in the sink, or after `destroy`. Never rejects. */
  readonly closed: Promise<void>;
}

export interface FillingPipe {
  readonly reader: FillingReader;
  /** For `spawn`'s `stdio`. Destroy it once the child has it: the reader sees the end when the last holder closes. */
  readonly writer: net.Socket;
}

/** What one read takes at most where the sink has no room yet; a read of Node's own has the same size. */
const SCRATCH_BYTES = 64 * 1024;

/** `sun_path` holds 107 characters and a NUL on Linux, 103 elsewhere; a longer one is cut off without a word. */
const MAX_SOCKET_PATH = 103;

/** Connecting takes a millisecond; without a free file descriptor the accepted end would be waited for for ever. */
const CONNECT_LIMIT_MS = 5_000;

/**
 * Connects a pair. Its socket stands in a folder of its own that nobody else may enter (0700), and is gone when this
 * settles.
 * @throws AnalysisError `decode-failed` when the folder for temporary files can't hold a socket
 */
export async function openFillingPipe(): Promise<FillingPipe> {
  const folder = await mkdtemp(join(tmpdir(), 'pantau-pipe-')).catch(refuse);
  try {
    // By way of the folder's descriptor the path is short, wherever the folder lies.
    const handle = await open(folder, 'r');
    const direct = join(folder, 's');
    const path = Buffer.byteLength(direct) <= MAX_SOCKET_PATH ? direct : `/proc/self/fd/${handle.fd}/s`;
    return await connect(path).finally(() => handle.close());
  } catch (cause) {
    return refuse(cause);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function refuse(cause: unknown): never {
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new AnalysisError(
    'decode-failed',
    'open-pipe',
    `No socket can be made in ${tmpdir()} (${why}). ffmpeg's pictures come through one: the folder for temporary files (TMPDIR) must be writable.`,
    { cause },
  );
}

async function connect(path: string): Promise<FillingPipe> {
  const server = net.createServer({ pauseOnConnect: true });
  const signal = AbortSignal.timeout(CONNECT_LIMIT_MS);
  try {
    server.listen(path);
    await once(server, 'listening', { signal });
    const accepted = once(server, 'connection', { signal }) as Promise<[net.Socket]>;
    const { socket, reader } = createReader(path);
    try {
      const [[writer]] = await Promise.all([accepted, once(socket, 'connect', { signal })]);
      return { reader, writer };
    } catch (cause) {
      socket.destroy();
      throw cause;
    }
  } finally {
    // Resolves by itself once the writer is gone; the address is free at once.
    server.close();
  }
}

/** The reading end. It holds that the kernel's buffer is the scratch whenever reading has stopped. */
function createReader(path: string): { socket: net.Socket; reader: FillingReader } {
  const scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  let sink: ByteSink | undefined;
  let room: Uint8Array | undefined;
  /** Bytes that came into the scratch and have no room yet. */
  let [spillFrom, spillTo] = [0, 0];
  let isStopped = true;

  function settleSpill(): void {
    room ??= sink?.room();
    while (room !== undefined && spillFrom < spillTo) {
      const length = Math.min(room.length, spillTo - spillFrom);
      room.set(scratch.subarray(spillFrom, spillFrom + length));
      spillFrom += length;
      sink!.filled(length);
      room = sink!.room();
    }
  }

  function take(length: number, buffer: Uint8Array): boolean {
    if (buffer === scratch) {
      [spillFrom, spillTo] = [0, length];
      settleSpill();
    } else {
      sink!.filled(length);
      room = sink!.room();
    }
    isStopped = room === undefined;
    return !isStopped;
  }

  function resume(): void {
    if (!isStopped) return;
    settleSpill();
    if (room === undefined) return;
    isStopped = false;
    socket.resume();
  }

  const socket = net.connect({ path, onread: { buffer: () => room ?? scratch, callback: take } });
  // Reading begins at `start`, not when the connection stands.
  socket.pause();
  // A writer that was killed, or a reader that was destroyed first: no news, `closed` tells.
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return {
    socket,
    reader: {
      ...{ resume, closed, destroy: () => socket.destroy() },
      start(target) {
        sink = target;
        resume();
      },
    },
  };
}
