/** Long texts that repeat in millions of windows (lineages, names of tables) are kept once and told by number. */

/** Thrown by `textOf` for a number that another process gave: load the terms again and repeat. */
export class UnknownTermError extends Error {
  override readonly name = 'UnknownTermError';
}

const NONE: readonly string[] = [];

/** The texts known to this process. */
export interface Terms {
  /** Throws `RangeError` for a text that was never made known. */
  numberOf(text: string): number;
  /** Throws `UnknownTermError`. */
  textOf(number: number): string;
  /** The texts of several numbers; of one number the same list every time. */
  textsOf(numbers: readonly number[]): readonly string[];
  /** Parsed JSON of a text, the same frozen-by-convention object every time. */
  jsonOf(number: number): unknown;
  /** Parsed JSON of several known texts; of one text the same list every time. */
  jsonsOf(texts: readonly string[]): readonly unknown[];
  has(text: string): boolean;
  learn(number: number, text: string): void;
  /** The greatest number known, 0 when there is none. */
  last(): number;
}

/** Knows nothing yet. Terms are never removed: there are as many as ways of counting, not as records. */
export function createTerms(): Terms {
  const numbers = new Map<string, number>();
  const texts = new Map<number, string>();
  const parsed = new Map<number, unknown>();
  let last = 0;
  const textOf = (number: number): string => {
    const text = texts.get(number);
    if (text === undefined) throw new UnknownTermError(`term ${number}`);
    return text;
  };
  const jsonOf = (number: number): unknown => {
    const known = parsed.get(number) ?? (JSON.parse(textOf(number)) as unknown);
    parsed.set(number, known);
    return known;
  };
  const numberOf = (text: string): number => {
    const number = numbers.get(text);
    if (number === undefined) throw new RangeError(`term not made known: ${text.slice(0, 80)}`);
    return number;
  };
  const singles = new Map<number, readonly string[]>();
  const singleJsons = new Map<string, readonly unknown[]>();
  return {
    jsonOf,
    numberOf,
    jsonsOf(texts) {
      const [first, second] = texts;
      if (first === undefined) return NONE;
      if (second !== undefined) return texts.map((text) => jsonOf(numberOf(text)));
      const single = singleJsons.get(first) ?? [jsonOf(numberOf(first))];
      singleJsons.set(first, single);
      return single;
    },
    textOf,
    textsOf(numbers) {
      const [first, second] = numbers;
      if (first === undefined) return NONE;
      if (second !== undefined) return numbers.map(textOf);
      const single = singles.get(first) ?? [textOf(first)];
      singles.set(first, single);
      return single;
    },
    has: (text) => numbers.has(text),
    learn(number, text) {
      numbers.set(text, number);
      texts.set(number, text);
      last = Math.max(last, number);
    },
    last: () => last,
  };
}
