/** What a figure was measured on: without it a number can't be compared with another. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** Instruction sets that change what inference and scaling cost. */
const TELLING_FLAGS = [
  'avx2',
  'avx512f',
  'avx512_vnni',
  'avx_vnni',
  'amx_int8',
  'asimd',
  'asimddp',
  'i8mm',
  'sve',
];

/** One machine at one moment. */
export interface Machine {
  readonly at: string;
  readonly processor: string;
  readonly flags: readonly string[];
  readonly cores: number;
  readonly memoryMiB: number;
  readonly kernel: string;
  /** Load averages over 1, 5 and 15 minutes before the run: above 0.5 somebody else was working. */
  readonly loadBefore: readonly number[];
  readonly node: string;
  readonly onnxruntime: string;
  readonly ffmpeg: string;
  /** Short commit, with a mark where product or bench sources differ from it. */
  readonly commit: string;
}

/** Looks at this machine now. `root` is Pantau's own folder. */
export function describeMachine(root: string): Machine {
  return {
    at: new Date().toISOString(),
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    flags: processorFlags(),
    cores: availableParallelism(),
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    kernel: firstLine('uname', ['-sr']),
    loadBefore: loadavg().map((load) => Number(load.toFixed(2))),
    node: process.version,
    onnxruntime: packageVersion('onnxruntime-node'),
    ffmpeg: /version (\S+)/.exec(firstLine('ffmpeg', ['-version']))?.[1] ?? 'unknown',
    commit: commitOf(root),
  };
}

/** One line for tables. */
export function machineLine(machine: Machine): string {
  return `${machine.processor}, ${machine.cores} cores (${machine.flags.join(' ') || 'no telling flags'})`;
}

function processorFlags(): string[] {
  try {
    const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '';
    const present = new Set(line.split(' '));
    return TELLING_FLAGS.filter((flag) => present.has(flag));
  } catch {
    return [];
  }
}

function packageVersion(name: string): string {
  const { version } = createRequire(import.meta.url)(`${name}/package.json`) as { version: string };
  return version;
}

function commitOf(root: string): string {
  const git = (...args: string[]): string => firstLine('git', ['-C', root, ...args]);
  const commit = git('rev-parse', '--short', 'HEAD');
  const sources = ['pipelines', 'workers', 'models', 'portal', 'bench'];
  const isChanged = git('status', '--porcelain', '--untracked-files=no', '--', ...sources) !== '';
  return `${commit || 'unknown'}${isChanged ? ' + changes' : ''}`;
}

function firstLine(command: string, args: readonly string[]): string {
  try {
    const text = execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return text.split('\n')[0]?.trim() ?? '';
  } catch {
    return '';
  }
}
