/** What the caller asked for. Pure: it runs before anything is installed, and is tested on its own. */

/**
 * @typedef {object} Needs What a verb needs on the machine before it can run.
 * @property {boolean} programs ffmpeg, Redis and the process tools
 * @property {boolean} browser Chromium and fonts, for the tests of the dashboard
 * @property {boolean} footage `var/footage/vtest.avi`
 * @property {boolean} build `dist/` and the model
 */

/** @type {Record<string, Needs>} */
export const VERBS = {
  setup: { programs: true, browser: false, footage: true, build: true },
  demo: { programs: true, browser: false, footage: true, build: true },
  test: { programs: true, browser: true, footage: true, build: true },
  check: { programs: false, browser: false, footage: false, build: false },
  bench: { programs: true, browser: false, footage: true, build: true },
  accuracy: { programs: true, browser: false, footage: true, build: true },
};

/**
 * Splits the command line into the verb and what is handed on to it; a lone `--` right after the verb is dropped.
 * @param {readonly string[]} argv without node and the script
 * @returns {{ verb: string, args: string[], needs: Needs } | { problem: string }}
 */
export function parseArguments(argv) {
  const [verb = 'setup', ...rest] = argv;
  const needs = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (needs === undefined) {
    return { problem: `no such verb: ${verb}; known: ${Object.keys(VERBS).join(', ')}` };
  }
  const args = rest[0] === '--' ? rest.slice(1) : rest;
  const ownVideo = verb === 'demo' && args.some((arg) => arg === '--video' || arg.startsWith('--video='));
  return { verb, args, needs: ownVideo ? { ...needs, footage: false } : needs };
}
