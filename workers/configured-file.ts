/** Files that a setting names. */
import { readFileSync } from 'node:fs';
import { AnalysisError } from '../pipelines/errors.ts';

/**
 * The text of `file`, which is the `what` of the settings.
 * @throws AnalysisError `config-invalid` naming both.
 */
export function readConfiguredFile(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new AnalysisError('config-invalid', 'read-file', `${what} ${file} can't be read (${code})`, {
      cause,
    });
  }
}
