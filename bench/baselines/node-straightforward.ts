/**
 * The pipeline one writes first, and finds in most tutorials: ffmpeg gives JPEG or PNG pictures of the source's own
 * size, sharp decodes and resizes them, JavaScript makes the tensor, ONNX Runtime with its default options runs on the
 * main thread, one picture after the other. Nothing is made slow on purpose: JPEG of good quality, no disk, each byte
 * of the stream looked at once, a warm session, all cores for the network (the default), and the product's own
 * decoder of the output with its NMS in JavaScript.
 *
 *   node node-straightforward.js '{"footage":…,"fromS":0,"frames":100,"model":{…}}'   → one line of JSON on stdout
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as ort from 'onnxruntime-node';
import sharp from 'sharp';
import { createOutputReader, type Outputs } from '../../pipelines/adapters/detect/output-reader.ts';
import { pictureArea } from '../../pipelines/domain/detect/letterbox.ts';
import { cpuSeconds } from '../measure/processes.ts';
import type { BaselineRequest, BaselineResult } from '../subjects/baseline.ts';
import { steadyRate } from '../subjects/subject.ts';
import { splitAfter } from './split-pictures.ts';

/** ffmpeg's encoder, and the bytes every such file ends with: EOI, and the IEND chunk with its checksum. */
const PICTURES = {
  jpeg: { codec: ['-c:v', 'mjpeg', '-q:v', '2'], end: Buffer.from([0xff, 0xd9]) },
  png: { codec: ['-c:v', 'png'], end: Buffer.from('49454e44ae426082', 'hex') },
} as const;

const request = JSON.parse(process.argv[2] ?? '') as BaselineRequest;
const { model } = request;
const { input } = model.card;
const { widthPx, heightPx, fit, padValue } = model.format;

const session = await ort.InferenceSession.create(model.path);
const reader = createOutputReader(model.card, model.format);
const area = pictureArea(fit, model.format, request.picture);
await session.run({ [input.name]: toTensor(Buffer.alloc(widthPx * heightPx * 3)) });

const people: number[] = [];
const doneAtMs: number[] = [];
const before = process.cpuUsage();
for await (const picture of pictures()) {
  const outputs = (await session.run({
    [input.name]: toTensor(await resized(picture)),
  })) as unknown as Outputs;
  const found = reader.read(outputs, area);
  people.push(
    found.filter((one) => one.roadUserClass === 'person' && one.score >= model.card.thresholds.score).length,
  );
  doneAtMs.push(performance.now());
}
const { user, system } = process.cpuUsage(before);
const result: BaselineResult = {
  frames: people.length,
  framesPerSecond: steadyRate(doneAtMs),
  cpuMsPerFrame: {
    decode: (cpuSeconds('self').reaped * 1e3) / people.length,
    program: (user + system) / 1e3 / people.length,
  },
  people,
};
process.stdout.write(`${JSON.stringify(result)}\n`);

/** ffmpeg's stream of picture files, cut at their end marks. */
async function* pictures(): AsyncGenerator<Buffer> {
  const { footage, fromS, frames } = request;
  const { codec, end } = PICTURES[request.pictures];
  const where = ['-ss', String(fromS), '-i', footage, '-frames:v', String(frames)];
  const ffmpeg = spawn(
    'ffmpeg',
    ['-nostdin', '-loglevel', 'error', ...where, '-f', 'image2pipe', ...codec, 'pipe:1'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  yield* splitAfter(ffmpeg.stdout as AsyncIterable<Buffer>, end);
  if (ffmpeg.exitCode === null) await once(ffmpeg, 'exit');
}

/** Interleaved RGB of the model's size. */
async function resized(file: Buffer): Promise<Buffer> {
  const picture = sharp(file);
  const grey = { r: padValue, g: padValue, b: padValue };
  const scaled =
    fit === 'stretch'
      ? picture.resize(widthPx, heightPx, { fit: 'fill' })
      : picture.resize(widthPx, heightPx, { fit: 'contain', position: 'left top', background: grey });
  return await scaled.removeAlpha().raw().toBuffer();
}

/** A model that takes uint8 gets the picture as it is; others float32 planes, one loop in JavaScript. */
function toTensor(rgb: Buffer): ort.Tensor {
  if (input.dtype === 'uint8' && input.layout === 'NHWC')
    return new ort.Tensor('uint8', new Uint8Array(rgb), [1, heightPx, widthPx, 3]);
  const plane = widthPx * heightPx;
  const values = new Float32Array(plane * 3);
  const [red, blue] = input.colourOrder === 'rgb' ? [0, 2 * plane] : [2 * plane, 0];
  for (let at = 0; at < plane; at++) {
    values[red + at] = rgb[at * 3]!;
    values[plane + at] = rgb[at * 3 + 1]!;
    values[blue + at] = rgb[at * 3 + 2]!;
  }
  return new ort.Tensor('float32', values, [1, 3, heightPx, widthPx]);
}
