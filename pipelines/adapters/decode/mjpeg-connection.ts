/** MJPEG over HTTP (multipart/x-mixed-replace): pictures as they come, only the due ones decoded, the newest first. */
import { AnalysisError } from '../../errors.ts';
import { describeFault, type HttpAnswer } from './egress-http.ts';
import { MAX_JPEG_BYTES, probeJpeg } from './jpeg-decode.ts';
import { createJpegEvents } from './jpeg-frames.ts';
import {
  type ConnectionEnd,
  type ConnectionEvent,
  type ConnectRequest,
  intervalUsOf,
  type LiveConnector,
} from './live-connection.ts';
import { boundaryOf, createMultipartParser } from './mjpeg-parser.ts';
import { type JpegConnectorOptions, notPictures, openFetcher } from './snapshot-connection.ts';

interface ArrivedJpeg {
  readonly bytes: Buffer;
  readonly arrivalUs: number;
  /** A due picture before this one was replaced unseen: detection is behind. */
  readonly hasReplaced: boolean;
}

/** Opens nothing until asked. */
export function createMjpegConnector(options: JpegConnectorOptions): LiveConnector {
  return {
    lagUs: 0,
    async probe(signal) {
      const stopper = new AbortController();
      const pictures = receive(options, AbortSignal.any([signal, stopper.signal]));
      try {
        const first = await pictures.next();
        if (first.done === true) throw notPictures('no picture');
        return await probeJpeg(first.value);
      } finally {
        stopper.abort();
        await pictures.return(undefined);
      }
    },
    async *connect(request) {
      const mailbox = createMailbox(request);
      const stopper = new AbortController();
      const signal = AbortSignal.any([request.signal, stopper.signal]);
      const reading = fill(receive(options, signal), mailbox, request);
      try {
        return yield* take(mailbox, request, options);
      } finally {
        stopper.abort();
        await reading;
      }
    },
  };
}

/** The camera's JPEGs as bytes; ends when the camera closes. */
async function* receive(
  options: JpegConnectorOptions,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, void> {
  const fetcher = openFetcher(options);
  try {
    const answer = await fetcher.open({ url: options.url, signal });
    yield* readParts(answer, options, signal);
  } finally {
    await fetcher.close();
  }
}

async function* readParts(
  answer: HttpAnswer,
  options: JpegConnectorOptions,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, void> {
  const contentType = answer.header('content-type');
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) {
    answer.body.destroy();
    throw notPictures(`content type ${JSON.stringify(contentType ?? 'none')}, not multipart/x-mixed-replace`);
  }
  const maxPartBytes = options.maxBytes ?? MAX_JPEG_BYTES;
  const parser = createMultipartParser({ boundary, maxPartBytes });
  try {
    for await (const chunk of answer.body) yield* parser.push(chunk);
  } catch (cause) {
    if (cause instanceof AnalysisError || signal.aborted) throw cause;
    const what = describeFault(cause);
    if (what === 'UND_ERR_BODY_TIMEOUT') throw new StalledError();
    throw new AnalysisError('source-unreachable', 'mjpeg', `the camera's stream broke off: ${what}`);
  }
}

/** No byte came for the picture timeout, though nobody closed the connection. */
class StalledError extends Error {
  override readonly name = 'StalledError';
}

/** Holds the newest due picture and nothing else. */
interface Mailbox {
  put(bytes: Buffer, arrivalUs: number): void;
  end(cause: unknown): void;
  /**
   * The newest picture, or how the stream ended (`cause` undefined: the camera closed it). `StalledError` when none
   * comes in time, though bytes may flow.
   */
  next(timeoutMs: number): Promise<ArrivedJpeg | { readonly cause: unknown }>;
}

function createMailbox(request: ConnectRequest): Mailbox {
  const intervalUs = intervalUsOf(request.frames);
  let held: ArrivedJpeg | undefined;
  let ended: { readonly cause: unknown } | undefined;
  let wake: (() => void) | undefined;
  let dueUs = Number.NEGATIVE_INFINITY;
  return {
    put(bytes, arrivalUs) {
      // Pictures between two beats are not worth decoding; a tenth is room for jitter.
      if (arrivalUs < dueUs - intervalUs / 10) return;
      const isLate = arrivalUs > dueUs + intervalUs;
      dueUs = (isLate ? arrivalUs : Math.max(dueUs, arrivalUs - intervalUs)) + intervalUs;
      held = { bytes, arrivalUs, hasReplaced: held !== undefined };
      wake?.();
    },
    end(cause) {
      ended ??= { cause };
      wake?.();
    },
    async next(timeoutMs) {
      const timer = setTimeout(() => this.end(new StalledError()), timeoutMs);
      try {
        while (held === undefined && ended === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      } finally {
        clearTimeout(timer);
      }
      const taken = held ?? ended;
      held = undefined;
      return taken ?? { cause: undefined };
    },
  };
}

async function fill(
  pictures: AsyncGenerator<Buffer, void, void>,
  mailbox: Mailbox,
  request: ConnectRequest,
): Promise<void> {
  try {
    for await (const bytes of pictures) mailbox.put(bytes, request.clock.nowUs());
    mailbox.end(undefined);
  } catch (cause) {
    mailbox.end(cause);
  }
}

async function* take(
  mailbox: Mailbox,
  request: ConnectRequest,
  options: JpegConnectorOptions,
): AsyncGenerator<ConnectionEvent, ConnectionEnd, void> {
  const intervalUs = intervalUsOf(request.frames);
  const frozenAfterUs = options.frozenAfterMs === undefined ? undefined : options.frozenAfterMs * 1000;
  const toEvents = createJpegEvents(request, frozenAfterUs);
  // A camera slower than the watchdog's time is told by its own rate.
  const timeoutMs = Math.max(options.pictureTimeoutMs ?? 9_000, (3 * intervalUs) / 1000);
  let lastUs = Number.NEGATIVE_INFINITY;
  for (;;) {
    const next = await mailbox.next(timeoutMs);
    if (request.signal.aborted) return { outcome: 'abort', detail: 'aborted' };
    if ('cause' in next) return endOf(next.cause);
    const fromUs = lastUs + intervalUs;
    if (next.hasReplaced && Number.isFinite(fromUs) && next.arrivalUs > fromUs) {
      yield { kind: 'gap', fromUs, toUs: next.arrivalUs, reason: 'backlog' };
    }
    lastUs = next.arrivalUs;
    const events = await toEvents(next.bytes, next.arrivalUs);
    if ('outcome' in events) return events;
    yield* events;
  }
}

function endOf(cause: unknown): ConnectionEnd {
  if (cause === undefined) return { outcome: 'loss', detail: 'the camera closed the connection' };
  if (cause instanceof StalledError) return { outcome: 'stall', detail: 'no byte any more' };
  throw cause;
}
