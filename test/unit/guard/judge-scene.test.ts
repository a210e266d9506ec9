import { describe, expect, it } from 'vitest';
import { judgeScene, sceneShift } from '../../../pipelines/domain/guard/judge-scene.ts';
import { parseSceneReferences } from '../../../pipelines/domain/guard/scene-reference.ts';
import {
  likeness,
  type ScenePicture,
  sceneSignature,
} from '../../../pipelines/domain/guard/scene-signature.ts';
import { letterboxed, referenceOf, street, walkedStreet } from './scenes.ts';

const text = referenceOf(walkedStreet());
const references = parseSceneReferences(text);

function judge(picture: ScenePicture) {
  return judgeScene(sceneSignature(picture), references);
}

function plain(level: number): ScenePicture {
  return {
    data: new Uint8Array(192 * 144 * 3).fill(level),
    widthPx: 192,
    area: { widthPx: 192, heightPx: 144 },
  };
}

/** Mean of the pixels around, `radius` to each side and in both directions. */
function blurred(picture: ScenePicture, radius: number): ScenePicture {
  const { widthPx, heightPx } = picture.area;
  const data = new Uint8Array(picture.data.length);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      let sum = 0;
      for (let dy = -radius; dy <= radius; dy++) {
        for (let dx = -radius; dx <= radius; dx++) {
          const atY = Math.min(heightPx - 1, Math.max(0, y + dy));
          const atX = Math.min(widthPx - 1, Math.max(0, x + dx));
          sum += picture.data[(atY * widthPx + atX) * 3]!;
        }
      }
      data.fill(sum / (2 * radius + 1) ** 2, (y * widthPx + x) * 3, (y * widthPx + x) * 3 + 3);
    }
  }
  return { ...picture, data };
}

describe('judgeScene', () => {
  it.each([
    ['the view itself', street()],
    ['half the light', street({ gain: 0.5 })],
    ['a tenth of the light', street({ gain: 0.1 })],
    ['more light', street({ gain: 1.25 })],
    ['fog', street({ gain: 0.3, offset: 150 })],
    ['a lorry over a quarter of the picture', street({ box: { left: 0.4, right: 0.65, level: 200 } })],
    ['another size', street({ size: { widthPx: 416, heightPx: 312 } })],
    ['letterboxed', letterboxed(street(), 256, 256)],
  ])('%s: same', (_name, picture) => {
    expect(judge(picture).state).toBe('same');
  });

  it.each([
    ['shifted 5 %', street({ shiftX: 0.05 })],
    ['shifted 10 %', street({ shiftX: -0.1 })],
    ['tilted 5 %', street({ shiftY: 0.05 })],
    ['another street', street({ street: 99 })],
    ['a cap over all but a strip', street({ box: { left: 0, right: 0.95, level: 3 } })],
  ])('%s: moved', (_name, picture) => {
    expect(judge(picture).state).toBe('moved');
  });

  it.each([
    ['black', plain(0)],
    ['white', plain(255)],
    ['blurred', blurred(street(), 8)],
  ])('%s: covered', (_name, picture) => {
    expect(judge(picture).state).toBe('covered');
  });

  it('takes any of several references', () => {
    const night = referenceOf(Array.from({ length: 10 }, () => street({ street: 99 })));
    const both = parseSceneReferences(`${text}.${night}`);
    const view = (seed: number) => judgeScene(sceneSignature(street({ street: seed })), both);
    expect([7, 99, 5].map((seed) => view(seed).state)).toEqual(['same', 'same', 'moved']);
    expect(view(99).reference).toBe(both[1]);
  });
});

describe('sceneShift', () => {
  it.each([
    [0.05, 0],
    [0.1, 0],
    [-0.2, 0],
    [0, 0.1],
    [0.1, -0.1],
  ])('finds a shift by %d, %d', (shiftX, shiftY) => {
    const shift = sceneShift(sceneSignature(street({ shiftX, shiftY })), references[0]!);
    expect(Math.abs(shift!.x - shiftX)).toBeLessThan(0.015);
    expect(Math.abs(shift!.y - shiftY)).toBeLessThan(0.015);
  });

  it('finds none to another street', () => {
    expect(sceneShift(sceneSignature(street({ street: 99 })), references[0]!)).toBeUndefined();
  });
});

describe('scene reference', () => {
  it('is 1028 characters of base64 and nothing of who walked by', () => {
    expect(text).toMatch(/^[A-Za-z0-9+/]{1028}$/);
    const still = parseSceneReferences(referenceOf(Array.from({ length: 10 }, () => street())))[0]!;
    expect(likeness(still.cells, references[0]!.cells)).toBeGreaterThan(0.98);
  });

  it('asks for several pictures', () => {
    expect(() => referenceOf(walkedStreet(9))).toThrow(/found 9 pictures.*needs 10/);
  });

  it.each([
    ['shows nothing', Array.from({ length: 10 }, () => plain(90))],
    ['never stands still', Array.from({ length: 10 }, (_, index) => street({ street: index + 1 }))],
  ])('refuses a view that %s', (_name, pictures) => {
    expect(() => referenceOf(pictures)).toThrow(/stands still/);
  });

  it.each([['!'], [''], ['AAAA'], [`${text}=`], [`${text}.`], [Array(5).fill(text).join('.')]])(
    'parseSceneReferences refuses %#',
    (bad) => {
      expect(() => parseSceneReferences(bad)).toThrow(RangeError);
    },
  );
});
