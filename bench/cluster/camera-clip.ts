/** The stream of a simulated camera: real footage, encoded once as common cameras send it, kept in the data folder. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a camera sends. */
export interface ClipOptions {
  readonly footage: string;
  /** Where the clip is kept. */
  readonly folder: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** An encoded clip. */
export interface CameraClip {
  readonly file: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly framesPerSecond: number;
  readonly keyframeIntervalS: number;
  /** Pictures of one loop: whole seconds, so that keyframes stay a second apart over the loop's seam. */
  readonly frames: number;
}

/** PETS09-S2L1 has 795 pictures. */
const FRAMES = 775;
const FRAMES_PER_SECOND = 25;
const KEYFRAME_INTERVAL_S = 1;
/** Bits per pixel and picture that give 4 Mbit/s at 1080p25, the usual default of IP cameras. */
const BITS_PER_PIXEL = 4_000_000 / (1920 * 1080 * 25);

/**
 * Encodes the footage stretched to the size, so that normalised coordinates of its truth stay right: High profile with
 * CABAC and deblocking, no B-frames, a keyframe each second, a constant rate.
 */
export async function cameraClip(options: ClipOptions): Promise<CameraClip> {
  const { footage, folder, widthPx, heightPx } = options;
  const name = `camera-${widthPx}x${heightPx}-${FRAMES_PER_SECOND}fps-v1.mp4`;
  const file = path.join(folder, name);
  if (!existsSync(file)) await encode({ footage, file, widthPx, heightPx });
  return {
    ...{ file, widthPx, heightPx },
    framesPerSecond: FRAMES_PER_SECOND,
    keyframeIntervalS: KEYFRAME_INTERVAL_S,
    frames: FRAMES,
  };
}

interface Encoding {
  readonly footage: string;
  readonly file: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

async function encode({ footage, file, widthPx, heightPx }: Encoding): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const bits = String(Math.round(BITS_PER_PIXEL * widthPx * heightPx * FRAMES_PER_SECOND));
  const unfinished = `${file}.${process.pid}.part.mp4`;
  const gop = String(FRAMES_PER_SECOND * KEYFRAME_INTERVAL_S);
  try {
    await run('ffmpeg', [
      ...['-nostdin', '-y', '-loglevel', 'error', '-r', String(FRAMES_PER_SECOND), '-i', footage],
      ...['-frames:v', String(FRAMES), '-an', '-vf', `scale=${widthPx}:${heightPx},setsar=1`],
      ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-pix_fmt', 'yuv420p'],
      ...['-b:v', bits, '-maxrate', bits, '-bufsize', bits],
      ...['-g', gop, '-keyint_min', gop, '-sc_threshold', '0', '-bf', '0', unfinished],
    ]);
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
  }
}
