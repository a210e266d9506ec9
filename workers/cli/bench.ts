/** `pantau bench --profile`: measures this machine for `pantau plan`. The measuring itself lives in `bench/`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { AnalysisError } from '../../pipelines/errors.ts';
import { readConfig } from '../config.ts';
import { defaultProfileFile } from '../planning/profile-file.ts';

const EXAMPLES = `
Examples:
  pantau bench --profile                 into the data folder, where pantau plan looks for it
  pantau bench --profile server.json     elsewhere

Takes about two minutes; let the machine do nothing else meanwhile. Simulated cameras (1080p25 H.264) play real footage through
an RTSP server to a worker; nothing of them is kept. Benchmarks of speed and count error: npm run bench`;

export function addBench(program: Command): void {
  program
    .command('bench')
    .description('ukur mesin ini untuk perencanaan / measure this machine for planning')
    .requiredOption(
      '--profile [file]',
      'write the machine’s profile; default: profile.json in the data folder',
    )
    .addHelpText('after', EXAMPLES)
    .action(async ({ profile }: { profile: string | true }) => {
      const file = profile === true ? defaultProfileFile(readConfig().dataDir) : path.resolve(profile);
      process.exitCode = await runProfile(file);
    });
}

/** The product never imports its measurements: they are another program, beside it in the same folder. */
async function runProfile(file: string): Promise<number> {
  const isSource = import.meta.filename.endsWith('.ts');
  const entry = path.resolve(import.meta.dirname, `../../bench/profile/main.${isSource ? 'ts' : 'js'}`);
  if (!existsSync(entry)) {
    throw new AnalysisError(
      'config-invalid',
      'bench',
      `${entry} is missing: this installation has no bench folder`,
    );
  }
  const child = spawn(process.execPath, [...(isSource ? ['--import', 'tsx'] : []), entry, file], {
    stdio: 'inherit',
  });
  // Ctrl-C reaches the child through the terminal; it stops what it started and says so by its exit code.
  const wait = (): void => undefined;
  const forward = (): unknown => child.kill('SIGTERM');
  process.on('SIGINT', wait).on('SIGTERM', forward);
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? 1;
  } finally {
    process.off('SIGINT', wait).off('SIGTERM', forward);
  }
}
