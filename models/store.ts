/** The folder of ready models: brings the one a card describes there, checked, whole, or not at all. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AnalysisError } from '../pipelines/errors.ts';
import type { ModelCard } from './card.ts';
import { convertCenternet } from './centernet/convert.ts';
import { downloadToPart } from './download.ts';
import { assertLicenceAllowed } from './licence.ts';
import { withFileLock } from './lock.ts';
import { MAX_MODEL_BYTES, readModelBytes, verifyModel, verifyModelBytes } from './verify.ts';

/** What is being done for a model; `bytes` only grows while downloading. */
export interface ModelProgress {
  readonly modelId: string;
  readonly phase: 'discard-damaged' | 'convert' | 'copy' | 'download' | 'verify';
  readonly bytes?: number;
  readonly totalBytes?: number;
}

/** Where models are kept and what the user allows. */
export interface EnsureModelOptions {
  /** Folder of the ready files, `<id>.onnx` each; made when it isn't there. */
  readonly modelDir: string;
  /** Folder with Pantau's `package.json`, from which npm packages are found. */
  readonly packageRoot: string;
  /** Another place for the same bytes: a path, a `file:` or an `https:` URL. The card's sha256 still decides. */
  readonly from?: string;
  /** Ids of cards whose AGPL licence the user accepts. */
  readonly allowLicences: readonly string[];
  readonly onProgress?: (progress: ModelProgress) => void;
  readonly signal?: AbortSignal;
  /** Wait before a broken download is continued; see `DownloadRequest`. */
  readonly retryDelayMs?: number;
}

type NpmSource = Extract<ModelCard['source'], { kind: 'npm' }>;

/** Path at which the ready file of a card lies. */
export function modelPath(card: ModelCard, modelDir: string): string {
  return join(resolve(modelDir), `${card.id}.onnx`);
}

/** The nearest `node_modules/<name>` at or above the package's root, as npm may hoist it. */
function findPackage(name: string, root: string): string {
  for (let folder = resolve(root); ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) break;
  }
  const message = `the npm package ${name} is not installed below ${root}: run npm ci`;
  throw new AnalysisError('model-missing', 'convert-model', message);
}

async function convert(card: ModelCard, source: NpmSource, root: string): Promise<Uint8Array> {
  const folder = findPackage(source.package, root);
  try {
    const [topology, weights] = await Promise.all(source.files.map((file) => readFile(join(folder, file))));
    if (topology === undefined || weights === undefined) {
      throw new Error(`the converter ${source.converter} needs two files: topology and weights`);
    }
    return convertCenternet(topology.toString('utf8'), weights);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `${card.id} can't be built from ${source.package}: ${reason}`;
    throw new AnalysisError('model-invalid', 'convert-model', message, { cause });
  }
}

/** Written beside, forced to disk, then renamed: under the final name there is a whole file or none. */
async function writeWhole(bytes: Uint8Array, path: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await publish(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function publish(temporary: string, path: string): Promise<void> {
  await rename(temporary, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Whether the ready file is there and right; a damaged one is removed. */
async function isReady(card: ModelCard, path: string, options: EnsureModelOptions): Promise<boolean> {
  if (!existsSync(path)) return false;
  try {
    await verifyModel(path, card);
    return true;
  } catch (error) {
    if (!(error instanceof AnalysisError)) throw error;
    options.onProgress?.({ modelId: card.id, phase: 'discard-damaged' });
    await rm(path, { force: true });
    return false;
  }
}

/**
 * Downloads, checks, puts in place. Bytes of a wrong sha256 are removed at once; where they were continued from
 * an older partial file, which may have been of another version, one fresh download follows.
 */
async function download(card: ModelCard, url: string, options: EnsureModelOptions): Promise<void> {
  const path = modelPath(card, options.modelDir);
  const partPath = `${path}.part`;
  const isContinued = await stat(partPath).then(
    ({ size }) => size > 0,
    () => false,
  );
  const { signal, retryDelayMs, onProgress } = options;
  await downloadToPart({
    url,
    partPath,
    maxBytes: MAX_MODEL_BYTES,
    ...(signal === undefined ? {} : { signal }),
    ...(retryDelayMs === undefined ? {} : { retryDelayMs }),
    onProgress: (bytes, totalBytes) =>
      onProgress?.({
        modelId: card.id,
        phase: 'download',
        bytes,
        ...(totalBytes === undefined ? {} : { totalBytes }),
      }),
  }).catch(async (error: unknown) => {
    if (error instanceof AnalysisError && error.code === 'model-invalid') await rm(partPath, { force: true });
    throw error;
  });
  onProgress?.({ modelId: card.id, phase: 'verify' });
  try {
    await verifyModel(partPath, card);
  } catch (error) {
    await rm(partPath, { force: true });
    if (isContinued) return download(card, url, options);
    throw error;
  }
  await publish(partPath, path);
}

async function fetchOverNetwork(card: ModelCard, url: string, options: EnsureModelOptions): Promise<void> {
  const path = modelPath(card, options.modelDir);
  await withFileLock(`${path}.lock`, options.signal, async () => {
    // Whoever held the lock before may have finished the very same file.
    if (!(await isReady(card, path, options))) await download(card, url, options);
  });
}

async function copyFrom(card: ModelCard, path: string, options: EnsureModelOptions): Promise<void> {
  options.onProgress?.({ modelId: card.id, phase: 'copy' });
  const bytes = await readModelBytes(path, card);
  verifyModelBytes(bytes, card, path);
  await writeWhole(bytes, modelPath(card, options.modelDir));
}

async function build(card: ModelCard, source: NpmSource, options: EnsureModelOptions): Promise<void> {
  options.onProgress?.({ modelId: card.id, phase: 'convert' });
  const bytes = await convert(card, source, options.packageRoot);
  verifyModelBytes(bytes, card, `built from ${source.package}`);
  await writeWhole(bytes, modelPath(card, options.modelDir));
}

/** Where the bytes are to come from: the user's word before the card's. */
function placeOf(
  { source }: ModelCard,
  from: string | undefined,
): { url: string } | { path: string } | NpmSource {
  if (from === undefined && source.kind === 'npm') return source;
  const ofCard = source.kind === 'https' ? source.url : source.kind === 'file' ? source.path : '';
  const place = from ?? ofCard;
  if (/^https?:/i.test(place)) return { url: place };
  return { path: place.startsWith('file:') ? fileURLToPath(place) : resolve(place) };
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => stat(path).catch(() => undefined)));
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

/**
 * Absolute path of the card's ONNX file, verified: what is there already is checked, otherwise it is converted,
 * copied or downloaded. Safe to call from many processes at once.
 *
 * Throws `model-licence` (AGPL not allowed by name), `model-missing` (no such file or package), `model-invalid`
 * (wrong sha256, too large, no ONNX, tensors in other files, not what the card says) or `model-fetch-failed`.
 */
export async function ensureModel(card: ModelCard, options: EnsureModelOptions): Promise<string> {
  assertLicenceAllowed(card, options.allowLicences);
  const path = modelPath(card, options.modelDir);
  const place = placeOf(card, options.from);
  // A user's own file may lie in the model folder under the very name: it is theirs, so never removed.
  if ('path' in place && (await isSameFile(place.path, path))) {
    await verifyModel(path, card);
    return path;
  }
  await mkdir(dirname(path), { recursive: true });
  if (await isReady(card, path, options)) return path;

  options.signal?.throwIfAborted();
  if ('url' in place) await fetchOverNetwork(card, place.url, options);
  else if ('path' in place) await copyFrom(card, place.path, options);
  else await build(card, place, options);
  return path;
}
