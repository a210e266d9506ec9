/** What a camera saw when its zones and lines were drawn, as text for the site file. */
import { likeness, type SceneSignature, SIGNATURE_LENGTH } from './scene-signature.ts';

/** One remembered view. */
export interface SceneReference {
  readonly cells: Float32Array;
  /** See `SceneSignature.sharpness`. */
  readonly sharpness: number;
  /** How alike single pictures of the unmoved view were to it, 0..1: busy scenes are less so. */
  readonly ownLikeness: number;
}

/**
 * Fewer pictures still hold the people and cars in them. Taken a second or more apart, over half a minute or longer,
 * they show what stands still; taken at one moment they are so alike that later traffic passes for another view.
 */
const LEAST_REFERENCE_PICTURES = 10;

/** More views (day, night, rain) than this say that the guard is of no use there. */
const MOST_REFERENCES = 4;

/** Below this, single pictures of the scene have too little in common to tell it from another one. */
const LEAST_OWN_LIKENESS = 0.3;

const VERSION = 1;
/** version, sharpness in 1/200, own likeness in 1/255, then one byte a cell: both numbers in four bits. */
const HEADER_BYTES = 3;
const SHARPNESS_STEPS = 200;
const BYTE_LENGTH = HEADER_BYTES + SIGNATURE_LENGTH / 2;
/** Numbers -1..1 as 0..14, 7 being nought. */
const HALF_RANGE = 7;

/**
 * The reference of one view as base64 (1028 characters, `SIGNATURE_LENGTH` numbers of four bits): the median of the
 * pictures that the signatures are of, so that whoever passes is not in it. Several references of one camera are joined
 * by a dot.
 * @throws RangeError when there are too few pictures, or the view has nothing to hold on to.
 */
export function referenceOfSignatures(signatures: readonly SceneSignature[]): string {
  if (signatures.length < LEAST_REFERENCE_PICTURES) {
    throw new RangeError(
      `found ${signatures.length} pictures; a scene reference needs ${LEAST_REFERENCE_PICTURES} or more, a second apart`,
    );
  }
  const ownLikeness = repeatability(signatures);
  if (!(ownLikeness >= LEAST_OWN_LIKENESS)) {
    throw new RangeError(
      `pictures of the scene are only ${ownLikeness.toFixed(2)} alike, ${LEAST_OWN_LIKENESS} is needed: the camera moved meanwhile, or it shows nothing that stands still`,
    );
  }
  const cells = medianCells(signatures);
  return encode({ cells, sharpness: median(signatures.map((one) => one.sharpness)), ownLikeness });
}

/** Every second picture against the median of the others: compared with itself a picture looks too much alike. */
function repeatability(signatures: readonly SceneSignature[]): number {
  const even = signatures.filter((_, index) => index % 2 === 0);
  const odd = signatures.filter((_, index) => index % 2 === 1);
  const against = (some: readonly SceneSignature[], others: readonly SceneSignature[]) => {
    const cells = medianCells(others);
    return some.map((one) => likeness(cells, one.cells));
  };
  return median([...against(even, odd), ...against(odd, even)]);
}

function medianCells(signatures: readonly SceneSignature[]): Float32Array {
  return Float32Array.from({ length: SIGNATURE_LENGTH }, (_, index) =>
    median(signatures.map(({ cells }) => cells[index]!)),
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

function encode({ cells, sharpness, ownLikeness }: SceneReference): string {
  const bytes = new Uint8Array(BYTE_LENGTH);
  const toByte = (value: number) => Math.min(255, Math.round(value));
  bytes.set([VERSION, toByte(sharpness * SHARPNESS_STEPS), toByte(ownLikeness * 255)]);
  // Gradients of a cell mostly cancel: the square root spends the four bits where the values are.
  const step = (value: number) => Math.round(Math.sign(value) * Math.sqrt(Math.abs(value)) * HALF_RANGE);
  for (let at = HEADER_BYTES; at < BYTE_LENGTH; at++) {
    const index = (at - HEADER_BYTES) * 2;
    bytes[at] = (step(cells[index]!) + HALF_RANGE) * 16 + step(cells[index + 1]!) + HALF_RANGE;
  }
  return btoa(String.fromCharCode(...bytes));
}

/**
 * The references in a site file's `sceneReference`.
 * @throws RangeError that says what is allowed.
 */
export function parseSceneReferences(text: string): readonly SceneReference[] {
  const parts = text.split('.');
  if (parts.length > MOST_REFERENCES)
    throw new RangeError(`found ${parts.length} scene references, allowed are at most ${MOST_REFERENCES}`);
  return parts.map(decode);
}

function decode(text: string): SceneReference {
  const bytes = bytesOf(text);
  if (bytes?.length !== BYTE_LENGTH || bytes[0] !== VERSION) {
    throw new RangeError(
      'allowed is what "pantau camera reference" printed, or up to 4 of these joined by a dot',
    );
  }
  const cells = new Float32Array(SIGNATURE_LENGTH);
  for (let at = HEADER_BYTES; at < BYTE_LENGTH; at++) {
    const index = (at - HEADER_BYTES) * 2;
    cells[index] = unstep((bytes[at]! >> 4) - HALF_RANGE);
    cells[index + 1] = unstep((bytes[at]! & 15) - HALF_RANGE);
  }
  return { cells, sharpness: bytes[1]! / SHARPNESS_STEPS, ownLikeness: bytes[2]! / 255 };
}

function unstep(steps: number): number {
  return Math.sign(steps) * (steps / HALF_RANGE) ** 2;
}

function bytesOf(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
