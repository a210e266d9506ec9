/**
 * What the machine could do at best: as many one-thread processes as cores that do nothing but `session.run`, with
 * the CPU time of decoding the same pictures by the product's own ffmpeg command in the bill.
 *
 *   ceiling = N / (N / R + d)    N cores, R bare runs/s of all processes together, d CPU seconds to decode one picture
 *
 * `d` is measured while the processes run: whoever infers on all cores decodes on the same ones, with caches that are
 * full of the network. R is measured without ffmpeg, so nothing that decoding costs the network is in the bill.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ModelCard } from '../../models/card.ts';
import { decodeCommand } from '../../pipelines/adapters/decode/ffmpeg-args.ts';
import { assembleArguments } from '../../pipelines/adapters/decode/ffmpeg-command.ts';
import { ffmpegVersion } from '../../pipelines/adapters/decode/ffmpeg-program.ts';
import { openRecording, recordingRequest } from '../../pipelines/recording.ts';
import { confine } from '../cluster/cores.ts';
import type { Material, MeasuredModel } from '../material.ts';
import { START_US } from '../material.ts';
import { cpuSeconds, cpuSecondsOf } from '../measure/processes.ts';
import { type Part, type Slice, type Subject, steadyRate } from './subject.ts';

/** What a bare session is told. */
export type BareMessage =
  | {
      readonly kind: 'open';
      readonly modelPath: string;
      readonly widthPx: number;
      readonly heightPx: number;
      readonly input: Pick<ModelCard['input'], 'name' | 'layout' | 'dtype'>;
      readonly pixels: Uint8Array;
    }
  | { readonly kind: 'run' };

/** Runs a process holds: one under way and one waiting, so that it never waits for the parent. */
const RUNS_UNDER_WAY = 2;

/** What the ceiling is of. */
export interface CeilingOptions {
  readonly material: Material;
  readonly model: MeasuredModel;
  readonly processes: number;
  /** One core for each process; else they share all. */
  readonly cores?: readonly string[];
  /** @defaultValue `ceiling` */
  readonly name?: string;
  readonly signal: AbortSignal;
}

/** The ceiling of `processes` one-thread processes. */
export async function createCeiling(options: CeilingOptions): Promise<Subject> {
  const { material, model, processes, cores, name = 'ceiling', signal } = options;
  const pixels = await firstPicture(material, model, signal);
  const children = await Promise.all(
    Array.from({ length: processes }, () => startBareSession(model, pixels)),
  );
  for (const [index, core] of cores?.entries() ?? []) confine(children[index]?.pid ?? 0, core);
  const where = cores === undefined ? '' : ', each kept on one core';
  return {
    name,
    what: `bare session.run in ${processes} one-thread process(es)${where}, decode in the bill`,
    async measure(part) {
      const decodeS = await besideRuns(children, signal, () => decodeCpuPerFrame(material, model, part));
      const frames = partFrames(part, material);
      const { bareRate, detectS } = await runBare(children, frames, signal);
      return billed({ frames, bareRate, decodeS, detectS, processes });
    },
    quality: () => undefined,
    async close() {
      for (const child of children) if (child.connected) child.disconnect();
      for (const child of children)
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

/** Joins the two halves; see the head of this file. */
export function billed(measured: {
  readonly frames: number;
  readonly bareRate: number;
  readonly decodeS: number;
  readonly detectS: number;
  readonly processes: number;
}): Slice {
  const { frames, bareRate, decodeS, detectS, processes } = measured;
  return {
    frames,
    framesPerSecond: processes / (processes / bareRate + decodeS),
    cpu: { decode: decodeS * 1e3, detect: detectS * 1e3, rest: 0, total: (decodeS + detectS) * 1e3 },
  };
}

/** Pictures in a part of the footage. */
export function partFrames(part: Part, { framesPerSecond }: Pick<Material, 'framesPerSecond'>): number {
  return Math.round(((part.toUs - part.fromUs) / 1e6) * framesPerSecond);
}

async function firstPicture(material: Material, model: MeasuredModel, signal: AbortSignal): Promise<Buffer> {
  const { source } = await openRecording({ path: material.footage, startUs: START_US }, signal);
  const pictures = source.frames(recordingRequest(material.camera, model.format), signal);
  try {
    const { value } = await pictures.next();
    if (value === undefined || !('kind' in value) || value.kind !== 'frame')
      throw new Error('the footage gives no picture');
    return Buffer.from(value.frame.data);
  } finally {
    await pictures.return(undefined as never);
  }
}

async function startBareSession(model: MeasuredModel, pixels: Buffer): Promise<ChildProcess> {
  const extension = import.meta.filename.endsWith('.ts') ? 'ts' : 'js';
  const child = fork(fileURLToPath(new URL(`./bare-session.${extension}`, import.meta.url)), {
    serialization: 'advanced',
    ...(extension === 'ts' ? { execArgv: ['--import', 'tsx'] } : {}),
  });
  const { name, layout, dtype } = model.card.input;
  const { widthPx, heightPx } = model.format;
  const message = { modelPath: model.path, widthPx, heightPx, input: { name, layout, dtype }, pixels };
  child.send({ kind: 'open', ...message } satisfies BareMessage);
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('a bare session ended before it was open'))),
  ]);
  return child;
}

