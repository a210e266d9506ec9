/** What decoding costs ffmpeg, stage by stage, from a file: CPU that other load on the machine changes least. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { decodeCommand, KEYFRAMES_ONLY } from '../../pipelines/adapters/decode/ffmpeg-args.ts';
import { assembleArguments } from '../../pipelines/adapters/decode/ffmpeg-command.ts';
import { ffmpegVersion } from '../../pipelines/adapters/decode/ffmpeg-program.ts';
import type { FrameFormat } from '../../pipelines/ports.ts';
import type { CameraClip } from '../cluster/camera-clip.ts';
import { cpuSeconds } from '../measure/processes.ts';

/** CPU milliseconds of one core. */
export interface MeasuredDecode {
  /** Each picture of the stream, decoded or not. */
  readonly demuxMs: number;
  /** Each keyframe, when only these are decoded. */
  readonly keyframeMs: number;
  /** Each picture, when all are decoded. */
  readonly pictureMs: number;
  /** Each picture that is scaled and handed over. */
  readonly scaleMs: number;
}

/** The clock of process times has 10 ms: short work is repeated until it is long against that. */
const REPEATS = { copy: 16, keyframes: 3 } as const;
/** Ten seconds of a camera: a second or so of work at 1080p. */
const PICTURES = 250;
/** Other work on the machine only ever adds CPU time (cold caches), so the least of several runs is taken. */
const ROUNDS = 2;
const QUIET = ['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'error', '-threads', '1'];
const DISCARD = ['-fps_mode', 'passthrough', '-f', 'null', '-'];

/** Measures the stages of the product's own command for a clip and a network's input format. */
export async function measureDecode(clip: CameraClip, format: FrameFormat): Promise<MeasuredDecode> {
  const read = (repeats: number, ...options: string[]): string[] => [
    ...QUIET,
    ...options,
    ...['-stream_loop', String(repeats - 1), '-i', clip.file],
  ];
  const startS = await leastCpuOf([...read(1), '-frames:v', '1', '-c', 'copy', '-f', 'null', '-']);
  const spent = async (args: readonly string[]): Promise<number> =>
    Math.max(0, (await leastCpuOf(args)) - startS) * 1_000;
  const copy = await spent([...read(REPEATS.copy), '-c', 'copy', '-f', 'null', '-']);
  const keyframes = await spent([...read(REPEATS.keyframes, ...KEYFRAMES_ONLY), ...DISCARD]);
  const pictures = await spent([...read(1), '-frames:v', String(PICTURES), ...DISCARD]);
  const handedOver = await spent(await productArguments(clip, format));
  const demuxMs = copy / (REPEATS.copy * clip.frames);
  const keyframesPerLoop = clip.frames / (clip.framesPerSecond * clip.keyframeIntervalS);
  return {
    demuxMs,
    keyframeMs: (keyframes / REPEATS.keyframes - clip.frames * demuxMs) / keyframesPerLoop,
    pictureMs: pictures / PICTURES - demuxMs,
    scaleMs: Math.max(0, (handedOver - pictures) / PICTURES),
  };
}

/** The product's command for every picture. */
async function productArguments(clip: CameraClip, format: FrameFormat): Promise<string[]> {
  const command = decodeCommand({
    input: { kind: 'file', path: clip.file },
    format,
    grid: { framesPerSecond: clip.framesPerSecond, originUs: 0 },
    keyframesOnly: false,
    version: await ffmpegVersion(),
  });
  const outputOptions = [...command.outputOptions, '-frames:v', String(PICTURES)];
  return assembleArguments({ ...command, outputOptions });
}

async function leastCpuOf(args: readonly string[]): Promise<number> {
  const runs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) runs.push(await cpuOf(args));
  return Math.min(...runs);
}

/** CPU seconds of one ffmpeg run whose pictures go through a pipe, as they do to a worker, and are thrown away. */
async function cpuOf(args: readonly string[]): Promise<number> {
  const before = cpuSeconds('self').reaped;
  const child = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'inherit', 'ignore'] });
  child.stdout?.resume();
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`ffmpeg ended with ${code} while its decoding was measured`);
  return cpuSeconds('self').reaped - before;
}
