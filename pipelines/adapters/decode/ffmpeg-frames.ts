/**
 * One ffmpeg process as an async generator of timed pictures. How it comes to its end is its return value, a fault is
 * thrown; whichever way it is left, the process is gone before it settles.
 */
import type { Writable } from 'node:stream';
import { AnalysisError } from '../../errors.ts';
import type { FrameFormat } from '../../ports.ts';
import { decodeCommand, type FfmpegInput, frameBytes } from './ffmpeg-args.ts';
import { assembleArguments } from './ffmpeg-command.ts';
import { failureOf } from './ffmpeg-failure.ts';
import { type DecodingProcess, startDecoder } from './ffmpeg-process.ts';
import { type FfmpegTools, ffmpegVersion } from './ffmpeg-program.ts';
import { createFramePool } from './frame-pool.ts';
import {
  type BackPressure,
  createPictureInbox,
  type DecodedPicture,
  type DroppedPictures,
  MOST_AHEAD,
  type PictureInbox,
} from './picture-inbox.ts';
import { createPictureClock } from './pts-channel.ts';
import { redact } from './redact.ts';
import { createWatchdog } from './watchdog.ts';

export type { BackPressure, DecodedPicture, DroppedPictures };

/** What to decode, at which pace, and when to give up. */
export interface PictureRequest {
  readonly input: FfmpegInput;
  readonly format: FrameFormat;
  /** Pictures per second of media time; every picture when absent. */
  readonly framesPerSecond?: number | undefined;
  /** First tick of the sampling grid in the stream's own time stamps. Default 0. */
  readonly gridOriginUs?: number | undefined;
  readonly keyframesOnly: boolean;
  readonly backPressure: BackPressure;
  /** End (`reshaped`) where the pictures change their size, instead of bringing the new ones to the same format. */
  readonly endsAtRestart?: boolean | undefined;
  /** Start at the keyframe at or before this time stamp. Files only. */
  readonly seekPtsUs?: number | undefined;
  /** Few of the pictures before this time stamp are given; see `samplingExpression`. */
  readonly partFromUs?: number | undefined;
  /** Number the pictures of a file without time stamps at this rate. */
  readonly assumedFramesPerSecond?: number | undefined;
  /** Longest wait for a picture. Default the longer of 10 s and three sampling intervals. */
  readonly stallMs?: number | undefined;
  /** Longest wait for the first picture. Default 15 s. */
  readonly firstPictureMs?: number | undefined;
  /**
   * A picture earlier than the one before is dropped, unless it steps back by more than this: then it is delivered,
   * and `ptsUs` shrinks once. Default: always dropped.
   */
  readonly backwardJumpUs?: number | undefined;
  /** Literal credentials to take out of what ffmpeg prints, besides those in URLs. */
  readonly secrets?: readonly string[] | undefined;
  /**
   * Writes the bytes of a `stdin` input. When it resolves, stdin is ended; when it rejects, ffmpeg is stopped and the
   * generator throws that error. It must stop when `signal` is aborted.
   */
  readonly feed?: ((stdin: Writable, signal: AbortSignal) => Promise<void>) | undefined;
  readonly tools?: FfmpegTools | undefined;
}

export type PictureEvent = DecodedPicture | DroppedPictures;

/** How the process came to its end, and what it did. */
export interface PictureEnd {
  /**
   * - `end`: ffmpeg stopped by itself. Says nothing about health: it exits 0 on a dead camera too.
   * - `reshaped`: see `PictureRequest.endsAtRestart`.
   * - `stall`: no picture came in time and it was killed.
   * - `abort`: the signal was aborted.
   */
  readonly outcome: 'end' | 'reshaped' | 'stall' | 'abort';
  /** Absent when it was ended by a signal. */
  readonly exitCode?: number;
  readonly pictures: number;
  readonly drops: number;
  /** Lines of level error and worse. */
  readonly decodeErrors: number;
  readonly lastPtsUs?: number;
  /** The last lines of stderr, redacted. */
  readonly stderr: readonly string[];
}

/** Below this a slow but sound source (a GOP of 8 s, a busy machine) would be taken for dead. */
export const STALL_MS = 10_000;
/** RTSP handshake, first keyframe and start of the process. */
export const FIRST_PICTURE_MS = 15_000;
/** Pictures under way between decoder and reader: those ahead, the one that comes in, and what detectors hold. */
const POOL_CAPACITY = MOST_AHEAD + 16;

/**
 * Decodes until the input ends, stalls, or `signal` is aborted.
 * @throws AnalysisError `ffmpeg-missing`; what `failureOf` reads from stderr when ffmpeg fails before the first
 *   picture; the error of `feed`
 */
export async function* readPictures(
  request: PictureRequest,
  signal: AbortSignal,
): AsyncGenerator<PictureEvent, PictureEnd, void> {
  const run = await startRun(request, signal);
  const { inbox, child } = run;
  let lastPtsUs: number | undefined;
  const end = (outcome: PictureEnd['outcome']): PictureEnd => ({
    ...{ outcome, pictures: inbox.counts.pictures, drops: inbox.counts.drops },
    ...{ decodeErrors: child.errorLines(), stderr: child.stderrTail() },
    ...(lastPtsUs === undefined ? {} : { lastPtsUs }),
  });
  try {
    while (!signal.aborted) {
      if (run.fault() !== undefined) throw run.fault();
      const event = inbox.take();
      if (event !== undefined) {
        lastPtsUs = event.kind === 'picture' ? event.ptsUs : lastPtsUs;
        yield event;
      } else if (request.endsAtRestart === true && inbox.isRestarted()) {
        await child.stop();
        return end('reshaped');
      } else if (run.isStalled()) {
        await child.stop();
        return end('stall');
      } else if (run.isClosed() && inbox.isEmpty()) {
        return { ...end('end'), ...exitOf(await child.closed, request, end('end')) };
      } else {
        await inbox.changed();
      }
    }
    return end('abort');
  } finally {
    run.dispose();
    await child.stop();
  }
}