async function runBare(children: readonly ChildProcess[], frames: number, signal: AbortSignal) {
  const pids = children.map((child) => child.pid ?? 0);
  const cpuBefore = cpuSecondsOf(pids);
  const doneAtMs = await whileAlive(children, signal, () => {
    let left = frames;
    return runUntil(children, () => left-- <= 0);
  });
  return { bareRate: steadyRate(doneAtMs), detectS: (cpuSecondsOf(pids) - cpuBefore) / frames };
}

/** Does `work` while all children run. */
async function besideRuns<T>(
  children: readonly ChildProcess[],
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  return await whileAlive(children, signal, async () => {
    let isDone = false;
    const runs = runUntil(children, () => isDone);
    const result = await work().finally(() => {
      isDone = true;
    });
    await runs;
    return result;
  });
}

async function whileAlive<T>(
  children: readonly ChildProcess[],
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const end = AbortSignal.any([signal, stop.signal]);
  try {
    return await Promise.race([work(), whenAborted(end), whenOneEnds(children, end)]);
  } finally {
    stop.abort();
    for (const child of children) child.removeAllListeners('message');
  }
}

/** Gives runs until `isOver`, which is asked before each; resolves with the times of all answers. */
async function runUntil(children: readonly ChildProcess[], isOver: () => boolean): Promise<number[]> {
  const doneAtMs: number[] = [];
  let underWay = 0;
  return await new Promise((resolve) => {
    const give = (child: ChildProcess): void => {
      if (isOver()) {
        if (underWay === 0) resolve(doneAtMs);
        return;
      }
      underWay += 1;
      child.send({ kind: 'run' } satisfies BareMessage, () => undefined);
    };
    for (const child of children) {
      child.on('message', () => {
        underWay -= 1;
        doneAtMs.push(performance.now());
        give(child);
      });
    }
    for (let slot = 0; slot < RUNS_UNDER_WAY; slot++) for (const child of children) give(child);
  });
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

async function whenOneEnds(children: readonly ChildProcess[], signal: AbortSignal): Promise<never> {
  await Promise.race(children.map((child) => once(child, 'exit', { signal })));
  throw new Error('a bare session ended in the middle of a measurement');
}

/** CPU seconds of ffmpeg per picture, its start taken off by a run that stops at the first one. */
async function decodeCpuPerFrame(material: Material, model: MeasuredModel, part: Part): Promise<number> {
  const frames = partFrames(part, material);
  const whole = await decodeCpu(material, model, { seekUs: part.fromUs, frames });
  const start = await decodeCpu(material, model, { seekUs: part.fromUs, frames: 1 });
  return Math.max(0, whole - start) / (frames - 1);
}

async function decodeCpu(
  material: Material,
  model: MeasuredModel,
  { seekUs, frames }: { seekUs: number; frames: number },
): Promise<number> {
  const { input, keyframesOnly } = {
    input: { kind: 'file', path: material.footage } as const,
    keyframesOnly: false,
  };
  const framesPerSecond = material.camera.sampling.framesPerSecond;
  const command = decodeCommand({
    ...{ input, keyframesOnly, format: model.format, version: await ffmpegVersion() },
    grid: { framesPerSecond, originUs: 0 },
    ...(seekUs === 0 ? {} : { seekPtsUs: seekUs }),
  });
  const limited = { ...command, outputOptions: [...command.outputOptions, '-frames:v', String(frames)] };
  const before = cpuSeconds('self').reaped;
  const child = spawn('ffmpeg', assembleArguments(limited), {
    stdio: ['ignore', 'ignore', 'ignore', 'ignore'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`ffmpeg ended with ${code} while its decoding was measured`);
  return cpuSeconds('self').reaped - before;
}
