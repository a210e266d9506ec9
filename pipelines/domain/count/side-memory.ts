/**
 * Hysteresis that lines and zones share: on which of two sides a road user **clearly** is, and since when.
 *
 * A place is told in margins (`JITTER_MARGIN`), signed by side. Within one margin of the border a road user is on
 * neither side. A change of side holds once two observations were clearly on the other side with none clearly on the
 * old side between them, so that neither jitter nor one wild box (A,A,A,B,A,A,A) is a change, while a road user
 * fast enough to be seen on either side of the margins only is one.
 */
import type { Box } from '../types.ts';

/** The two sides of a border; 0 while it has not been seen clearly. */
export type Side = -1 | 0 | 1;

/** Half the width of the band around a border in which a road user is on neither side, in box sizes. */
export interface JitterMargin {
  /** Of the box's width. */
  readonly x: number;
  /** Of the box's height. */
  readonly y: number;
}

/**
 * Two and a half standard deviations of the ground point of detected people against the truth of PETS09-S2L1, default
 * model and YOLOX-nano alike: 0.12 of the width (arms and legs swing), 0.05 of the height. Wider bands lose nothing
 * but time: who lingers at the line is counted later.
 */
export const JITTER_MARGIN: JitterMargin = { x: 0.3, y: 0.12 };

/** What makes a change of side hold. */
export interface SideRule {
  /** Observations on the other side of one who is still followed, or in a row of one who is followed to the end. */
  readonly observations: number;
  /** How many margins in one must have been who vanishes after a single observation on the other side. */
  readonly depth: number;
}

/** A wild box is alone, and two margins are five standard deviations of the ground point (`JITTER_MARGIN`). */
export const SIDE_RULE: SideRule = { observations: 2, depth: 2 };

/** What is remembered of one road user and one border. */
export interface SideMemory {
  side: Side;
  /** Observations clearly on the other side since the last one clearly on `side`. */
  otherSideCount: number;
  /** The farthest of them, in margins. */
  otherSideDepth: number;
}

/** A road user of whom nothing is known yet. */
export function createSideMemory(): SideMemory {
  return { side: 0, otherSideCount: 0, otherSideDepth: 0 };
}

/** Takes one observation; `place` is the signed distance to the border in margins. Returns the side it is clear about. */
export function observeSide(memory: SideMemory, place: number): Side {
  const depth = Math.abs(place);
  if (!(depth >= 1)) return 0;
  const side: Side = place > 0 ? 1 : -1;
  if (memory.side === 0) memory.side = side;
  if (side === memory.side) {
    memory.otherSideCount = 0;
    memory.otherSideDepth = 0;
  } else {
    memory.otherSideCount += 1;
    memory.otherSideDepth = Math.max(memory.otherSideDepth, depth);
  }
  return side;
}

/** Whether a road user who is still followed has changed sides. */
export function hasChangedSides(memory: SideMemory, rule: SideRule): boolean {
  return memory.otherSideCount >= rule.observations;
}

/** Whether a road user who can't be seen any more had changed sides. */
export function hadChangedSides(memory: SideMemory, rule: SideRule): boolean {
  return memory.otherSideCount >= 1 && memory.otherSideDepth >= rule.depth;
}

/** Makes the other side the side; returns it. */
export function acceptChange(memory: SideMemory): Side {
  memory.side = memory.side === 1 ? -1 : 1;
  memory.otherSideCount = 0;
  memory.otherSideDepth = 0;
  return memory.side;
}

/** Margins of a box along the axes, in picture units. */
export function marginOf(box: Box, margin: JitterMargin): { x: number; y: number } {
  return { x: margin.x * (box.right - box.left), y: margin.y * (box.bottom - box.top) };
}
