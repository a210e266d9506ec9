/**
 * After a change of dependencies: `node workers/setup/complete-lock.mjs` puts back the optional packages of other
 * platforms that an incomplete registry left out of package-lock.json, without which `npm ci` refuses it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { missingOptionalEntries } from './plan/lock-file.mjs';

const file = fileURLToPath(new URL('../../package-lock.json', import.meta.url));
const lock = JSON.parse(readFileSync(file, 'utf8'));
const missing = missingOptionalEntries(lock);
for (const { path, entry } of missing) lock.packages[path] = entry;
if (missing.length > 0) {
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, undefined, 2)}\n`);
}
process.stdout.write(
  `${missing.length} entries put back${missing.map(({ path }) => `\n  ${path}`).join('')}\n`,
);
