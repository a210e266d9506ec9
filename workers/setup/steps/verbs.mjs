/** The last step: what the caller really wanted. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { SetupProblem } from '../problem.mjs';
import { runOnTerminal } from '../run.mjs';
import { MAIN } from './build.mjs';

/** @typedef {import('./packages.mjs').Place} Place */

/** @type {Record<string, (place: Place, args: readonly string[]) => Promise<number | undefined>>} */
const ACTIONS = {
  setup: async () => 0,
  demo: (place, args) => becomeModule(place, MAIN, ['demo', ...args]),
  test: ({ root, env }, args) =>
    runOnTerminal(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...args], { cwd: root, env }),
  check,
  bench: (place, args) => becomeModule(place, 'dist/bench/run.js', args),
  accuracy: (place, args) => becomeModule(place, 'dist/bench/accuracy.js', args),
};

/**
 * @param {string} verb @param {Place} place @param {readonly string[]} args
 * @returns {Promise<number | undefined>} exit code; undefined when the module that took over sets it itself
 */
export function doVerb(verb, place, args) {
  const action = ACTIONS[verb];
  if (action === undefined) throw new Error(`no action for verb ${verb}`);
  return action(place, args);
}

/**
 * Goes on as that module in this very process: terminal, signals and exit code are its own, with no parent between.
 * @param {Place} place @param {string} file @param {readonly string[]} args
 */
async function becomeModule({ root }, file, args) {
  const absolute = path.join(root, file);
  if (!existsSync(absolute)) {
    const source = path.relative('dist', file).replace(/\.js$/, '.ts');
    throw new SetupProblem(`${file} is missing: there is no ${source} in this clone`, {
      advice: 'see git status; a pull may bring it',
    });
  }
  process.argv = [process.execPath, absolute, ...args];
  await import(pathToFileURL(absolute).href);
  return undefined;
}

/**
 * The fast loop before a commit: all parts run, so that one round shows every complaint.
 * @param {Place} place @param {readonly string[]} args handed to Vitest
 */
async function check({ root, env }, args) {
  const webConfig = 'portal/web/tsconfig.json';
  const parts = [
    ['@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
    ['eslint/bin/eslint.js', '--max-warnings', '0', '.'],
    ['typescript/bin/tsc', '-p', 'tsconfig.json'],
    ...(existsSync(path.join(root, webConfig)) ? [['typescript/bin/tsc', '-p', webConfig, '--noEmit']] : []),
    ['vitest/vitest.mjs', 'run', '--project', 'unit', ...args],
  ];
  const failed = [];
  for (const [script = '', ...words] of parts) {
    const shown = [
      script
        .split('/')
        .filter((part) => part !== 'bin')
        .at(-1),
      ...words,
    ].join(' ');
    process.stdout.write(`\n▸ ${shown}\n`);
    const file = path.join(root, 'node_modules', script);
    if ((await runOnTerminal(process.execPath, [file, ...words], { cwd: root, env })) !== 0)
      failed.push(shown);
  }
  process.stdout.write(failed.length === 0 ? '\n✓ check\n' : `\n✗ check: ${failed.join('; ')}\n`);
  return failed.length === 0 ? 0 : 1;
}
