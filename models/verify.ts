/** The gate in front of ONNX Runtime: no file passes that isn't exactly the one its card describes. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { AnalysisError } from '../pipelines/errors.ts';
import type { ModelCard } from './card.ts';
import { conformityFaults } from './onnx/conforms.ts';
import { inspectOnnx, type OnnxSummary } from './onnx/inspect.ts';

/** Largest model file that is read: the largest detectors of the field (RT-DETR-X, D-FINE-X) stay below 300 MB. */
export const MAX_MODEL_BYTES = 512 * 1024 * 1024;

/** A file that passed. */
export interface VerifiedModel {
  readonly sha256: string;
  readonly bytes: number;
  readonly summary: OnnxSummary;
}

function invalid(card: ModelCard, place: string, what: string, cause?: unknown): AnalysisError {
  const message = `the model file of ${card.id} (${place}) ${what}`;
  return new AnalysisError('model-invalid', 'verify-model', message, { cause });
}

/** Checks the bytes of a model against its card; `place` names them in messages. Throws `model-invalid`. */
export function verifyModelBytes(bytes: Uint8Array, card: ModelCard, place: string): VerifiedModel {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== card.sha256) {
    const what = `has the sha256 ${sha256} (${bytes.byteLength} bytes), the card says ${card.sha256}`;
    throw invalid(card, place, what);
  }
  let summary: OnnxSummary;
  try {
    summary = inspectOnnx(bytes);
  } catch (cause) {
    throw invalid(card, place, `is refused: ${cause instanceof Error ? cause.message : cause}`, cause);
  }
  const faults = conformityFaults(summary, card);
  if (faults.length > 0) throw invalid(card, place, `is not what its card says: ${faults.join('; ')}`);
  return { sha256, bytes: bytes.byteLength, summary };
}

/** Reads a model file, no further than `MAX_MODEL_BYTES`; throws `model-missing` or `model-invalid`. */
export async function readModelBytes(path: string, card: ModelCard): Promise<Uint8Array> {
  const file = await open(path, 'r').catch((cause: Error) => {
    const message = `the model file of ${card.id} can't be opened: ${cause.message}`;
    throw new AnalysisError('model-missing', 'verify-model', message, { cause });
  });
  try {
    const entry = await file.stat();
    if (!entry.isFile()) throw invalid(card, path, 'is not a regular file');
    if (entry.size > MAX_MODEL_BYTES) {
      throw invalid(card, path, `has ${entry.size} bytes, at most ${MAX_MODEL_BYTES} are allowed`);
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/**
 * Checks a file on disk against its card: size, sha256, self-contained ONNX, names and shapes. Throws
 * `model-missing` when it isn't there and `model-invalid` when it isn't right; changes nothing.
 */
export async function verifyModel(path: string, card: ModelCard): Promise<VerifiedModel> {
  return verifyModelBytes(await readModelBytes(path, card), card, path);
}
