/** The models that are compared, and what is missing of them on this machine. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ModelCard } from '../../../models/card.ts';
import { builtInCardDir, DEFAULT_MODEL_ID, findCard } from '../../../models/registry.ts';
import { ensureModel, modelPath } from '../../../models/store.ts';
import type { Places } from './recorded-scene.ts';

/** A model that can be run. */
export interface ReadyModel {
  readonly card: ModelCard;
  readonly path: string;
}

/** A model that is there, or what it lacks. */
export type FoundModel = { readonly model: ReadyModel } | { readonly id: string; readonly missing: string };

/** The default, and what it is compared with. */
export const COMPARED_MODEL_IDS = [DEFAULT_MODEL_ID, 'yolox-nano'] as const;

/** Files in the shared folder are named as their publisher names them. */
const SHARED_FILES: Readonly<Record<string, string>> = { 'yolox-nano': 'models/yolox_nano.onnx' };

/** Finds a model without downloading; the default is made from its npm package if it isn't ready. */
export async function findModel(id: string, places: Places, modelDir: string): Promise<FoundModel> {
  const ownDir = path.join(modelDir, 'cards');
  const dirs = [builtInCardDir(places.root), ...(existsSync(ownDir) ? [ownDir] : [])];
  const card = await findCard(id, dirs);
  if (card.source.kind === 'npm') {
    const ready = await ensureModel(card, { modelDir, packageRoot: places.root, allowLicences: [] });
    return { model: { card, path: ready } };
  }
  const shared = SHARED_FILES[card.id];
  const candidates = [
    modelPath(card, modelDir),
    ...(shared === undefined ? [] : [path.join(places.sharedDir, shared)]),
  ];
  const found = candidates.find((file) => existsSync(file));
  return found === undefined
    ? { id, missing: `file not found: ${candidates.join(' or ')} (pantau models fetch ${id})` }
    : { model: { card, path: found } };
}

/** The same network fed with pictures of another long side; only for models that take any size. */
export function withLongSide(card: ModelCard, longSidePx: number): ModelCard {
  if (card.input.size.kind !== 'aspect') return card;
  return { ...card, input: { ...card.input, size: { ...card.input.size, longSidePx } } };
}
