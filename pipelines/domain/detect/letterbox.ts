/** From a camera's picture to a network's input size, and back. The one place that knows both frames. */
import type { Box } from '../types.ts';

/** Width and height in pixels. */
export interface SizePx {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** The size rule of a model card; see `models/card.ts`. */
export type InputSizeRule =
  | { readonly kind: 'fixed'; readonly widthPx: number; readonly heightPx: number }
  | { readonly kind: 'aspect'; readonly longSidePx: number; readonly multipleOfPx: number };

/** Keeps 416 × (360/360) from becoming 415 or 417; the decoder's filter adds the same. */
const ROUNDING = 1e-6;

/** How a picture is brought to the input size; see `FrameFormat.fit`. */
export type InputFit = 'stretch' | 'letterbox';

/**
 * The network's input size for a camera. `aspect` gives the picture's long side `longSidePx` and the short side the
 * camera's aspect, both to a multiple (at least one): a fully convolutional network then works on picture only, 25–44 %
 * less than on a padded square (DESIGN §6). `stretch` takes the nearest multiple, which bends the aspect least;
 * `letterbox` the next one up, so that the picture is never shrunk for a few rows of padding.
 */
export function inputSize(rule: InputSizeRule, fit: InputFit, picture: SizePx): SizePx {
  if (rule.kind === 'fixed') return { widthPx: rule.widthPx, heightPx: rule.heightPx };
  const scale = rule.longSidePx / Math.max(picture.widthPx, picture.heightPx);
  const toMultiple = (lengthPx: number): number => {
    const multiples = lengthPx / rule.multipleOfPx;
    const whole = fit === 'stretch' ? Math.round(multiples) : Math.ceil(multiples - ROUNDING);
    return Math.max(1, whole) * rule.multipleOfPx;
  };
  return { widthPx: toMultiple(picture.widthPx * scale), heightPx: toMultiple(picture.heightPx * scale) };
}

/**
 * The part of the input, from its top left corner, that the picture fills. `stretch`: all of it. `letterbox`: the
 * largest size of the picture's aspect, cut to whole pixels as YOLOX's `preproc` does, and as the decoder's filter does
 * to the pixel.
 */
export function pictureArea(fit: InputFit, input: SizePx, picture: SizePx): SizePx {
  if (fit === 'stretch') return { widthPx: input.widthPx, heightPx: input.heightPx };
  const ratio = Math.min(input.widthPx / picture.widthPx, input.heightPx / picture.heightPx);
  return {
    widthPx: Math.max(1, Math.floor(picture.widthPx * ratio + ROUNDING)),
    heightPx: Math.max(1, Math.floor(picture.heightPx * ratio + ROUNDING)),
  };
}

/** A box in input pixels: left, top, right, bottom. */
export interface InputBoxPx {
  readonly leftPx: number;
  readonly topPx: number;
  readonly rightPx: number;
  readonly bottomPx: number;
}

/**
 * The inverse of the resize: input pixels to normalised coordinates of the upright picture, clipped to 0..1.
 * `undefined` when nothing of the box lies in the picture, or when it isn't a box (no width, no height, not a number).
 *
 * @param area what `pictureArea` gave for this camera.
 */
export function toPictureBox(box: InputBoxPx, area: SizePx): Box | undefined {
  const left = clip(box.leftPx / area.widthPx);
  const top = clip(box.topPx / area.heightPx);
  const right = clip(box.rightPx / area.widthPx);
  const bottom = clip(box.bottomPx / area.heightPx);
  return right > left && bottom > top ? { left, top, right, bottom } : undefined;
}

/** NaN stays NaN, so that the comparisons above refuse it. */
function clip(value: number): number {
  return Math.min(1, Math.max(0, value));
}
