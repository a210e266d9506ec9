/** Looks at a recording once: size, rate, time line; and says in words what is wrong with one that can't be read. */
import { AnalysisError } from '../../errors.ts';
import type { SourceInfo } from '../../ports.ts';
import { declaredAviDurationUs } from './avi-length.ts';
import { FILE_FORMATS, guards, MAX_PIXELS, PROBE_DECODERS } from './ffmpeg-args.ts';
import { failureOf, plain } from './ffmpeg-failure.ts';
import type { FfmpegTools } from './ffmpeg-program.ts';
import { runProbe } from './ffprobe-run.ts';
import { type MediaFile, openMediaPath } from './media-path.ts';

/** What a recording is. Sizes are upright: rotation applied. */
export interface RecordingProbe extends SourceInfo {
  /** Absolute path, symbolic links resolved. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly codec: string;
  /** Time stamp of the first picture in the stream's own time; 0 where the file has no time stamps. */
  readonly startPtsUs: number;
  /** False for elementary streams such as raw H.264: pictures are then numbered at `framesPerSecond`. */
  readonly hasTimestamps: boolean;
  /** From the first picture to the end of the last, as the file declares it. */
  readonly durationUs?: number;
  /** Unit of the stream's time stamps in seconds, e.g. `1/90000`. */
  readonly timeBase: string;
  /** The container's creation time, ISO 8601 UTC. Many recorders write the end, or the time of the export. */
  readonly createdAt?: string;
}

/** What to look at. */
export interface ProbeRequest {
  readonly path: string;
  /** The file must lie inside this folder, links resolved. */
  readonly mediaRoot?: string | undefined;
  readonly tools?: FfmpegTools | undefined;
}

/** Smaller pictures hold nothing a detector could find. */
export const MIN_SIDE_PX = 16;
/** For raw streams whose headers give no rate: what most cameras run at. */
const ASSUMED_FRAMES_PER_SECOND = 25;
/** Containers fill in 0 (1904 or 1970) when the clock was never set. */
const EARLIEST_CREATION = Date.UTC(2000, 0, 1);

/**
 * Opens and describes a recording.
 * @throws AnalysisError `source-missing`, `source-empty`, `source-refused`, `source-not-video`,
 *   `source-no-video-stream`, `source-too-large`, `source-too-small`, `ffmpeg-missing`, `decode-failed`
 */
export async function probeRecording(request: ProbeRequest, signal: AbortSignal): Promise<RecordingProbe> {
  const file = await openMediaPath(request.path, request.mediaRoot);
  if (request.tools !== undefined) return await lookAt(file, request, signal);
  const key = JSON.stringify([file.path, file.sizeBytes, file.changedMs]);
  const known = seen.get(key);
  if (known !== undefined) return known;
  const probe = await lookAt(file, request, signal);
  if (seen.size === MOST_SEEN) seen.delete(seen.keys().next().value!);
  seen.set(key, probe);
  return probe;
}

/**
 * What unchanged files were seen to be: the jobs of one recording open it again and again, and a start of ffprobe costs
 * 0.09 s of CPU.
 */
const seen = new Map<string, RecordingProbe>();
const MOST_SEEN = 100;

async function lookAt(file: MediaFile, request: ProbeRequest, signal: AbortSignal): Promise<RecordingProbe> {
  const result = await runProbe(
    {
      args: [
        ...guards({ kind: 'file', path: file.path }, PROBE_DECODERS),
        ...['-show_streams', '-show_format', '-of', 'json', `file:${file.path}`],
      ],
      tools: request.tools,
    },
    signal,
  );
  if (result.exitCode !== 0) throw unreadable(file.path, result.stderr);
  const answer = JSON.parse(result.stdout) as FfprobeAnswer;
  const stream = answer.streams?.find((one) => one.codec_type === 'video' && !isCover(one));
  if (stream === undefined) throw withoutVideo(file.path, answer);
  const aviUs = answer.format?.format_name === 'avi' ? await declaredAviDurationUs(file.path) : undefined;
  const { path, sizeBytes } = file;
  return describe({ path, sizeBytes, stream, answer, aviUs, stderr: result.stderr });
}

