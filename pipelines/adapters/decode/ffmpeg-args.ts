/**
 * The command lines of ffmpeg and ffprobe, from typed options. Pure. Only numbers and names from fixed lists
 * enter a filter string; the one text of the user's is the value after `-i`, which can't become an option.
 */
import type { FrameFormat } from '../../ports.ts';
import { type SamplingGrid, samplingExpression, seconds } from './sampling.ts';

/** Where ffmpeg reads from. */
export type FfmpegInput =
  /** An absolute path of a recording. */
  | { readonly kind: 'file'; readonly path: string }
  /**
   * A camera. `url` is `rtsp://` or `rtsps://`, already checked and pinned to an address by the caller;
   * `timeoutMs` is the limit of one socket operation.
   */
  | {
      readonly kind: 'rtsp';
      readonly url: string;
      readonly transport: 'tcp' | 'udp';
      readonly timeoutMs: number;
    }
  /** Bytes the caller writes to stdin, in the container `demuxer`. */
  | { readonly kind: 'stdin'; readonly demuxer: StdinDemuxer };

/** Containers that may be fed through stdin: HLS segments and MJPEG. */
export const STDIN_DEMUXERS = ['mpegts', 'mp4', 'mjpeg', 'mpjpeg', 'matroska'] as const;
export type StdinDemuxer = (typeof STDIN_DEMUXERS)[number];

/** What to decode and how. */
export interface DecodeArgs {
  readonly input: FfmpegInput;
  readonly format: FrameFormat;
  /** Undefined selects every picture. */
  readonly grid?: SamplingGrid;
  /** Earlier pictures, in the stream's own time stamps, are of no use; needs a `grid`. See `samplingExpression`. */
  readonly partFromUs?: number;
  /** Decode keyframes only (`KEYFRAMES_ONLY`): about a seventh of the cost, one picture per GOP at most. */
  readonly keyframesOnly: boolean;
  /** Seek, in the stream's own time stamps, to the keyframe at or before this before decoding. Files only. */
  readonly seekPtsUs?: number;
  /** For a file without any time stamp (raw H.264): number its pictures at this rate. */
  readonly assumedFramesPerSecond?: number;
  /** `-fps_mode` exists from 5.1; older versions call it `-vsync`. */
  readonly version: FfmpegVersion;
}

export interface FfmpegVersion {
  readonly major: number;
  readonly minor: number;
}

/** Options before and after `-i`, as `ffmpeg-command.ts` needs them. */
export interface CommandParts {
  readonly inputOptions: readonly string[];
  readonly source: string;
  readonly outputOptions: readonly string[];
  readonly target: string;
}

/** 7680 × 4320: 8K. A 752 KB file of one 16000 × 16000 picture took 864 MB without the limit (RELIABILITY §2.2). */
export const MAX_PIXELS = 33_177_600;

/** Containers of recordings; never `hls`, `dash`, `concat`, `image2`, which open other files (RELIABILITY §2.4). */
export const FILE_FORMATS =
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,mpeg,mpegvideo,avi,flv,asf,dhav,h264,hevc,m4v,mjpeg,ivf';

/**
 * Decoders (ffmpeg's names; `msmpeg4` is msmpeg4v3) that real cameras, recorders and exports use. Rare decoders
 * are where the memory faults live (CVE-2026-8461 is MagicYUV), so nothing else is ever opened.
 */
export const VIDEO_DECODERS =
  'h264,hevc,mpeg4,msmpeg4,msmpeg4v2,mjpeg,vp8,vp9,libdav1d,mpeg2video,mpeg1video,mpegvideo,h263,flv';

/**
 * ffprobe opens a decoder for every stream and ends when one is refused, so the usual sound and subtitle decoders are
 * allowed there; nothing is decoded with them later.
 */
export const PROBE_DECODERS =
  `${VIDEO_DECODERS},aac,mp3,mp3float,mp2,mp2float,ac3,opus,vorbis,flac,amrnb,amrwb,g722,g726,g726le,` +
  'pcm_alaw,pcm_mulaw,pcm_s16le,pcm_s16be,pcm_u8,adpcm_ms,adpcm_ima_wav,wmav1,wmav2,mov_text,subrip,ass,ssa,webvtt';

