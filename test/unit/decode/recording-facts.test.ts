import { describe, expect, it } from 'vitest';
import { aviDurationUs } from '../../../pipelines/adapters/decode/avi-length.ts';
import { failureOf } from '../../../pipelines/adapters/decode/ffmpeg-failure.ts';
import { parseVersion } from '../../../pipelines/adapters/decode/ffmpeg-program.ts';
import { playlistKind } from '../../../pipelines/adapters/decode/media-path.ts';
import { parseKeyframes } from '../../../pipelines/adapters/decode/seek-point.ts';

describe('playlistKind', () => {
  const rows: [head: string, kind: string | undefined][] = [
    ['#EXTM3U\n#EXTINF', 'an HLS playlist'],
    ['\xef\xbb\xbf\n#EXTM3U', 'an HLS playlist'],
    ['ffconcat version 1.0\nfile a', 'an ffconcat list'],
    ['<?xml version="1.0"?>\n<MPD xmlns=', 'a DASH manifest'],
    ['v=0\r\no=- 0 0 IN IP4', 'an SDP session description'],
    ['[playlist]\nFile1=', 'a playlist'],
    ['RIFF\x10\x20\x30\x40AVI ', undefined],
    ['\0\0\0\x20ftypisom', undefined],
  ];
  it.each(rows)('%j', (head, kind) => {
    expect(playlistKind(Buffer.from(head, 'latin1'))).toBe(kind);
  });
});

describe('aviDurationUs', () => {
  function avi(stream: { type: string; scale: number; rate: number; length: number }): Buffer {
    const head = Buffer.alloc(200);
    head.write('RIFF', 0, 'latin1');
    head.write('AVI LIST', 8, 'latin1');
    head.write('strh', 100, 'latin1');
    head.write(stream.type, 108, 'latin1');
    head.writeUInt32LE(stream.scale, 128);
    head.writeUInt32LE(stream.rate, 132);
    head.writeUInt32LE(stream.length, 140);
    return head;
  }
  it.each([
    ['10 fps, 795 pictures', avi({ type: 'vids', scale: 1, rate: 10, length: 795 }), 79_500_000],
    ['29.97 fps', avi({ type: 'vids', scale: 1001, rate: 30_000, length: 30 }), 1_001_000],
    ['sound only', avi({ type: 'auds', scale: 1, rate: 10, length: 795 }), undefined],
    ['length never filled in', avi({ type: 'vids', scale: 1, rate: 10, length: 0 }), undefined],
    ['cut in the header', avi({ type: 'vids', scale: 1, rate: 10, length: 795 }).subarray(0, 120), undefined],
    ['another file', Buffer.from('no avi at all, really not'), undefined],
  ])('%s', (_name, head, expected) => {
    expect(aviDurationUs(head)).toBe(expected);
  });
});

describe('parseVersion', () => {
  it.each([
    ['ffmpeg version 5.1.9-0+deb12u1 Copyright', { major: 5, minor: 1 }],
    ['ffmpeg version n7.1 Copyright', { major: 7, minor: 1 }],
    ['ffmpeg version N-109468-gd39b34123d', { major: 99, minor: 0 }],
    ['avconv 11', undefined],
  ])('%s', (text, version) => {
    expect(parseVersion(text)).toEqual(version);
  });
});

describe('failureOf', () => {
  it.each([
    ['[rtsp @ 0x1] [error] method DESCRIBE failed: 401 Unauthorized', 'source-auth-failed'],
    ['[tcp @ 0x1] [error] Connection to tcp://10.0.0.1:554 failed: Connection refused', 'source-unreachable'],
    ["[hls @ 0x1] [error] Format not on whitelist 'mov'", 'source-refused'],
    [
      '[h264] [error] Picture size 16000x16000 exceeds specified max pixel count 33177600',
      'source-too-large',
    ],
    ['[error] Conversion failed!', 'decode-failed'],
  ])('%s', (line, code) => {
    expect(failureOf(['[info] first', line], { operation: 'decode', what: 'camera' }).code).toBe(code);
  });
});

describe('parseKeyframes', () => {
  it('takes keyframes with a time, in order', () => {
    expect(parseKeyframes('2.500000,K_\n0.000000,K_,\n0.04,__\nN/A,K_\n-0.040000,K_\n')).toEqual([
      -40_000, 0, 2_500_000,
    ]);
  });
});
