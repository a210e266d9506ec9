/** Pictures of an invented street: blocks of many sizes on a plain, by a fixed sequence of numbers. */
import { referenceOfSignatures } from '../../../pipelines/domain/guard/scene-reference.ts';
import { type ScenePicture, sceneSignature } from '../../../pipelines/domain/guard/scene-signature.ts';

/** The canvas is larger than a picture, so that a picture can look elsewhere on it. */
const CANVAS = 2;

interface Block {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly level: number;
}

function blocksOf(seed: number): readonly Block[] {
  let state = seed;
  /** Park and Miller's minimal generator, 0..1. */
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return Array.from({ length: 400 }, () => ({
    left: next() * CANVAS - 0.5,
    top: next() * CANVAS - 0.5,
    width: 0.02 + next() * 0.12,
    height: 0.02 + next() * 0.12,
    level: 40 + next() * 160,
  }));
}

/** What to look at and how. */
export interface View {
  /** Another number, another street. */
  readonly street?: number;
  /** Shares of the picture by which the content goes right and down. */
  readonly shiftX?: number;
  readonly shiftY?: number;
  readonly gain?: number;
  readonly offset?: number;
  /** A plain box over part of the picture, shares of it. */
  readonly box?: { readonly left: number; readonly right: number; readonly level: number };
  readonly size?: { readonly widthPx: number; readonly heightPx: number };
}

/** One picture, grey in all three colours. */
export function street(view: View = {}): ScenePicture {
  const { widthPx, heightPx } = view.size ?? { widthPx: 192, heightPx: 144 };
  const data = new Uint8Array(widthPx * heightPx * 3);
  const blocks = blocksOf(view.street ?? 7);
  const levels = new Float32Array(widthPx * heightPx).fill(100);
  for (const block of blocks) {
    const left = Math.max(0, Math.round((block.left + (view.shiftX ?? 0)) * widthPx));
    const top = Math.max(0, Math.round((block.top + (view.shiftY ?? 0)) * heightPx));
    const right = Math.round((block.left + (view.shiftX ?? 0) + block.width) * widthPx);
    const bottom = Math.round((block.top + (view.shiftY ?? 0) + block.height) * heightPx);
    for (let y = top; y < Math.min(heightPx, bottom); y++)
      levels.fill(block.level, y * widthPx + left, y * widthPx + Math.max(left, Math.min(widthPx, right)));
  }
  const { box, gain = 1, offset = 0 } = view;
  levels.forEach((level, at) => {
    const x = (at % widthPx) / widthPx;
    const isBoxed = box !== undefined && x >= box.left && x < box.right;
    const value = isBoxed ? box.level : Math.min(255, Math.max(0, level * gain + offset));
    data.fill(value, at * 3, at * 3 + 3);
  });
  return { data, widthPx, area: { widthPx, heightPx } };
}

/** The picture in the top left corner of a larger, grey one. */
export function letterboxed(picture: ScenePicture, widthPx: number, heightPx: number): ScenePicture {
  const data = new Uint8Array(widthPx * heightPx * 3).fill(114);
  for (let y = 0; y < picture.area.heightPx; y++) {
    const row = y * picture.widthPx * 3;
    data.set(picture.data.subarray(row, row + picture.area.widthPx * 3), y * widthPx * 3);
  }
  return { data, widthPx, area: picture.area };
}

/** Pictures of the street with someone walking through it. */
export function walkedStreet(count = 12): ScenePicture[] {
  return Array.from({ length: count }, (_, index) => {
    const left = index / count;
    return street({ box: { left, right: left + 0.06, level: 20 } });
  });
}

/** The reference that a camera would get from these pictures. */
export function referenceOf(pictures: readonly ScenePicture[]): string {
  return referenceOfSignatures(pictures.map(sceneSignature));
}
