/** Where tests find real footage and models. What set-up provides must be there; what it can't is missed loudly. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

/**
 * PETS09-S2L1 as Debian's `vtest.avi`, which set-up keeps under `var/`.
 * @throws Error that says how to get it.
 */
export function footage(): string {
  const file = path.join(root, 'var', 'footage', 'vtest.avi');
  if (existsSync(file)) return file;
  throw new Error(
    `${file} is missing: run the tests with "npm test", which fetches it (or "npm run setup" once)`,
  );
}

/**
 * A file of the data folder shared by the developers, beside the clone.
 * @throws Error that says what is missing.
 */
export function sharedFile(relative: string): string {
  const file = sharedPath(relative);
  if (existsSync(file)) return file;
  throw new Error(whatIsMissing(file));
}

/**
 * The same for a test that a bare clone can't run: without the file the test ends here as skipped, with the reason in
 * its result and one line on stderr.
 */
export function needsShared(context: TestContext, relative: string): string {
  const file = sharedPath(relative);
  if (existsSync(file)) return file;
  const reason = whatIsMissing(file);
  process.stderr.write(`SKIPPED "${context.task.name}": ${reason}\n`);
  return context.skip(reason);
}

function sharedPath(relative: string): string {
  return path.resolve(root, '../shared', relative);
}

function whatIsMissing(file: string): string {
  return `${file} is missing: this test needs the folder ../shared beside the clone`;
}
