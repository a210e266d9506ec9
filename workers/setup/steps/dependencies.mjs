/** Step: npm's packages as package-lock.json says, and better-sqlite3 compiled for this Node.js. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readJson, sha256OfFile } from '../fingerprint.mjs';
import {
  installationMatches,
  isStampCurrent,
  NATIVE_PACKAGE,
  npmEnvironment,
  planHeaders,
} from '../plan/dependencies.mjs';
import { EXIT_CONFIG, SetupProblem } from '../problem.mjs';
import { findProgram, runOrExplain, runQuietly } from '../run.mjs';

/**
 * @typedef {import('./packages.mjs').Place} Place
 * @typedef {{ isReady: boolean, hasTree: boolean, hasNative: boolean }} DependencyState
 *   `isReady`: nothing to do; `hasTree`: the right packages lie there; `hasNative`: the compiled one loads
 */

/** @param {Place} place @returns {Promise<DependencyState>} */
export async function lookAtDependencies(place) {
  const { root } = place;
  const stamp = readJson(stampFile(root));
  if (
    isStampCurrent(stamp, stampNow(root)) &&
    existsSync(path.join(root, 'node_modules', NATIVE_PACKAGE, 'build'))
  ) {
    return { isReady: true, hasTree: true, hasNative: true };
  }
  const lock = readJson(path.join(root, 'package-lock.json'));
  const installed = readJson(path.join(root, 'node_modules/.package-lock.json'));
  const hasTree = installationMatches(lock ?? {}, installed);
  const hasNative = hasTree && (await loadsNative(place));
  return { isReady: false, hasTree, hasNative };
}

/**
 * @param {Place} place
 * @returns {Promise<boolean>} true when the compiler's headers must come from Debian's libnode-dev
 */
export async function needsDebianHeaders({ root, env }) {
  return headersPlan({ root, env }).then(({ kind }) => kind === 'debian');
}

/** @param {Place} place */
async function headersPlan({ root, env }) {
  const owner = findProgram('dpkg-query', env);
  const status = owner && (await runQuietly(owner, ['-s', 'nodejs'], { cwd: root, env }));
  const isDebianNode =
    process.execPath === '/usr/bin/node' && !!status && /^Maintainer: .*(Debian|Ubuntu)/m.test(status.output);
  return planHeaders({ prefix: path.resolve(process.execPath, '../..'), hasFile: existsSync, isDebianNode });
}

/**
 * @param {Place} place @param {DependencyState} state @param {(doing: string) => void} doing
 * @returns {Promise<string>}
 */
export async function installDependencies(place, state, doing) {
  if (state.isReady) return 'sesuai · match package-lock.json';
  const npm = findProgram('npm', place.env);
  if (npm === undefined && !state.hasNative) {
    throw new SetupProblem('npm is not in the PATH', {
      advice: 'install npm (Debian: apt-get install npm), then run the command again',
      exitCode: EXIT_CONFIG,
    });
  }
  if (!state.hasTree) await unpack(place, String(npm), doing);
  if (!state.hasNative) await compile(place, String(npm), doing);
  writeFileSync(stampFile(place.root), `${JSON.stringify(stampNow(place.root))}\n`);
  if (state.hasNative) return 'sudah ada · already there';
  return state.hasTree ? `${NATIVE_PACKAGE} dikompilasi · compiled` : 'terpasang · installed';
}

/** @param {Place} place @param {string} npm @param {(doing: string) => void} doing */
async function unpack({ root, env }, npm, doing) {
  doing('memasang paket npm · installing npm packages');
  // No package may run a script of its own; the one that must is compiled by name below. `--include=dev`: also where
  // NODE_ENV=production is set, since the build needs TypeScript.
  await runOrExplain(npm, ['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund'], {
    cwd: root,
    env: npmEnvironment({ base: env, nodeFolder: path.dirname(process.execPath), nodedir: undefined }),
    logFile: path.join(root, 'var/log/setup-npm.log'),
    advice:
      'see that the npm registry is reached (npm ping) and the disk is not full (1 GB), then run the command again; after a change of dependencies: node workers/setup/complete-lock.mjs',
  });
}

/** @param {Place} place @param {string} npm @param {(doing: string) => void} doing */
async function compile(place, npm, doing) {
  const { root, env } = place;
  const headers = await headersPlan(place);
  // Debian's package puts the headers where planHeaders looks, so a plan that is still not `there` has no headers.
  const nodedir = headers.kind === 'there' ? headers.nodedir : undefined;
  doing(`mengompilasi · compiling ${NATIVE_PACKAGE}${nodedir === undefined ? ' (headers: nodejs.org)' : ''}`);
  const advice =
    nodedir === undefined
      ? `the headers of this Node.js are not at ${path.resolve(process.execPath, '../..')}/include/node; install a Node.js that brings them (nodejs.org, nvm, NodeSource; Debian's: libnode-dev)`
      : 'see the lines above: it needs python3, make and g++ (C++20)';
  await runOrExplain(npm, ['rebuild', NATIVE_PACKAGE, '--ignore-scripts=false', '--foreground-scripts'], {
    cwd: root,
    env: npmEnvironment({ base: env, nodeFolder: path.dirname(process.execPath), nodedir }),
    logFile: path.join(root, 'var/log/setup-npm.log'),
    advice,
  });
  if (!(await loadsNative(place))) {
    throw new SetupProblem(`${NATIVE_PACKAGE} was compiled but does not load in Node.js ${process.version}`, {
      advice: 'delete node_modules and run the command again; read var/log/setup-npm.log',
    });
  }
}

/** @param {Place} place */
async function loadsNative({ root, env }) {
  const probe = `new (require(${JSON.stringify(NATIVE_PACKAGE)}))(':memory:').close()`;
  return (await runQuietly(process.execPath, ['-e', probe], { cwd: root, env })).code === 0;
}

/** @param {string} root */
function stampFile(root) {
  return path.join(root, 'node_modules/.pantau-setup.json');
}

/** @param {string} root */
function stampNow(root) {
  return {
    lockSha256: sha256OfFile(path.join(root, 'package-lock.json')) ?? '',
    abi: process.versions.modules ?? '',
    arch: process.arch,
  };
}
