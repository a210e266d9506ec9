/** Before minutes are spent on what can't be kept. */
import { access, constants } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { AnalysisError } from '../pipelines/errors.ts';

/** @throws AnalysisError `config-invalid` for the first of these files whose folder is not there or can't be written. */
export async function checkFolders(files: readonly (string | undefined)[]): Promise<void> {
  for (const file of files) {
    if (file === undefined) continue;
    const folder = dirname(resolve(file));
    await access(folder, constants.W_OK).catch((cause: NodeJS.ErrnoException) => {
      const message = `${file}: nothing can be written to ${folder} (${cause.code})`;
      throw new AnalysisError('config-invalid', 'bench', message, { cause });
    });
  }
}
