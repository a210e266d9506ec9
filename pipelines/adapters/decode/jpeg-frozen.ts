/**
 * A sensor's noise makes no two pictures alike: byte-equal JPEGs are the same picture sent again. A snapshot server
 * that renews its file every half a minute does that too, so equal pictures stay frames for a while; after
 * `frozenAfterUs` they say nothing about the street any more, and a count from them would be neither true nor zero.
 * From then on the time is a gap (`decode-stall`) until the picture changes. Pure.
 */
export interface FrozenDetector {
  /** Takes in a picture; true while it is to be treated as frozen. */
  isFrozen(bytes: Buffer, arrivalUs: number): boolean;
}

/** Default: 60 s, the slowest public snapshot servers' interval. */
export const FROZEN_AFTER_US = 60_000_000;

/** Remembers the last picture of one connection. */
export function createFrozenDetector(frozenAfterUs: number = FROZEN_AFTER_US): FrozenDetector {
  let last: Buffer | undefined;
  let changedUs = 0;
  return {
    isFrozen(bytes, arrivalUs) {
      if (last === undefined || !last.equals(bytes)) {
        last = bytes;
        changedUs = arrivalUs;
      }
      return arrivalUs - changedUs >= frozenAfterUs;
    },
  };
}
