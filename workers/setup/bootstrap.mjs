/**
 * From a bare clone to a running command: `node workers/setup/bootstrap.mjs <verb> [-- arguments]`. Only what Node
 * brings is used, since it runs before `npm ci`. A second run asks no network.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createAnnouncer } from './announce.mjs';
import { takeSetupLock } from './lock.mjs';
import { parseArguments } from './plan/arguments.mjs';
import { SetupProblem } from './problem.mjs';
import { buildWeb, compileSources, prepareModel } from './steps/build.mjs';
import { installDependencies, lookAtDependencies, needsDebianHeaders } from './steps/dependencies.mjs';
import { prepareFootage } from './steps/footage.mjs';
import { checkMachine } from './steps/machine.mjs';
import { installPackages } from './steps/packages.mjs';
import { doVerb } from './steps/verbs.mjs';

const EXIT_USAGE = 64;
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

try {
  const exitCode = await main(process.argv.slice(2));
  if (exitCode !== undefined) process.exitCode = exitCode;
} catch (error) {
  if (!(error instanceof SetupProblem)) throw error;
  process.stderr.write(`\n${error.message}\n→ ${error.advice}\n`);
  process.exitCode = error.exitCode;
}

/** @param {readonly string[]} argv */
async function main(argv) {
  const asked = parseArguments(argv);
  if ('problem' in asked)
    throw new SetupProblem(asked.problem, { advice: 'npm run demo', exitCode: EXIT_USAGE });
  const place = { root, env: process.env };
  await setUp(place, asked.needs);
  return await doVerb(asked.verb, place, asked.args);
}

/**
 * @param {import('./steps/packages.mjs').Place} place
 * @param {import('./plan/arguments.mjs').Needs} needs
 */
async function setUp(place, needs) {
  const isPlain = process.stdout.isTTY !== true || !!place.env.CI;
  const announcer = createAnnouncer({ out: process.stdout, isPlain });
  await announcer.step('Node.js', checkMachine);
  const release = await takeSetupLock(root, {
    onWait: () =>
      process.stdout.write('… menunggu penyiapan lain · waiting for another set-up of this clone\n'),
  });
  try {
    await prepareMachine(place, needs, announcer);
    if (needs.build) await prepareProject(place, announcer);
  } finally {
    await release();
  }
}

/**
 * @param {import('./steps/packages.mjs').Place} place
 * @param {import('./plan/arguments.mjs').Needs} needs
 * @param {import('./announce.mjs').Announcer} announcer
 */
async function prepareMachine(place, needs, announcer) {
  const dependencies = await lookAtDependencies(place);
  const compiler = !dependencies.hasNative;
  const nodeHeaders = compiler && (await needsDebianHeaders(place));
  await announcer.step('Paket Debian · Debian packages', (doing) =>
    installPackages(
      place,
      { programs: needs.programs, browser: needs.browser, compiler, nodeHeaders },
      doing,
    ),
  );
  if (needs.footage) {
    await announcer.step('Rekaman · footage', (doing) => prepareFootage(place, doing));
  }
  await announcer.step('Paket npm · npm packages', (doing) =>
    installDependencies(place, dependencies, doing),
  );
}

/**
 * @param {import('./steps/packages.mjs').Place} place
 * @param {import('./announce.mjs').Announcer} announcer
 */
async function prepareProject(place, announcer) {
  await announcer.step('Program · build', (doing) => compileSources(place, doing));
  await announcer.step('Halaman · page', (doing) => buildWeb(place, doing));
  await announcer.step('Model · model', (doing) => prepareModel(place, doing));
}
