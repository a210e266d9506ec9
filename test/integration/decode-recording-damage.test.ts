import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { type ClipName, makeClip } from '../../fixtures/make-clip.ts';
import { readPictures } from '../../pipelines/adapters/decode/ffmpeg-frames.ts';
import { createRecordingSource } from '../../pipelines/adapters/decode/recording-source.ts';
import { pictureArea } from '../../pipelines/domain/detect/letterbox.ts';
import type { FrameFormat } from '../../pipelines/ports.ts';
import { clipFolder, FORMAT, never, readAll } from './decode-recording-support.ts';

const folder = clipFolder();
afterAll(folder.remove);

describe('damaged recordings', () => {
  const cut: [ClipName, endS: number][] = [
    ['truncated', 12],
    ['truncated-avi', 12],
    ['truncated-mkv', 11.933],
  ];
  it.each(cut)('%s: what is readable counts, the rest is a gap and never a clean end', async (name, endS) => {
    const path = await makeClip(name, folder.path);
    const whole = await readAll({ path });
    expect(whole.mediaTimesUs[0]).toBe(0);
    expect(whole.pictures.length).toBeGreaterThan(40);
    expect(whole.end).toMatchObject({ outcome: 'loss', reason: 'media-damaged' });
    expect(whole.gaps).toHaveLength(1);
    const lastS = whole.mediaTimesUs.at(-1)! / 1e6;
    expect(lastS).toBeLessThan(9);
    expect(whole.gaps[0]).toMatchObject({ reason: 'media-damaged', toS: endS });
    expect(whole.gaps[0]!.fromS).toBeCloseTo(lastS + 0.125, 5);
  });

  it('its parts tell the same as the whole', async () => {
    const path = await makeClip('truncated', folder.path);
    const whole = await readAll({ path });
    const parts = [];
    for (const part of [
      [0, 3],
      [3, 6],
      [6, 9],
      [9, 12],
      [12, 15],
    ] as const)
      parts.push(await readAll({ path, part }));
    expect(parts.flatMap((part) => part.pictures)).toEqual(whole.pictures);
    const gaps = parts.flatMap((part) => part.gaps);
    expect(gaps[0]!.fromS).toBe(whole.gaps[0]!.fromS);
    expect(gaps.at(-1)!.toS).toBe(12);
    for (const [i, gap] of gaps.slice(1).entries()) expect(gap.fromS).toBe(gaps[i]!.toS);
    expect(parts[0]!.end).toEqual({ outcome: 'end' });
    expect(parts[3]!.end).toMatchObject({ outcome: 'loss', reason: 'media-damaged' });
    expect(parts[4]!.end).toEqual({ outcome: 'end' });
  });

  it('corrupt in the middle: pictures go on after it, errors are counted, ffmpeg still exits 0', async () => {
    const path = await makeClip('corrupt-middle', folder.path);
    const { mediaTimesUs, end } = await readAll({ path });
    expect(end).toEqual({ outcome: 'end' });
    expect(mediaTimesUs[0]).toBe(0);
    expect(mediaTimesUs.at(-1)).toBeGreaterThan(11_700_000);
    const pictures = readPictures(
      { input: { kind: 'file', path }, format: FORMAT, keyframesOnly: false, backPressure: 'block' },
      never,
    );
    for (;;) {
      const step = await pictures.next();
      if (step.done === true) {
        expect(step.value).toMatchObject({ outcome: 'end', exitCode: 0 });
        expect(step.value.decodeErrors).toBeGreaterThan(0);
        expect(step.value.stderr.length).toBeLessThanOrEqual(100);
        return;
      }
      if (step.value.kind === 'picture') step.value.release();
    }
  });

  it('a file that is gone after the probe is a fault, not an end', async () => {
    const path = await makeClip('hevc', folder.path);
    const source = createRecordingSource({ path, startUs: 0 });
    await source.probe(never);
    rmSync(path);
    const frames = source.frames({ format: FORMAT, framesPerSecond: 5, keyframesOnly: false }, never);
    await expect(frames.next()).rejects.toMatchObject({ name: 'AnalysisError', operation: 'decode' });
  });
});

describe('the picture', () => {
  async function firstFrame(name: ClipName, format: FrameFormat): Promise<Buffer> {
    const source = createRecordingSource({ path: await makeClip(name, folder.path), startUs: 0 });
    for await (const event of source.frames({ format, framesPerSecond: 1, keyframesOnly: false }, never)) {
      if (event.kind === 'frame') return event.frame.data;
    }
    throw new Error(`${name} gave no frame`);
  }
  const pixel = (data: Buffer, format: FrameFormat, x: number, y: number) => [
    ...data.subarray((y * format.widthPx + x) * 3, (y * format.widthPx + x) * 3 + 3),
  ];

  it('of a rotated recording comes upright', async () => {
    const lying = { ...FORMAT, widthPx: 160, heightPx: 120 };
    const upright = { ...FORMAT, widthPx: 120, heightPx: 160 };
    const [a, b] = [await firstFrame('b-frames', lying), await firstFrame('rotated', upright)];
    // Turned by a quarter, one way or the other: the column x becomes a row. Scaling is 1:1, so only chroma may differ.
    const distance = (turn: (x: number, y: number) => [number, number]) => {
      let sum = 0;
      for (let y = 4; y < 116; y += 4) {
        for (let x = 4; x < 156; x += 4) {
          const [p, q] = [pixel(a, lying, x, y), pixel(b, upright, ...turn(x, y))];
          sum += Math.abs(p[0]! + p[1]! + p[2]! - q[0]! - q[1]! - q[2]!);
        }
      }
      return sum / (28 * 38);
    };
    const turns = [distance((x, y) => [119 - y, x]), distance((x, y) => [y, 159 - x])].sort((p, q) => p - q);
    expect(turns[0]).toBeLessThan(20);
    expect(turns[1]).toBeGreaterThan(60);
  });

  it('in a letterbox stands at the top left, the rest is exactly the padding', async () => {
    const format: FrameFormat = {
      ...FORMAT,
      widthPx: 96,
      heightPx: 96,
      fit: 'letterbox',
      pixelFormat: 'bgr24',
    };
    const data = await firstFrame('b-frames', format);
    expect(data).toHaveLength(96 * 96 * 3);
    const picture = { widthPx: 160, heightPx: 120 };
    expect(pictureArea('letterbox', format, picture)).toEqual({ widthPx: 96, heightPx: 72 });
    for (let y = 72; y < 96; y += 1) expect(pixel(data, format, y, y)).toEqual([114, 114, 114]);
    expect(pixel(data, format, 48, 71)).not.toEqual([114, 114, 114]);
  });

  it('is rgb24 or bgr24 as asked', async () => {
    const rgb = await firstFrame('b-frames', FORMAT);
    const bgr = await firstFrame('b-frames', { ...FORMAT, pixelFormat: 'bgr24' });
    // swscale has a path of its own for each order: they differ by a level or three.
    const [first, second] = [pixel(rgb, FORMAT, 10, 10), pixel(bgr, FORMAT, 10, 10).reverse()];
    for (const [i, level] of first.entries()) expect(Math.abs(level - second[i]!)).toBeLessThanOrEqual(4);
    expect(Math.abs(first[0]! - first[2]!)).toBeGreaterThan(50);
  });

  it('of 8K comes down to the model within the memory limit', async () => {
    expect(await firstFrame('8k', { ...FORMAT, widthPx: 512, heightPx: 288 })).toHaveLength(512 * 288 * 3);
  });
});
