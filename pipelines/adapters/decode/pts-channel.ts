/** Reads the lines that ffmpeg's `metadata=mode=print` filter writes on fd 3, one `frame:` line per picture. */

/** A picture's time in µs of the stream's own time stamps; `undefined` where ffmpeg says `NOPTS`. */
export interface PictureTime {
  readonly ptsUs: number | undefined;
  /** True for the first picture of filters that were made anew, as ffmpeg does when the pictures change their size. */
  readonly isRestart?: true;
}

/** Turns chunks of text into picture times, in order. Lines may be cut anywhere. */
export interface PtsParser {
  push(chunk: string): PictureTime[];
}

const FRAME_LINE = /^frame:\s*(\d+)\s+pts:\s*(NOPTS|-?\d+)\b/;

/** Longer lines than this are not ffmpeg's: the rest is forgotten, so that nothing can grow without bound. */
const MAX_LINE_LENGTH = 4096;

/** A parser with the state of one stream. Lines other than `frame:` (metadata keys) are skipped. */
export function createPtsParser(): PtsParser {
  let rest = '';
  let hasBegun = false;

  function pictureTime(line: string): PictureTime | undefined {
    const [, number, pts] = FRAME_LINE.exec(line) ?? [];
    if (pts === undefined) return undefined;
    const isRestart = hasBegun && Number(number) === 0;
    hasBegun = true;
    return { ptsUs: pts === 'NOPTS' ? undefined : Number(pts), ...(isRestart ? { isRestart } : {}) };
  }

  return {
    push(chunk) {
      const lines = (rest + chunk).split('\n');
      rest = (lines.pop() ?? '').slice(0, MAX_LINE_LENGTH);
      return lines.flatMap((line) => pictureTime(line) ?? []);
    },
  };
}

/** What a `PictureClock` says of one picture. */
export type ClockedPicture =
  | { readonly kind: 'keep'; readonly ptsUs: number }
  /** Not after the picture before: shown twice, or the stream stepped back. */
  | { readonly kind: 'drop'; readonly ptsUs: number };

export interface PictureClock {
  next(time: PictureTime): ClockedPicture;
}

/**
 * Makes times strictly growing: a missing one becomes previous + `intervalUs` (0 at the start), one that doesn't
 * grow is dropped. A step back of more than `backwardJumpUs` is kept: a live source takes it for a new epoch.
 */
export function createPictureClock(options: { intervalUs: number; backwardJumpUs: number }): PictureClock {
  let previousUs: number | undefined;
  return {
    next({ ptsUs: given }) {
      const ptsUs = given ?? (previousUs === undefined ? 0 : previousUs + Math.round(options.intervalUs));
      const isBack = previousUs !== undefined && ptsUs <= previousUs;
      if (isBack && previousUs! - ptsUs <= options.backwardJumpUs) return { kind: 'drop', ptsUs };
      previousUs = ptsUs;
      return { kind: 'keep', ptsUs };
    },
  };
}
