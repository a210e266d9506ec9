/**
 * The pipeline one writes first, and finds in most tutorials: ffmpeg gives JPEG pictures, sharp decodes and resizes
 * them, JavaScript makes the tensor, ONNX Runtime with its default options runs on the main thread, one picture after
 * the other. Nothing is made slow on purpose: JPEG of good quality, no disk, a warm session, all cores for the network
 * (the default), and the product's own decoder of the output with its NMS in JavaScript.
 *
 *   node node-straightforward.js '{"footage":…,"fromS":0,"frames":100,"model":{…}}'   → one line of JSON on stdout
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as ort from 'onnxruntime-node';
import sharp from 'sharp';
import { createOutputReader, type Outputs } from '../../pipelines/adapters/detect/output-reader.ts';
import { pictureArea } from '../../pipelines/domain/detect/letterbox.ts';
import type { BaselineRequest, BaselineResult } from '../subjects/baseline.ts';
import { steadyRate } from '../subjects/subject.ts';

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
for await (const jpeg of jpegPictures()) {
  const outputs = (await session.run({ [input.name]: toTensor(await resized(jpeg)) })) as unknown as Outputs;
  const found = reader.read(outputs, area);
  people.push(
    found.filter((one) => one.roadUserClass === 'person' && one.score >= model.card.thresholds.score).length,
  );
  doneAtMs.push(performance.now());
}
const { user, system } = process.cpuUsage();
const result: BaselineResult = {
  frames: people.length,
  framesPerSecond: steadyRate(doneAtMs),
  cpuMsPerFrame: (user + system) / 1e3 / people.length,
  people,
};
process.stdout.write(`${JSON.stringify(result)}\n`);

/** Cuts ffmpeg's stream of JPEG files at their end marks. */
async function* jpegPictures(): AsyncGenerator<Buffer> {
  const { footage, fromS, frames } = request;
  const ffmpeg = spawn(
    'ffmpeg',
    [
      '-nostdin',
      '-loglevel',
      'error',
      '-ss',
      String(fromS),
      '-i',
      footage,
      '-frames:v',
      String(frames),
    ].concat(['-f', 'image2pipe', '-c:v', 'mjpeg', '-q:v', '2', 'pipe:1']),
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const endMark = Buffer.from([0xff, 0xd9]);
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of ffmpeg.stdout) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    for (let end = rest.indexOf(endMark); end >= 0; end = rest.indexOf(endMark)) {
      yield rest.subarray(0, end + 2);
      rest = rest.subarray(end + 2);
    }
  }
  if (ffmpeg.exitCode === null) await once(ffmpeg, 'exit');
}

/** Interleaved RGB of the model's size. */
async function resized(jpeg: Buffer): Promise<Buffer> {
  const picture = sharp(jpeg);
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
