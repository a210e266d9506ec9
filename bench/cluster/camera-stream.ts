/** A clip's H.264 as it is, without decoding: what a simulated camera sends. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type AccessUnit, type H264Media, splitNals } from '../../test/support/h264-media.ts';
import type { CameraClip } from './camera-clip.ts';

const run = promisify(execFile);

/** An hour of 1080p25 would be 2 GB; a clip is half a minute. */
const MAX_CLIP_BYTES = 256 * 2 ** 20;

const NAL_TYPE = 0x1f;
const [NAL_IDR, NAL_SPS, NAL_PPS, NAL_AUD] = [5, 7, 8, 9];

/** Copies the stream out of its container and cuts it into pictures. */
export async function readStream(clip: CameraClip): Promise<H264Media> {
  const { stdout } = await run(
    'ffmpeg',
    [
      ...['-nostdin', '-loglevel', 'error', '-i', clip.file, '-c', 'copy'],
      ...['-bsf:v', 'h264_mp4toannexb,h264_metadata=aud=insert', '-f', 'h264', 'pipe:1'],
    ],
    { encoding: 'buffer', maxBuffer: MAX_CLIP_BYTES },
  );
  const nals = splitNals(stdout);
  const sps = nals.find((nal) => typeOf(nal) === NAL_SPS);
  const pps = nals.find((nal) => typeOf(nal) === NAL_PPS);
  if (sps === undefined || pps === undefined) throw new Error(`${clip.file} has no parameter sets`);
  return { units: toUnits(nals), framesPerSecond: clip.framesPerSecond, sps, pps };
}

/** The same stream, beginning `offset` pictures later. */
export function rotated(media: H264Media, offset: number): H264Media {
  const { units } = media;
  return { ...media, units: [...units.slice(offset), ...units.slice(0, offset)] };
}

function toUnits(nals: readonly Buffer[]): AccessUnit[] {
  const pictures: Buffer[][] = [];
  for (const nal of nals) {
    if (typeOf(nal) === NAL_AUD) pictures.push([]);
    else pictures.at(-1)?.push(nal);
  }
  return pictures.map((picture) => ({
    nals: picture,
    isKeyframe: picture.some((nal) => typeOf(nal) === NAL_IDR),
  }));
}

function typeOf(nal: Buffer): number {
  return (nal[0] ?? 0) & NAL_TYPE;
}
