/** A text file that appears under its name only when it is whole. */
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AnalysisError } from '../../errors.ts';

/** A file being written under `<name>.part`. */
export interface AtomicFile {
  append(text: string): Promise<void>;
  /** Resolves when what was appended is on disk. */
  sync(): Promise<void>;
  /** Gives the file its name; further calls do nothing. */
  commit(): Promise<void>;
  /** Removes what was written; does nothing after `commit`. */
  discard(): Promise<void>;
}

/** Starts to write; throws `publish-failed` when the folder is missing or may not be written. */
export async function openAtomicFile(file: string): Promise<AtomicFile> {
  const part = `${file}.part`;
  const handle = await guarded(file, () => open(part, 'w'));
  let isOpen = true;
  const finish = async (work: () => Promise<void>) => {
    if (!isOpen) return;
    isOpen = false;
    await guarded(file, work);
  };
  return {
    append: (text) => guarded(file, () => handle.appendFile(text)),
    sync: () => (isOpen ? guarded(file, () => handle.sync()) : Promise.resolve()),
    commit: () =>
      finish(async () => {
        await handle.sync();
        await handle.close();
        await rename(part, file);
        await syncFolder(dirname(file));
      }),
    discard: () =>
      finish(async () => {
        await handle.close();
        await rm(part, { force: true });
      }),
  };
}

/** The new name is durable only when the folder that holds it is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function guarded<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AnalysisError('publish-failed', 'write-file', `${file} could not be written: ${reason}`, {
      cause: error,
    });
  }
}
