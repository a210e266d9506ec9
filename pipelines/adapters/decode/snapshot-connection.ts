/** A camera that offers only a JPEG over HTTP: polled at the sampling rate. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AnalysisError } from '../../errors.ts';
import type { EgressPolicy } from './egress.ts';
import { createHttpFetcher, type HttpFetcher } from './egress-http.ts';
import { MAX_JPEG_BYTES, probeJpeg } from './jpeg-decode.ts';
import { createJpegEvents } from './jpeg-frames.ts';
import type { ConnectionEnd, ConnectionEvent, ConnectRequest, LiveConnector } from './live-connection.ts';

/** Settings of a snapshot or MJPEG camera. */
export interface JpegConnectorOptions {
  /** `http://` or `https://`, with the credentials in it. */
  readonly url: string;
  readonly policy: EgressPolicy;
  /** For one picture; default 10 s (the frame watchdog). */
  readonly pictureTimeoutMs?: number;
  readonly maxBytes?: number;
  /** See `jpeg-frozen.ts`. */
  readonly frozenAfterMs?: number;
  /** Default true; false takes a self-signed certificate. */
  readonly isTlsVerified?: boolean;
}

/** Fetches nothing until asked. */
export function createSnapshotConnector(options: JpegConnectorOptions): LiveConnector {
  return {
    lagUs: 0,
    async probe(signal) {
      const fetcher = openFetcher(options);
      try {
        return await probeJpeg(await fetchJpeg(fetcher, options, signal));
      } finally {
        await fetcher.close();
      }
    },
    async *connect(request) {
      const fetcher = openFetcher(options);
      try {
        return yield* poll(fetcher, options, request);
      } finally {
        await fetcher.close();
      }
    },
  };
}

/** The fetcher of one JPEG connection. */
export function openFetcher(options: JpegConnectorOptions): HttpFetcher {
  const timeoutMs = options.pictureTimeoutMs ?? 10_000;
  return createHttpFetcher({
    policy: options.policy,
    limits: { headersTimeoutMs: timeoutMs, bodyTimeoutMs: timeoutMs },
    ...(options.isTlsVerified === undefined ? {} : { isTlsVerified: options.isTlsVerified }),
  });
}

async function fetchJpeg(
  fetcher: HttpFetcher,
  options: JpegConnectorOptions,
  signal: AbortSignal,
): Promise<Buffer> {
  const { body } = await fetcher.read({
    url: options.url,
    signal,
    maxBytes: options.maxBytes ?? MAX_JPEG_BYTES,
    deadlineMs: options.pictureTimeoutMs ?? 10_000,
  });
  return body;
}

async function* poll(
  fetcher: HttpFetcher,
  options: JpegConnectorOptions,
  request: ConnectRequest,
): AsyncGenerator<ConnectionEvent, ConnectionEnd, void> {
  const intervalMs = 1000 / request.frames.framesPerSecond;
  const frozenAfterUs = options.frozenAfterMs === undefined ? undefined : options.frozenAfterMs * 1000;
  const toEvents = createJpegEvents(request, frozenAfterUs);
  let dueMs = performance.now();
  while (!request.signal.aborted) {
    const bytes = await fetchJpeg(fetcher, options, request.signal);
    const events = await toEvents(bytes, request.clock.nowUs());
    if ('outcome' in events) return events;
    yield* events;
    // A camera slower than the rate is asked at the next free beat, never twice at once.
    const nowMs = performance.now();
    dueMs += intervalMs * Math.max(1, Math.ceil((nowMs - dueMs) / intervalMs));
    await sleep(Math.max(0, dueMs - nowMs), undefined, { signal: request.signal }).catch(() => undefined);
  }
  return { outcome: 'abort', detail: 'aborted' };
}

/** The error of a camera that answers, but not with pictures. */
export function notPictures(what: string): AnalysisError {
  return new AnalysisError('source-not-video', 'mjpeg', `the camera answered with ${what}`);
}
