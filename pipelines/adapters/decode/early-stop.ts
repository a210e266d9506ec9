/** Decides whether the pictures of a recording stopped before their declared end. Pure: exit codes say nothing. */
import type { GapReason } from '../../domain/types.ts';
import type { FrameRequest } from '../../ports.ts';
import type { PictureEnd } from './ffmpeg-frames.ts';

/** How a reading ended, and what the file had promised. UTC. */
export interface ReadingResult {
  readonly end: Pick<PictureEnd, 'outcome' | 'exitCode' | 'stderr' | 'decodeErrors'>;
  readonly request: Pick<FrameRequest, 'framesPerSecond' | 'keyframesOnly'>;
  /** The last picture that came, delivered or not. */
  readonly lastUs?: number;
  readonly startUs: number;
  /** Exclusive end of the recording as the file declares it. */
  readonly endUs?: number;
  readonly sourceFramesPerSecond?: number;
  /** The part that was asked for. */
  readonly part: { readonly fromUs: number; readonly toUs: number };
}

/** Pictures ended early. */
export interface EarlyStop {
  readonly reason: GapReason;
  readonly detail: string;
  /** What is missing; absent when the recording declares no end. */
  readonly gap?: { readonly fromUs: number; readonly toUs: number };
}

/** A demuxer's words for "the file ends inside a picture". */
const CUT = /partial file|ended prematurely|truncat|packet corrupt|corrupt input packet/i;

/** Keyframes may stand this far apart in a sound recording (x264's default is 10 s, still scenes take longer). */
const LONGEST_GOP_US = 30_000_000;
/** Containers round durations, and the last picture of many files is given no duration. */
const ROUNDING_US = 100_000;

/** What is missing at the end of `[part.fromUs, part.toUs)`, or nothing. */
export function earlyStop(result: ReadingResult): EarlyStop | undefined {
  const { end, part } = result;
  const isStall = end.outcome === 'stall';
  const reason: GapReason = isStall ? 'decode-stall' : 'media-damaged';
  const detail = describe(result, isStall);
  if (result.endUs === undefined) {
    const isSuspect = isStall || end.exitCode !== 0;
    return isSuspect ? { reason, detail } : undefined;
  }
  const expectedUs = Math.min(part.toUs, result.endUs);
  if (expectedUs <= part.fromUs) return undefined;
  const intervalUs = Math.round(1e6 / result.request.framesPerSecond);
  // The last picture stands for its own interval; what it stands for may reach beyond the damage, never beyond the end.
  const seenUs = result.lastUs === undefined ? result.startUs : result.lastUs + intervalUs;
  if (!isStall && seenUs + toleranceUs(result) >= expectedUs) return undefined;
  const gap = { fromUs: Math.max(seenUs, part.fromUs, result.startUs), toUs: expectedUs };
  if (gap.fromUs >= gap.toUs) return isStall ? { reason, detail } : undefined;
  return { reason, detail, gap };
}

function toleranceUs({ end, request, sourceFramesPerSecond }: ReadingResult): number {
  const pictureUs = 1e6 / (sourceFramesPerSecond ?? 10);
  const isCut = end.stderr.some((line) => CUT.test(line));
  return ROUNDING_US + 2 * pictureUs + (request.keyframesOnly && !isCut ? LONGEST_GOP_US : 0);
}

function describe({ end, lastUs, startUs, endUs }: ReadingResult, isStall: boolean): string {
  const atS =
    lastUs === undefined ? 'before the first picture' : `after ${((lastUs - startUs) / 1e6).toFixed(1)} s`;
  const ofS = endUs === undefined ? '' : ` of ${((endUs - startUs) / 1e6).toFixed(1)} s`;
  const how = isStall ? 'the decoder gave no more pictures' : 'pictures end';
  const errors = end.decodeErrors === 0 ? '' : `, ${end.decodeErrors} decode errors`;
  return `${how} ${atS}${ofS}${errors}`;
}
