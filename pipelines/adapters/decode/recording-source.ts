/** A recording, or a part of one, as a `FrameSource`: the time of a picture is the declared start + its media time. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { AnalysisError } from '../../errors.ts';
import type { Frame, FrameRequest, FrameSource, SourceEnd, SourceEvent, SourceInfo } from '../../ports.ts';
import { type EarlyStop, earlyStop } from './early-stop.ts';
import { type DecodedPicture, type PictureEnd, readPictures } from './ffmpeg-frames.ts';
import type { FfmpegTools } from './ffmpeg-program.ts';
import { probeRecording, type RecordingProbe } from './probe.ts';
import { FROM_THE_START, type SeekPoint, seekPoints } from './seek-point.ts';

/** Which recording, when it began, and which part of it to read. */
export interface RecordingOptions {
  readonly path: string;
  /** UTC of the first picture. */
  readonly startUs: number;
  /**
   * Only pictures with `fromUs <= capturedAtUs < toUs` (UTC) are delivered. Parts that tile a recording deliver
   * exactly its pictures, byte for byte.
   */
  readonly part?: { readonly fromUs: number; readonly toUs: number } | undefined;
  /** The file must lie inside this folder, links resolved. */
  readonly mediaRoot?: string | undefined;
  readonly tools?: FfmpegTools | undefined;
  /** Longest wait for a picture; see `PictureRequest.stallMs`. */
  readonly stallMs?: number | undefined;
}

/** A recording with what a job needs to know to cut it. */
export interface RecordingSource extends FrameSource {
  probe(signal: AbortSignal): Promise<SourceInfo>;
  describe(signal: AbortSignal): Promise<RecordingDescription>;
}

/** Identity and extent of a recording. */
export interface RecordingDescription {
  /** See `recordingFingerprint`. */
  readonly fingerprint: string;
  readonly startUs: number;
  /** Exclusive end as the file declares it; absent for files that don't (raw H.264, a recorder that died). */
  readonly endUs?: number;
  readonly probe: RecordingProbe;
}

/** Binds a recording to its time line. Nothing is opened before the first call. */
export function createRecordingSource(options: RecordingOptions): RecordingSource {
  let probed: Promise<RecordingProbe> | undefined;
  const look = (signal: AbortSignal) => {
    const current = probed ?? probeRecording(options, signal);
    probed = current;
    // A failed look is not kept: the file may be there the next time.
    current.catch(() => (probed = undefined));
    return current;
  };
  return {
    probe: look,
    async describe(signal) {
      const probe = await look(signal);
      return {
        fingerprint: await recordingFingerprint(probe.path),
        startUs: options.startUs,
        ...(probe.durationUs === undefined ? {} : { endUs: options.startUs + probe.durationUs }),
        probe,
      };
    },
    async *frames(request, signal) {
      if (signal.aborted) return { outcome: 'abort' };
      const probe = await look(signal);
      return yield* readRecording({ options, probe, request }, signal);
    },
  };
}

/** What one reading needs. */
interface Reading {
  readonly options: RecordingOptions;
  readonly probe: RecordingProbe;
  readonly request: FrameRequest;
}

/** `late`: the seek landed after the keyframe it was to reach, nothing was delivered. */
type ReadingEnd = SourceEnd | 'late';

async function* readRecording(
  reading: Reading,
  signal: AbortSignal,
): AsyncGenerator<SourceEvent, SourceEnd, void> {
  for (const point of await waysIn(reading, signal)) {
    const end = yield* readFrom(reading, point, signal);
    if (end !== 'late') return end;
  }
  throw new AnalysisError('decode-failed', 'decode', `no way into ${reading.probe.path} was found`);
}

async function waysIn({ options, probe }: Reading, signal: AbortSignal): Promise<readonly SeekPoint[]> {
  if (options.part === undefined) return [FROM_THE_START];
  const fromPtsUs = ptsOf({ options, probe }, options.part.fromUs);
  return seekPoints({ probe, fromPtsUs, tools: options.tools }, signal);
}

