/** A file that appears under its name only when it is whole and on disk. */
import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** Ends the names of files that are being written. */
export const PART_SUFFIX = '.part';

/** A written file that does not have its name yet. */
export interface WrittenFile {
  readonly bytes: number;
  readonly sha256: string;
  /** Gives it its name, in place of an older file. */
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/** Writes `<file>.part` and brings it to disk. Removes it when `chunks` or the disk fail. */
export async function writeWholeFile(
  file: string,
  chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): Promise<WrittenFile> {
  const part = file + PART_SUFFIX;
  const hash = createHash('sha256');
  let bytes = 0;
  const handle = await open(part, 'w');
  try {
    for await (const chunk of chunks) {
      const data = Buffer.from(chunk as Uint8Array);
      hash.update(data);
      bytes += data.byteLength;
      await handle.writeFile(data);
    }
    await handle.sync();
  } catch (error) {
    await handle.close();
    await rm(part, { force: true });
    throw error;
  }
  await handle.close();
  return {
    bytes,
    sha256: hash.digest('hex'),
    async commit() {
      await rename(part, file);
      await syncFolder(path.dirname(file));
    },
    discard: () => rm(part, { force: true }),
  };
}

/** A new name is durable only when the folder that holds it is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
