/**
 * The part of Solr's query language that CKAN's clients use in `q` and `fq`: words, "phrases", `field:value`, wildcards,
 * `field:[from TO to]`, `field:(a OR b)`, AND, OR, NOT, `+`, `-` and parentheses. Words side by side are all wanted.
 */
import { CkanError } from './ckan-error.ts';

/** Searched texts and codes of one data set, by field. Instants are ISO 8601 without a zone, which compare as texts. */
export type SearchDocument = Readonly<Record<string, readonly string[]>>;

/** Tells whether a data set is wanted. */
export type Match = (document: SearchDocument) => boolean;

/** The field in which words are searched that name none. */
export const TEXT_FIELD = 'text';

const TOKEN =
  /\s*(?:([()])|([+-](?=\S))|([[{]\s*\S+\s+TO\s+\S+\s*[\]}])|([A-Za-z_][\w.]*):(?=\S)|"((?:[^"\\]|\\.)*)"|((?:\\.|[^\s()":[\]{}])(?:\\.|[^\s()"[\]{}])*))/y;

type Token = {
  readonly kind: 'bracket' | 'sign' | 'range' | 'field' | 'phrase' | 'word';
  readonly text: string;
};

const KINDS = ['bracket', 'sign', 'range', 'field', 'phrase', 'word'] as const;
/** Nothing a person or a harvester writes is longer. */
const MAX_LENGTH = 2000;

/** How far a query has been read. */
interface Reading {
  readonly query: string;
  readonly tokens: readonly Token[];
  next: number;
}

/** Understands a query; throws `Search Query Error` on one that is not of this language. */
export function parseSearch(query: string): Match {
  const reading = { query, tokens: tokensOf(query), next: 0 };
  const match = parseAny(reading, TEXT_FIELD);
  if (reading.next < reading.tokens.length) throw malformed(query);
  return match;
}

function isAt({ tokens, next }: Reading, kind: Token['kind'], ...texts: readonly string[]): boolean {
  const token = tokens[next];
  return token !== undefined && token.kind === kind && texts.includes(token.text);
}

function parseAny(reading: Reading, field: string): Match {
  const alternatives = [parseAll(reading, field)];
  while (isAt(reading, 'word', 'OR', '||')) {
    reading.next++;
    alternatives.push(parseAll(reading, field));
  }
  return (one) => alternatives.some((match) => match(one));
}

function parseAll(reading: Reading, field: string): Match {
  const parts: Match[] = [];
  const isEnd = () => isAt(reading, 'bracket', ')') || isAt(reading, 'word', 'OR', '||');
  while (reading.next < reading.tokens.length && !isEnd()) {
    if (isAt(reading, 'word', 'AND', '&&')) reading.next++;
    else parts.push(parseOne(reading, field));
  }
  if (parts.length === 0) throw malformed(reading.query);
  return (one) => parts.every((match) => match(one));
}

function parseOne(reading: Reading, field: string): Match {
  const token = reading.tokens[reading.next++];
  if (token === undefined) throw malformed(reading.query);
  if (token.kind === 'sign' && token.text === '+') return parseOne(reading, field);
  if (token.kind === 'sign' || (token.kind === 'word' && token.text === 'NOT')) {
    const match = parseOne(reading, field);
    return (one) => !match(one);
  }
  if (token.kind === 'field') return parseOne(reading, token.text);
  if (token.kind === 'range') return rangeMatch(field, token.text);
  if (token.kind !== 'bracket') return wordMatch(field, token);
  if (token.text === ')') throw malformed(reading.query);
  const match = parseAny(reading, field);
  if (!isAt(reading, 'bracket', ')')) throw malformed(reading.query);
  reading.next++;
  return match;
}

function tokensOf(query: string): Token[] {
  if (query.length > MAX_LENGTH) throw malformed(query);
  const tokens: Token[] = [];
  const text = query.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const groups = TOKEN.exec(text)?.slice(1);
    const index = groups?.findIndex((group) => group !== undefined) ?? -1;
    if (groups === undefined || index < 0) throw malformed(query);
    tokens.push({ kind: KINDS[index]!, text: groups[index]! });
  }
  return tokens;
}

function malformed(query: string): CkanError {
  return new CkanError('Search Query Error', {
    message: `Search query is invalid: ${JSON.stringify(query.slice(0, 200))}`,
  });
}

/** Other spellings of a field. */
const ALIASES: Readonly<Record<string, string>> = {
  title_string: 'title',
  license: 'license_id',
  '*': TEXT_FIELD,
};

function valuesOf(document: SearchDocument, field: string): readonly string[] {
  return document[ALIASES[field] ?? field] ?? [];
}

function wordMatch(field: string, { kind, text }: Token): Match {
  const wanted = text.replace(/\\(.)/g, '$1').toLowerCase();
  if (kind === 'word' && wanted === '*:*') return () => true;
  if (kind === 'word' && wanted === '*') return (one) => field === '*' || valuesOf(one, field).length > 0;
  // Titles and descriptions are texts, everything else is codes: codes match whole.
  const isText = [TEXT_FIELD, 'title', 'notes', '*'].includes(field);
  if (kind === 'word' && /[*?]/.test(wanted)) {
    const pattern = wildcard(wanted);
    return (one) => parts(valuesOf(one, field), isText).some((value) => pattern.test(value));
  }
  if (!isText) return (one) => valuesOf(one, field).some((value) => value.toLowerCase() === wanted);
  const words = wordsOf(wanted);
  return (one) =>
    words.length > 0 && valuesOf(one, field).some((value) => holdsPhrase(wordsOf(value), words));
}

function parts(values: readonly string[], isText: boolean): string[] {
  return isText ? values.flatMap(wordsOf) : values.map((value) => value.toLowerCase());
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function holdsPhrase(words: readonly string[], phrase: readonly string[]): boolean {
  return words.some((_word, at) => phrase.every((word, i) => words[at + i] === word));
}

/** `*` and `?` as in Solr; matched step by step, since a pattern of many stars would take a regular expression for ever. */
function wildcard(pattern: string): { readonly test: (text: string) => boolean } {
  return {
    test(text) {
      let [at, inPattern, star, resume] = [0, 0, -1, 0];
      while (at < text.length) {
        if (pattern[inPattern] === '*') {
          star = inPattern++;
          resume = at;
        } else if (pattern[inPattern] === '?' || pattern[inPattern] === text[at]) {
          at++;
          inPattern++;
        } else if (star < 0) {
          return false;
        } else {
          inPattern = star + 1;
          at = ++resume;
        }
      }
      return /^\**$/.test(pattern.slice(inPattern));
    },
  };
}

function rangeMatch(field: string, text: string): Match {
  const [, opening = '', from = '', to = '', closing = ''] =
    /^([[{])\s*(\S+)\s+TO\s+(\S+?)\s*([\]}])$/.exec(text) ?? [];
  const low = bound(from);
  const high = bound(to);
  const isIn = (value: string) =>
    (low === undefined || (opening === '[' ? value >= low : value > low)) &&
    (high === undefined || (closing === ']' ? value <= high : value < high));
  return (one) => valuesOf(one, field).some((value) => isIn(comparable(value)));
}

function bound(text: string): string | undefined {
  if (/^NOW([+\-/]|$)/.test(text)) {
    throw new CkanError('Search Query Error', {
      message: `Search query is invalid: ${text.slice(0, 100)} is not understood here; write an instant, e.g. 2026-01-31T00:00:00Z`,
    });
  }
  return text === '*' ? undefined : comparable(text.replace(/^"|"$/g, ''));
}

/** Instants in one form, other values as they are. */
function comparable(value: string): string {
  const instant = /^\d{4}-\d\d-\d\d(T[\d:.]+Z?)?$/.test(value)
    ? Date.parse(`${value.includes('T') ? value.replace(/Z$/, '') : `${value}T00:00:00`}Z`)
    : Number.NaN;
  return Number.isNaN(instant) ? value.toLowerCase() : new Date(instant).toISOString();
}
