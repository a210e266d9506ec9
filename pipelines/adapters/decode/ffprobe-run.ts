/** One run of ffprobe to its end, with every limit of a decoder process. */
import { AnalysisError } from '../../errors.ts';
import { startProcess } from './ffmpeg-process.ts';
import type { FfmpegTools } from './ffmpeg-program.ts';

/** What ffprobe printed. */
export interface ProbeRun {
  readonly exitCode: number;
  readonly stdout: string;
  /** The last lines, redacted. */
  readonly stderr: readonly string[];
}

/** Reading the headers of a file takes milliseconds; a raw stream is read for its first 5 s of media. */
const PROBE_LIMIT_MS = 30_000;
/** A hostile container may declare thousands of streams. */
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/**
 * Runs ffprobe with `args`.
 * @throws AnalysisError `ffmpeg-missing`; `decode-failed` when it takes or prints too much; the signal's reason on abort
 */
export async function runProbe(
  request: { readonly args: readonly string[]; readonly tools?: FfmpegTools | undefined },
  signal: AbortSignal,
): Promise<ProbeRun> {
  signal.throwIfAborted();
  const child = await startProcess({
    command: 'ffprobe',
    args: ['-hide_banner', '-loglevel', 'level+error', ...request.args],
    tools: request.tools,
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  let excess: string | undefined;
  const giveUp = (why: string) => {
    excess ??= why;
    void child.stop();
  };
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_OUTPUT_BYTES) giveUp(`more than ${MAX_OUTPUT_BYTES} bytes`);
    else chunks.push(chunk);
  });
  const timer = setTimeout(() => giveUp(`more than ${PROBE_LIMIT_MS / 1000} s`), PROBE_LIMIT_MS);
  const onAbort = () => giveUp('an abort');
  signal.addEventListener('abort', onAbort);
  try {
    const exit = await child.closed;
    signal.throwIfAborted();
    if (excess !== undefined)
      throw new AnalysisError('decode-failed', 'probe', `ffprobe was stopped after ${excess}`);
    const stdout = Buffer.concat(chunks).toString('utf8');
    return { exitCode: exit.code ?? -1, stdout, stderr: child.stderrTail() };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    await child.stop();
  }
}
