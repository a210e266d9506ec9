/** What `pantau models list|fetch|verify` do, as data; the command line only prints it. */
import { stat } from 'node:fs/promises';
import { AnalysisError } from '../pipelines/errors.ts';
import type { ModelCard } from './card.ts';
import { findCard, loadCards } from './registry.ts';
import { type EnsureModelOptions, ensureModel, modelPath } from './store.ts';
import { verifyModel } from './verify.ts';

/** Where cards and ready models are. */
export interface ModelFolders {
  readonly cardDirs: readonly string[];
  readonly modelDir: string;
}

/** One row of `models list`. */
export interface ModelListing {
  readonly id: string;
  readonly title: string;
  readonly licence: string;
  readonly sha256: string;
  /** Where it comes from: an npm package, a URL or a path. */
  readonly source: string;
  /** `damaged`: there is a file, but it isn't the one of the card. */
  readonly state: 'ready' | 'absent' | 'damaged';
}

/** What `models fetch` did. */
export interface FetchedModel {
  readonly id: string;
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** One row of `models verify`. */
export interface ModelVerdict {
  readonly id: string;
  readonly path: string;
  readonly isValid: boolean;
  /** What is wrong, where something is. */
  readonly fault?: string;
}

function describeSource({ source }: ModelCard): string {
  switch (source.kind) {
    case 'npm':
      return `npm:${source.package}`;
    case 'https':
      return source.url;
    case 'file':
      return source.path;
  }
}

async function verdict(card: ModelCard, modelDir: string): Promise<ModelVerdict & { code?: string }> {
  const path = modelPath(card, modelDir);
  try {
    await verifyModel(path, card);
    return { id: card.id, path, isValid: true };
  } catch (error) {
    if (!(error instanceof AnalysisError)) throw error;
    return { id: card.id, path, isValid: false, fault: error.message, code: error.code };
  }
}

/** Every known card with the state of its file, in order of id. */
export async function listModels({ cardDirs, modelDir }: ModelFolders): Promise<ModelListing[]> {
  const cards = await loadCards(cardDirs);
  return Promise.all(
    cards.map(async (card) => {
      const { isValid, code } = await verdict(card, modelDir);
      const missing = code === 'model-missing' ? 'absent' : 'damaged';
      const { id, title, licence, sha256 } = card;
      return { id, title, licence, sha256, source: describeSource(card), state: isValid ? 'ready' : missing };
    }),
  );
}

/** Brings one model (an id, a card's path or an ONNX file's path) into `modelDir`; errors as `ensureModel`. */
export async function fetchModel(
  idOrPath: string,
  options: EnsureModelOptions & Pick<ModelFolders, 'cardDirs'>,
): Promise<FetchedModel> {
  const card = await findCard(idOrPath, options.cardDirs);
  const path = await ensureModel(card, options);
  return { id: card.id, path, sha256: card.sha256, bytes: (await stat(path)).size };
}

/** Checks the files of the named models, or of every card whose file is there; changes nothing. */
export async function verifyModels(
  idsOrPaths: readonly string[],
  { cardDirs, modelDir }: ModelFolders,
): Promise<ModelVerdict[]> {
  const isEvery = idsOrPaths.length === 0;
  const cards = isEvery
    ? await loadCards(cardDirs)
    : await Promise.all(idsOrPaths.map((idOrPath) => findCard(idOrPath, cardDirs)));
  const verdicts = await Promise.all(cards.map((card) => verdict(card, modelDir)));
  return verdicts
    .filter(({ code }) => !isEvery || code !== 'model-missing')
    .map(({ code: _code, ...row }) => row);
}
