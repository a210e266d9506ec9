/** Which program answers: an upgrade may change the form of an answer whose data stayed as they were. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Of source maps nothing runs, and the pages are files with tags of their own. */
const isAnswering = (name: string) => !name.endsWith('.map') && name !== 'web';

/**
 * A digest of folders of programs, 16 characters: the same wherever the same files run, another one when any name or byte
 * differs. A version number would say less: it stays the same between two builds.
 */
export function releaseOf(folders: readonly string[]): string {
  const digest = createHash('sha256');
  const add = (folder: string, place: string) => {
    const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => isAnswering(name));
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) add(file, `${place}/${entry.name}`);
      else digest.update(`${place}/${entry.name}\n`).update(readFileSync(file));
    }
  };
  for (const folder of folders) add(folder, path.basename(folder));
  return digest.digest('base64url').slice(0, 16);
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let known: string | undefined;

/**
 * Of this program, from its sources or from `dist/`. Read once, when the portal begins: what is installed over it later is the next
 * process's. Not when the module is loaded: every command of `pantau` loads it.
 */
export function release(): string {
  known ??= releaseOf([path.join(ROOT, 'portal'), path.join(ROOT, 'pipelines')]);
  return known;
}
