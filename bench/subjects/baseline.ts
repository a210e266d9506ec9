/** Programs that do the task in the way one writes first; each runs as a process of its own. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SizePx } from '../../pipelines/domain/detect/letterbox.ts';
import type { CountTruth } from '../count-quality.ts';
import type { Material, MeasuredModel } from '../material.ts';
import { openCvPython } from '../measure/machine.ts';
import { partFrames } from './ceiling.ts';
import type { CpuBill, Part, Subject } from './subject.ts';

/** Which program: the Node pipeline over one of two picture formats, or the OpenCV script. */
export const BASELINE_KINDS = ['node-jpeg', 'node-png', 'opencv'] as const;
export type BaselineKind = (typeof BASELINE_KINDS)[number];

/** What a baseline is asked, as JSON in its first argument. */
export interface BaselineRequest {
  readonly footage: string;
  readonly fromS: number;
  readonly frames: number;
  readonly picture: SizePx;
  /** How ffmpeg hands pictures over; the OpenCV script decodes by itself. */
  readonly pictures: 'jpeg' | 'png';
  readonly model: MeasuredModel;
}

/** What it answers, as JSON on stdout. */
export interface BaselineResult {
  readonly frames: number;
  readonly framesPerSecond: number;
  /** CPU milliseconds per picture: all threads of the program, and of the decoder it started. */
  readonly cpuMsPerFrame: { readonly decode?: number; readonly program: number };
  /** People found in each picture. */
  readonly people: readonly number[];
}

const WHAT: Readonly<Record<BaselineKind, string>> = {
  'node-jpeg':
    'ffmpeg → JPEG → sharp → Float32 planes in JavaScript → session.run on the main thread → NMS in JavaScript',
  'node-png': 'the same through PNG',
  opencv: 'Python: cv2.VideoCapture → cv2.dnn → cv2.dnn.NMSBoxes',
};

const run = promisify(execFile);
const SLICE_DEADLINE_MS = 120_000;

/** One program on one footage. */
export interface BaselineOptions {
  readonly kind: BaselineKind;
  readonly material: Material;
  readonly model: MeasuredModel;
  readonly truth: CountTruth | undefined;
}

/** A baseline as a subject; its start and the loading of its model are not timed. */
export function createBaseline({ kind, material, model, truth }: BaselineOptions): Subject {
  const people = new Map<number, number>();
  return {
    name: `baseline-${kind}`,
    what: WHAT[kind],
    async measure(part, signal) {
      if (part.index === 0) people.clear();
      const result = await runProgram({ kind, material, model }, part, signal);
      const first = Math.round((part.fromUs / 1e6) * material.framesPerSecond) + 1;
      for (const [index, count] of result.people.entries()) people.set(first + index, count);
      const { frames, framesPerSecond, cpuMsPerFrame } = result;
      return { frames, framesPerSecond, cpu: billOf(cpuMsPerFrame) };
    },
    quality: () => (people.size === 0 ? undefined : truth?.ofFrames(people)),
    close: () => Promise.resolve(),
  };
}

/** One program does everything but the decoding, so inference and the rest can't be told apart. */
function billOf({ decode, program }: BaselineResult['cpuMsPerFrame']): CpuBill {
  return decode === undefined ? { total: program } : { decode, total: decode + program };
}

/** Why the OpenCV baseline can't run here; undefined when it can. */
export function opencvFault(): string | undefined {
  return openCvPython() === undefined
    ? 'no python3 with OpenCV is installed here (Debian: apt-get install python3-opencv)'
    : undefined;
}

async function runProgram(
  { kind, material, model }: Omit<BaselineOptions, 'truth'>,
  part: Part,
  signal: AbortSignal,
): Promise<BaselineResult> {
  const { widthPx, heightPx } = material.recording.plan.info;
  const request: BaselineRequest = {
    footage: material.footage,
    fromS: part.fromUs / 1e6,
    frames: partFrames(part, material),
    picture: { widthPx, heightPx },
    pictures: kind === 'node-png' ? 'png' : 'jpeg',
    model,
  };
  const [program, ...args] = kind === 'opencv' ? pythonProgram(material.root) : nodeProgram();
  const { stdout } = await run(program!, [...args, JSON.stringify(request)], {
    signal,
    timeout: SLICE_DEADLINE_MS,
    maxBuffer: 16 * 2 ** 20,
  });
  return JSON.parse(stdout) as BaselineResult;
}

function nodeProgram(): string[] {
  const isSource = import.meta.filename.endsWith('.ts');
  const script = new URL(`../baselines/node-straightforward.${isSource ? 'ts' : 'js'}`, import.meta.url);
  return [process.execPath, ...(isSource ? ['--import', 'tsx'] : []), fileURLToPath(script)];
}

/** Not compiled, so it lies with the sources only. */
function pythonProgram(root: string): string[] {
  return [openCvPython()?.program ?? 'python3', path.join(root, 'bench/baselines/opencv_dnn.py')];
}