/** A started process with everything that watches it. */
interface Run {
  readonly child: DecodingProcess;
  readonly inbox: PictureInbox;
  isClosed(): boolean;
  isStalled(): boolean;
  fault(): unknown;
  dispose(): void;
}

async function startRun(request: PictureRequest, signal: AbortSignal): Promise<Run> {
  const child = await startDecoder({
    command: 'ffmpeg',
    args: await commandLine(request),
    tools: request.tools,
    secrets: request.secrets,
    hasStdin: request.input.kind === 'stdin',
  });
  const watchdog = createWatchdog({
    firstMs: request.firstPictureMs ?? FIRST_PICTURE_MS,
    stallMs: request.stallMs ?? Math.max(STALL_MS, 3 * intervalMs(request)),
    isHeld: () => inbox.isHeldByReader(),
    onStall: () => inbox.wake(),
  });
  const inbox = openInbox(request, child, watchdog.touch);
  let isClosed = false;
  void child.closed.then(() => {
    isClosed = true;
    inbox.wake();
  });
  const feeding = startFeed(request, child, inbox);
  signal.addEventListener('abort', inbox.wake);
  return {
    ...{ child, inbox, isClosed: () => isClosed, isStalled: watchdog.hasStalled, fault: feeding.fault },
    dispose() {
      watchdog.stop();
      feeding.stop();
      signal.removeEventListener('abort', inbox.wake);
    },
  };
}

async function commandLine(request: PictureRequest): Promise<string[]> {
  const { input, format, framesPerSecond, gridOriginUs = 0, keyframesOnly } = request;
  const { seekPtsUs, partFromUs, assumedFramesPerSecond } = request;
  return assembleArguments(
    decodeCommand({
      ...{ input, format, keyframesOnly, version: await ffmpegVersion(request.tools) },
      ...(framesPerSecond === undefined ? {} : { grid: { framesPerSecond, originUs: gridOriginUs } }),
      ...(seekPtsUs === undefined ? {} : { seekPtsUs }),
      ...(partFromUs === undefined ? {} : { partFromUs }),
      ...(assumedFramesPerSecond === undefined ? {} : { assumedFramesPerSecond }),
    }),
  );
}

function openInbox(request: PictureRequest, child: DecodingProcess, onPicture: () => void): PictureInbox {
  const bytes = frameBytes(request.format);
  // The monotonic clock measures, the wall clock only anchors it: a step of the wall clock moves no picture.
  const offsetUs = Date.now() * 1000 - performance.now() * 1000;
  return createPictureInbox({
    ...{ frames: child.frames, times: child.times, frameBytes: bytes, backPressure: request.backPressure },
    endsAtRestart: request.endsAtRestart === true,
    pool: createFramePool({ byteLength: bytes, capacity: POOL_CAPACITY }),
    clock: createPictureClock({
      intervalUs: intervalMs(request) * 1000,
      backwardJumpUs: request.backwardJumpUs ?? Number.POSITIVE_INFINITY,
    }),
    onPicture,
    nowUs: () => Math.round(offsetUs + performance.now() * 1000),
  });
}

/** 25 pictures per second where nothing is known: only for the rare picture without a time of its own. */
function intervalMs({ framesPerSecond }: PictureRequest): number {
  return 1000 / (framesPerSecond ?? 25);
}

function startFeed({ feed }: PictureRequest, child: DecodingProcess, inbox: PictureInbox) {
  const stopper = new AbortController();
  let fault: unknown;
  if (feed !== undefined && child.stdin !== undefined) {
    const stdin = child.stdin;
    feed(stdin, stopper.signal).then(
      () => stdin.end(),
      (error: unknown) => {
        if (stopper.signal.aborted) return;
        fault = error ?? new Error('the feed of ffmpeg failed');
        inbox.wake();
      },
    );
  }
  return { fault: () => fault, stop: () => stopper.abort() };
}

/** The exit code of a process that gave pictures; throws for one that gave none and complained. */
function exitOf(
  exit: { readonly code: number | null; readonly signal: string | null },
  request: PictureRequest,
  end: PictureEnd,
): { readonly exitCode?: number } {
  if (exit.code === 0) return { exitCode: 0 };
  if (end.pictures === 0 && end.drops === 0) throw fault(exit, request, end);
  return exit.code === null ? {} : { exitCode: exit.code };
}

function fault(exit: { signal: string | null }, request: PictureRequest, end: PictureEnd): AnalysisError {
  const { input, secrets } = request;
  const what = input.kind === 'file' ? input.path : input.kind === 'rtsp' ? input.url : 'its stdin';
  const context = { operation: 'decode', what: redact(what, secrets) };
  if (exit.signal === null) return failureOf(end.stderr, context);
  return new AnalysisError(
    'decode-failed',
    'decode',
    `ffmpeg was ended by ${exit.signal} on ${context.what}`,
  );
}
