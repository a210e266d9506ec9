/** What is measured: each subject works through the same parts of the footage in turn. */

/** A part of the footage. */
export interface Part {
  /** Which of the parts, from 0. */
  readonly index: number;
  /** Into how many the footage is cut; together they are all of it. */
  readonly count: number;
  readonly fromUs: number;
  readonly toUs: number;
}

/** CPU milliseconds of one picture, by who spent them; absent where a subject does not tell them apart. */
export interface CpuBill {
  /** ffmpeg: demux, decode, scale, write. */
  readonly decode?: number;
  /** Processes that run the network. */
  readonly detect?: number;
  /** Everything else: reading pipes, handing over, tracking, counting. */
  readonly rest?: number;
  readonly total: number;
}

/** One measurement. */
export interface Slice {
  readonly frames: number;
  readonly framesPerSecond: number;
  /** The same while every process worked: see `busyRate`. */
  readonly busyFramesPerSecond?: number;
  readonly cpu?: CpuBill;
  /** From the call until the first picture was done: start of ffmpeg, looking for the way in. */
  readonly startMs?: number;
}

/** Crossings of one direction; a miss and an over-count are two errors and never cancel. */
export interface CrossingQuality {
  readonly counted: number;
  readonly truth: number;
  readonly missed: number;
  readonly overCounted: number;
}

/** How wrong the counts of the measured run itself were. */
export interface CountQuality {
  /** Frames or windows of presence that were compared. */
  readonly samples: number;
  /** `frame`: people at single frames; `window`: means over windows. */
  readonly of: 'frame' | 'window';
  readonly presenceMae: number;
  readonly presenceBias: number;
  /** Absent for subjects that only detect. */
  readonly crossings?: Readonly<Record<'in' | 'out', CrossingQuality>>;
}

/** One way to get from footage to counts. */
export interface Subject {
  readonly name: string;
  /** One line that says what it is. */
  readonly what: string;
  /** Works through one part; parts come in order and start again at 0. */
  measure(part: Part, signal: AbortSignal): Promise<Slice>;
  /** Of the last whole pass over the footage, where the truth is known. */
  quality(): CountQuality | undefined;
  close(): Promise<void>;
}

/**
 * Frames at the start of a part that are not timed: ffmpeg starts, and pipes and pools fill. What remains is the rate
 * a long recording runs at; the start is reported apart.
 */
export const WARM_UP_FRAMES = 16;

/** Rate of a series of completion times (ms, ascending) after the warm-up. */
export function steadyRate(doneAtMs: readonly number[], warmUp = WARM_UP_FRAMES): number {
  const first = doneAtMs[Math.min(warmUp, Math.max(0, doneAtMs.length - 2))];
  const last = doneAtMs.at(-1);
  if (first === undefined || last === undefined || last <= first) return Number.NaN;
  return ((doneAtMs.length - 1 - Math.min(warmUp, doneAtMs.length - 2)) * 1_000) / (last - first);
}
