/** The converted detector against the original: same picture, TensorFlow.js on one side, ONNX Runtime on the other. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { loadGraphModelSync } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { convertCenternet } from '../../models/centernet/convert.ts';
import { packageRoot } from '../../models/package-root.ts';
import { findCard } from '../../models/registry.ts';
import { verifyModelBytes } from '../../models/verify.ts';
import { footage } from '../support/footage.ts';
import { sha256Of } from '../unit/models/tiny-onnx.ts';

const HUMAN = join(packageRoot(), 'node_modules/@vladmandic/human/models');
const WASM = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'));
const COUNTED = new Set([0, 1, 2, 3, 5, 7]);
/** Rows below it are compared by nothing but noise of the last bits: the order of equals. */
const LEAST_SCORE = 0.02;
/** The issue asks for 1e-3; measured is 7e-7, so a tenth still leaves room for other processors. */
const TOLERANCE = 1e-4;

interface Row {
  readonly box: readonly number[];
  readonly score: number;
  readonly label: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

let onnx: Uint8Array;

beforeAll(async () => {
  setWasmPaths(`${WASM}/wasm-out/`);
  await tf.setBackend('wasm');
  await tf.ready();
  onnx = convertFresh();
});

function convertFresh(): Uint8Array {
  return convertCenternet(
    readFileSync(join(HUMAN, 'centernet.json'), 'utf8'),
    readFileSync(join(HUMAN, 'centernet.bin')),
  );
}

/** The frame 20 s in: seven people are in view. */
function grabFrame({ width, height }: Size): Buffer {
  const size = `scale=${width}:${height}`;
  const input = ['-v', 'error', '-ss', '20', '-i', footage(), '-frames:v', '1', '-vf', size];
  const frame = execFileSync('ffmpeg', [...input, '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-']);
  expect(frame.byteLength).toBe(width * height * 3);
  return frame;
}

/**
 * The original has 512×512 written into seven integer constants and its placeholder. Only these are changed
 * for another size; at 512×512 the file runs untouched.
 */
function readOriginal({ width, height }: Size): tf.io.ModelArtifacts {
  const model = JSON.parse(readFileSync(join(HUMAN, 'centernet.json'), 'utf8'));
  const weights = readFileSync(join(HUMAN, 'centernet.bin'));
  const specs = model.weightsManifest[0].weights as tf.io.WeightsManifestEntry[];
  const constants: Record<string, number[]> = {
    'tower_0/CenternetHead/c5_upsample/up_sampling2d/mul': [height / 16, width / 16],
    'tower_0/CenternetHead/c4_upsample/up_sampling2d_1/mul': [height / 8, width / 8],
    'tower_0/CenternetHead/c3_upsample/up_sampling2d_2/mul': [height / 4, width / 4],
    'tower_0/strided_slice_6': [width / 4],
    'tower_0/BatchGather/concat': [(height / 4) * (width / 4), 4],
  };
  let offset = 0;
  for (const { name, shape, dtype } of specs) {
    constants[name]?.forEach((value, index) => {
      weights.writeInt32LE(value, offset + index * 4);
    });
    offset += shape.reduce((product, side) => product * side, 1) * (dtype === 'int32' ? 4 : 2);
  }
  const placeholder = model.modelTopology.node.find((node: { op: string }) => node.op === 'Placeholder');
  placeholder.attr.shape.shape.dim = [1, height, width, 3].map((side) => ({ size: String(side) }));
  const weightData = weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength);
  return { modelTopology: model.modelTopology, weightSpecs: specs, weightData: weightData as ArrayBuffer };
}

/** Rows of the original's own post-processing (`tower_0/detections`: x1, y1, x2, y2, score, class). */
function runOriginal(frame: Buffer, size: Size): Row[] {
  const model = loadGraphModelSync(readOriginal(size));
  const values = tf.tidy(() => {
    const picture = tf.tensor4d(Float32Array.from(frame), [1, size.height, size.width, 3]);
    return (model.execute(picture, 'tower_0/detections') as tf.Tensor).dataSync();
  });
  model.dispose();
  return Array.from({ length: values.length / 6 }, (_, row) => {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, score = 0, label = -1] = values.slice(row * 6, row * 6 + 6);
    return { box: [x1, y1, x2, y2], score, label };
  });
}

async function runConverted(frame: Buffer, { width, height }: Size): Promise<Row[]> {
  const session = await InferenceSession.create(onnx, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    freeDimensionOverrides: { height, width },
  });
  const outputs = await session.run({ image: new Tensor('uint8', frame, [1, height, width, 3]) });
  await session.release();
  const [scores, classes, boxes] = ['scores', 'classes', 'boxes'].map((name) => {
    const output = outputs[name];
    if (output === undefined) throw new Error(`no output ${name}`);
    return output.data as Float32Array | Int32Array;
  });
  return Array.from(scores ?? [], (score, row) => ({
    box: [...(boxes?.slice(row * 4, row * 4 + 4) ?? [])],
    score,
    label: classes?.[row] ?? -1,
  }));
}

const worthComparing = ({ score, label }: Row) => score >= LEAST_SCORE && COUNTED.has(label);

/** Largest difference between a row and its counterpart, in score and in box (as a share of the picture). */
function difference(row: Row, others: readonly Row[], { width, height }: Size): number {
  const sides = [width, height, width, height];
  const distances = others
    .filter(({ label }) => label === row.label)
    .map((other) =>
      Math.max(
        Math.abs(other.score - row.score),
        ...row.box.map((edge, index) => Math.abs(edge - (other.box[index] ?? 0)) / (sides[index] ?? 1)),
      ),
    );
  return Math.min(...distances, Number.POSITIVE_INFINITY);
}

describe('the converted CenterNet', () => {
  it('is the same file each time, the one of its card', async () => {
    const card = await findCard('centernet-mobilenetv3');
    expect(sha256Of(convertFresh())).toBe(sha256Of(onnx));
    expect(verifyModelBytes(onnx, card, 'converted').sha256).toBe(card.sha256);
  });

  it.each([
    { width: 512, height: 512 },
    { width: 512, height: 384 },
    { width: 512, height: 288 },
  ])('gives the boxes and scores of the original at $width×$height', async (size) => {
    const frame = grabFrame(size);
    const original = runOriginal(frame, size);
    const converted = await runConverted(frame, size);

    const expected = original.filter(worthComparing);
    expect(expected.filter(({ score }) => score > 0.3).length).toBeGreaterThanOrEqual(5);
    const differences = expected.map((row) => difference(row, converted, size));
    expect(Math.max(...differences)).toBeLessThanOrEqual(TOLERANCE);

    // And nothing of its own: whatever scores above the original's last row is one of its rows.
    const last = Math.max(original.at(-1)?.score ?? 1, LEAST_SCORE);
    const own = converted.filter(({ score }) => score > last + TOLERANCE);
    expect(own.length).toBeGreaterThan(0);
    expect(Math.max(...own.map((row) => difference(row, expected, size)))).toBeLessThanOrEqual(TOLERANCE);
  });

  it('reports only counted classes, best first, and zero where the peaks end', async () => {
    const size = { width: 512, height: 288 };
    const rows = await runConverted(grabFrame(size), size);
    expect(rows).toHaveLength(100);
    expect(rows.every(({ label }) => COUNTED.has(label))).toBe(true);
    expect(rows.map(({ score }) => score)).toEqual(rows.map(({ score }) => score).sort((a, b) => b - a));

    const blank = { width: 32, height: 32 };
    const few = await runConverted(Buffer.alloc(32 * 32 * 3), blank);
    expect(few.at(-1)?.score).toBe(0);
  });
});
