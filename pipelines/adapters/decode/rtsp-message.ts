/** RTSP/1.0 (RFC 2326) on the wire: messages and interleaved packets cut out of a byte stream. Pure. */

/** One piece of an RTSP connection, with the bytes it came as. */
export type RtspPiece =
  | { readonly kind: 'packet'; readonly bytes: Buffer }
  | { readonly kind: 'message'; readonly bytes: Buffer; readonly message: RtspMessage };

/** The head of a request or an answer. */
export interface RtspMessage {
  /** Request or status line. */
  readonly startLine: string;
  /** Lower-case name and value, in order; a name may come twice. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

/** A session description is a few KB; more is no camera. */
export const MAX_MESSAGE_BYTES = 65_536;

/** Thrown when the bytes are no RTSP; the message repeats none of them. */
export class RtspSyntaxError extends Error {
  override readonly name = 'RtspSyntaxError';
}

/** Cuts a stream of chunks into pieces; keeps at most `MAX_MESSAGE_BYTES` plus one packet. */
export function createRtspCutter(): { push(chunk: Buffer): RtspPiece[] } {
  let rest: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const pieces: RtspPiece[] = [];
      for (let piece = cutOne(rest); piece !== undefined; piece = cutOne(rest)) {
        pieces.push(piece);
        rest = rest.subarray(piece.bytes.length);
      }
      return pieces;
    },
  };
}

function cutOne(bytes: Buffer): RtspPiece | undefined {
  if (bytes.length === 0) return undefined;
  // `$`, channel, 16-bit length: RTP or RTCP between the messages (RFC 2326 §10.12).
  if (bytes[0] === 0x24) {
    if (bytes.length < 4) return undefined;
    const end = 4 + bytes.readUInt16BE(2);
    return bytes.length < end ? undefined : { kind: 'packet', bytes: bytes.subarray(0, end) };
  }
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) {
    if (bytes.length > MAX_MESSAGE_BYTES) throw new RtspSyntaxError('no end of the head');
    return undefined;
  }
  const [startLine = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  if (!/^(RTSP\/1\.\d \d{3}|[A-Z_]+ \S+ RTSP\/1\.\d$)/.test(startLine)) {
    throw new RtspSyntaxError('no RTSP start line');
  }
  const headers = lines.map(parseHeader);
  const length = Number(headers.find(([name]) => name === 'content-length')?.[1] ?? 0);
  if (!Number.isInteger(length) || length < 0 || length > MAX_MESSAGE_BYTES) {
    throw new RtspSyntaxError('content length out of bounds');
  }
  const end = headEnd + 4 + length;
  if (bytes.length < end) return undefined;
  const message = { startLine, headers, body: bytes.subarray(headEnd + 4, end) };
  return { kind: 'message', bytes: bytes.subarray(0, end), message };
}

function parseHeader(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, Math.max(0, colon)).trim().toLowerCase(), line.slice(colon + 1).trim()];
}

/** The status of an answer; undefined for a request. */
export function statusOf(message: RtspMessage): number | undefined {
  const match = /^RTSP\/1\.\d (\d{3})/.exec(message.startLine);
  return match === null ? undefined : Number(match[1]);
}

/** Every value of one header. */
export function headerValues(message: RtspMessage, name: string): readonly string[] {
  return message.headers.filter(([key]) => key === name).map(([, value]) => value);
}

/** Writes a request or an answer. */
export function formatMessage(
  startLine: string,
  headers: readonly (readonly [string, string])[],
  body: Buffer = Buffer.alloc(0),
): Buffer {
  const head = [startLine, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}
