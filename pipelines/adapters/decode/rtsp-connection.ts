/** One RTSP session: address check, preflight, relay, ffmpeg, anchor. */
import { AnalysisError } from '../../errors.ts';
import type { FrameRequest } from '../../ports.ts';
import { credentialsOf } from './access-auth.ts';
import { advanceAnchor, startAnchor } from './anchor.ts';
import { type EgressPolicy, type PinnedUrl, pinUrl } from './egress.ts';
import { type PictureEnd, type PictureEvent, readPictures } from './ffmpeg-frames.ts';
import type { FfmpegTools } from './ffmpeg-program.ts';
import {
  type ConnectionEnd,
  type ConnectionEvent,
  type ConnectRequest,
  intervalUsOf,
  type LiveConnector,
} from './live-connection.ts';
import { probeLive } from './live-probe.ts';
import { describeRtsp } from './rtsp-preflight.ts';
import { openRtspRelay, type RtspRelay } from './rtsp-relay.ts';

/** Settings of an RTSP camera. */
export interface RtspConnectorOptions {
  /** `rtsp://` or `rtsps://`, with the credentials in it. */
  readonly url: string;
  readonly policy: EgressPolicy;
  readonly tools?: FfmpegTools;
  /** For connecting and the preflight; default 15 s (RELIABILITY §6). */
  readonly connectTimeoutMs?: number;
  /** No picture for this long is a stall; see `defaultStallMs`. */
  readonly stallMs?: number;
}

/** A step back of less than this is reordering or jitter, and the picture is dropped by the reader. */
const BACKWARD_JUMP_US = 2_000_000;

/** Opens nothing until asked. */
export function createRtspConnector(options: RtspConnectorOptions): LiveConnector {
  const connectTimeoutMs = options.connectTimeoutMs ?? 15_000;
  const open = async (signal: AbortSignal): Promise<{ target: PinnedUrl; relay: RtspRelay }> => {
    const target = await pinUrl(options.url, 'rtsp', options.policy);
    await describeRtsp(target, { timeoutMs: connectTimeoutMs, signal });
    return { target, relay: await openRtspRelay(target) };
  };
  return {
    lagUs: 0,
    async probe(signal, wanted) {
      const { relay } = await open(signal);
      try {
        const input = {
          kind: 'rtsp',
          url: relay.url,
          transport: 'tcp',
          timeoutMs: connectTimeoutMs,
        } as const;
        return await probeLive({
          ...{ input, timeoutMs: connectTimeoutMs, signal, tools: options.tools },
          sizeOnly: wanted === 'size',
        });
      } catch (cause) {
        throw relay.failure() ?? cause;
      } finally {
        relay.close();
      }
    },
    async *connect(request) {
      const { target, relay } = await open(request.signal);
      try {
        return yield* playRelay({ relay, target, request, options, connectTimeoutMs });
      } catch (cause) {
        throw relay.failure() ?? cause;
      } finally {
        relay.close();
      }
    },
  };
}

/**
 * A dead camera is to be noticed within 10 s, and the watchdog looks once a second. A camera that sends keyframes
 * only each 10 s (the longest GOP of common cameras) is not dead.
 */
export function defaultStallMs(request: FrameRequest): number {
  const intervalMs = 1000 / request.framesPerSecond;
  return Math.max(request.keyframesOnly ? 15_000 : 9_000, 3 * intervalMs);
}

interface Play {
  readonly relay: RtspRelay;
  readonly target: PinnedUrl;
  readonly request: ConnectRequest;
  readonly options: RtspConnectorOptions;
  readonly connectTimeoutMs: number;
}

async function* playRelay(play: Play): AsyncGenerator<ConnectionEvent, ConnectionEnd, void> {
  const { request, options, relay } = play;
  const { format, framesPerSecond, keyframesOnly } = request.frames;
  const secrets = Object.values(credentialsOf(play.target.url) ?? {});
  const stallMs = options.stallMs ?? defaultStallMs(request.frames);
  const pictures = readPictures(
    {
      input: { kind: 'rtsp', url: relay.url, transport: 'tcp', timeoutMs: 2 * stallMs },
      format,
      framesPerSecond,
      keyframesOnly,
      backPressure: 'newest',
      endsAtRestart: format.fit === 'letterbox',
      backwardJumpUs: BACKWARD_JUMP_US,
      firstPictureMs: play.connectTimeoutMs,
      secrets,
      stallMs,
      ...(options.tools === undefined ? {} : { tools: options.tools }),
    },
    request.signal,
  );
  const end = yield* anchorPictures(pictures, request);
  const failure = relay.failure();
  if (failure !== undefined) throw failure;
  return toConnectionEnd(end);
}

/** Pictures bound to UTC by their arrival; what was dropped becomes a gap up to the next picture. */
export async function* anchorPictures(
  pictures: AsyncGenerator<PictureEvent, PictureEnd, void>,
  request: ConnectRequest,
): AsyncGenerator<ConnectionEvent, PictureEnd, void> {
  const intervalUs = intervalUsOf(request.frames);
  let anchor = startAnchor(request.afterUs);
  let hasPicture = false;
  let hasDrops = false;
  try {
    for (;;) {
      const next = await pictures.next();
      if (next.done === true) return next.value;
      if (next.value.kind === 'drop') {
        hasDrops = true;
        continue;
      }
      const { ptsUs, arrivedAtUs, data, release } = next.value;
      const dueUs = anchor.lastCapturedUs + intervalUs;
      const step = advanceAnchor(anchor, { ptsUs, arrivalUs: arrivedAtUs });
      anchor = step.state;
      const { capturedAtUs } = step;
      if (hasDrops && hasPicture && capturedAtUs > dueUs) {
        yield { kind: 'gap', fromUs: dueUs, toUs: capturedAtUs, reason: 'backlog' };
      }
      hasDrops = false;
      hasPicture = true;
      yield { kind: 'frame', frame: { capturedAtUs, data, release } };
    }
  } finally {
    // Left early or not, the process behind the pictures is gone before this settles.
    await pictures.return(undefined as never);
  }
}

/** ffmpeg's own end says nothing of the camera's health: it leaves with 0 when the camera dies (RELIABILITY §2.2). */
export function toConnectionEnd(end: PictureEnd): ConnectionEnd {
  if (end.outcome === 'abort') return { outcome: 'abort', detail: 'aborted' };
  if (end.outcome === 'reshaped') return { outcome: 'reshaped', detail: 'its pictures changed' };
  // Complaints about our own pipes only say that we ended it.
  const lastWords = end.stderr.filter((line) => !line.includes('pipe:')).at(-1);
  const words = lastWords === undefined ? '' : `; ffmpeg: ${lastWords.slice(0, 200)}`;
  if (end.outcome === 'stall') {
    if (end.pictures === 0) return { outcome: 'loss', detail: `no first picture${words}` };
    return { outcome: 'stall', detail: `no picture any more${words}` };
  }
  if (end.pictures === 0) {
    throw new AnalysisError('source-unreachable', 'decode', `the camera sent no picture${words}`);
  }
  return { outcome: 'loss', detail: `the camera closed the connection${words}` };
}