/** Metadata key that makes the `metadata` filter print a line for every picture (it skips ones without any). */
const MARK = 'pantau';

/** `fast_bilinear` is hardly cheaper and aliases when scaling down: PSNR against Lanczos 31 dB, `bilinear` 37. */
export const SCALER = 'bilinear';

/**
 * Scaled as YUV, then turned into RGB: in one step ffmpeg does both in plain C, which is most of a recording's decoding
 * (2.9 s of 4.3 for 3180 pictures of 768×576 to 512×384; so 0.9 of 2.1). 4:2:2 costs what 4:2:0 does and keeps the
 * colours: within 5 of 255 of the one step, and nearer to Lanczos (PSNR 37.2 dB against 36.9). `yuvj422p` is the same for
 * cameras of full range. The fast conversion gives the same bytes on every CPU with AVX2, as the network does at best.
 */
const SCALED_AS = 'yuv422p|yuvj422p';
/** The fast conversion takes eight pixels at a time, and two rows; other sizes are left to the one step. */
const FAST_WIDTH_PX = 8;
const FAST_HEIGHT_PX = 2;

/**
 * Keyframes build on no other picture: without the loop filter (H.264, H.265) no error grows, and the block edges that stay
 * cost the counts nothing (`bench/findings.md`).
 */
export const KEYFRAMES_ONLY = ['-skip_frame', 'nokey', '-skip_loop_filter', 'all'] as const;

/** The whole decode command: frames on stdout, one `frame:… pts:…` line per frame (µs) on fd 3. */
export function decodeCommand(args: DecodeArgs): CommandParts {
  return {
    inputOptions: [
      '-nostdin',
      '-hide_banner',
      '-nostats',
      ...['-loglevel', 'level+warning'],
      ...guards(args.input),
      ...transport(args.input),
      ...['-threads', '1'],
      ...(args.keyframesOnly ? KEYFRAMES_ONLY : []),
      ...(args.assumedFramesPerSecond === undefined ? [] : ['-r', number(args.assumedFramesPerSecond)]),
      ...seek(args.seekPtsUs),
      '-copyts',
    ],
    source: source(args.input),
    outputOptions: [
      // Capital V leaves out cover pictures, which are video streams too.
      ...['-map', '0:V:0', '-an', '-sn', '-dn'],
      // The raw encoder's too: threads of its own give a picture only when the next one is there, and wake each other.
      ...['-threads', '1'],
      ...['-filter_threads', '1'],
      ...['-vf', filterChain(args)],
      ...(hasFpsMode(args.version) ? ['-fps_mode', 'passthrough'] : ['-vsync', 'passthrough']),
      ...['-pix_fmt', args.format.pixelFormat, '-f', 'rawvideo'],
    ],
    target: 'pipe:1',
  };
}

/** Whitelists and limits that every opening of `input` needs, in ffmpeg and in ffprobe. */
export function guards(input: FfmpegInput, decoders: string = VIDEO_DECODERS): string[] {
  return [
    ...['-protocol_whitelist', protocols(input)],
    ...['-format_whitelist', formats(input)],
    ...['-codec_whitelist', decoders],
    ...['-max_pixels', String(MAX_PIXELS)],
  ];
}

/** The argument after `-i`. `file:` keeps a name such as `concat:a` from being read as a protocol. */
export function source(input: FfmpegInput): string {
  if (input.kind === 'file') return `file:${input.path}`;
  return input.kind === 'rtsp' ? input.url : 'pipe:0';
}

/** Bytes of one frame. */
export function frameBytes(format: Pick<FrameFormat, 'widthPx' | 'heightPx'>): number {
  return format.widthPx * format.heightPx * 3;
}

