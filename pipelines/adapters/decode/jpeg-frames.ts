/** JPEGs with their arrival to connection events; shared by `mjpeg` and `snapshot`. */
import { AnalysisError } from '../../errors.ts';
import type { SourceInfo } from '../../ports.ts';
import { decodeJpeg } from './jpeg-decode.ts';
import { createFrozenDetector } from './jpeg-frozen.ts';
import type { ConnectionEnd, ConnectionEvent, ConnectRequest } from './live-connection.ts';
import { isOfShape } from './picture-shape.ts';

/** Pictures in a row that can't be decoded before the connection is given up. */
const MAX_DAMAGED = 5;

/**
 * Makes a function that turns one JPEG into events. Its time is its arrival: neither kind carries a clock (JFIF has
 * none, `X-Timestamp` and EXIF times are missing, local or frozen on most cameras), and there is no PTS to smooth
 * with; the error is the transfer time, some ten to hundred ms.
 *
 * A damaged JPEG is dropped (its time becomes a gap by its absence), the fifth in a row throws; so does one that is
 * too large or no JPEG at all. One of another shape than expected that would be placed wrongly (letterbox) is the
 * connection's end.
 */
export function createJpegEvents(request: ConnectRequest, frozenAfterUs?: number) {
  const frozen = createFrozenDetector(frozenAfterUs);
  let lastUs = request.afterUs;
  let wasFrozen = false;
  let damaged = 0;
  const expected = request.frames.format.fit === 'letterbox' ? request.expected : undefined;

  return async (bytes: Buffer, arrivalUs: number): Promise<ConnectionEvent[] | ConnectionEnd> => {
    const capturedAtUs = Math.max(arrivalUs, lastUs + 1);
    const isFrozen = frozen.isFrozen(bytes, arrivalUs);
    const events: ConnectionEvent[] = [];
    if (isFrozen !== wasFrozen) {
      events.push({ kind: 'frozen', isFrozen, detail: 'the camera sends the same picture again and again' });
      wasFrozen = isFrozen;
    }
    if (isFrozen) {
      // Up to now only: the next picture may be a new one.
      events.push({ kind: 'gap', fromUs: lastUs, toUs: capturedAtUs, reason: 'decode-stall' });
      lastUs = capturedAtUs;
      return events;
    }
    try {
      const { data, info } = await decodeJpeg(bytes, request.frames.format);
      if (expected !== undefined && !isOfShape(info, expected)) return reshaped(info, expected);
      damaged = 0;
      lastUs = capturedAtUs;
      return [...events, { kind: 'frame', frame: { capturedAtUs, data, release: () => undefined } }];
    } catch (cause) {
      damaged += 1;
      const isDamage = cause instanceof AnalysisError && cause.code === 'decode-failed';
      if (!isDamage || damaged >= MAX_DAMAGED) throw cause;
      return events;
    }
  };
}

function reshaped(now: SourceInfo, before: SourceInfo): ConnectionEnd {
  const detail = `the camera's pictures were ${before.widthPx}×${before.heightPx} and are ${now.widthPx}×${now.heightPx} now`;
  return { outcome: 'reshaped', detail };
}
