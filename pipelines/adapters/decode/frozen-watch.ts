/**
 * Notices a camera whose packets keep coming while its picture stands: its sensor or its server hangs and the encoder
 * sends the last picture on. Works on decoded pictures, so for every kind of live camera; `jpeg-frozen.ts` knows
 * sooner where the bytes themselves can be compared. Pure.
 */
import type { Frame } from '../../ports.ts';

/** See `createFrozenWatch`. */
export interface FrozenWatch {
  /** Takes in the next picture; true while pictures are to be treated as frozen. */
  isFrozen(frame: Pick<Frame, 'capturedAtUs' | 'data'>): boolean;
}

/**
 * Default: 120 s. Between two keyframes an encoder may rightly repeat a still scene bit by bit (skipped blocks), but a
 * keyframe codes the sensor's noise anew. Keyframes come each 1 to 10 s, with smart codecs up to 1200 frames apart
 * (48 s at 25 pictures/s): in 120 s there are at least two.
 */
export const FROZEN_PICTURE_AFTER_US = 120_000_000;

/**
 * Different pictures that are remembered. Of one standing picture an encoder makes several, sharper and sharper after
 * each keyframe until nothing is left to code; sampled at 1 to 10 pictures/s these are fewer than 16.
 */
const REMEMBERED = 16;

/** One byte in thirteen: no common divisor with the three colours or a usual width, some ten in each digit of a clock. */
const BYTE_STEP = 13;

/** Frozen: no picture that was not among the last few different ones for `frozenAfterUs` of media time. */
export function createFrozenWatch(frozenAfterUs: number = FROZEN_PICTURE_AFTER_US): FrozenWatch {
  const known = new Int32Array(REMEMBERED);
  let different = 0;
  let newUs = 0;
  return {
    isFrozen({ data, capturedAtUs }) {
      const sum = checksum(data);
      if (!known.subarray(0, different).includes(sum)) {
        known[different % REMEMBERED] = sum;
        different += 1;
        newUs = capturedAtUs;
      }
      return capturedAtUs - newUs >= frozenAfterUs;
    },
  };
}

/** FNV-1a, 32 bits, over a part of the bytes. */
function checksum(bytes: Uint8Array): number {
  let sum = 0x811c9dc5 | 0;
  for (let at = 0; at < bytes.length; at += BYTE_STEP) sum = Math.imul(sum ^ bytes[at]!, 0x01000193);
  return sum;
}