async function* readFrom(
  reading: Reading,
  point: SeekPoint,
  signal: AbortSignal,
): AsyncGenerator<SourceEvent, ReadingEnd, void> {
  const { fromUs, toUs } = reading.options.part ?? WHOLE;
  const pictures = openPictures(reading, point, signal);
  let lastUs: number | undefined;
  try {
    for (;;) {
      const step = await nextPicture(pictures, point);
      if (step === 'late') return 'late';
      if (step.done === true) {
        // Nothing decodable between where the seek landed and the end of the file.
        if (lastUs === undefined && point.seekPtsUs !== undefined && step.value.outcome === 'end')
          return 'late';
        return yield* conclude(reading, step.value, lastUs);
      }
      if (step.value.kind === 'drop') continue;
      const capturedAtUs = captureTime(reading, step.value.ptsUs);
      const isFirst = lastUs === undefined;
      lastUs = capturedAtUs;
      if (isFirst && isLate(point, step.value.ptsUs)) return discard(step.value, 'late');
      if (capturedAtUs >= toUs) return discard(step.value, { outcome: 'end' });
      if (capturedAtUs < fromUs) step.value.release();
      else yield { kind: 'frame', frame: toFrame(step.value, capturedAtUs) };
    }
  } finally {
    await pictures.return(undefined as never);
  }
}

const WHOLE = { fromUs: Number.NEGATIVE_INFINITY, toUs: Number.POSITIVE_INFINITY };

function openPictures({ options, probe, request }: Reading, point: SeekPoint, signal: AbortSignal) {
  return readPictures(
    {
      input: { kind: 'file', path: probe.path },
      ...{
        format: request.format,
        framesPerSecond: request.framesPerSecond,
        keyframesOnly: request.keyframesOnly,
      },
      gridOriginUs: probe.startPtsUs,
      backPressure: 'block',
      seekPtsUs: point.seekPtsUs,
      // Keyframes before a part are few, and its end may be told by one of them.
      partFromUs:
        options.part === undefined || request.keyframesOnly
          ? undefined
          : ptsOf({ options, probe }, options.part.fromUs),
      assumedFramesPerSecond: probe.hasTimestamps ? undefined : probe.framesPerSecond,
      stallMs: options.stallMs,
      tools: options.tools,
    },
    signal,
  );
}

/** A seek that gives no picture at all counts as late too; from the very start it is a fault. */
async function nextPicture(pictures: ReturnType<typeof readPictures>, point: SeekPoint) {
  try {
    return await pictures.next();
  } catch (error) {
    const isSeekAtFault =
      point.seekPtsUs !== undefined && error instanceof AnalysisError && error.code === 'decode-failed';
    if (isSeekAtFault) return 'late';
    throw error;
  }
}

/** The first decoded picture is always selected, so the first one seen tells where decoding began. */
function isLate(point: SeekPoint, firstPtsUs: number): boolean {
  return point.keyPtsUs !== undefined && firstPtsUs > point.keyPtsUs;
}

function discard<T>(picture: DecodedPicture, end: T): T {
  picture.release();
  return end;
}

/** The stream's own time of an instant. */
function ptsOf({ options, probe }: Omit<Reading, 'request'>, timeUs: number): number {
  return timeUs - options.startUs + probe.startPtsUs;
}

function captureTime({ options, probe }: Reading, ptsUs: number): number {
  return options.startUs + ptsUs - probe.startPtsUs;
}

function toFrame(picture: DecodedPicture, capturedAtUs: number): Frame {
  return { capturedAtUs, data: picture.data, release: picture.release };
}

/** Tells a sound end from pictures that stop early, and reports what is missing as a gap. */
async function* conclude(
  { options, probe, request }: Reading,
  end: PictureEnd,
  lastUs: number | undefined,
): AsyncGenerator<SourceEvent, SourceEnd, void> {
  if (end.outcome === 'abort') return { outcome: 'abort' };
  const stop: EarlyStop | undefined = earlyStop({
    end,
    request,
    ...(lastUs === undefined ? {} : { lastUs }),
    startUs: options.startUs,
    ...(probe.durationUs === undefined ? {} : { endUs: options.startUs + probe.durationUs }),
    ...(probe.framesPerSecond === undefined ? {} : { sourceFramesPerSecond: probe.framesPerSecond }),
    part: options.part ?? WHOLE,
  });
  if (stop === undefined) return { outcome: 'end' };
  if (stop.gap !== undefined) yield { kind: 'gap', ...stop.gap, reason: stop.reason };
  return { outcome: 'loss', reason: stop.reason, detail: stop.detail };
}

const MIB = 1024 * 1024;

/** sha256 (hex) over the size and the first and last MiB: the same recording under another name is recognised. */
export async function recordingFingerprint(path: string): Promise<string> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const hash = createHash('sha256').update(`${size}\n`);
    for (const position of [0, Math.max(0, size - MIB)]) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(MIB), 0, MIB, position);
      hash.update(buffer.subarray(0, bytesRead));
    }
    return hash.digest('hex');
  } finally {
    await handle.close();
  }
}
