/** Size and rate of a live stream, by ffprobe behind the same guards as the decoder. */
import type { Writable } from 'node:stream';
import { AnalysisError } from '../../errors.ts';
import type { SourceInfo } from '../../ports.ts';
import { type FfmpegInput, guards, source } from './ffmpeg-args.ts';
import { failureOf } from './ffmpeg-failure.ts';
import { type PrintingProcess, startProcess } from './ffmpeg-process.ts';
import type { FfmpegTools } from './ffmpeg-program.ts';

/** What to look at, and how long. */
export interface LiveProbe {
  readonly input: FfmpegInput;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly tools?: FfmpegTools | undefined;
  /** Ends with the first picture whose size is known, without a rate; waits longer for one that is far. */
  readonly sizeOnly?: boolean;
  /** Writes the first bytes of a `stdin` input. */
  readonly feed?: (stdin: Writable) => void;
}

/** Looks once. Throws `source-no-video-stream`, `source-unreachable` on a timeout, or what ffprobe's words mean. */
export async function probeLive(probe: LiveProbe): Promise<SourceInfo> {
  const child = await startProcess({
    command: 'ffprobe',
    args: probeArguments(probe),
    tools: probe.tools,
    hasStdin: probe.input.kind === 'stdin',
  });
  const deadline = AbortSignal.timeout(probe.timeoutMs);
  const signal = AbortSignal.any([probe.signal, deadline]);
  const onAbort = (): void => void child.stop();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    if (child.stdin !== undefined) probe.feed?.(child.stdin);
    const text = await readText(child);
    const { code } = await child.closed;
    probe.signal.throwIfAborted();
    if (deadline.aborted) {
      const message = `the camera sent no picture within ${probe.timeoutMs} ms`;
      throw new AnalysisError('source-unreachable', 'probe', message);
    }
    if (code !== 0) throw failureOf(child.stderrTail(), { operation: 'probe', what: 'the live stream' });
    const { framesPerSecond, ...size } = readInfo(text);
    return probe.sizeOnly === true || framesPerSecond === undefined ? size : { ...size, framesPerSecond };
  } finally {
    signal.removeEventListener('abort', onAbort);
    await child.stop();
  }
}

/**
 * ffprobe would read on for the rate; and it gives up after 5 s or 5 MB, before the next keyframe of a camera whose GOP is long
 * and whose SDP doesn't tell the size. 12 s is above common GOPs (10 s) and below the deadlines.
 */
const SIZE_ONLY = [
  ...['-fpsprobesize', '0', '-fflags', 'nobuffer'],
  ...['-analyzeduration', '12000000', '-probesize', '50000000'],
];

function probeArguments(probe: LiveProbe): string[] {
  const { input } = probe;
  const transport =
    input.kind === 'rtsp'
      ? ['-rtsp_transport', input.transport, '-timeout', String(Math.round(input.timeoutMs * 1000))]
      : input.kind === 'stdin'
        ? ['-f', input.demuxer]
        : [];
  return [
    ...['-hide_banner', '-loglevel', 'level+warning'],
    ...guards(input),
    ...transport,
    ...(probe.sizeOnly === true ? SIZE_ONLY : []),
    ...[
      '-select_streams',
      'V:0',
      '-show_entries',
      'stream=width,height,avg_frame_rate:stream_side_data=rotation',
    ],
    ...['-of', 'json', source(input)],
  ];
}

async function readText(child: PrintingProcess): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch {
    // Stopped in mid-read: the exit tells why.
  }
  return Buffer.concat(chunks).toString('utf8');
}

interface ProbedStream {
  readonly width?: number;
  readonly height?: number;
  readonly avg_frame_rate?: string;
  readonly side_data_list?: readonly { readonly rotation?: number }[];
}

function readInfo(text: string): SourceInfo {
  const parsed = JSON.parse(text) as { streams?: readonly ProbedStream[] };
  const stream = parsed.streams?.[0];
  const [width, height] = [stream?.width ?? 0, stream?.height ?? 0];
  if (stream === undefined || width === 0 || height === 0) {
    throw new AnalysisError('source-no-video-stream', 'probe', 'the live stream has no video');
  }
  const rotation = stream.side_data_list?.find((data) => data.rotation !== undefined)?.rotation ?? 0;
  const isTurned = Math.abs(rotation) % 180 === 90;
  const [num = 0, den = 0] = (stream.avg_frame_rate ?? '').split('/').map(Number);
  const framesPerSecond = num / den;
  return {
    widthPx: isTurned ? height : width,
    heightPx: isTurned ? width : height,
    // Cameras announce absurd rates (90000/1) when they don't know theirs.
    ...(framesPerSecond > 0 && framesPerSecond <= 240 ? { framesPerSecond } : {}),
  };
}
