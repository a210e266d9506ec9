/** Lineages and methods as one text each, equal exactly when they are equal. */
import type { Lineage, Observation } from '../../pipelines/domain/types.ts';

const METHOD_KEYS = ['modelId', 'modelSha256', 'siteVersion', 'pipelineVersion', 'framesPerSecond'];
const LINEAGE_KEYS = [...METHOD_KEYS, 'jobId'];

/** A lineage with its texts. */
interface Spelled {
  readonly lineage: Lineage;
  /** It has the keys of the contract and no others. */
  readonly isPlain: boolean;
  readonly lineageText: string;
  readonly methodText: string;
}

// Records come camera by camera, and a camera's lineage changes with its settings: the last one is kept.
let last: Spelled | undefined;

/** JSON with the keys in the order of the contract, those of later versions after them by name. */
export function lineageText(lineage: Lineage): string {
  return spelled(lineage).lineageText;
}

/** The `Method` of a record as one text. */
export function methodText({ lineage }: Observation): string {
  return spelled(lineage).methodText;
}

function spelled(lineage: Lineage): Spelled {
  if (last !== undefined && isEqual(last, lineage)) return last;
  const { jobId: _job, ...method } = lineage;
  last = {
    lineage: { ...lineage },
    isPlain: hasPlainKeys(lineage),
    lineageText: inOrder(lineage, LINEAGE_KEYS),
    methodText: inOrder(method, METHOD_KEYS),
  };
  return last;
}

function isEqual({ lineage: a, isPlain }: Spelled, b: Lineage): boolean {
  return (
    isPlain &&
    a.jobId === b.jobId &&
    a.siteVersion === b.siteVersion &&
    a.modelId === b.modelId &&
    a.modelSha256 === b.modelSha256 &&
    a.pipelineVersion === b.pipelineVersion &&
    a.framesPerSecond === b.framesPerSecond &&
    hasPlainKeys(b)
  );
}

function hasPlainKeys(lineage: Lineage): boolean {
  let count = 0;
  for (const key in lineage) {
    if (!LINEAGE_KEYS.includes(key)) return false;
    count += 1;
  }
  return count === LINEAGE_KEYS.length;
}

function inOrder(value: object, keys: readonly string[]): string {
  const fields = value as Readonly<Record<string, unknown>>;
  const later = Object.keys(fields).filter((key) => !keys.includes(key));
  return JSON.stringify(Object.fromEntries([...keys, ...later.sort()].map((key) => [key, fields[key]])));
}
