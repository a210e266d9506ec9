import { describe, expect, it } from 'vitest';
import {
  createRtspCutter,
  formatMessage,
  headerValues,
  type RtspPiece,
  RtspSyntaxError,
  statusOf,
} from '../../../pipelines/adapters/decode/rtsp-message.ts';

const ok = 'RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 4\r\n\r\nv=0\n';
const packet = Buffer.from([0x24, 0, 0, 3, 0x0d, 0x0a, 0x24]);

function cut(bytes: Buffer, size: number): RtspPiece[] {
  const cutter = createRtspCutter();
  const pieces: RtspPiece[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(...cutter.push(bytes.subarray(at, at + size)));
  return pieces;
}

describe('createRtspCutter', () => {
  const stream = Buffer.concat([packet, Buffer.from(ok), packet, packet, Buffer.from(ok)]);
  it.each([1, 2, 3, 7, 1000])('tells messages from packets in chunks of %i bytes', (size) => {
    const pieces = cut(stream, size);
    expect(pieces.map(({ kind }) => kind)).toEqual(['packet', 'message', 'packet', 'packet', 'message']);
    expect(Buffer.concat(pieces.map(({ bytes }) => bytes)).equals(stream)).toBe(true);
    const message = pieces[1];
    expect(message?.kind === 'message' && message.message.body.toString()).toBe('v=0\n');
  });

  it.each([
    ['HTTP', 'HTTP/1.1 200 OK\r\n\r\n'],
    ['a negative length', 'RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n'],
    ['a monster', 'RTSP/1.0 200 OK\r\nContent-Length: 99999999\r\n\r\n'],
    ['a head without end', `RTSP/1.0 200 OK\r\nX: ${'x'.repeat(70_000)}`],
  ])('refuses %s', (_name, text) => {
    expect(() => cut(Buffer.from(text), 4096)).toThrow(RtspSyntaxError);
  });
});

describe('messages', () => {
  it('keep headers that come twice, names without case', () => {
    const text =
      'RTSP/1.0 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nwww-authenticate: Digest a="b:c"\r\n\r\n';
    const [piece] = cut(Buffer.from(text), 1000);
    if (piece?.kind !== 'message') throw new Error('no message');
    expect(headerValues(piece.message, 'www-authenticate')).toEqual(['Basic', 'Digest a="b:c"']);
    expect(statusOf(piece.message)).toBe(401);
  });

  it('are written as they are read', () => {
    const bytes = formatMessage('DESCRIBE rtsp://h/a RTSP/1.0', [['CSeq', '1']]);
    expect(bytes.toString()).toBe('DESCRIBE rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\n\r\n');
    const [piece] = cut(bytes, 5);
    expect(piece?.kind === 'message' && statusOf(piece.message)).toBeUndefined();
  });
});
