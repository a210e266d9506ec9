/** The scene reference of a recording: a picture a second, read once, kept only as signatures. */
import { referenceOfSignatures } from '../../domain/guard/scene-reference.ts';
import { GRID, type SceneSignature, sceneSignature } from '../../domain/guard/scene-signature.ts';
import { AnalysisError } from '../../errors.ts';
import type { FrameRequest, FrameSource } from '../../ports.ts';

/** Pictures beyond two minutes add nothing to what stands still. */
const MOST_PICTURES = 120;

/** Any size does; this one keeps 16 pixels a side for each cell. */
const REQUEST: FrameRequest = {
  format: {
    ...{ widthPx: GRID.columns * 16, heightPx: GRID.rows * 16 },
    ...{ pixelFormat: 'rgb24', fit: 'stretch', padValue: 0 },
  },
  framesPerSecond: 1,
  keyframesOnly: false,
};

/**
 * What belongs into the site file as `sceneReference` for a camera that sees what the recording shows.
 * @throws AnalysisError `job-invalid` when the recording is too short or nothing in it stands still, and the
 *   `source-…` faults.
 */
export async function recordedReference(source: FrameSource, signal: AbortSignal): Promise<string> {
  const signatures: SceneSignature[] = [];
  for await (const event of source.frames(REQUEST, signal)) {
    if (event.kind === 'gap') continue;
    const { frame } = event;
    const { widthPx } = REQUEST.format;
    signatures.push(sceneSignature({ data: frame.data, widthPx, area: REQUEST.format }));
    frame.release();
    if (signatures.length === MOST_PICTURES) break;
  }
  try {
    return referenceOfSignatures(signatures);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new AnalysisError('job-invalid', 'scene-reference', error.message, { cause: error });
  }
}
