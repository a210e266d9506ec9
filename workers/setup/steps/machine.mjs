/** Step: is this a machine that Pantau runs on? */
import { existsSync } from 'node:fs';
import { nodeProblem, platformProblem } from '../plan/machine.mjs';
import { EXIT_CONFIG, SetupProblem } from '../problem.mjs';

/** @returns {Promise<string>} */
export async function checkMachine() {
  const version = process.versions.node;
  const node = nodeProblem(version);
  if (node !== undefined) {
    throw new SetupProblem(node, {
      advice:
        'install Node.js 22 or 24, for example from https://nodejs.org or with nvm, then run the command again',
      exitCode: EXIT_CONFIG,
    });
  }
  const platform = platformProblem({
    platform: process.platform,
    arch: process.arch,
    isMusl: existsSync('/etc/alpine-release'),
  });
  if (platform !== undefined) {
    throw new SetupProblem(platform, {
      advice: 'use Debian or another Linux with glibc, or the Dockerfile (docs/deploy.md)',
      exitCode: EXIT_CONFIG,
    });
  }
  return `${version}, ${process.platform} ${process.arch}`;
}
