/** One picture of a camera for drawing on, as JPEG. It exists in memory only. */
import sharp from 'sharp';
import { createSource } from '../../pipelines/adapters/decode/live-camera.ts';
import { AnalysisError } from '../../pipelines/errors.ts';
import type { Frame, FrameFormat, FrameSource, SourceInfo } from '../../pipelines/ports.ts';
import { openRecording } from '../../pipelines/recording.ts';
import type { CameraEntry } from '../cluster/cameras.ts';
import type { Secrets } from '../secrets.ts';
import { registeredSource, type SourceRules } from './sources.ts';

/** Wide enough to draw on, small enough to send often. */
const WIDEST_PX = 1280;
const JPEG_QUALITY = 80;
/** Asked of the source until the first picture has come. */
const FRAMES_PER_SECOND = 5;

export interface SnapshotOptions {
  readonly secrets: Secrets;
  readonly rules: SourceRules & { readonly cameraHosts: readonly string[] };
}

/** @throws AnalysisError the source's own, or `source-unreachable` when no picture came before `signal`. */
export async function takeSnapshot(
  entry: CameraEntry,
  { secrets, rules }: SnapshotOptions,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const opened = await openPictures(entry, { secrets, rules }, signal);
  const info = await opened.source.probe(signal);
  const format = formatOf(info);
  const request = { format, framesPerSecond: FRAMES_PER_SECOND, keyframesOnly: false };
  for await (const event of opened.source.frames(request, signal)) {
    if (event.kind === 'frame') return await toJpeg(event.frame, format);
  }
  const reason = opened.lastReason();
  throw new AnalysisError(
    'source-unreachable',
    'snapshot',
    `camera ${entry.cameraId} sent no picture in time${reason === undefined ? '' : `: ${reason}`}`,
  );
}

interface Pictures {
  readonly source: FrameSource;
  /** What the source said of itself last, without credentials. */
  readonly lastReason: () => string | undefined;
}

async function openPictures(
  entry: CameraEntry,
  { secrets, rules }: SnapshotOptions,
  signal: AbortSignal,
): Promise<Pictures> {
  const definition = registeredSource(entry, secrets);
  if (definition === undefined) {
    throw new AnalysisError('source-missing', 'snapshot', `camera ${entry.cameraId} has no source`);
  }
  if (definition.kind === 'recording') {
    const { mediaRoot } = rules;
    const { source } = await openRecording({ path: definition.path, startUs: 0, mediaRoot }, signal);
    return { source, lastReason: () => undefined };
  }
  let reason: string | undefined;
  const source = createSource(
    { kind: definition.kind, url: definition.url, allowedHosts: rules.cameraHosts },
    {
      allowedNetworks: rules.cameraNetworks,
      onStatus: (status) => {
        reason = status.reason;
      },
    },
  );
  return { source, lastReason: () => reason };
}

/** Even sides, as decoders like them. */
function formatOf({ widthPx, heightPx }: SourceInfo): FrameFormat {
  const scale = Math.min(1, WIDEST_PX / widthPx);
  const even = (sidePx: number): number => Math.max(2, 2 * Math.round((sidePx * scale) / 2));
  return {
    widthPx: even(widthPx),
    heightPx: even(heightPx),
    pixelFormat: 'rgb24',
    fit: 'stretch',
    padValue: 0,
  };
}

async function toJpeg(frame: Frame, { widthPx, heightPx }: FrameFormat): Promise<Uint8Array> {
  try {
    const raw = { width: widthPx, height: heightPx, channels: 3 } as const;
    return await sharp(frame.data, { raw }).jpeg({ quality: JPEG_QUALITY }).toBuffer();
  } finally {
    frame.release();
  }
}