function protocols(input: FfmpegInput): string {
  if (input.kind === 'file') return 'file';
  if (input.kind === 'stdin') return 'pipe';
  return input.url.toLowerCase().startsWith('rtsps:') ? 'rtsp,rtp,udp,tcp,tls' : 'rtsp,rtp,udp,tcp';
}

function formats(input: FfmpegInput): string {
  if (input.kind === 'file') return FILE_FORMATS;
  return input.kind === 'rtsp' ? 'rtsp,rtp,sdp' : input.demuxer;
}

/**
 * Live inputs start at once instead of after 5 s of probing. `low_delay` is left out on purpose: it gives pictures
 * in decode order, and public HLS streams do carry B-frames.
 */
function transport(input: FfmpegInput): string[] {
  if (input.kind === 'file') return [];
  const probing = ['-analyzeduration', '500000', '-probesize', '500000'];
  if (input.kind === 'stdin') return ['-f', input.demuxer, '-fflags', 'discardcorrupt', ...probing];
  return [
    ...['-rtsp_transport', input.transport],
    // From ffmpeg 5.0 on this is the socket limit in µs; 4.x would listen instead, so 4.x is refused at start.
    ...['-timeout', String(Math.round(input.timeoutMs * 1000))],
    ...['-fflags', 'nobuffer+discardcorrupt', ...probing],
  ];
}

/** Lands on a keyframe and shows every picture from there: the reader drops what it doesn't want. */
function seek(seekPtsUs: number | undefined): string[] {
  if (seekPtsUs === undefined) return [];
  return ['-seek_timestamp', '1', '-noaccurate_seek', '-ss', seconds(seekPtsUs)];
}

function filterChain({ format, grid, partFromUs }: DecodeArgs): string {
  const { widthPx, heightPx, pixelFormat, fit, padValue } = format;
  const chain = grid === undefined ? [] : [`select='${samplingExpression(grid, partFromUs)}'`];
  if (fit === 'stretch') chain.push(...stretch({ widthPx, heightPx }), `format=${pixelFormat}`);
  else chain.push(...letterbox({ widthPx, heightPx, padValue }), `format=${pixelFormat}`);
  // Whole µs, so that neither the stream's time base nor 6-digit seconds reach the reader.
  chain.push('settb=1/1000000', `metadata=mode=add:key=${MARK}:value=1`);
  // Without direct=1 the lines arrive only at exit.
  chain.push(`metadata=mode=print:key=${MARK}:file='pipe\\:3':direct=1`);
  return chain.join(',');
}

function stretch({ widthPx, heightPx }: Pick<FrameFormat, 'widthPx' | 'heightPx'>): string[] {
  const scale = `scale=w=${number(widthPx)}:h=${number(heightPx)}:flags=${SCALER}`;
  const isFast = widthPx % FAST_WIDTH_PX === 0 && heightPx % FAST_HEIGHT_PX === 0;
  return isFast ? [scale, `format=${SCALED_AS}`, `scale=flags=${SCALER}`] : [scale];
}

/** `pictureArea` of the domain in ffmpeg's words: to the pixel the same. */
function letterbox(format: { widthPx: number; heightPx: number; padValue: number }): string[] {
  const [w, h] = [number(format.widthPx), number(format.heightPx)];
  const side = (px: string) => `'max(1,floor(${px}*min(${w}/iw,${h}/ih)+0.000001))'`;
  const grey = Math.min(255, Math.max(0, Math.round(format.padValue)))
    .toString(16)
    .padStart(2, '0');
  return [
    `scale=w=${side('iw')}:h=${side('ih')}:flags=${SCALER}`,
    // In RGB, so that the padding has exactly `padValue` and not its nearest YUV neighbour.
    'format=rgb24',
    `pad=w=${w}:h=${h}:x=0:y=0:color=0x${grey}${grey}${grey}`,
  ];
}

function hasFpsMode({ major, minor }: FfmpegVersion): boolean {
  return major > 5 || (major === 5 && minor >= 1);
}

function number(value: number): string {
  if (!Number.isFinite(value) || value <= 0) throw new RangeError(`not a positive number: ${value}`);
  return String(value);
}
