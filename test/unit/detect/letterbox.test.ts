import { describe, expect, it } from 'vitest';
import { inputSize, pictureArea, toPictureBox } from '../../../pipelines/domain/detect/letterbox.ts';

function size(widthPx: number, heightPx: number) {
  return { widthPx, heightPx };
}

describe('inputSize', () => {
  const aspect = { kind: 'aspect', longSidePx: 512, multipleOfPx: 32 } as const;
  it.each([
    ['4:3', size(768, 576), size(512, 384)],
    ['16:9', size(1920, 1080), size(512, 288)],
    ['16:9, small', size(640, 360), size(512, 288)],
    ['a portrait camera', size(1080, 1920), size(288, 512)],
    ['square', size(1000, 1000), size(512, 512)],
    ['so wide that the short side would vanish', size(8000, 20), size(512, 32)],
    ['one pixel', size(1, 1), size(512, 512)],
  ])('%s', (_name, picture, expected) => {
    expect(inputSize(aspect, 'stretch', picture)).toEqual(expected);
  });

  it('rounds the long side too', () => {
    const odd = { kind: 'aspect', longSidePx: 500, multipleOfPx: 32 } as const;
    expect(inputSize(odd, 'stretch', size(1920, 1080))).toEqual(size(512, 288));
  });

  it('keeps a fixed size whatever the camera', () => {
    const fixed = { kind: 'fixed', ...size(416, 416) } as const;
    expect(inputSize(fixed, 'letterbox', size(1920, 1080))).toEqual(size(416, 416));
  });

  it.each([
    ['4:3', size(768, 576), size(416, 320), size(416, 312)],
    ['16:9', size(1920, 1080), size(416, 256), size(416, 234)],
    ['portrait', size(1080, 1920), size(256, 416), size(234, 416)],
    ['square', size(360, 360), size(416, 416), size(416, 416)],
    ['a short side that is a multiple', size(832, 512), size(416, 256), size(416, 256)],
  ])('a letterbox pads, and never shrinks the picture: %s', (_name, picture, expected, area) => {
    const rule = { kind: 'aspect', longSidePx: 416, multipleOfPx: 32 } as const;
    const input = inputSize(rule, 'letterbox', picture);
    expect(input).toEqual(expected);
    expect(pictureArea('letterbox', input, picture)).toEqual(area);
  });
});

describe('pictureArea', () => {
  it.each([
    ['stretch fills the input', 'stretch', size(640, 360), size(416, 416)],
    ['letterbox of 16:9', 'letterbox', size(640, 360), size(416, 234)],
    ['letterbox of 4:3', 'letterbox', size(768, 576), size(416, 312)],
    ['letterbox of portrait', 'letterbox', size(360, 640), size(234, 416)],
    ['letterbox of its own size', 'letterbox', size(416, 416), size(416, 416)],
    ['letterbox of 1:1, another size', 'letterbox', size(360, 360), size(416, 416)],
    ['letterbox never rounds up', 'letterbox', size(1000, 333), size(416, 138)],
    ['letterbox of a line still has a row', 'letterbox', size(5000, 1), size(416, 1)],
  ] as const)('%s', (_name, fit, picture, expected) => {
    expect(pictureArea(fit, size(416, 416), picture)).toEqual(expected);
  });
});

describe('toPictureBox', () => {
  function px(leftPx: number, topPx: number, rightPx: number, bottomPx: number) {
    return { leftPx, topPx, rightPx, bottomPx };
  }
  const area = size(400, 200);

  it('divides by the part that is picture', () => {
    expect(toPictureBox(px(100, 50, 300, 100), area)).toEqual({
      left: 0.25,
      top: 0.25,
      right: 0.75,
      bottom: 0.5,
    });
  });

  it('clips to the picture', () => {
    expect(toPictureBox(px(-10, -10, 500, 500), area)).toEqual({ left: 0, top: 0, right: 1, bottom: 1 });
  });

  it.each([
    ['wholly in the padding', px(10, 201, 20, 300)],
    ['without width', px(10, 10, 10, 20)],
    ['turned inside out', px(20, 10, 10, 20)],
    ['not a number', px(Number.NaN, 10, 20, 20)],
    ['infinite and not a number', px(Number.NEGATIVE_INFINITY, Number.NaN, Number.POSITIVE_INFINITY, 20)],
  ])('drops a box %s', (_name, box) => {
    expect(toPictureBox(box, area)).toBeUndefined();
  });

  it('is the inverse of the resize', () => {
    const picture = size(640, 360);
    const inside = pictureArea('letterbox', size(416, 416), picture);
    const scale = inside.widthPx / picture.widthPx;
    const there = px(64 * scale, 36 * scale, 320 * scale, 180 * scale);
    const back = toPictureBox(there, inside)!;
    expect(back.left).toBeCloseTo(0.1, 10);
    expect(back.top).toBeCloseTo(0.1, 10);
    expect(back.right).toBeCloseTo(0.5, 10);
    expect(back.bottom).toBeCloseTo(0.5, 10);
  });
});
