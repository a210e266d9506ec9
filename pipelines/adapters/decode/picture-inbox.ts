/**
 * Joins the two pipes of an ffmpeg process, raw frames on stdout and their times on fd 3, into timed pictures.
 *
 * Line N is written before frame N, so times may run ahead and never behind; but the two pipes may be read in either
 * order, so a whole frame waits for its time. Bytes go from the pipe's chunk straight into the frame's buffer.
 */
import type { Readable } from 'node:stream';
import type { FramePool } from './frame-pool.ts';
import { createPtsParser, type PictureClock, type PictureTime } from './pts-channel.ts';

/** One decoded picture with its time. */
export interface DecodedPicture {
  readonly kind: 'picture';
  /** The stream's own time stamp in µs. */
  readonly ptsUs: number;
  /** When the last byte came, in µs of UTC. */
  readonly arrivedAtUs: number;
  readonly data: Buffer;
  /** Gives the buffer back. Call exactly once; further calls do nothing. */
  release(): void;
}

/** Pictures thrown away because the reader was behind: how many, and the times of the first and the last. */
export interface DroppedPictures {
  readonly kind: 'drop';
  readonly count: number;
  readonly fromPtsUs: number;
  readonly toPtsUs: number;
}

/** `block`: ffmpeg waits for the reader. `newest`: the pipes are always drained, only the newest picture is kept. */
export type BackPressure = 'block' | 'newest';

export interface PictureInbox {
  /** The next picture, or what was dropped before it; nothing when none is there yet. */
  take(): DecodedPicture | DroppedPictures | undefined;
  /** Resolves at the next change: a picture, a drop, the end of a pipe, or `wake()`. */
  changed(): Promise<void>;
  wake(): void;
  /** True when every byte that came was turned into pictures and none is left to take. */
  isEmpty(): boolean;
  /** True while ffmpeg is held back because the reader doesn't take or release pictures. */
  isHeldByReader(): boolean;
  readonly counts: { pictures: number; drops: number; repeats: number };
}

/** What an inbox needs. */
export interface PictureInboxOptions {
  readonly stdout: Readable;
  readonly side: Readable;
  readonly pool: FramePool;
  readonly frameBytes: number;
  readonly clock: PictureClock;
  readonly backPressure: BackPressure;
  /** Called for every picture that came whole, taken or dropped. */
  readonly onPicture: () => void;
  readonly nowUs: () => number;
}

/** Why the pump can't go on; `undefined` while it can. */
type Hold = 'reader' | 'time' | undefined;

/** Starts reading both pipes. */
export function createPictureInbox(options: PictureInboxOptions): PictureInbox {
  const { stdout, side, pool, frameBytes, clock, backPressure } = options;
  const counts = { pictures: 0, drops: 0, repeats: 0 };
  const times: PictureTime[] = [];
  const signal = createSignal();
  let isSideOpen = true;
  let chunk: Buffer | undefined;
  /** Bytes of the frame under way that have come, and where they go: nowhere when every buffer is out. */
  let filled = 0;
  let target: Buffer | undefined;
  let mailbox: DecodedPicture | undefined;
  let dropped: DroppedPictures | undefined;
  let hold: Hold;

  function pump(): void {
    hold = step();
    while (hold === undefined && chunk !== undefined) hold = step();
    if (hold === undefined) stdout.resume();
    else stdout.pause();
  }

  /** Moves on by one frame or one chunk, whichever ends first. */
  function step(): Hold {
    if (filled === frameBytes) return finishFrame();
    if (chunk === undefined) return undefined;
    if (filled === 0 && !openFrame()) return 'reader';
    const length = Math.min(frameBytes - filled, chunk.length);
    if (target !== undefined) chunk.copy(target, filled, 0, length);
    filled += length;
    chunk = length === chunk.length ? undefined : chunk.subarray(length);
    return filled === frameBytes ? finishFrame() : undefined;
  }

  /** Finds a buffer for the next frame. False when the reader has to give one back first. */
  function openFrame(): boolean {
    target ??= pool.acquire();
    if (target !== undefined || backPressure === 'newest') return true;
    return false;
  }

  function finishFrame(): Hold {
    if (times.length === 0 && isSideOpen) return 'time';
    if (backPressure === 'block' && mailbox !== undefined) return 'reader';
    const time = times.shift();
    filled = 0;
    // No line will come any more: ffmpeg died between the frame and us, and a frame without time is no use.
    if (time === undefined) return undefined;
    const clocked = clock.next(time);
    if (clocked.kind === 'drop') counts.repeats += 1;
    else deliver(clocked.ptsUs);
    return undefined;
  }

  function deliver(ptsUs: number): void {
    options.onPicture();
    if (target === undefined) {
      noteDrop(ptsUs);
    } else {
      if (mailbox !== undefined) {
        noteDrop(mailbox.ptsUs);
        mailbox.release();
      }
      mailbox = picture(target, ptsUs);
      target = undefined;
      counts.pictures += 1;
    }
    signal.wake();
  }

  function noteDrop(ptsUs: number): void {
    counts.drops += 1;
    dropped = {
      kind: 'drop',
      count: (dropped?.count ?? 0) + 1,
      fromPtsUs: dropped?.fromPtsUs ?? ptsUs,
      toPtsUs: ptsUs,
    };
  }

  function picture(data: Buffer, ptsUs: number): DecodedPicture {
    let isOut = true;
    return {
      kind: 'picture',
      ptsUs,
      arrivedAtUs: options.nowUs(),
      data,
      release() {
        if (!isOut) return;
        isOut = false;
        pool.release(data);
        if (hold === 'reader') pump();
      },
    };
  }

  const parser = createPtsParser();
  side.setEncoding('utf8');
  side.on('data', (text: string) => {
    times.push(...parser.push(text));
    if (hold === 'time') pump();
  });
  side.on('close', () => {
    isSideOpen = false;
    if (hold === 'time') pump();
    signal.wake();
  });
  stdout.on('data', (bytes: Buffer) => {
    // A chunk may still arrive after pause(): it was already on its way.
    chunk = chunk === undefined ? bytes : Buffer.concat([chunk, bytes]);
    pump();
  });
  stdout.on('close', signal.wake);

  return {
    counts,
    changed: signal.changed,
    wake: signal.wake,
    isEmpty: () => chunk === undefined && mailbox === undefined && filled < frameBytes,
    isHeldByReader: () => hold === 'reader',
    take() {
      const next = dropped ?? mailbox;
      if (next === dropped) dropped = undefined;
      else mailbox = undefined;
      if (next !== undefined && hold === 'reader') pump();
      return next;
    },
  };
}

/** Wakes one waiter; a wake without a waiter is kept for the next. */
function createSignal(): { changed(): Promise<void>; wake(): void } {
  let isSet = false;
  let resolve: (() => void) | undefined;
  return {
    async changed() {
      if (!isSet) await new Promise<void>((settle) => (resolve = settle));
      isSet = false;
    },
    wake() {
      isSet = true;
      resolve?.();
      resolve = undefined;
    },
  };
}
