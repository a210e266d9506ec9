/** Content hashes that tell whether a step has anything to do. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * SHA-256 of a file in lower-case hex, or undefined when there is none.
 * @param {string} file @returns {string | undefined}
 */
export function sha256OfFile(file) {
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : undefined;
}

/**
 * SHA-256 over names and contents of all files below some paths. Contents, not times: a fresh checkout of the same
 * files is the same.
 * @param {string} root @param {readonly string[]} paths relative to root; missing ones count as absent
 * @returns {string}
 */
export function fingerprint(root, paths) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap((relative) => filesBelow(root, relative)).sort()) {
    hash.update(`${file}\0${sha256OfFile(path.join(root, file))}\n`);
  }
  return hash.digest('hex');
}

/**
 * @param {string} root @param {string} relative
 * @returns {string[]} paths relative to root
 */
export function filesBelow(root, relative) {
  const absolute = path.join(root, relative);
  if (!existsSync(absolute)) return [];
  if (!statSync(absolute).isDirectory()) return [relative];
  return readdirSync(absolute, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .flatMap((entry) => {
      const below = path.join(relative, entry.name);
      if (entry.isDirectory()) return filesBelow(root, below);
      return entry.isFile() ? [below] : [];
    });
}

/** @param {string} file @returns {any} undefined when missing or not JSON */
export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
