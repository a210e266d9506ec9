/** The bytes of a text that is put together piece by piece. */

/** A text that grows at its end. Nothing is checked: pieces are UTF-8. */
export interface ByteText {
  /** Bytes so far; places for `repeat`. */
  end(): number;
  put(piece: Uint8Array): void;
  /** A text of ASCII characters alone, e.g. a number's. */
  putAscii(text: string): void;
  /** The decimal digits of a whole number from 0 to 2³¹ − 1. */
  putWhole(value: number): void;
  /** Puts the bytes between two places once more. */
  repeat(from: number, to: number): void;
  /** What was put; the text is empty afterwards. */
  take(): Buffer;
}

const FIRST_BYTES = 16 * 1024;
/** A call into the engine costs more than copying this much here. */
const SHORT_BYTES = 40;
const ZERO = 48;
const EMPTY = Buffer.alloc(0);

/** An empty text. */
export function createByteText(): ByteText {
  let bytes = EMPTY;
  let end = 0;
  let largest = FIRST_BYTES;
  const makeRoom = (more: number) => {
    if (end + more <= bytes.length) return;
    while (largest < end + more) largest *= 2;
    const roomier = Buffer.allocUnsafeSlow(largest);
    bytes.copy(roomier, 0, 0, end);
    bytes = roomier;
  };
  return {
    end: () => end,
    put(piece) {
      const { length } = piece;
      makeRoom(length);
      if (length > SHORT_BYTES) bytes.set(piece, end);
      else for (let i = 0; i < length; i += 1) bytes[end + i] = piece[i]!;
      end += length;
    },
    putAscii(text) {
      const { length } = text;
      makeRoom(length);
      for (let i = 0; i < length; i += 1) bytes[end + i] = text.charCodeAt(i);
      end += length;
    },
    putWhole(value) {
      let digits = 1;
      for (let rest = value; rest >= 10; digits += 1) rest = (rest / 10) | 0;
      makeRoom(digits);
      for (let at = end + digits - 1, rest = value; at >= end; at -= 1) {
        const tens = (rest / 10) | 0;
        bytes[at] = ZERO + rest - tens * 10;
        rest = tens;
      }
      end += digits;
    },
    repeat(from, to) {
      makeRoom(to - from);
      bytes.copyWithin(end, from, to);
      end += to - from;
    },
    take() {
      const taken = bytes.subarray(0, end);
      bytes = EMPTY;
      end = 0;
      return taken;
    },
  };
}
