/** `pantau`: the one door of the command line. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { PACKAGE_ROOT } from '../config.ts';
import { addAnalyze } from './analyze.ts';
import { addBench } from './bench.ts';
import { addCamera } from './camera-commands.ts';
import { addDemo } from './demo.ts';
import { addEnqueue } from './enqueue.ts';
import { addIdentity } from './identity.ts';
import { addModels } from './models.ts';
import { EXIT_CODE_HELP, reportError, USAGE_EXIT_CODE } from './output.ts';
import { addPlan } from './plan.ts';
import { addProcesses } from './processes.ts';
import { addPublish } from './publish.ts';
import { addStatus } from './status.ts';

const { version } = JSON.parse(readFileSync(path.join(PACKAGE_ROOT, 'package.json'), 'utf8')) as {
  version: string;
};

const program = new Command('pantau')
  .description(
    'Deret waktu keramaian dan kepadatan lalu lintas dari CCTV kota.\nTime series of crowd level and traffic density from a city’s CCTV.',
  )
  .version(version)
  .showHelpAfterError('(pantau --help shows what is allowed)')
  .addHelpText(
    'after',
    `\n${EXIT_CODE_HELP}\nSettings (PANTAU_…): docs/deploy.md · Using it: docs/operate.md`,
  );

// Commander's own 1 would mean a failed run. Set before commands inherit it.
program.exitOverride((end) => process.exit(end.exitCode === 0 ? 0 : USAGE_EXIT_CODE));

for (const add of [
  ...[addAnalyze, addCamera, addEnqueue, addStatus, addModels, addPlan, addBench],
  ...[addProcesses, addPublish, addDemo, addIdentity],
])
  add(program);

// A reader that closes early (`| head`) is not a fault; the command still puts its files and processes in order.
let isReaderGone = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  isReaderGone = true;
});

try {
  await program.parseAsync();
} catch (error) {
  // Connections that a failed start left open must not keep the process; stderr is written synchronously.
  process.exit(isReaderGone ? 0 : reportError(error));
}
