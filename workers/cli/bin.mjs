#!/usr/bin/env node
/** The `pantau` command: the compiled command line, or what to do when there is none yet. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../../dist/workers/cli/main.js', import.meta.url);

if (existsSync(fileURLToPath(main))) {
  process.argv[1] = fileURLToPath(main);
  await import(main.href);
} else {
  process.stderr.write(
    'pantau: belum dibangun · not built yet\n→ npm run demo   (or only the set-up: npm run setup)\n',
  );
  process.exitCode = 78;
}
