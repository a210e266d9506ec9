/** Real pictures, real models and the direct way to run them, for the `detect-*` tests. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ModelCard } from '../../models/card.ts';
import { packageRoot } from '../../models/package-root.ts';
import { builtInCardDir, readCard } from '../../models/registry.ts';
import { ensureModel } from '../../models/store.ts';
import { detectorFormat } from '../../pipelines/adapters/detect/detector-format.ts';
import type { OpenDetector } from '../../pipelines/adapters/detect/detector-pool.ts';
import { openOrtSession } from '../../pipelines/adapters/detect/ort-session.ts';
import { pictureArea } from '../../pipelines/domain/detect/letterbox.ts';
import type { Detection } from '../../pipelines/domain/types.ts';
import type { Frame, FrameFormat } from '../../pipelines/ports.ts';
import { footage } from '../support/footage.ts';

const run = promisify(execFile);
const root = packageRoot();

/** `vtest.avi` is 768×576 (DESIGN §7). */
export const FOOTAGE_SIZE = { widthPx: 768, heightPx: 576 };

/** The default model bound to the footage; made by the converter where it isn't there yet. */
export async function centernetOnFootage(cameraId: string): Promise<OpenDetector> {
  const card = await readCard(join(builtInCardDir(root), 'centernet-mobilenetv3.json'));
  const modelDir = join(root, 'var/models');
  const modelPath = await ensureModel(card, { modelDir, packageRoot: root, allowLicences: [] });
  return { card, modelPath, cameraId, ...FOOTAGE_SIZE };
}

/** YOLOX-nano bound to the footage; `modelPath` because a bare clone has no such file. */
export async function yoloxOnFootage(cameraId: string, modelPath: string): Promise<OpenDetector> {
  const card = await readCard(join(builtInCardDir(root), 'yolox-nano.json'));
  return { card, modelPath, cameraId, ...FOOTAGE_SIZE };
}

/** One picture of the footage, as the model wants it. */
export async function picture(format: FrameFormat, atS = 10): Promise<Buffer> {
  const area = pictureArea(format.fit, format, FOOTAGE_SIZE);
  const pad = format.padValue.toString(16).padStart(2, '0').repeat(3);
  const filter =
    `scale=${area.widthPx}:${area.heightPx}:flags=bilinear,format=rgb24,` +
    `pad=${format.widthPx}:${format.heightPx}:0:0:color=0x${pad},format=${format.pixelFormat}`;
  const { stdout } = await run(
    'ffmpeg',
    ['-v', 'error', '-ss', String(atS), '-i', footage(), '-frames:v', '1', '-vf', filter].concat([
      '-f',
      'rawvideo',
      '-pix_fmt',
      format.pixelFormat,
      '-',
    ]),
    { encoding: 'buffer', maxBuffer: 64 * 2 ** 20 },
  );
  return stdout;
}

/** A frame around pixels. */
export function frameOf(data: Buffer, capturedAtUs = 0): Frame {
  return { capturedAtUs, data, release: () => undefined };
}

/** The same model, session and reader without process, pipe and memory in between. */
export async function detectDirectly(request: OpenDetector, data: Buffer): Promise<Detection[]> {
  const format = detectorFormat(request.card, request);
  const { card, modelPath } = request;
  const session = await openOrtSession({
    card,
    modelPath,
    widthPx: format.widthPx,
    heightPx: format.heightPx,
  });
  session.pixels.set(data);
  const detections = await session.infer(pictureArea(format.fit, format, request));
  await session.release();
  return detections;
}

/** Cards that lie about one thing, for the refusals. */
export function withInput(card: ModelCard, change: Partial<ModelCard['input']>): ModelCard {
  return { ...card, input: { ...card.input, ...change } };
}
