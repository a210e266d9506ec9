/** Finds model cards: the ones Pantau brings, and the user's own beside their ONNX files. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRoadUserClass, ROAD_USER_CLASSES } from '../pipelines/domain/classes.ts';
import { YOLOX_MULTIPLE_PX } from '../pipelines/domain/detect/decode-yolox.ts';
import { AnalysisError } from '../pipelines/errors.ts';
import { type ModelCard, modelCardSchema } from './card.ts';
import { packageRoot } from './package-root.ts';

/** The model that runs where nothing else is asked for (DESIGN §6). */
export const DEFAULT_MODEL_ID = 'centernet-mobilenetv3';

/** A card is a page of JSON; anything larger is some other file. */
const MAX_CARD_BYTES = 256 * 1024;

/** Values that each output decoder reads, in the order in which the card names them. */
const OUTPUTS_OF_DECODER = { 'centernet-topk': ['scores', 'classes', 'boxes'], yolox: ['grid'] } as const;

/** Folder of the cards that come with Pantau. */
export function builtInCardDir(root: string = packageRoot()): string {
  return join(root, 'models/cards');
}

/** What a schema can't say about one card; empty when nothing is wrong. */
function cardFaults(card: ModelCard): string[] {
  const faults: string[] = [];
  const outputs = OUTPUTS_OF_DECODER[card.output.decoder];
  if (card.output.names.length !== outputs.length) {
    faults.push(
      `output.names: the decoder ${card.output.decoder} reads ${outputs.length} outputs (${outputs.join(', ')}), ` +
        `the card names ${card.output.names.length}`,
    );
  }
  const { size } = card.input;
  const isFreeYolox = card.output.decoder === 'yolox' && size.kind === 'aspect';
  if (isFreeYolox && size.multipleOfPx % YOLOX_MULTIPLE_PX !== 0) {
    faults.push(
      `input.size.multipleOfPx: found ${size.multipleOfPx}; the grids of yolox need a multiple of ${YOLOX_MULTIPLE_PX}`,
    );
  }
  if (card.thresholds.lowScore > card.thresholds.score) {
    faults.push(
      `thresholds.lowScore: ${card.thresholds.lowScore} is above thresholds.score ${card.thresholds.score}`,
    );
  }
  if (!card.labels.some(isRoadUserClass)) {
    faults.push(
      `labels: none of them is a class Pantau counts; allowed names are ${ROAD_USER_CLASSES.join(', ')}`,
    );
  }
  return faults;
}

function absoluteSource(card: ModelCard, cardPath: string): ModelCard {
  if (card.source.kind !== 'file') return card;
  const { path } = card.source;
  const absolute = path.startsWith('file:') ? fileURLToPath(path) : resolve(dirname(cardPath), path);
  return { ...card, source: { kind: 'file', path: absolute } };
}

async function readJson(path: string): Promise<unknown> {
  try {
    const { size } = await stat(path);
    if (size > MAX_CARD_BYTES) throw new Error(`${size} bytes, at most ${MAX_CARD_BYTES} are read`);
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AnalysisError('model-invalid', 'read-card', `${path} is not a model card: ${reason}`, {
      cause,
    });
  }
}

/**
 * Reads one card; a `file` source comes back as an absolute path. Throws `model-invalid` with every fault of
 * the card and where in it.
 */
export async function readCard(path: string): Promise<ModelCard> {
  const parsed = modelCardSchema.safeParse(await readJson(path));
  const faults = parsed.success
    ? cardFaults(parsed.data)
    : parsed.error.issues.map((issue) => `${issue.path.join('.') || 'card'}: ${issue.message}`);
  if (!parsed.success || faults.length > 0) {
    throw new AnalysisError(
      'model-invalid',
      'read-card',
      `${path} is not a valid card: ${faults.join('; ')}`,
    );
  }
  return absoluteSource(parsed.data, path);
}

/**
 * Every card (`*.json`) of the folders, in order of id. Throws `config-invalid` for a folder that can't be read
 * and `model-invalid` for a bad card or an id that is given twice.
 */
export async function loadCards(cardDirs: readonly string[]): Promise<ModelCard[]> {
  const cards = new Map<string, ModelCard>();
  for (const dir of cardDirs) {
    const names = await readdir(dir).catch((cause: Error) => {
      const message = `the folder of model cards ${dir} can't be read: ${cause.message}`;
      throw new AnalysisError('config-invalid', 'load-cards', message, { cause });
    });
    for (const name of names.filter((entry) => extname(entry) === '.json').sort()) {
      const card = await readCard(join(dir, name));
      if (cards.has(card.id)) {
        const message = `${join(dir, name)}: another card already has the id ${card.id}`;
        throw new AnalysisError('model-invalid', 'load-cards', message);
      }
      cards.set(card.id, card);
    }
  }
  return [...cards.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The card beside an ONNX file (`<name>.json`), with that file as its source. */
async function cardOfOnnxFile(onnxPath: string): Promise<ModelCard> {
  const path = resolve(onnxPath);
  const cardPath = `${path.slice(0, -extname(path).length)}.json`;
  const missing = (what: string, why: string) =>
    new AnalysisError('model-missing', 'find-card', `${what} does not exist${why}`);
  if (!(await isFile(path))) throw missing(path, '');
  if (!(await isFile(cardPath))) {
    const why =
      `: an ONNX file alone doesn't say its input layout, labels, licence and sha256. ` +
      `Write a card beside it (models/README.md shows one), or give the id of a card`;
    throw missing(cardPath, why);
  }
  return { ...(await readCard(cardPath)), source: { kind: 'file', path } };
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
}

/**
 * The card for what a user wrote after `--model`: the id of a card in `cardDirs`, the path of a card, or the
 * path of an ONNX file with its card beside it. Throws `model-unknown` with the known ids, `model-missing` for
 * a path that isn't there, `model-invalid` for a bad card.
 */
export async function findCard(
  idOrPath: string,
  cardDirs: readonly string[] = [builtInCardDir()],
): Promise<ModelCard> {
  const extension = extname(idOrPath).toLowerCase();
  if (extension === '.onnx') return cardOfOnnxFile(idOrPath);
  const cards = await loadCards(cardDirs);
  const card = cards.find(({ id }) => id === idOrPath);
  if (card !== undefined) return card;
  if (extension === '.json') {
    if (await isFile(idOrPath)) return readCard(resolve(idOrPath));
    throw new AnalysisError('model-missing', 'find-card', `${resolve(idOrPath)} does not exist`);
  }
  const known = cards.map(({ id }) => id).join(', ') || 'none';
  const message =
    `no model card has the id ${JSON.stringify(idOrPath)}; known ids: ${known}. ` +
    `A path must end in .onnx (its card beside it) or .json`;
  throw new AnalysisError('model-unknown', 'find-card', message);
}
