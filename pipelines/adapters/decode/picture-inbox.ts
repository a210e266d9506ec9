/**
 * Joins the two pipes of an ffmpeg process, raw frames on stdout and their times on fd 3, into timed pictures.
 *
 * Line N is written before frame N, so times may run ahead and never behind; but the two pipes may be read in either
 * order, so a whole frame waits for its time. Bytes go from the kernel straight into the frame's buffer.
 */
import type { ByteSink, FillingReader } from './filling-pipe.ts';
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

/**
 * `block`: ffmpeg works some pictures ahead and then waits for the reader. `newest`: the pipes are always drained, only
 * the newest picture is kept.
 */
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
  /** True when the pictures changed their size; with `endsAtRestart` none of the new size is given. */
  isRestarted(): boolean;
  readonly counts: { pictures: number; drops: number; repeats: number };
}

/** What an inbox needs. */
export interface PictureInboxOptions {
  readonly frames: FillingReader;
  readonly times: FillingReader;
  readonly pool: FramePool;
  readonly frameBytes: number;
  readonly clock: PictureClock;
  readonly backPressure: BackPressure;
  readonly endsAtRestart: boolean;
  /** Called for every picture that came whole, taken or dropped. */
  readonly onPicture: () => void;
  readonly nowUs: () => number;
}

/** Why no further byte is read; `undefined` while they are. */
type Hold = 'reader' | 'time' | undefined;

/** Room for lines of times, and for bytes of frames that are thrown away. */
const SMALL_BYTES = 4096;
const DISCARD_BYTES = 64 * 1024;
/**
 * A blocked ffmpeg works in bursts: it goes on when no more than `REFILL_AT` pictures wait, until `MOST_AHEAD` do. Woken
 * for each picture by itself it finds its caches full of the detectors' data, and every picture costs two wake-ups more.
 */
export const MOST_AHEAD = 16;
const REFILL_AT = 2;

/** Starts reading both pipes. */
export function createPictureInbox(options: PictureInboxOptions): PictureInbox {
  const { pool, frameBytes, clock, backPressure } = options;
  const counts = { pictures: 0, drops: 0, repeats: 0 };
  const times: PictureTime[] = [];
  const signal = createSignal();
  let isSideOpen = true;
  /** Bytes of the frame under way that have come, and where they go: nowhere when every buffer is out. */
  let filled = 0;
  let target: Buffer | undefined;
  let discarded: Buffer | undefined;
  /** In the order of their time; of `newest` one at most. */
  const ready: DecodedPicture[] = [];
  let dropped: DroppedPictures | undefined;
  let hold: Hold;
  let isRestarted = false;
  const parser = createPtsParser();

  /** Where the next bytes go; none while a whole frame waits, or the reader has to give a buffer back first. */
  function room(): Uint8Array | undefined {
    if (hold !== undefined) return undefined;
    if (filled === 0) target ??= pool.acquire();
    if (target !== undefined) return filled === 0 ? target : target.subarray(filled);
    if (backPressure === 'newest') return discard(frameBytes - filled);
    hold = 'reader';
    return undefined;
  }

  function discard(bytes: number): Uint8Array {
    discarded ??= Buffer.allocUnsafeSlow(Math.min(DISCARD_BYTES, frameBytes));
    return bytes < discarded.length ? discarded.subarray(0, bytes) : discarded;
  }

  function fill(length: number): void {
    filled += length;
    if (filled === frameBytes) hold = finishFrame();
  }

  /** The reader took a picture or gave one back. */
  function noteReader(): void {
    if (hold === 'reader' && ready.length <= REFILL_AT) goOn();
  }

  /** Goes on where it was held, if that is possible now. */
  function goOn(): void {
    hold = filled === frameBytes ? finishFrame() : undefined;
    options.frames.resume();
  }

  function finishFrame(): Hold {
    if (times.length === 0 && isSideOpen) return 'time';
    if (backPressure === 'block' && ready.length === MOST_AHEAD) return 'reader';
    const time = times.shift();
    filled = 0;
    // No line will come any more: ffmpeg died between the frame and us, and a frame without time is no use.
    if (time === undefined) return undefined;
    isRestarted ||= time.isRestart === true;
    if (isRestarted && options.endsAtRestart) {
      signal.wake();
      return undefined;
    }
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
      if (backPressure === 'newest') dropOlder();
      ready.push(picture(target, ptsUs));
      target = undefined;
      counts.pictures += 1;
    }
    signal.wake();
  }

  function dropOlder(): void {
    const older = ready.shift();
    if (older === undefined) return;
    noteDrop(older.ptsUs);
    older.release();
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
        noteReader();
      },
    };
  }

  options.times.start(
    lineSink((text) => {
      times.push(...parser.push(text));
      if (hold === 'time') goOn();
    }),
  );
  void options.times.closed.then(() => {
    isSideOpen = false;
    if (hold === 'time') goOn();
    signal.wake();
  });
  options.frames.start({ room, filled: fill });

  return {
    counts,
    changed: signal.changed,
    wake: signal.wake,
    isEmpty: () => ready.length === 0 && filled < frameBytes,
    isHeldByReader: () => hold === 'reader',
    isRestarted: () => isRestarted,
    take() {
      const drop = dropped;
      dropped = undefined;
      if (drop !== undefined) return drop;
      const next = ready.shift();
      noteReader();
      return next;
    },
  };
}

/** Text that comes in always the same few bytes. */
function lineSink(onText: (text: string) => void): ByteSink {
  const bytes = Buffer.allocUnsafeSlow(SMALL_BYTES);
  return { room: () => bytes, filled: (length) => onText(bytes.toString('latin1', 0, length)) };
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
