/** One JPEG of a camera to the frame a model wants, by sharp (libvips), which never sees anything but a JPEG. */
import sharp, { type Sharp } from 'sharp';
import { pictureArea } from '../../domain/detect/letterbox.ts';
import { AnalysisError } from '../../errors.ts';
import type { FrameFormat, SourceInfo } from '../../ports.ts';
import { MAX_PIXELS } from './ffmpeg-args.ts';

/** A picture of 8K at best quality stays below; a camera's is 0.1–2 MB. */
export const MAX_JPEG_BYTES = 20_000_000;

// A JPEG comes once and is never asked for again, and each camera's pictures already come one after the other.
sharp.cache(false);

/** A JPEG as a frame, and the upright size that it had. */
export interface DecodedJpeg {
  readonly data: Buffer;
  readonly info: SourceInfo;
}

/**
 * Decodes to `format`. Throws `source-not-video` (not a JPEG), `source-too-large` (more than `MAX_PIXELS`) or
 * `decode-failed` (damaged).
 */
export async function decodeJpeg(bytes: Buffer, format: FrameFormat): Promise<DecodedJpeg> {
  const info = await probeJpeg(bytes);
  const inner = pictureArea(format.fit, format, info);
  const { padValue } = format;
  try {
    const { data } = await open(bytes)
      .autoOrient()
      .flatten()
      .toColourspace('srgb')
      .resize(inner.widthPx, inner.heightPx, { fit: 'fill', kernel: 'linear' })
      .extend({
        right: format.widthPx - inner.widthPx,
        bottom: format.heightPx - inner.heightPx,
        background: { r: padValue, g: padValue, b: padValue },
      })
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    requireBytes(data, format);
    return { data: format.pixelFormat === 'bgr24' ? swapRedAndBlue(data) : data, info };
  } catch (cause) {
    if (cause instanceof AnalysisError) throw cause;
    throw new AnalysisError('decode-failed', 'decode-jpeg', `the camera's JPEG is damaged`, { cause });
  }
}

/** Upright size of a JPEG, from its head alone. Throws as `decodeJpeg` does. */
export async function probeJpeg(bytes: Buffer): Promise<SourceInfo> {
  // sharp would also open SVG, GIF, TIFF and more, each with its own way to be hostile.
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8 || bytes[2] !== 0xff) {
    throw new AnalysisError(
      'source-not-video',
      'decode-jpeg',
      'the camera sent something that is not a JPEG',
    );
  }
  let size: { width: number; height: number };
  try {
    const metadata = await sharp(bytes, { limitInputPixels: false, failOn: 'error' }).metadata();
    size = metadata.autoOrient;
  } catch (cause) {
    throw new AnalysisError('decode-failed', 'decode-jpeg', `the camera's JPEG has a damaged head`, {
      cause,
    });
  }
  if (size.width * size.height > MAX_PIXELS) {
    const message = `the camera's JPEG has ${size.width}×${size.height} pixels; allowed are ${MAX_PIXELS} (8K)`;
    throw new AnalysisError('source-too-large', 'decode-jpeg', message);
  }
  return { widthPx: size.width, heightPx: size.height };
}

function open(bytes: Buffer): Sharp {
  return sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error', sequentialRead: true });
}

function requireBytes(data: Buffer, format: FrameFormat): void {
  const expected = format.widthPx * format.heightPx * 3;
  if (data.length !== expected) {
    throw new AnalysisError(
      'decode-failed',
      'decode-jpeg',
      `decoded to ${data.length} bytes, not ${expected}`,
    );
  }
}

function swapRedAndBlue(data: Buffer): Buffer {
  for (let at = 0; at + 2 < data.length; at += 3) {
    const red = data[at]!;
    data[at] = data[at + 2]!;
    data[at + 2] = red;
  }
  return data;
}
