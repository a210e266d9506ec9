/**
 * Tells a picture in which something may have moved from one that differs from an earlier one by noise alone. Small
 * blocks are judged each for itself, so that one far walker counts as much as a bus.
 */

/** Side of a block in pixels of the picture the network sees: half the height of the smallest walker it finds. */
const BLOCK_SHIFT = 3;
const BLOCK_PX = 1 << BLOCK_SHIFT;

/**
 * Differences of one sample up to this are noise. Largest block sums above it (`CHANGED_EXCESS`) that five seconds of
 * nothing moving gave: 0 to 5 at 1080p, 15 to 18 at 768×576, both H.264 at usual rates with sensor noise, 8 on a
 * black picture with strong noise; PETS09-S2L1 and the junction clip, where something always moves, never below 1700.
 */
const NOISE_LEVEL = 8;

/**
 * A block has changed when its 16 samples are this much above the noise together: one sample by 40 levels, an edge of
 * four by 16, or the whole block by 10. Twice what noise gave, and far below anything a detector can see.
 */
const CHANGED_EXCESS = 32;

/** See `createMotionGate`. Pixels are interleaved, three bytes each, rows top to bottom. */
export interface MotionGate {
  /** Whether no block differs from the kept picture by more than noise. Keep one first. */
  isUnchanged(pixels: Uint8Array): boolean;
  /** From now on pictures are compared with this one. */
  keep(pixels: Uint8Array): void;
}

/**
 * For pictures of one size. Every fourth pixel is looked at: each second row, there each second column, shifted by one
 * from row to row, so that no upright edge falls between the samples. Nothing is allocated after this.
 */
export function createMotionGate(size: { readonly widthPx: number; readonly heightPx: number }): MotionGate {
  const { widthPx, heightPx } = size;
  // Whole: copying a picture takes a ninth of the time that picking out its samples does, and most comparisons end early.
  const kept = new Uint8Array(heightPx * widthPx * 3);
  const excess = new Uint32Array(Math.ceil(widthPx / BLOCK_PX));
  const bands = Math.ceil(heightPx / BLOCK_PX);
  /** Where something moved last: there it most likely still does, and one changed band is enough. */
  let likelyBand = 0;

  /** Adds up one row of blocks; true when one of them has changed. */
  function isBandChanged(pixels: Uint8Array, top: number): boolean {
    excess.fill(0);
    const bottom = Math.min(top + BLOCK_PX, heightPx);
    for (let y = top; y < bottom; y += 2) {
      const row = y * widthPx * 3;
      for (let x = (y >> 1) & 1; x < widthPx; x += 2) {
        const at = row + x * 3;
        const difference = Math.abs(luma(pixels, at) - luma(kept, at)) - NOISE_LEVEL;
        if (difference > 0) excess[x >> BLOCK_SHIFT]! += difference;
      }
    }
    for (let block = 0; block < excess.length; block += 1) {
      if (excess[block]! >= CHANGED_EXCESS) return true;
    }
    return false;
  }

  return {
    isUnchanged(pixels) {
      for (let step = 0; step < bands; step += 1) {
        const band = (likelyBand + step) % bands;
        if (!isBandChanged(pixels, band * BLOCK_PX)) continue;
        likelyBand = band;
        return false;
      }
      return true;
    },
    keep: (pixels) => kept.set(pixels),
  };
}

/** Close to brightness, and the same for RGB and BGR; 0..255. */
function luma(pixels: Uint8Array, at: number): number {
  return (pixels[at]! + 2 * pixels[at + 1]! + pixels[at + 2]!) >> 2;
}
