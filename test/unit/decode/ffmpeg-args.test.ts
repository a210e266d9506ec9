import { describe, expect, it } from 'vitest';
import {
  type DecodeArgs,
  decodeCommand,
  FILE_FORMATS,
  VIDEO_DECODERS,
} from '../../../pipelines/adapters/decode/ffmpeg-args.ts';
import { assembleArguments } from '../../../pipelines/adapters/decode/ffmpeg-command.ts';

const stretch = { widthPx: 512, heightPx: 288, pixelFormat: 'rgb24', fit: 'stretch', padValue: 114 } as const;
const letterbox = {
  ...stretch,
  heightPx: 416,
  widthPx: 416,
  pixelFormat: 'bgr24',
  fit: 'letterbox',
} as const;

function line(args: Partial<DecodeArgs>): string[] {
  return assembleArguments(
    decodeCommand({
      input: { kind: 'file', path: '/media/a b.mp4' },
      format: stretch,
      keyframesOnly: false,
      version: { major: 5, minor: 1 },
      ...args,
    }),
  );
}

/** The value after an option. */
const valueAfter = (args: readonly string[], option: string) => args[args.indexOf(option) + 1];

describe('command line', () => {
  it('is the whole line, in order, for a recording', () => {
    expect(line({ grid: { framesPerSecond: 5, originUs: 0 }, seekPtsUs: 20_000_000 })).toEqual([
      ...['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'level+warning'],
      ...[
        '-protocol_whitelist',
        'file',
        '-format_whitelist',
        FILE_FORMATS,
        '-codec_whitelist',
        VIDEO_DECODERS,
      ],
      ...['-max_pixels', '33177600', '-threads', '1'],
      ...['-seek_timestamp', '1', '-noaccurate_seek', '-ss', '20.000000', '-copyts'],
      ...['-i', 'file:/media/a b.mp4'],
      ...['-map', '0:V:0', '-an', '-sn', '-dn', '-threads', '1', '-filter_threads', '1', '-vf'],
      "select='not(eq(floor((t-(0.000000))*5+0.005),floor((prev_t-(0.000000))*5+0.005)))'," +
        'scale=w=512:h=288:flags=bilinear,format=yuv422p|yuvj422p,scale=flags=bilinear,format=rgb24,' +
        'settb=1/1000000,metadata=mode=add:key=pantau:value=1,' +
        "metadata=mode=print:key=pantau:file='pipe\\:3':direct=1",
      ...['-fps_mode', 'passthrough', '-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1'],
    ]);
  });

  it('scales sizes in one step that the fast conversion to RGB would leave unfinished at the edge', () => {
    for (const [widthPx, heightPx] of [
      [516, 288],
      [512, 287],
    ] as const) {
      const format = { ...stretch, widthPx, heightPx };
      expect(line({ format }).join(' ')).toContain(
        `-vf scale=w=${widthPx}:h=${heightPx}:flags=bilinear,format=rgb24,settb`,
      );
    }
  });

  it('shows little of what only leads to a part, and all of a slow grid', () => {
    const part = { partFromUs: 22_000_000 };
    expect(line({ grid: { framesPerSecond: 5, originUs: 0 }, ...part }).join(' ')).toContain(
      "select='if(lt(t,20.000000),not(eq(floor(t/2),floor(prev_t/2))),not(eq(floor((t-(0.000000))*5",
    );
    expect(line({ grid: { framesPerSecond: 0.2, originUs: 0 }, ...part }).join(' ')).not.toContain('lt(t,');
  });

  it('never lets a file format that opens other files through', () => {
    for (const name of ['hls', 'dash', 'concat', 'image2', 'sdp', 'applehttp', 'lavfi']) {
      expect(FILE_FORMATS.split(',')).not.toContain(name);
    }
  });

  const inputs: [DecodeArgs['input'], protocols: string, formats: string, source: string][] = [
    [
      { kind: 'rtsp', url: 'rtsp://10.0.0.1/1', transport: 'tcp', timeoutMs: 5000 },
      'rtsp,rtp,udp,tcp',
      'rtsp,rtp,sdp',
      'rtsp://10.0.0.1/1',
    ],
    [
      { kind: 'rtsp', url: 'rtsps://10.0.0.1/1', transport: 'tcp', timeoutMs: 5000 },
      'rtsp,rtp,udp,tcp,tls',
      'rtsp,rtp,sdp',
      'rtsps://10.0.0.1/1',
    ],
    [{ kind: 'stdin', demuxer: 'mpegts' }, 'pipe', 'mpegts', 'pipe:0'],
    [{ kind: 'file', path: '/m/concat:a|b' }, 'file', FILE_FORMATS, 'file:/m/concat:a|b'],
  ];
  it.each(inputs)('whitelists by kind: %o', (input, protocols, formats, source) => {
    const args = line({ input });
    expect(valueAfter(args, '-protocol_whitelist')).toBe(protocols);
    expect(valueAfter(args, '-format_whitelist')).toBe(formats);
    expect(valueAfter(args, '-i')).toBe(source);
    expect(args.indexOf('-format_whitelist')).toBeLessThan(args.indexOf('-i'));
  });

  it('gives RTSP a transport and a socket limit in µs', () => {
    const args = line({
      input: { kind: 'rtsp', url: 'rtsp://10.0.0.1/1', transport: 'udp', timeoutMs: 5000 },
    });
    expect(valueAfter(args, '-rtsp_transport')).toBe('udp');
    expect(valueAfter(args, '-timeout')).toBe('5000000');
  });

  it('pads a letterbox at the top left, in RGB, with the exact grey', () => {
    expect(valueAfter(line({ format: letterbox }), '-vf')).toContain(
      "scale=w='max(1,floor(iw*min(416/iw,416/ih)+0.000001))':h='max(1,floor(ih*min(416/iw,416/ih)+0.000001))':" +
        'flags=bilinear,format=rgb24,pad=w=416:h=416:x=0:y=0:color=0x727272,format=bgr24,settb',
    );
  });

  it('decodes keyframes only, unfiltered, and selects every picture, when asked', () => {
    const args = line({ keyframesOnly: true });
    expect(valueAfter(args, '-skip_frame')).toBe('nokey');
    expect(valueAfter(args, '-skip_loop_filter')).toBe('all');
    // Errors would grow from picture to picture.
    expect(line({})).not.toContain('-skip_loop_filter');
    expect(valueAfter(args, '-vf')).not.toContain('select');
  });

  it('uses the old name of -fps_mode before 5.1', () => {
    expect(line({ version: { major: 5, minor: 0 } })).toContain('-vsync');
    expect(line({ version: { major: 7, minor: 1 } })).toContain('-fps_mode');
  });

  it('refuses sizes that are no numbers', () => {
    expect(() => line({ format: { ...stretch, widthPx: Number.NaN } })).toThrow(RangeError);
  });
});