/** What ffprobe says, as far as it is used. */
interface FfprobeAnswer {
  readonly streams?: readonly FfprobeStream[];
  readonly format?: {
    readonly format_name?: string;
    readonly start_time?: string;
    readonly duration?: string;
    readonly tags?: Readonly<Record<string, string>>;
  };
}

interface FfprobeStream {
  readonly codec_type?: string;
  readonly codec_name?: string;
  readonly width?: number;
  readonly height?: number;
  readonly time_base?: string;
  readonly start_pts?: number;
  readonly duration_ts?: number;
  readonly avg_frame_rate?: string;
  readonly r_frame_rate?: string;
  readonly disposition?: Readonly<Record<string, number>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly side_data_list?: readonly { readonly rotation?: number }[];
}

function describe(found: {
  path: string;
  sizeBytes: number;
  stream: FfprobeStream;
  answer: FfprobeAnswer;
  aviUs: number | undefined;
  stderr: readonly string[];
}): RecordingProbe {
  const { path, sizeBytes, stream, answer } = found;
  const size = uprightSize(found);
  const timeBase = stream.time_base ?? '1/1000000';
  const hasTimestamps = stream.start_pts !== undefined;
  const rate = frameRate(stream) ?? (hasTimestamps ? undefined : ASSUMED_FRAMES_PER_SECOND);
  const startPtsUs = hasTimestamps ? ticksToUs(stream.start_pts!, timeBase) : 0;
  const durationUs = longest(streamDurationUs(stream, answer, startPtsUs), found.aviUs);
  const createdAt = creationTime(stream.tags) ?? creationTime(answer.format?.tags);
  return {
    ...{ path, sizeBytes, ...size, codec: stream.codec_name ?? 'unknown' },
    ...{ startPtsUs, hasTimestamps, timeBase },
    ...(rate === undefined ? {} : { framesPerSecond: rate }),
    ...(durationUs === undefined ? {} : { durationUs }),
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

function uprightSize({
  path,
  stream,
  stderr,
}: {
  path: string;
  stream: FfprobeStream;
  stderr: readonly string[];
}) {
  const [width, height] = [stream.width ?? 0, stream.height ?? 0];
  if (width * height > MAX_PIXELS) throw tooLarge(path, `${width}×${height}`);
  if (width === 0 || height === 0) throw unreadable(path, stderr);
  if (Math.min(width, height) < MIN_SIDE_PX) {
    throw new AnalysisError(
      'source-too-small',
      'probe',
      `${path} has pictures of ${width}×${height} px; at least ${MIN_SIDE_PX} px a side are needed.`,
    );
  }
  return isTurned(stream) ? { widthPx: height, heightPx: width } : { widthPx: width, heightPx: height };
}

/** By a quarter or three: ffmpeg turns the picture itself before any filter. Old files have a `rotate` tag. */
function isTurned(stream: FfprobeStream): boolean {
  const angle = stream.side_data_list?.find((data) => data.rotation !== undefined)?.rotation;
  return Math.round(Number(angle ?? stream.tags?.rotate ?? 0) / 90) % 2 !== 0;
}

function frameRate(stream: FfprobeStream): number | undefined {
  return rational(stream.avg_frame_rate) ?? rational(stream.r_frame_rate);
}

/** A positive fraction such as `30000/1001`; ffprobe writes `0/0` for "unknown". */
function rational(text: string | undefined): number | undefined {
  const [numerator, denominator] = (text ?? '').split('/').map(Number);
  const value = numerator! / (denominator ?? Number.NaN);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/** Whole µs of a time stamp; the same rounding (to the nearest) as ffmpeg's `settb=1/1000000`. */
function ticksToUs(ticks: number, timeBase: string): number {
  return Math.round(ticks * (rational(timeBase) ?? 1e-6) * 1e6);
}

function streamDurationUs(
  stream: FfprobeStream,
  answer: FfprobeAnswer,
  startPtsUs: number,
): number | undefined {
  if (stream.duration_ts !== undefined) return ticksToUs(stream.duration_ts, stream.time_base ?? '1/1000000');
  const tagged = clockTimeUs(stream.tags?.DURATION);
  // Matroska's tag counts from time 0, not from the stream's first picture.
  if (tagged !== undefined) return tagged - startPtsUs;
  const whole = Number(answer.format?.duration);
  if (!Number.isFinite(whole)) return undefined;
  const fileStartUs = Math.round(Number(answer.format?.start_time ?? 0) * 1e6) || 0;
  return Math.round(whole * 1e6) - Math.max(0, startPtsUs - fileStartUs);
}

/** µs of `HH:MM:SS.fraction`. */
function clockTimeUs(text: string | undefined): number | undefined {
  const match = /^(\d+):(\d{2}):(\d{2}(?:\.\d+)?)$/.exec(text ?? '');
  if (match === null) return undefined;
  const [, hours, minutes, secs] = match;
  return Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(secs)) * 1e6);
}

function longest(a: number | undefined, b: number | undefined): number | undefined {
  const known = [a, b].filter((value) => value !== undefined && value > 0) as number[];
  return known.length === 0 ? undefined : Math.max(...known);
}

function creationTime(tags: Readonly<Record<string, string>> | undefined): string | undefined {
  const text = tags?.creation_time ?? tags?.CREATION_TIME;
  // Without a zone it would be read in this machine's own.
  const time = Date.parse(
    text !== undefined && !/(?:Z|[+-]\d{2}:?\d{2})$/.test(text) ? `${text}Z` : (text ?? ''),
  );
  return Number.isFinite(time) && time >= EARLIEST_CREATION ? new Date(time).toISOString() : undefined;
}

function isCover(stream: FfprobeStream): boolean {
  return stream.disposition?.attached_pic === 1 || stream.disposition?.timed_thumbnails === 1;
}

function withoutVideo(path: string, answer: FfprobeAnswer): AnalysisError {
  const kinds = (answer.streams ?? []).map(
    (one) => `${one.codec_type ?? 'unknown'} (${one.codec_name ?? '?'})`,
  );
  const held = kinds.length === 0 ? 'no stream at all' : `only ${kinds.join(', ')}`;
  return new AnalysisError(
    'source-no-video-stream',
    'probe',
    `${path} holds ${held}; a video stream is needed.`,
  );
}

function tooLarge(path: string, size: string): AnalysisError {
  return new AnalysisError(
    'source-too-large',
    'probe',
    `${path} has pictures of ${size} px; at most ${MAX_PIXELS} pixels (8K, 7680×4320) are allowed.`,
  );
}

function unreadable(path: string, stderr: readonly string[]): AnalysisError {
  const all = stderr.join('\n');
  const size = /Picture size (\d+x\d+) exceeds/.exec(all)?.[1];
  if (size !== undefined) return tooLarge(path, size);
  const codec = /Codec \((\S+)\) not on whitelist/.exec(all)?.[1];
  if (codec !== undefined) {
    return new AnalysisError(
      'source-refused',
      'probe',
      `${path} holds a stream of codec ${codec}, which is not opened. Allowed: ${PROBE_DECODERS}.`,
    );
  }
  const cause = failureOf(stderr, { operation: 'probe', what: path });
  if (/not on whitelist/.test(all)) return notVideo(path, `its format is not one of ${FILE_FORMATS}`);
  if (/moov atom not found/.test(all))
    return notVideo(path, 'no video was found in it, or its index (moov) is cut off');
  if (/Invalid data found/.test(all)) return notVideo(path, 'no video was found in it');
  if (cause.code !== 'decode-failed') return cause;
  return notVideo(path, `ffprobe says: ${plain(stderr.at(-1) ?? 'nothing')}`);
}

function notVideo(path: string, why: string): AnalysisError {
  return new AnalysisError('source-not-video', 'probe', `${path} can't be read as a recording: ${why}.`);
}
