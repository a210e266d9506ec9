/** Reads what `--json` wrote. */
import { readFileSync } from 'node:fs';
import { AnalysisError } from '../../pipelines/errors.ts';
import { type BenchResult, RESULT_VERSION } from '../result.ts';
import { comparablesOf } from './comparable.ts';

/** @throws AnalysisError `config-invalid`: what was found in the file and what is needed. */
export function readResult(file: string): BenchResult {
  const refuse = (reason: string): never => {
    throw new AnalysisError('config-invalid', 'bench', `--compare: ${file} ${reason}`);
  };
  return parseResult(readText(file, refuse), refuse);
}

function readText(file: string, refuse: (reason: string) => never): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return refuse(`can't be read: ${(error as Error).message}`);
  }
}

/** The text of such a file. `refuse` is told what is wrong and throws. */
export function parseResult(text: string, refuse: (reason: string) => never): BenchResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(`is no JSON: ${(error as Error).message}`);
  }
  const { version, scenarios, machine } = (value ?? {}) as Partial<BenchResult>;
  if (version === undefined || !Array.isArray(scenarios) || machine === undefined)
    return refuse('is no result of "npm run bench -- --json FILE"');
  if (version !== RESULT_VERSION)
    return refuse(
      `has layout version ${version}, this program reads ${RESULT_VERSION}: measure that commit again with today's bench`,
    );
  const result = value as BenchResult;
  try {
    comparablesOf(result);
  } catch (error) {
    // Now, not after the minutes that the new run takes.
    return refuse(`is damaged: ${(error as Error).message}`);
  }
  return result;
}
