/** From a model card to the picture the decoder has to make. */
import type { ModelCard } from '../../../models/card.ts';
import { inputSize } from '../../domain/detect/letterbox.ts';
import type { FrameFormat, SourceInfo } from '../../ports.ts';

/** The frame format of a camera for a model: size by the card's rule and the camera's aspect, colours as it wants. */
export function detectorFormat(
  card: ModelCard,
  source: Pick<SourceInfo, 'widthPx' | 'heightPx'>,
): FrameFormat {
  return {
    ...inputSize(card.input.size, source),
    pixelFormat: card.input.colourOrder === 'rgb' ? 'rgb24' : 'bgr24',
    fit: card.input.resize,
    padValue: card.input.padValue,
  };
}

/** Bytes of one frame of that format: three bytes per pixel. */
export function frameByteLength(format: { readonly widthPx: number; readonly heightPx: number }): number {
  return format.widthPx * format.heightPx * 3;
}
