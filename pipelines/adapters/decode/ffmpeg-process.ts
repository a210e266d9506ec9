/** Starts, limits, watches the words of, and stops one ffmpeg or ffprobe process. */
import { type ChildProcess, execFile, type StdioOptions, spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { AnalysisError } from '../../errors.ts';
import type { FfmpegVersion } from './ffmpeg-args.ts';
import { type FillingPipe, type FillingReader, openFillingPipe } from './filling-pipe.ts';
import { collectWords } from './process-words.ts';

/** Where the programs are and what they may take. */
export interface FfmpegTools {
  /** Default `ffmpeg`, looked up in the system folders. */
  readonly ffmpegPath?: string;
  /** Default `ffprobe`, looked up in the system folders. */
  readonly ffprobePath?: string;
  /** Address space of one process (`prlimit --as`). Default 2 GiB: an 8K H.264 stream fits, a pixel bomb doesn't. */
  readonly memoryLimitBytes?: number;
}

/** How a process ended: its exit code, or the signal that ended it. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running program. */
export interface RunningProcess {
  readonly pid: number;
  readonly stdin: Writable | undefined;
  /** The last lines of stderr, redacted. */
  stderrTail(): readonly string[];
  /** How many lines of level `error` or worse were printed. */
  errorLines(): number;
  /** Settles when the process is gone and its pipes are closed. Never rejects. */
  readonly closed: Promise<ProcessExit>;
  /** TERM, after `KILL_AFTER_MS` KILL; resolves when the process is gone. Safe to call more than once. */
  stop(): Promise<ProcessExit>;
}

/** A program that prints a little. */
export interface PrintingProcess extends RunningProcess {
  readonly stdout: Readable;
}

/** A decoder. Both readers have to be started: it isn't closed before they are read to their ends. */
export interface DecodingProcess extends RunningProcess {
  /** Raw frames. */
  readonly frames: FillingReader;
  /** File descriptor 3: the picture times. */
  readonly times: FillingReader;
}

/** What to start. */
export interface ProcessRequest {
  readonly command: 'ffmpeg' | 'ffprobe';
  readonly args: readonly string[];
  readonly tools?: FfmpegTools | undefined;
  /** Literal credentials to take out of stderr, besides those in URLs. */
  readonly secrets?: readonly string[] | undefined;
  /** Opens a pipe to stdin; otherwise stdin is empty. */
  readonly hasStdin?: boolean;
}

/** ffmpeg asks for a second or two at most to write its end; a frozen one never answers TERM. */
export const KILL_AFTER_MS = 3_000;

const DEFAULT_MEMORY_LIMIT_BYTES = 2 * 1024 ** 3;
/** The service's own environment holds keys and passwords: the child gets none of it. */
const SEARCH_PATH = ['/usr/local/bin', '/usr/bin', '/bin'];
const CHILD_ENV = { PATH: SEARCH_PATH.join(delimiter), LC_ALL: 'C' };

/**
 * Starts a program whose stdout is a pipe of Node's own.
 * @throws AnalysisError `ffmpeg-missing`; `decode-failed` when no file descriptor is left for it
 */
export async function startProcess(request: ProcessRequest): Promise<PrintingProcess> {
  const child = launch(await commandOf(request), [stdinOf(request), 'pipe', 'pipe']);
  return { ...watch(child, request, []), stdout: child.stdout! };
}

/**
 * Starts a program that writes frames to stdout and their times to file descriptor 3, both read straight into the
 * buffers of whoever starts the readers.
 * @throws AnalysisError `ffmpeg-missing`; `decode-failed` when no pipe can be made or no file descriptor is left
 */
export async function startDecoder(request: ProcessRequest): Promise<DecodingProcess> {
  const command = await commandOf(request);
  const pipes: FillingPipe[] = [];
  try {
    pipes.push(await openFillingPipe(), await openFillingPipe());
    const [frames, times] = pipes as [FillingPipe, FillingPipe];
    const child = launch(command, [stdinOf(request), frames.writer, 'pipe', times.writer]);
    const readers = [frames.reader, times.reader] as const;
    return { ...watch(child, request, readers), frames: frames.reader, times: times.reader };
  } catch (cause) {
    for (const { reader } of pipes) reader.destroy();
    throw cause;
  } finally {
    // The child has copies of its own. While ours are open no reader sees the end.
    for (const { writer } of pipes) writer.destroy();
  }
}

/** `setpriv` makes it die with us even after our kill -9; without it an ffmpeg that isn't writing lives on. */
async function commandOf(request: ProcessRequest): Promise<readonly string[]> {
  const program = await findProgram(request.command, request.tools);
  return [...(await limits(request.tools)), program, ...request.args];
}

function stdinOf(request: ProcessRequest): 'pipe' | 'ignore' {
  return request.hasStdin ? 'pipe' : 'ignore';
}

function launch([file, ...args]: readonly string[], stdio: StdioOptions): ChildProcess {
  const child = spawn(file!, args, { env: CHILD_ENV, stdio });
  // Where no file descriptor is left Node gives a child without any pipe and tells why one tick later.
  if ((child.stdio as ChildProcess['stdio'] | undefined) !== undefined) return child;
  child.on('error', () => {});
  throw new AnalysisError(
    'decode-failed',
    'start-ffmpeg',
    'No process can be started: this one has as many files open as it may (ulimit -n). A camera takes some ten.',
  );
}

/** Its life and its words; it counts as closed when its `readers` are. */
function watch(
  child: ChildProcess,
  request: ProcessRequest,
  readers: readonly FillingReader[],
): RunningProcess {
  const closed = exitOf(child, readers);
  const words = collectWords(child.stderr!, request.secrets ?? []);
  return {
    pid: child.pid ?? -1,
    stdin: child.stdin ?? undefined,
    stderrTail: words.tail,
    errorLines: words.errorCount,
    closed,
    stop: () => stopProcess(child, { readers, closed }),
  };
}

/**
 * Version of the installed ffmpeg, looked up once per program.
 * @throws AnalysisError `ffmpeg-missing`, also for one older than 5.0, whose `-timeout` means something else
 */
export async function ffmpegVersion(tools?: FfmpegTools): Promise<FfmpegVersion> {
  const program = await findProgram('ffmpeg', tools);
  const known = versions.get(program) ?? readVersion(program);
  versions.set(program, known);
  known.catch(() => versions.delete(program));
  return known;
}

/** The version in the first line of `ffmpeg -version`; builds from git carry no number and count as newest. */
export function parseVersion(text: string): FfmpegVersion | undefined {
  const match = /^ffmpeg version (?:n?(\d+)\.(\d+)|(N-|git-|\d{4}-))/m.exec(text);
  if (match === null) return undefined;
  if (match[3] !== undefined) return { major: 99, minor: 0 };
  return { major: Number(match[1]), minor: Number(match[2]) };
}

const versions = new Map<string, Promise<FfmpegVersion>>();
const programs = new Map<string, Promise<string | undefined>>();

async function readVersion(program: string): Promise<FfmpegVersion> {
  const text = await new Promise<string>((resolve, reject) => {
    execFile(program, ['-hide_banner', '-version'], { env: CHILD_ENV, timeout: 10_000 }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(missing(`${program} can't be run: ${error.message}`)),
    );
  });
  const version = parseVersion(text);
  if (version === undefined) throw missing(`${program} doesn't say its version`);
  if (version.major < 5) throw missing(`${program} is version ${version.major}.${version.minor}, too old`);
  return version;
}

async function findProgram(command: 'ffmpeg' | 'ffprobe', tools?: FfmpegTools): Promise<string> {
  const wanted = (command === 'ffmpeg' ? tools?.ffmpegPath : tools?.ffprobePath) ?? command;
  const found = await lookUp(wanted);
  if (found === undefined) throw missing(`${wanted} was not found in ${SEARCH_PATH.join(', ')}`);
  return found;
}

function missing(found: string): AnalysisError {
  return new AnalysisError(
    'ffmpeg-missing',
    'start-ffmpeg',
    `${found}. Pantau needs ffmpeg 5.0 or newer with ffprobe: install it with \`apt-get install ffmpeg\`, or give its path.`,
  );
}

/** The first executable of that name; an answer of "nowhere" isn't kept, as it may be installed meanwhile. */
async function lookUp(name: string): Promise<string | undefined> {
  const known = programs.get(name);
  if (known !== undefined) return known;
  const candidates = name.includes('/') ? [name] : SEARCH_PATH.map((folder) => join(folder, name));
  const search = firstExecutable(candidates);
  programs.set(name, search);
  const found = await search;
  if (found === undefined) programs.delete(name);
  return found;
}

async function firstExecutable(candidates: readonly string[]): Promise<string | undefined> {
  for (const path of candidates) {
    const isExecutable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) return path;
  }
  return undefined;
}

