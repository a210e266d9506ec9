/** H.264 for the fake camera: one file encoded once into memory, cut into access units, packed as RTP. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** One picture as the camera sends it: its NAL units without start codes. */
export interface AccessUnit {
  readonly nals: readonly Buffer[];
  readonly isKeyframe: boolean;
}

/** A whole clip in memory. */
export interface H264Media {
  readonly units: readonly AccessUnit[];
  readonly framesPerSecond: number;
  readonly sps: Buffer;
  readonly pps: Buffer;
}

/** What of the file is encoded and how. */
export interface EncodeOptions {
  readonly file: string;
  /** Rate of the encoded stream. */
  readonly framesPerSecond: number;
  /** Pictures between keyframes. */
  readonly gop: number;
  readonly maxFrames?: number;
  readonly widthPx?: number;
}

const NAL_IDR = 5;
const NAL_SPS = 7;
const NAL_PPS = 8;
const NAL_AUD = 9;
const FU_A = 28;

/** Encodes `file` with x264, no B-frames, headers before each keyframe, a delimiter before each picture. */
export async function encodeH264(options: EncodeOptions): Promise<H264Media> {
  const scale = options.widthPx === undefined ? [] : ['-vf', `scale=${options.widthPx}:-2`];
  const limit = options.maxFrames === undefined ? [] : ['-frames:v', String(options.maxFrames)];
  const child = spawn(
    'ffmpeg',
    [
      '-nostdin',
      '-hide_banner',
      '-loglevel',
      'error',
      '-r',
      String(options.framesPerSecond),
      '-i',
      options.file,
    ]
      .concat(limit, scale, ['-an', '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'])
      .concat(['-g', String(options.gop), '-bf', '0', '-x264-params', 'aud=1:scenecut=0:sliced-threads=0'])
      .concat(['-f', 'h264', 'pipe:1']),
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`ffmpeg could not encode ${options.file}: exit ${code}`);
  return toMedia(splitNals(Buffer.concat(chunks)), options.framesPerSecond);
}

function toMedia(nals: readonly Buffer[], framesPerSecond: number): H264Media {
  const units: AccessUnit[] = [];
  let current: Buffer[] = [];
  const flush = (): void => {
    if (current.length > 0) {
      units.push({ nals: current, isKeyframe: current.some((nal) => nalType(nal) === NAL_IDR) });
    }
    current = [];
  };
  for (const nal of nals) {
    if (nalType(nal) === NAL_AUD) flush();
    else current.push(nal);
  }
  flush();
  const sps = nals.find((nal) => nalType(nal) === NAL_SPS);
  const pps = nals.find((nal) => nalType(nal) === NAL_PPS);
  if (sps === undefined || pps === undefined) throw new Error('the encoded stream has no parameter sets');
  return { units, framesPerSecond, sps, pps };
}

function nalType(nal: Buffer): number {
  return (nal[0] ?? 0) & 0x1f;
}

/** Cuts an Annex-B stream at its start codes. */
export function splitNals(stream: Buffer): Buffer[] {
  const startCode = Buffer.from([0, 0, 1]);
  const nals: Buffer[] = [];
  let at = stream.indexOf(startCode);
  while (at >= 0) {
    const begin = at + 3;
    const next = stream.indexOf(startCode, begin);
    let end = next < 0 ? stream.length : next;
    while (end > begin && stream[end - 1] === 0) end -= 1;
    if (end > begin) nals.push(stream.subarray(begin, end));
    at = next;
  }
  return nals;
}

/** Session description of RFC 6184 with the parameter sets in it. */
export function describeMedia(media: H264Media): string {
  const profile = media.sps.subarray(1, 4).toString('hex');
  const sets = `${media.sps.toString('base64')},${media.pps.toString('base64')}`;
  return [
    'v=0',
    'o=- 0 0 IN IP4 127.0.0.1',
    's=fake camera',
    'c=IN IP4 0.0.0.0',
    't=0 0',
    'm=video 0 RTP/AVP 96',
    'a=rtpmap:96 H264/90000',
    `a=fmtp:96 packetization-mode=1;profile-level-id=${profile};sprop-parameter-sets=${sets}`,
    'a=control:trackID=0',
    '',
  ].join('\r\n');
}

/** Where a sender is in its RTP stream. */
export interface RtpState {
  sequence: number;
  readonly ssrc: number;
}

/** RTP packets (RFC 6184 single NAL and FU-A) of one picture. `timestamp` in 1/90000 s. */
export function packetize(unit: AccessUnit, state: RtpState, timestamp: number): Buffer[] {
  const payloads = unit.nals.flatMap(fragment);
  return payloads.map((payload, index) => {
    const header = Buffer.alloc(12);
    header[0] = 0x80;
    header[1] = 96 | (index === payloads.length - 1 ? 0x80 : 0);
    header.writeUInt16BE(state.sequence, 2);
    header.writeUInt32BE(timestamp >>> 0, 4);
    header.writeUInt32BE(state.ssrc, 8);
    state.sequence = (state.sequence + 1) & 0xffff;
    return Buffer.concat([header, payload]);
  });
}

function fragment(nal: Buffer): Buffer[] {
  const maxPayload = 1400;
  if (nal.length <= maxPayload) return [nal];
  const first = nal[0] ?? 0;
  const parts: Buffer[] = [];
  for (let at = 1; at < nal.length; at += maxPayload) {
    const isLast = at + maxPayload >= nal.length;
    const marker = (at === 1 ? 0x80 : 0) | (isLast ? 0x40 : 0);
    const header = Buffer.from([(first & 0xe0) | FU_A, marker | (first & 0x1f)]);
    parts.push(Buffer.concat([header, nal.subarray(at, at + maxPayload)]));
  }
  return parts;
}

/** True for packets of parameter sets and delimiters, which the bit-flip fault leaves alone. */
export function isParameterSet(packet: Buffer): boolean {
  const type = (packet[12] ?? 0) & 0x1f;
  return type === NAL_SPS || type === NAL_PPS;
}
