/** Is this the view that the zones were drawn on? One picture's answer; `scene-watch.ts` waits until it persists. */
import type { SceneReference } from './scene-reference.ts';
import { type CellShift, GRID, likeness, type SceneSignature } from './scene-signature.ts';

/**
 * - `same`: the reference's view, whatever the light
 * - `moved`: another view
 * - `covered`: nothing to be seen: black, uniform or blurred
 */
export type SceneState = 'same' | 'moved' | 'covered';

/**
 * Brightness that varies less, in grey levels of 0..255, is a black or uniform picture. The two test clips dimmed to a
 * tenth still have 3.6 and 4.8; a lens cap has below 1.
 */
const LEAST_CONTRAST = 2;

/**
 * Share of the reference's sharpness below which the picture is blurred or half hidden. Gaussian blur of 1 % of the
 * width leaves 0.63 and 0.49 on the test clips, of 2 % 0.42 and 0.32: a person 3 % wide then runs into the street.
 * Dimming, fog and a third of the resolution leave 0.86 or more.
 */
const LEAST_SHARPNESS_SHARE = 0.48;

/**
 * Share of the reference's own likeness that an unmoved view keeps. Over all pictures of the two test clips (made by
 * `test/integration/guard-footage.test.ts`): gain ×0.1 to ×1.5, gamma 0.4 to 2.5, fog and noise at least 0.85; gain ×2,
 * which burns much of the picture white, 0.81; a box over 16 % of the picture 0.74. A turn by 3° at most 0.62, a shift
 * of 5 % 0.48, a zoom by 10 % 0.35. This is between 0.62 and 0.74; a shift of 2 % falls on either side of it.
 */
const LEAST_LIKENESS_SHARE = 0.67;

/** What one picture says. */
export interface SceneVerdict {
  readonly state: SceneState;
  /** Likeness to the best reference over that reference's own, about 1 for the unmoved view. */
  readonly likenessShare: number;
  readonly sharpnessShare: number;
  /** The reference that fits best. */
  readonly reference: SceneReference;
}

/** Compares with the reference that fits best. `references` must not be empty. */
export function judgeScene(seen: SceneSignature, references: readonly SceneReference[]): SceneVerdict {
  const shares = references.map((reference) => likeness(reference.cells, seen.cells) / reference.ownLikeness);
  const likenessShare = Math.max(...shares);
  const reference = references[shares.indexOf(likenessShare)]!;
  const sharpnessShare = reference.sharpness === 0 ? 1 : seen.sharpness / reference.sharpness;
  const isCovered = seen.contrast < LEAST_CONTRAST || sharpnessShare < LEAST_SHARPNESS_SHARE;
  const state = isCovered ? 'covered' : likenessShare < LEAST_LIKENESS_SHARE ? 'moved' : 'same';
  return { state, likenessShare, sharpnessShare, reference };
}

/** How far the view's content went, as shares of the picture's width and height; y down. */
export interface SceneShift {
  readonly x: number;
  readonly y: number;
}

/** Farther than a quarter of the picture, too little is left to tell a shift from chance. */
const FARTHEST: CellShift = { columns: GRID.columns / 4, rows: GRID.rows / 4 };
/** Least likeness at the best shift, as a share of the reference's own: unrelated views reach 0.3. */
const LEAST_SHIFTED_SHARE = 0.5;

/** The shift that explains a moved view, to about 1 % of the picture; nothing when none does. */
export function sceneShift(seen: SceneSignature, reference: SceneReference): SceneShift | undefined {
  const at = (columns: number, rows: number) => likeness(reference.cells, seen.cells, { columns, rows });
  let best = { columns: 0, rows: 0, value: -1 };
  for (let rows = -FARTHEST.rows; rows <= FARTHEST.rows; rows++) {
    for (let columns = -FARTHEST.columns; columns <= FARTHEST.columns; columns++) {
      const value = at(columns, rows);
      if (value > best.value) best = { columns, rows, value };
    }
  }
  const { columns, rows, value } = best;
  if (value < LEAST_SHIFTED_SHARE * reference.ownLikeness) return undefined;
  return {
    x: (columns + peak(at(columns - 1, rows), value, at(columns + 1, rows))) / GRID.columns,
    y: (rows + peak(at(columns, rows - 1), value, at(columns, rows + 1))) / GRID.rows,
  };
}

/** Where a parabola through three values at -1, 0 and 1 has its top. */
function peak(before: number, middle: number, after: number): number {
  const bend = before - 2 * middle + after;
  return bend < 0 ? (before - after) / (2 * bend) : 0;
}