async function limits(tools?: FfmpegTools): Promise<string[]> {
  const [setpriv, prlimit] = await Promise.all([lookUp('setpriv'), lookUp('prlimit')]);
  const bytes = tools?.memoryLimitBytes ?? DEFAULT_MEMORY_LIMIT_BYTES;
  return [
    ...(setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'KILL']),
    ...(prlimit === undefined ? [] : [prlimit, `--as=${bytes}`]),
  ];
}

async function exitOf(child: ChildProcess, readers: readonly FillingReader[]): Promise<ProcessExit> {
  const exit = await new Promise<ProcessExit>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
    // A failed spawn emits no `close` when the pipes were never made.
    child.on('error', () => {
      if (child.pid === undefined) resolve({ code: 127, signal: null });
    });
    // The reader of a stopped process goes away before its writer: EPIPE and ECONNRESET are no news.
    for (const pipe of child.stdio) pipe?.on('error', () => {});
  });
  await Promise.all(readers.map((reader) => reader.closed));
  return exit;
}

/** A pipe that nobody reads to its end would hold back `closed` for ever, so they are destroyed first. */
async function stopProcess(
  child: ChildProcess,
  { readers, closed }: { readers: readonly FillingReader[]; closed: Promise<ProcessExit> },
): Promise<ProcessExit> {
  child.stdin?.destroy();
  child.stdout?.destroy();
  for (const reader of readers) reader.destroy();
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  try {
    return await closed;
  } finally {
    clearTimeout(timer);
  }
}
