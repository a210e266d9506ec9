/** From a camera's model id to a detector bound to its picture size. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { builtInAccuracyDir, findFigures } from '../models/accuracy-figures.ts';
import { builtInCardDir, DEFAULT_MODEL_ID, findCard } from '../models/registry.ts';
import { ensureModel } from '../models/store.ts';
import type { DetectorPool } from '../pipelines/adapters/detect/detector-pool.ts';
import type { SiteCamera } from '../pipelines/site-file.ts';
import { type Config, PACKAGE_ROOT } from './config.ts';
import type { CameraModel } from './host.ts';

/** Cards that come with Pantau, then the operator's own in the model folder. */
export function cardDirs(config: Pick<Config, 'modelDir'>): string[] {
  const own = path.join(config.modelDir, 'cards');
  return [builtInCardDir(PACKAGE_ROOT), ...(existsSync(own) ? [own] : [])];
}

/**
 * Refuses cameras whose model no card describes, before they are registered: a worker would find out when it begins.
 * @throws AnalysisError `model-unknown` with the known ids, `model-missing` or `model-invalid` for a path.
 */
export async function requireKnownModels(
  cameras: readonly Pick<SiteCamera, 'model'>[],
  config: Pick<Config, 'modelDir'>,
): Promise<void> {
  const models = new Set(cameras.flatMap(({ model }) => model ?? []));
  for (const model of models) await findCard(model, cardDirs(config));
}

/**
 * Looks models up by id or by the path of an ONNX file, makes or checks the file once, and remembers it. `warn` is told
 * of accuracy figures that can't be used.
 * @throws AnalysisError `model-…` when there is no such model or its file is not the one of the card.
 */
export function createCameraModels(
  config: Pick<Config, 'modelDir' | 'allowLicences'>,
  pool: DetectorPool,
  warn: (message: string) => void,
) {
  const ready = new Map<string, Promise<CameraModel>>();
  const prepare = async (idOrPath: string): Promise<CameraModel> => {
    const card = await findCard(idOrPath, cardDirs(config));
    const modelPath = await ensureModel(card, {
      modelDir: config.modelDir,
      packageRoot: PACKAGE_ROOT,
      allowLicences: [...config.allowLicences],
    });
    return {
      card,
      figures: await findFigures(card, builtInAccuracyDir(PACKAGE_ROOT), ({ message }) =>
        warn(`accuracy figures left out: ${message}`),
      ),
      open: (info, { cameraId, priority }) =>
        pool.open({ card, modelPath, widthPx: info.widthPx, heightPx: info.heightPx, cameraId, priority }),
    };
  };
  return (idOrPath: string = DEFAULT_MODEL_ID): Promise<CameraModel> => {
    const known = ready.get(idOrPath);
    if (known !== undefined) return known;
    const model = prepare(idOrPath);
    ready.set(idOrPath, model);
    // A fetch that failed may work next time.
    model.catch(() => ready.delete(idOrPath));
    return model;
  };
}
