/** Reads what `npm run accuracy` measured of a model: `models/accuracy/<model id>.json`. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { AccuracyFigures } from '../pipelines/domain/accuracy/figures.ts';
import { AnalysisError } from '../pipelines/errors.ts';
import { packageRoot } from './package-root.ts';

/** Folder of the figures inside the package. */
export const ACCURACY_FOLDER = 'models/accuracy';

/** Hex digits of the digest in `basis`: enough to tell two measurements apart. */
const DIGEST_DIGITS = 12;

const text = z.strictObject({ id: z.string().min(1), en: z.string().min(1) });
const group = z.enum(['people', 'vehicles']);
const amount = z.number().nonnegative();
const interval = z.strictObject({ low: z.number(), high: z.number() });

const rowKey = {
  group,
  framesPerSecond: z.number().positive(),
  sceneId: z.string().min(1),
};

const crossingRow = z
  .strictObject({
    ...rowKey,
    runs: z.int().positive(),
    truth: amount,
    missed: amount,
    overCounted: amount,
  })
  .refine(({ truth, missed }) => missed <= truth, { path: ['missed'], error: 'at most truth' });

const countError = {
  samples: z.number().positive(),
  meanTruth: amount,
  mae: amount,
  bias: z.number(),
  rmse: amount,
};

const presenceRow = z.strictObject({
  ...rowKey,
  zoneId: z.string().min(1),
  runs: z.int().positive(),
  perFrame: z.strictObject({
    ...countError,
    maeInterval: interval.exactOptional(),
    biasInterval: interval.exactOptional(),
  }),
  perWindow: z.strictObject({ ...countError, windowSeconds: z.number().positive() }).exactOptional(),
  independent: z.int().nonnegative(),
});

/** The file as it is written: everything but `basis`, which its reader adds. */
export const figuresSchema: z.ZodType<Omit<AccuracyFigures, 'basis'>> = z.strictObject({
  modelId: z.string().min(1),
  modelSha256: z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits'),
  pipelineVersion: z.string().min(1),
  date: z.iso.date(),
  commit: z.string().min(1),
  scenes: z
    .array(
      z.strictObject({
        sceneId: z.string().min(1),
        title: text,
        conditions: text,
        seconds: z.number().positive(),
      }),
    )
    .min(1),
  limits: z.array(text).min(1),
  crossings: z.array(crossingRow),
  presence: z.array(presenceRow),
});

/** Folder of the figures that come with Pantau. */
export function builtInAccuracyDir(root: string = packageRoot()): string {
  return join(root, ACCURACY_FOLDER);
}

/** Reads one file. Throws `model-invalid` with every fault: the field, what was found, what is allowed. */
export async function readFigures(path: string): Promise<AccuracyFigures> {
  const found = await readJson(path);
  const parsed = figuresSchema.safeParse(found);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => faultOf(issue, found));
    throw new AnalysisError('model-invalid', 'read-accuracy', `${path}: ${faults.slice(0, 5).join('; ')}`);
  }
  const { modelId } = parsed.data;
  return { ...parsed.data, basis: `${ACCURACY_FOLDER}/${modelId}.json@${digestOf(parsed.data)}` };
}

function faultOf({ path, message }: z.core.$ZodIssue, found: unknown): string {
  const value = path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined,
    found,
  );
  const shown = value === undefined ? 'nothing' : (JSON.stringify(value) ?? '').slice(0, 80);
  return `${path.join('.') || 'file'}: found ${shown}, allowed: ${message}`;
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `${path} is not a file of accuracy figures: ${reason}`;
    throw new AnalysisError('model-invalid', 'read-accuracy', message, { cause });
  }
}

/** Of the numbers and what they belong to, not of day and commit: measuring the same again gives the same records. */
function digestOf(figures: Omit<AccuracyFigures, 'basis'>): string {
  const { modelId, modelSha256, pipelineVersion, crossings, presence } = figures;
  const numbers = JSON.stringify([modelId, modelSha256, pipelineVersion, crossings, presence]);
  return createHash('sha256').update(numbers).digest('hex').slice(0, DIGEST_DIGITS);
}

/** What a folder of figures holds. */
export interface FoundFigures {
  /** In order of model id. */
  readonly figures: readonly AccuracyFigures[];
  /** One for every file that can't be used, with what is wrong in it. */
  readonly faults: readonly AnalysisError[];
}

/**
 * Every file of the folder; none without the folder. A file that can't be used takes nothing else with it: its model is
 * then one of which nothing was measured, and `faults` says why. Throws `model-invalid` for a folder that can't be read.
 */
export async function loadFigures(dir: string = builtInAccuracyDir()): Promise<FoundFigures> {
  const names = await readdir(dir).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw new AnalysisError('model-invalid', 'read-accuracy', `${dir} can't be read: ${cause.message}`, {
      cause,
    });
  });
  const files = names.filter((name) => name.endsWith('.json')).sort();
  const read = await Promise.all(files.map(async (name) => await figuresOrFault(join(dir, name))));
  return {
    figures: read.flatMap((one) => (one instanceof AnalysisError ? [] : [one])),
    faults: read.filter((one) => one instanceof AnalysisError),
  };
}

async function figuresOrFault(path: string): Promise<AccuracyFigures | AnalysisError> {
  try {
    return await readFigures(path);
  } catch (error) {
    if (error instanceof AnalysisError) return error;
    throw error;
  }
}

/**
 * The figures of exactly this model: same id and same bytes. Undefined where nothing usable was measured of it; files
 * that can't be used are told to `onFault`.
 */
export async function findFigures(
  model: { readonly id: string; readonly sha256: string },
  dir: string = builtInAccuracyDir(),
  onFault: (fault: AnalysisError) => void = () => undefined,
): Promise<AccuracyFigures | undefined> {
  const { figures, faults } = await loadFigures(dir);
  for (const fault of faults) onFault(fault);
  return figures.find(({ modelId, modelSha256 }) => modelId === model.id && modelSha256 === model.sha256);
}
