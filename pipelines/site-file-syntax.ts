/** Where a text stops being JSON. `JSON.parse` tells it of some mistakes only, and takes a key that stands twice. */

/** After white space: a mark, the begin of a text, or a number or word. */
const TOKEN = /(?:[{}[\],:"]|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-]))/uy;
/** What may stand inside a text. In pieces: a pattern that repeats some million times has no memory left. */
const TEXT_PIECE = /(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})){1,4096}/uy;
const SPACE = /[ \t\n\r]*/y;

/** What may come next; the first of a list or an object may also be its end. */
type Wanted = 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'more';
const MAY_CLOSE: readonly Wanted[] = ['first-value', 'first-key', 'more'];

/** An object or a list that is not closed yet. */
interface Open {
  readonly close: '}' | ']';
  readonly keys: Set<string>;
}

/** The first fault of a text that should be JSON. */
export interface SyntaxFault {
  /** Index into the text; its length where something is missing at the end. */
  readonly at: number;
  /** The key that stands twice in one object; absent for other faults. */
  readonly key?: string;
}

/** Undefined for JSON in which no object has a key twice. */
export function syntaxFault(text: string): SyntaxFault | undefined {
  const open: Open[] = [];
  let wanted: Wanted = 'value';
  for (let at = endOf(SPACE, text, 0); ; ) {
    if (at === text.length) return open.length === 0 && wanted === 'more' ? undefined : { at };
    const end = endOfToken(text, at);
    const token = text.slice(at, end);
    const isKey: boolean = token.startsWith('"') && (wanted === 'key' || wanted === 'first-key');
    const next: Wanted | undefined = isKey ? 'colon' : follow(open, wanted, token);
    if (next === undefined) return { at };
    const key = isKey ? (JSON.parse(token) as string) : undefined;
    if (key !== undefined && isTwice(open, key)) return { at, key };
    wanted = next;
    at = endOf(SPACE, text, end);
  }
}

/** `from` where no token is. */
function endOfToken(text: string, from: number): number {
  const end = endOf(TOKEN, text, from);
  if (text[from] !== '"') return end;
  let at = end;
  for (let next = endOf(TEXT_PIECE, text, at); next > at; next = endOf(TEXT_PIECE, text, at)) at = next;
  return text[at] === '"' ? at + 1 : from;
}

/** `from` where the pattern does not match there. */
function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

/** What may follow a token that is no key; undefined where it may not stand. Keeps `open` up to date. */
function follow(open: Open[], wanted: Wanted, token: string): Wanted | undefined {
  const here = open.at(-1);
  if (token === here?.close && MAY_CLOSE.includes(wanted)) {
    open.pop();
    return 'more';
  }
  if (token === ',' && wanted === 'more' && here !== undefined) return here.close === '}' ? 'key' : 'value';
  if (token === ':' && wanted === 'colon') return 'value';
  if (wanted !== 'value' && wanted !== 'first-value') return undefined;
  if (token === '{' || token === '[') {
    open.push({ close: token === '{' ? '}' : ']', keys: new Set() });
    return token === '{' ? 'first-key' : 'first-value';
  }
  return /^["\w-]/.test(token) ? 'more' : undefined;
}

function isTwice(open: readonly Open[], key: string): boolean {
  const keys = open.at(-1)?.keys;
  if (keys?.has(key) === true) return true;
  keys?.add(key);
  return false;
}
