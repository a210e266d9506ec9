/** Where figures come from: without it they can't be made again. */
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { PIPELINE_VERSION } from '../../../pipelines/version.ts';

/** Stands above every report. */
export interface Provenance {
  readonly date: string;
  readonly commit: string;
  readonly pipelineVersion: string;
  readonly machine: string;
  readonly node: string;
  readonly command: string;
}

/** Of this very run. `root` is Pantau's own folder. */
export function provenance(root: string, argv: readonly string[]): Provenance {
  const words = argv.length === 0 ? '' : ` -- ${argv.join(' ')}`;
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commitOf(root),
    pipelineVersion: PIPELINE_VERSION,
    machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores`,
    node: process.version,
    command: `npm run accuracy${words}`,
  };
}

function commitOf(root: string): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    // The report itself is always changed by its own run.
    const changed = git('status', '--porcelain', '--', 'pipelines', 'models', 'bench', 'fixtures') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? ' with uncommitted changes' : ''}`;
  } catch {
    return 'unknown (no git here)';
  }
}
