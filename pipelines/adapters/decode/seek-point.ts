/**
 * Where to begin decoding so that a part of a recording comes out exactly as if the whole had been read.
 *
 * Everything shown after a keyframe K depends on nothing before K (also with open GOPs, whose leading pictures are
 * shown before K). So: find a K before the part, land at or before it, and believe pictures only from K on.
 */

import { guards, PROBE_DECODERS } from './ffmpeg-args.ts';
import type { FfmpegTools } from './ffmpeg-program.ts';
import { runProbe } from './ffprobe-run.ts';
import type { RecordingProbe } from './probe.ts';
import { seconds } from './sampling.ts';

/** A keyframe to rely on, and where to seek to reach it. */
export interface SeekPoint {
  /** Given to `-ss`; undefined is the very start of the file. */
  readonly seekPtsUs: number | undefined;
  /** Decoding must have begun at or before this, or the seek went wrong. Undefined from the very start. */
  readonly keyPtsUs: number | undefined;
}

/** The only place that needs no proof. */
export const FROM_THE_START: SeekPoint = { seekPtsUs: undefined, keyPtsUs: undefined };

/**
 * The keyframe stands at least this far before the part: decoders that learn the reordering depth from the stream
 * show the first pictures after a seek late or out of order.
 */
const MARGIN_US = 1_000_000;

/** How far back keyframes are looked for: usual GOPs first, then the very long ones of still scenes. */
const LOOKBACKS_US = [30_000_000, 300_000_000];

/**
 * MPEG-TS has no index: a seek goes by the time stamps of packets and may land between a keyframe's packet and its
 * time. Tried second.
 */
const BEFORE_KEY_US = 3_000_000;

/** Ways to read from `fromPtsUs` (the stream's own time), best first; the last one always works. */
export async function seekPoints(
  request: {
    readonly probe: RecordingProbe;
    readonly fromPtsUs: number;
    readonly tools?: FfmpegTools | undefined;
  },
  signal: AbortSignal,
): Promise<readonly SeekPoint[]> {
  const { probe, fromPtsUs } = request;
  if (!probe.hasTimestamps || fromPtsUs - MARGIN_US <= probe.startPtsUs) return [FROM_THE_START];
  for (const lookbackUs of LOOKBACKS_US) {
    const sinceUs = Math.max(probe.startPtsUs, fromPtsUs - lookbackUs);
    const keys = await keyframes({ ...request, sinceUs, untilUs: fromPtsUs }, signal);
    const key = keys.filter((ptsUs) => ptsUs <= fromPtsUs - MARGIN_US).at(-1);
    if (key === undefined) continue;
    return [
      { seekPtsUs: key, keyPtsUs: key },
      ...(key - BEFORE_KEY_US > probe.startPtsUs ? [{ seekPtsUs: key - BEFORE_KEY_US, keyPtsUs: key }] : []),
      FROM_THE_START,
    ];
  }
  return [FROM_THE_START];
}

/** Times of the keyframes in an interval, ascending; reads packets only. Empty where the file can't tell. */
async function keyframes(
  request: {
    readonly probe: RecordingProbe;
    readonly sinceUs: number;
    readonly untilUs: number;
    readonly tools?: FfmpegTools | undefined;
  },
  signal: AbortSignal,
): Promise<number[]> {
  const { path } = request.probe;
  const run = await runProbe(
    {
      args: [
        ...guards({ kind: 'file', path }, PROBE_DECODERS),
        ...['-select_streams', 'V:0', '-show_entries', 'packet=pts_time,flags', '-of', 'csv=p=0'],
        ...['-read_intervals', `${seconds(request.sinceUs)}%${seconds(request.untilUs)}`, `file:${path}`],
      ],
      tools: request.tools,
    },
    signal,
  );
  return parseKeyframes(run.stdout);
}

/** Reads ffprobe's `pts_time,flags` lines. */
export function parseKeyframes(csv: string): number[] {
  return csv
    .split('\n')
    .flatMap((line) => {
      const match = /^(-?\d+(?:\.\d+)?),K/.exec(line);
      return match === null ? [] : [Math.round(Number(match[1]) * 1e6)];
    })
    .sort((a, b) => a - b);
}
