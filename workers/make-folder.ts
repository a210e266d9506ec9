/** Makes folders. */
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Makes `folder` and what is missing above it; one that is there stays as it is. Node's own recursive `mkdir` never
 * returns where the system answers ENOENT below a folder that exists, as it does below `/proc`.
 * @throws the system's error, as `mkdirSync` does
 */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(folder).isDirectory()) return;
    const parent = path.dirname(folder);
    if (code !== 'ENOENT' || parent === folder) throw error;
    makeFolder(parent);
    mkdirSync(folder);
  }
}
