/** Step: the Debian packages that are missing. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { isInstalled, planApt, wantedPackages } from '../plan/packages.mjs';
import { EXIT_CONFIG, SetupProblem } from '../problem.mjs';
import { findProgram, runOrExplain, runQuietly } from '../run.mjs';

/** Another apt (unattended-upgrades on a fresh machine) may hold the lock; a mirror may hiccup. */
const APT_OPTIONS = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3'];
const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'no_proxy'];

/**
 * @typedef {import('../plan/packages.mjs').Wanted} Wanted
 * @typedef {{ root: string, env: Record<string, string | undefined> }} Place the clone and the caller's environment
 */

/**
 * Installs what is missing; asks apt for nothing when all is there.
 * @param {Place} place
 * @param {{ programs: boolean, browser: boolean, compiler: boolean, nodeHeaders: boolean }} needs
 * @param {(doing: string) => void} doing
 * @returns {Promise<string>}
 */
export async function installPackages(place, needs, doing) {
  const wanted = wantedPackages(needs);
  const missing = findMissing(wanted, place.env);
  const plan = planApt({ missing, ...(await lookAtApt(place, missing.length > 0)) });
  if (plan.kind === 'nothing') return 'semua ada · all here';
  if (plan.kind === 'ask') {
    throw new SetupProblem(`missing: ${plan.packages.join(', ')}`, {
      advice: plan.advice,
      exitCode: EXIT_CONFIG,
    });
  }
  doing(`memasang · installing ${plan.packages.join(', ')}`);
  await aptUpdate(place, plan.prefix);
  await apt(place, plan.prefix, ['install', '-y', '--no-install-recommends', ...plan.packages], {
    advice: `see the lines above; by hand: apt-get update && apt-get install ${plan.packages.join(' ')}`,
  });
  const still = findMissing(wanted, place.env).map(({ name }) => name);
  if (still.length > 0) {
    throw new SetupProblem(`apt-get installed them, but these are still not found: ${still.join(', ')}`, {
      advice: 'see that /usr/bin is in the PATH',
    });
  }
  return `terpasang · installed ${plan.packages.join(', ')}`;
}

/** @param {readonly Wanted[]} wanted @param {Place['env']} env */
function findMissing(wanted, env) {
  const hasProgram = (/** @type {string} */ name) => findProgram(name, env) !== undefined;
  return wanted.filter((one) => !isInstalled(one, { hasProgram, hasFolder: existsSync }));
}

/**
 * @param {Place} place @param {boolean} isNeeded false saves asking sudo
 * @returns {Promise<{ uid: number, hasApt: boolean, hasSudo: boolean, sudoAsks: boolean }>}
 */
export async function lookAtApt({ root, env }, isNeeded) {
  const uid = process.getuid?.() ?? 1;
  const hasSudo = findProgram('sudo', env) !== undefined;
  const mayAsk = isNeeded && uid !== 0 && hasSudo;
  const sudoAsks = mayAsk && (await runQuietly('sudo', ['-n', 'true'], { cwd: root, env })).code !== 0;
  return { uid, hasApt: findProgram('apt-get', env) !== undefined, hasSudo, sudoAsks };
}

/**
 * Fetches the lists of packages. A failure is not the end: one broken extra source makes apt-get complain although
 * Debian's own lists came; what is really missing shows at the install.
 * @param {Place} place @param {readonly string[]} prefix
 */
export async function aptUpdate(place, prefix) {
  const [command = '', ...args] = aptCommand(place, prefix, ['update']);
  await runQuietly(command, args, { cwd: place.root, env: place.env, logFile: aptLog(place) });
}

/**
 * @param {Place} place @param {readonly string[]} prefix @param {readonly string[]} words @param {{ advice: string }} options
 */
async function apt(place, prefix, words, { advice }) {
  const [command = '', ...args] = aptCommand(place, prefix, words);
  await runOrExplain(command, args, { cwd: place.root, env: place.env, logFile: aptLog(place), advice });
}

/** @param {Place} place @param {readonly string[]} prefix @param {readonly string[]} words */
function aptCommand({ env }, prefix, words) {
  // sudo drops the environment: what apt needs is named again.
  const proxies = PROXY_VARIABLES.filter((name) => env[name] !== undefined).map(
    (name) => `${name}=${env[name]}`,
  );
  return [
    ...prefix,
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    ...proxies,
    'apt-get',
    ...APT_OPTIONS,
    ...words,
  ];
}

/** @param {Place} place */
function aptLog({ root }) {
  return path.join(root, 'var/log/setup-apt.log');
}
