/** Starts, limits, watches the words of, and stops one ffmpeg or ffprobe process. */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { AnalysisError } from '../../errors.ts';
import { CHILD_ENV, type FfmpegTools, findProgram, limits } from './ffmpeg-program.ts';
import { type FillingPipe, type FillingReader, openFillingPipe } from './filling-pipe.ts';
import { collectWords } from './process-words.ts';

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
