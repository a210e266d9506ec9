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
  /** How the kernel chooses the clock; absent where it doesn't say, as in most virtual machines. */
  readonly governor?: string;
  /** Runs under a hypervisor: neighbours that can't be seen take from the same cores and caches. */
  readonly isVirtual: boolean;
  readonly memoryMiB: number;
  readonly kernel: string;
  /** Load averages over 1, 5 and 15 minutes before the run: above 0.5 somebody else was working. */
  readonly loadBefore: readonly number[];
  readonly node: string;
  readonly onnxruntime: string;
  readonly ffmpeg: string;
  /** Absent where it is not installed, as the next one. */
  readonly redis?: string;
  /** OpenCV of the system's Python. */
  readonly opencv?: string;
  /** Short commit, with a mark where product or bench sources differ from it. */
  readonly commit: string;
}

/** Looks at this machine now. `root` is Pantau's own folder. */
export function describeMachine(root: string): Machine {
  const governor = readText('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor')?.trim();
  const redis = /v=(\S+)/.exec(firstLine('redis-server', ['--version']))?.[1];
  const opencv = openCvPython()?.version;
  return {
    at: new Date().toISOString(),
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    flags: processorFlags(),
    cores: availableParallelism(),
    ...(governor === undefined ? {} : { governor }),
    isVirtual: cpuFlags().includes('hypervisor'),
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    kernel: firstLine('uname', ['-sr']),
    loadBefore: loadavg().map((load) => Number(load.toFixed(2))),
    node: process.version,
    onnxruntime: packageVersion('onnxruntime-node'),
    ffmpeg: /version (\S+)/.exec(firstLine('ffmpeg', ['-version']))?.[1] ?? 'unknown',
    ...(redis === undefined ? {} : { redis }),
    ...(opencv === undefined ? {} : { opencv }),
    commit: commitOf(root),
  };
}

/** One line for tables. */
export function machineLine(machine: Machine): string {
  const { processor, cores, memoryMiB, flags, governor, isVirtual } = machine;
  const notes = [
    `${cores} cores`,
    `${(memoryMiB / 1024).toFixed(1)} GiB`,
    flags.join(' ') || 'no telling flags',
    ...(isVirtual ? ['virtual'] : []),
    ...(governor === undefined ? [] : [`governor ${governor}`]),
  ];
  return `${processor} (${notes.join(', ')})`;
}

/** Versions of what did the work, in one line. */
export function softwareLine(machine: Machine): string {
  const { node, onnxruntime, ffmpeg, redis, opencv, kernel } = machine;
  return [
    `Node ${node}`,
    `ONNX Runtime ${onnxruntime}`,
    `ffmpeg ${ffmpeg}`,
    ...(redis === undefined ? [] : [`Redis ${redis}`]),
    ...(opencv === undefined ? [] : [`OpenCV ${opencv}`]),
    kernel,
  ].join(', ');
}

/** Whether figures in plain units of two runs may stand beside each other. */
export function isSameMachine(one: Machine, other: Machine): boolean {
  const identity = ({ processor, cores, flags, memoryMiB }: Machine): string =>
    // A guest's memory differs by some MiB from boot to boot.
    JSON.stringify([processor, cores, flags, Math.round(memoryMiB / 512)]);
  return identity(one) === identity(other);
}

/** A Python that can import OpenCV. Debian's package serves Debian's own Python, which a version manager may hide. */
export interface OpenCvPython {
  readonly program: string;
  readonly version: string;
}

const PYTHONS = ['python3', '/usr/bin/python3'];

/** Undefined where none of this machine's has it. */
export function openCvPython(): OpenCvPython | undefined {
  for (const program of PYTHONS) {
    const version = firstLine(program, ['-c', 'import cv2; print(cv2.__version__)']);
    if (version !== '') return { program, version };
  }
  return undefined;
}

function cpuFlags(): string[] {
  const text = readText('/proc/cpuinfo') ?? '';
  return (/^(?:flags|Features)\s*:\s*(.*)$/m.exec(text)?.[1] ?? '').split(' ');
}

function processorFlags(): string[] {
  const present = new Set(cpuFlags());
  return TELLING_FLAGS.filter((flag) => present.has(flag));
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
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
