/** Programs that do the task in the way one writes first; each runs as a process of its own. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SizePx } from '../../pipelines/domain/detect/letterbox.ts';
import type { CountTruth } from '../count-quality.ts';
import { FOOTAGE_FRAMES_PER_SECOND, type Material, type MeasuredModel } from '../material.ts';
import { partFrames } from './ceiling.ts';
import type { CountQuality, Part, Subject } from './subject.ts';

/** What a baseline is asked, as JSON in its first argument. */
export interface BaselineRequest {
  readonly footage: string;
  readonly fromS: number;
  readonly frames: number;
  readonly picture: SizePx;
  readonly model: MeasuredModel;
}

/** What it answers, as JSON on stdout. */
export interface BaselineResult {
  readonly frames: number;
  readonly framesPerSecond: number;
  /** Of its own process; ffmpeg's is not in it. */
  readonly cpuMsPerFrame: number;
  /** People found in each picture. */
  readonly people: readonly number[];
}

const run = promisify(execFile);
const SLICE_DEADLINE_MS = 120_000;

/** Which program. */
export interface BaselineOptions {
  readonly kind: 'node' | 'opencv';
  readonly material: Material;
  readonly model: MeasuredModel;
  readonly truth: CountTruth | undefined;
}

/** A baseline as a subject; its start and the loading of its model are not timed. */
export function createBaseline({ kind, material, model, truth }: BaselineOptions): Subject {
  const people = new Map<number, number>();
  let quality: CountQuality | undefined;
  return {
    name: `baseline-${kind}`,
    what:
      kind === 'node'
        ? 'ffmpeg → JPEG → sharp → tensor in JavaScript → session.run on the main thread → NMS in JavaScript'
        : 'Python: cv2.VideoCapture → cv2.dnn → cv2.dnn.NMSBoxes',
    async measure(part, signal) {
      if (part.index === 0) people.clear();
      const result = await runProgram({ kind, material, model }, part, signal);
      const first = Math.round((part.fromUs / 1e6) * FOOTAGE_FRAMES_PER_SECOND) + 1;
      for (const [index, count] of result.people.entries()) people.set(first + index, count);
      if (part.index === part.count - 1) quality = truth?.ofFrames(people);
      const { frames, framesPerSecond, cpuMsPerFrame } = result;
      return { frames, framesPerSecond, cpu: { total: cpuMsPerFrame } };
    },
    quality: () => quality,
    close: () => Promise.resolve(),
  };
}

/** Why the OpenCV baseline can't run here; undefined when it can. */
export async function opencvFault(): Promise<string | undefined> {
  return await run('python3', ['-c', 'import cv2']).then(
    () => undefined,
    () => 'python3 with OpenCV is not installed here (Debian: apt-get install python3-opencv)',
  );
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
    frames: partFrames(part),
    picture: { widthPx, heightPx },
    model,
  };
  const [program, ...args] = kind === 'node' ? nodeProgram() : ['python3', pythonScript(material.root)];
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
function pythonScript(root: string): string {
  return path.join(root, 'bench/baselines/opencv_dnn.py');
}
