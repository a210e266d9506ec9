/** Lineages and methods as one text each, equal exactly when they are equal. */
import type { Lineage, Observation } from '../../pipelines/domain/types.ts';

const METHOD_KEYS = ['modelId', 'modelSha256', 'siteVersion', 'pipelineVersion', 'framesPerSecond'];

/** JSON with the keys in the order of the contract, those of later versions after them by name. */
export function lineageText(lineage: Lineage): string {
  return inOrder(lineage, [...METHOD_KEYS, 'jobId']);
}

const methodTexts = new WeakMap<object, string>();

/** The `Method` of a record; decoded lineages are shared objects, so each is spelled out once. */
export function methodText({ lineage }: Observation): string {
  const known = methodTexts.get(lineage);
  if (known !== undefined) return known;
  const { jobId: _job, ...method } = lineage;
  const text = inOrder(method, METHOD_KEYS);
  methodTexts.set(lineage, text);
  return text;
}

function inOrder(value: object, keys: readonly string[]): string {
  const fields = value as Readonly<Record<string, unknown>>;
  const later = Object.keys(fields).filter((key) => !keys.includes(key));
  return JSON.stringify(Object.fromEntries([...keys, ...later.sort()].map((key) => [key, fields[key]])));
}
